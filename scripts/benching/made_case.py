"""A case of many hours, made without decoding them: spliced from varied examinations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benching.splicing import Part, spliced
from benching.variation import Chance, numbers_of, variation
from mediaev import Case, Digest, Examination, Exhibit, Kind, Sighting
from mediaev.compare.testimony import ENGINE
from mediaev.model.exhibit import FileIdentity
from mediaev.store import CaseStore, now

SHORTEST = 10.0
"""Seconds of the shortest exhibit that is made up."""
_TOGETHER = 50
"""Exhibits that are recorded in one transaction."""


@dataclass(frozen=True, slots=True)
class Known:
    """A real recording that the case holds: by itself, or inside a longer one."""

    path: Path
    examination: Examination
    inside: float
    """Seconds of the recording that holds it; 0 for itself."""


@dataclass(frozen=True, slots=True)
class Footage:
    """What a case is made of: real videos, by the size of their films."""

    shapes: tuple[tuple[Examination, ...], ...]
    weights: NDArray[np.float64]
    codes: NDArray[np.uint8]
    """Numbers of all local features, shape (n, 32)."""


def read_videos(folder: Path) -> dict[Path, Examination]:
    """What examining each video brought to light, from a case into which they were scanned."""
    found = {}
    with Case.open(folder) as case:
        for exhibit in case.exhibits():
            examination = case.examination(exhibit.digest)
            if exhibit.kind is Kind.VIDEO and examination is not None and examination.film:
                path = case.sightings(exhibit.digest)[0].path
                found[Path(path.decode("utf-8", "surrogateescape"))] = examination
    return found


def footage(videos: Sequence[Examination]) -> Footage:
    """Sort what a case is to be made of."""
    by_shape: dict[tuple[int, int], list[Examination]] = {}
    for each in videos:
        if each.film is not None:
            by_shape.setdefault((each.film.width, each.film.height), []).append(each)
    seconds = [sum(float(one.facts.duration or 0) for one in each) for each in by_shape.values()]
    codes = [numbers_of(each.features.codes) for each in videos if each.features is not None]
    return Footage(
        tuple(map(tuple, by_shape.values())),
        np.asarray(seconds) / sum(seconds),
        np.concatenate(codes),
    )


def lengths(chance: Chance, hours: float, longest: float) -> list[float]:
    """Seconds of exhibits, as many as fill so many hours: short ones abound, long ones occur."""
    drawn: list[float] = []
    while sum(drawn) < hours * 3600:
        share = chance.random(1000)
        drawn += (SHORTEST * (longest / SHORTEST) ** share).tolist()
        left = np.cumsum(drawn) <= hours * 3600
        if not left[-1]:
            return drawn[: int(left.sum()) + 1]
    return drawn


def made_up(chance: Chance, source: Footage, seconds: float) -> Examination:
    """An exhibit of about so many seconds that matches nothing."""
    shape = source.shapes[chance.choice(len(source.shapes), p=source.weights)]
    return spliced(chance, list(_filled(chance, shape, seconds)), source.codes)


def holding(chance: Chance, source: Footage, known: Examination, seconds: float) -> Examination:
    """An exhibit of about so many seconds with a real recording in its middle."""
    film = known.film
    shape = [
        each
        for shape in source.shapes
        for each in shape
        if film and each.film and (each.film.width, each.film.height) == (film.width, film.height)
    ]
    half = (seconds - float(known.facts.duration or 0)) / 2
    sides = [list(_filled(chance, shape, half)) for _ in range(2)] if shape else [[], []]
    return spliced(chance, [*sides[0], Part(known, None), *sides[1]], source.codes)


def _filled(chance: Chance, shape: Sequence[Examination], seconds: float) -> Iterator[Part]:
    while seconds > 0:
        part = Part(shape[int(chance.integers(len(shape)))], variation(chance))
        yield part
        seconds -= part.seconds


class Filler:
    """Puts examinations into a case, straight through the store, as if they were compared."""

    def __init__(self, store: CaseStore, chance: Chance) -> None:
        self._store = store
        self._chance = chance
        self.count = 0

    def fill(self, examinations: Iterator[Examination], *, compared: bool = True) -> None:
        """Take in each as an exhibit of its own; `compared`: as if a scan had ended with it."""
        batch: list[Examination] = []
        for each in examinations:
            batch.append(each)
            if len(batch) == _TOGETHER:
                self._record(batch, compared=compared)
                batch = []
        self._record(batch, compared=compared)

    def _record(self, batch: Sequence[Examination], *, compared: bool) -> None:
        with self._store.transaction():
            for each in batch:
                digest = Digest("sha256", self._chance.bytes(32))
                path = b"/made-up/%06d.mp4" % self.count
                self.count += 1
                identity = FileIdentity(1, self.count, 1, 1, 1)
                self._store.take_in(
                    Exhibit(digest, 1, Kind.OTHER, now()),
                    Sighting(digest, path, identity, now()),
                    digests=(),
                )
                self._store.record_examination(digest, each)
                if compared:
                    self._store.record_matches(digest, ENGINE, [])


def make_case(
    folder: Path, source: Footage, known: Sequence[Known], *, hours: float, longest: float
) -> int:
    """Make a case of so many hours around the known recordings; how many exhibits it has."""
    chance = np.random.default_rng(1)
    with Case.create(folder) as case, case.store.session("bench", ["bench"], {}):
        filler = Filler(case.store, chance)
        filler.fill(
            each.examination
            if not each.inside
            else holding(chance, source, each.examination, each.inside)
            for each in known
        )
        filler.fill(made_up(chance, source, seconds) for seconds in lengths(chance, hours, longest))
    return filler.count
