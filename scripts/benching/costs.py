"""Costs: what an examination takes beside bare decoding, and how much of it is stored."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import av

from benching import clips
from mediaev.actions.subjects import subject_of
from mediaev.examine.examination import examine
from mediaev.index.segment import Covered
from mediaev.index.tables import TablesMaker
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination

R = TypeVar("R")
_ROUNDS = 3
_STATIC_SECONDS = 120
_JOINED = 6
_VIDEOS = {".mp4", ".mov", ".mkv", ".webm", ".avi"}
_ASKED = {"static": 40.0, "moving": 400.0}
"""kB a minute."""
_ASKED_TIMES = 1.8


def main(folders: Sequence[str], work: Path) -> None:
    """Print both costs, on footage joined from the largest videos of folders."""
    found = [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]
    videos = [path for path in found if path.suffix.lower() in _VIDEOS]
    recordings = sorted(videos, key=lambda path: -path.stat().st_size)[:_JOINED]
    if not recordings:
        raise SystemExit("bench: there are no videos")
    made = {"moving": work / "moving.mp4", "static": work / "static.mp4"}
    clips.moving(recordings, made["moving"])
    clips.static(made["moving"], 1.0, _STATIC_SECONDS, made["static"])
    print(f"{'720p':<8} {'decoding s':>10} {'examining s':>11} {'times':>6}  (CPU, {_ROUNDS} runs)")
    examined = {}
    for name, path in made.items():
        bare = min(_cpu(_decode, path)[0] for _ in range(_ROUNDS))
        cost, examined[name] = min(
            (_cpu(_examine, path) for _ in range(_ROUNDS)), key=lambda each: each[0]
        )
        print(f"{name:<8} {bare:10.2f} {cost:11.2f} {cost / bare:6.2f}   asked: {_ASKED_TIMES}")
    print(f"\n{'stored':<8} {'kB/min':>8}  of which")
    for name, examination in examined.items():
        _print_stored(name, examination)


def _print_stored(name: str, examination: Examination) -> None:
    minutes = float(examination.facts.duration or 0) / 60
    parts = stored(examination)
    total = sum(parts.values()) / minutes / 1000
    told = ", ".join(f"{part} {size / minutes / 1000:.1f}" for part, size in parts.items())
    cached = indexed(examination) / minutes / 1000
    print(f"{name:<8} {total:8.1f}  {told}; asked: {_ASKED[name]:.0f}; index besides: {cached:.1f}")


def stored(examination: Examination) -> Mapping[str, int]:
    """Bytes of what the case's database keeps of an examination, by part."""
    features, film = examination.features, examination.film
    prints = examination.fingerprints
    return {
        "fingerprints": sum(len(each.ticks + each.bits + each.quality) for each in prints),
        "features": len(features.ticks + features.counts + features.places + features.codes)
        if features
        else 0,
        "film": len(film.ticks + film.packed) if film else 0,
    }


def indexed(examination: Examination) -> int:
    """Bytes that the index in the cache keeps of an examination."""
    maker = TablesMaker()
    maker.add(Covered(Digest("sha256", bytes(32)), bytes(32)), subject_of(examination))
    sections = maker.tables().sections()
    return sum(each.size for name, each in sections.items() if name != "sizes")


def _decode(path: Path) -> None:
    with av.open(str(path)) as container:
        for stream in container.streams:
            stream.codec_context.thread_count = 1
        for _ in container.decode():
            pass


def _examine(path: Path) -> Examination:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return examine(descriptor)
    finally:
        os.close(descriptor)


def _cpu(work: Callable[[Path], R], path: Path) -> tuple[float, R]:
    """CPU seconds of some work on a file, and what came of it."""
    start = time.process_time()
    done = work(path)
    return time.process_time() - start, done
