"""Tables: all that finding takes of some exhibits, in memory or in a segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.sound_profile import SOUND
from mediaev.compare.track import Subject
from mediaev.index import candidates, sounds, spot_table
from mediaev.index.candidates import SampleTable, sample_table
from mediaev.index.segment import Covered, Section, Segment
from mediaev.index.sounds import WindowTable, window_table
from mediaev.index.spot_table import SpotTable, SpotTableMaker
from mediaev.model.digest import Digest

SETTINGS = f"samples/1 spots/1 windows/2 {SOUND}"
"""What a segment's tables were made of and how; raise a number with every change of its table."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of some exhibits, which go by number."""

    covered: tuple[Covered, ...]
    samples: SampleTable
    spots: SpotTable
    windows: WindowTable

    def sections(self) -> dict[str, Section]:
        """All of them as a segment keeps them."""
        return self.samples.sections() | self.spots.sections() | self.windows.sections()

    @classmethod
    def of(cls, segment: Segment) -> Tables:
        """What a segment holds. Raises BrokenSegmentError."""
        return cls(
            segment.covered,
            SampleTable.of(segment),
            SpotTable.of(segment),
            WindowTable.of(segment),
        )


class TablesMaker:
    """Takes exhibits one after the other; nothing of them is held but what the tables need."""

    def __init__(self) -> None:
        self._covered: list[Covered] = []
        self._samples: list[SampleTable] = []
        self._spots = SpotTableMaker()
        self._windows: list[WindowTable] = []

    @property
    def spots(self) -> int:
        """How many spots there are by now: they are what takes room."""
        return self._spots.spots

    def add(self, covered: Covered, subject: Subject) -> None:
        """Take an exhibit, with its album and its sound."""
        number = len(self._covered)
        self._covered.append(covered)
        self._samples.append(sample_table([subject], number))
        self._windows.append(window_table([subject.sound], number))
        self._spots.add(subject.album)

    def tables(self) -> Tables:
        """The tables of all that was added."""
        return Tables(
            tuple(self._covered),
            candidates.joined(self._samples),
            self._spots.table(),
            sounds.joined(self._windows),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Living:
    """Tables, and which of their exhibits still count."""

    tables: Tables
    names: tuple[Digest | None, ...]
    """The exhibits' digests; None where another segment or a newer examination stands."""
    segment: str = ""
    """Name of the file that holds the tables; empty where there is none."""

    @property
    def samples(self) -> SampleTable:
        """The pictures' samples."""
        return self.tables.samples

    @property
    def spots(self) -> SpotTable:
        """The keyframes' spots."""
        return self.tables.spots

    @property
    def windows(self) -> WindowTable:
        """The sounds' windows."""
        return self.tables.windows

    @property
    def count(self) -> int:
        """How many exhibits count."""
        return sum(name is not None for name in self.names)


def merged(parts: Sequence[Living]) -> tuple[list[Covered], dict[str, Section]]:
    """What covers all exhibits of some tables that still count, to be written as one segment."""
    covered: list[Covered] = []
    numbers: list[NDArray[np.int64]] = []
    for part in parts:
        stay = np.array([name is not None for name in part.names], np.bool_)
        numbers.append(np.where(stay, np.cumsum(stay) - 1 + len(covered), -1).astype(np.int64))
        covered += [
            each for each, name in zip(part.tables.covered, part.names, strict=True) if name
        ]
    pairs = list(zip((part.tables for part in parts), numbers, strict=True))
    samples = candidates.joined(tables.samples.kept(each) for tables, each in pairs)
    windows = sounds.joined(tables.windows.kept(each) for tables, each in pairs)
    spots = spot_table.merged([(tables.spots, each) for tables, each in pairs])
    return covered, samples.sections() | spots | windows.sections()
