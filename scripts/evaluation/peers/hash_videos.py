"""Runs inside `.venv-peers`: the videohash of each file named on standard input.

Prints one line of JSON a file: its 64 bits or the error, and the CPU seconds it took.
"""

from __future__ import annotations

import json
import os

from PIL import Image

# The name that Pillow had for this filter until version 10, which videohash still calls.
if not hasattr(Image, "ANTIALIAS"):
    Image.ANTIALIAS = Image.Resampling.LANCZOS  # type: ignore[attr-defined]

from videohash import VideoHash


def hash_of(path: str) -> str:
    """The 64 bits of a file as `0` and `1`."""
    made = VideoHash(path=path)
    try:
        return str(made.hash).removeprefix("0b")
    finally:
        made.delete_storage_path()


# The ffmpeg that it starts would read the names from the standard input that it inherits.
names = os.fdopen(os.dup(0))
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

for line in iter(names.readline, ""):
    start = sum(os.times()[:4])
    answer: dict[str, object] = {}
    try:
        answer["bits"] = hash_of(line.rstrip("\n"))
    except Exception as problem:  # noqa: BLE001 - a foreign program may fail as it likes
        answer["error"] = f"{type(problem).__name__}: {problem}".splitlines()[0]
    answer["seconds"] = sum(os.times()[:4]) - start
    print(json.dumps(answer), flush=True)
