"""The program provena-audit: PDQ of four frames a second, votes on a shift in time."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from evaluation.clock import cpu_seconds
from evaluation.peers.environment import VENV, has
from evaluation.peers.port import UnavailableError
from evaluation.scoring import Method
from evaluation.truth import Query, Trial
from evaluation.workshop import Workshop

AT_ONCE = 100
_CLIP = re.compile(r"(?P<clip>.+): \d+ match(es)?$")
_HIT = re.compile(r"  \[.*\] (?P<name>.+)  [\d.]+-[\d.]+s  \(.*, (?P<votes>\d+) votes\)")


class Provena:
    """The released program as a stranger runs it: `fingerprint`, then `lookup`."""

    name = "provena-audit"
    parts = frozenset({"video", "excerpts"})

    def ask(self, trial: Trial, shop: Workshop) -> Method:
        """What it names at all, it calls copies; the score is its number of votes."""
        if not (has("provena_audit") and has("pdqhash")):
            raise UnavailableError(
                "it needs pdqhash, which has no wheels for this system; "
                "to compile it: pip --python .venv-peers install provena-audit"
            )
        start = cpu_seconds()
        with tempfile.TemporaryDirectory(dir=shop.cache.folder) as place:
            folder = Path(place)
            (folder / "library").mkdir()
            for exhibit in trial.library:
                # It takes files by their ending; what is inside is for FFmpeg to find out.
                (folder / "library" / f"{exhibit.digest}.mp4").symlink_to(exhibit.path.resolve())
            _provena(folder, "fingerprint", "library", "--send", "send", "--private", "names")
            scores = dict(_lookups(folder, trial.queries))
        return Method(self.name, scores, frozenset(scores), cpu_seconds() - start)


def _lookups(folder: Path, queries: Sequence[Query]) -> Iterator[tuple[tuple[str, str], float]]:
    names = {}
    for number, query in enumerate(queries):
        plain = folder / f"q{number}.mp4"
        plain.symlink_to(query.path.resolve())
        names[plain.name] = query.name
    clips = list(names)
    for start in range(0, len(clips), AT_ONCE):
        asked = clips[start : start + AT_ONCE]
        said = _provena(folder, "lookup", *asked, "--index", "send", "--private", "names")
        yield from read_hits(said, names)


def read_hits(said: str, names: dict[str, str]) -> Iterator[tuple[tuple[str, str], float]]:
    """Pairs and votes from what `lookup` prints; `names` are the queries by file name."""
    clip = ""
    best: dict[tuple[str, str], float] = {}
    for line in said.splitlines():
        if (found := _CLIP.match(line)) and found["clip"] in names:
            clip = names[found["clip"]]
        elif found := _HIT.match(line):
            key = clip, Path(found["name"]).stem
            best[key] = max(best.get(key, 0.0), float(found["votes"]))
    yield from best.items()


def _provena(folder: Path, *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - no shell, our own names
        [VENV / "bin" / "provena-audit", *words],
        cwd=folder,
        env=os.environ | {"PYTHONSAFEPATH": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UnavailableError(f"it failed: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
    return done.stdout
