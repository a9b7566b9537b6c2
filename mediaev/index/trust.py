"""Trust: which files of the cache this machine made itself, and whether they are as it made them.

The cache lies in the case's folder, and a case may come from anyone. A file made up by someone
else could pass every check of its form and yet hide an exhibit from every search. So each
segment's SHA-256 is noted outside the case, on the machine that made it; a segment without a
note is not ours and is not read. Reading hundreds of megabytes again for each search would
take longer than the search, so beside the digest stands what the file system said of the file
when it was last read whole: as long as that is the same, so is the file.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mediaev.index.segment import CHECKSUM, BrokenSegmentError, checksum_of

NAME = re.compile(r"[0-9a-f]{32}\.segment")
_LONGEST = 4096
_AGE = 2_000_000_000
"""Nanoseconds that a file must have rested when it was read: a change within the clock's own
step would leave no trace."""
_MOST = 256
"""Notes of one case that are kept; older ones are of files long gone."""


@dataclass(frozen=True, slots=True)
class _Note:
    sha256: bytes
    identity: list[int]
    """Device, inode, size and times of the file when it was read whole; empty if never."""


class Notes:
    """The notes on one case's segments, each a small file in a folder outside the case."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, sha256: bytes) -> None:
        """Note a segment that is about to appear under `name`. Raises OSError."""
        self._write(name, _Note(sha256, []))

    def believe(self, name: str, descriptor: int) -> bool:
        """Whether an open segment is one that this machine made, unchanged. Raises OSError."""
        note = self._read(name)
        if note is None:
            return False
        before = _identity(descriptor)
        if note.identity == before:
            return True
        try:
            computed, written = checksum_of(descriptor)
        except BrokenSegmentError:
            return False
        if computed != written or computed != note.sha256 or _identity(descriptor) != before:
            return False
        if max(before[-2:]) < time.time_ns() - _AGE:
            with contextlib.suppress(OSError):
                self._write(name, _Note(computed, before))
        return True

    def knows(self, name: str) -> bool:
        """Whether there is a note on a segment. Raises OSError."""
        return self._read(name) is not None

    def forget(self, name: str) -> None:
        """Drop the note on a segment that is gone."""
        with contextlib.suppress(OSError):
            self._path(name).unlink()

    def prune(self) -> None:
        """Keep the newest notes; those left by caches that were deleted would pile up."""
        with contextlib.suppress(OSError):
            kept = [path for path in self._folder.iterdir() if path.suffix == ".json"]
            if len(kept) > _MOST:
                kept.sort(key=lambda path: path.stat().st_mtime_ns)
                for path in kept[: len(kept) - _MOST // 2]:
                    path.unlink()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _read(self, name: str) -> _Note | None:
        try:
            descriptor = os.open(self._path(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            content = os.read(descriptor, _LONGEST)
        finally:
            os.close(descriptor)
        with contextlib.suppress(ValueError, TypeError, LookupError, RecursionError):
            return _note(json.loads(content))
        return None

    def _write(self, name: str, note: _Note) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = json.dumps({"sha256": note.sha256.hex(), "identity": note.identity}).encode()
        beside = self._folder / f".{name}.{os.getpid()}.{time.monotonic_ns()}"
        beside.write_bytes(content)
        beside.replace(self._path(name))


def _note(told: Any) -> _Note:
    sha256, identity = bytes.fromhex(told["sha256"]), told["identity"]
    if len(sha256) != CHECKSUM or any(type(each) is not int for each in identity):
        raise ValueError("a note is a SHA-256 and numbers")
    return _Note(sha256, list(identity))


def _identity(descriptor: int) -> list[int]:
    found = os.fstat(descriptor)
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
