"""Long cases: what `find` takes where a hundred hours are held."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benching import clips
from benching.made_case import Known, footage, make_case, read_videos
from benching.measuring import measured

_INSIDE = (0.0, 600.0, 3600.0)
"""Seconds of the recordings in which those that are sought lie; 0 for itself."""
_ROUNDS = 2


def main(folders: Sequence[str], work: Path, hours: float) -> None:
    """Make a case of so many hours from the videos of folders, and seek parts of three."""
    base, case = work / "base", work / "case"
    measured(["-C", str(base), "-q", "scan", *folders])
    videos = read_videos(base)
    longest = sorted(videos, key=lambda path: -(videos[path].facts.duration or 0))
    chosen = [path for path in longest if (videos[path].facts.duration or 0) > clips.QUERY_SECONDS][
        : len(_INSIDE)
    ]
    if len(videos) <= len(chosen):
        raise SystemExit("bench: needs videos, and some of them of more than ten seconds")
    queries = []
    for number, path in enumerate(chosen):
        middle = float(videos[path].facts.duration or 0) / 2
        queries.append(work / f"query{number}.mp4")
        clips.cut(path, queries[-1], middle - clips.QUERY_SECONDS / 2)
    source = footage([each for path, each in videos.items() if path not in chosen])
    known = [
        Known(path, videos[path], inside) for path, inside in zip(chosen, _INSIDE, strict=False)
    ]
    count = make_case(case, source, known, hours=hours, longest=max(_INSIDE))
    print(f"{count} exhibits, {hours:g} hours; database {_megabytes(case, 'case.db*'):.0f} MB")
    print(f"{'find':<24} {'CPU s':>8} {'wall s':>8} {'peak MB':>8}  found")
    _print_found("first, makes the index", case, queries[0])
    print(f"index: {_megabytes(case, 'cache/index/*'):.0f} MB")
    for number, query in enumerate(queries):
        for _ in range(_ROUNDS):
            _print_found(f"in {_INSIDE[number] or 'itself'} s", case, query)


def _print_found(name: str, case: Path, query: Path) -> None:
    done = measured(["-C", str(case), "find", str(query)])
    found = "yes" if done.code == 0 else "NO"
    print(f"{name:<24} {done.cpu:8.2f} {done.wall:8.2f} {done.peak:8.0f}  {found}", flush=True)


def _megabytes(folder: Path, pattern: str) -> float:
    return sum(path.stat().st_size for path in folder.glob(pattern)) / 1e6
