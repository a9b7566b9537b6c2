"""Candidates by sound: which exhibits have any window near any window of a query.

Exact search over all telling windows, as for pictures. What comes out are places worth a
closer look; `mediaev.compare.sound` decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import Packed
from mediaev.compare.sound_profile import Sound
from mediaev.compare.sound_windows import (
    RADIUS,
    Hits,
    Seed,
    exhibit_windows,
    places,
    query_windows,
)
from mediaev.index.hamming import Near, near
from mediaev.index.segment import BrokenSegmentError, Section, Segment
from mediaev.model.digest import Digest

_BYTES = 32


@dataclass(frozen=True, slots=True)
class WindowTable:
    """All telling windows of many exhibits, which go by number; fields have the same length."""

    windows: Packed
    hearers: NDArray[np.uint32]
    """The exhibit of each."""
    starts: NDArray[np.uint32]
    """Its first frame."""

    def sections(self) -> dict[str, Section]:
        """The table as a segment keeps it."""
        return {name: Section.of(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def of(cls, segment: Segment) -> WindowTable:
        """The table that a segment holds. Raises BrokenSegmentError."""
        table = cls(
            segment.array("windows", "|u1", _BYTES),
            segment.array("hearers", "<u4"),
            segment.array("starts", "<u4"),
        )
        if not len(table.windows) == len(table.hearers) == len(table.starts):
            raise BrokenSegmentError("its windows do not add up")
        if len(table.windows) and int(table.hearers.max()) >= len(segment.covered):
            raise BrokenSegmentError("its windows are of no exhibit")
        return table

    def kept(self, numbers: NDArray[np.int64]) -> WindowTable:
        """The table with new numbers of its exhibits; one below 0 leaves an exhibit out."""
        renumbered = numbers[self.hearers]
        stay = renumbered >= 0
        return WindowTable(
            self.windows[stay], renumbered[stay].astype(np.uint32), self.starts[stay]
        )


def window_table(sounds: Sequence[Sound | None], first: int = 0) -> WindowTable:
    """Lay out the windows of exhibits, which are numbered from `first`; None: no sound."""
    made = [(number, exhibit_windows(each)) for number, each in enumerate(sounds, first) if each]
    return joined(
        WindowTable(
            each.bits, np.full(len(each.starts), number, np.uint32), each.starts.astype(np.uint32)
        )
        for number, each in made
    )


def joined(tables: Iterable[WindowTable]) -> WindowTable:
    """Several tables one after the other."""
    found = [_NOTHING, *tables]
    return WindowTable(
        *(np.concatenate([getattr(each, name) for each in found]) for name in _NOTHING.__slots__)
    )


_NOTHING = WindowTable(
    np.zeros((0, _BYTES), np.uint8), np.zeros(0, np.uint32), np.zeros(0, np.uint32)
)


class SoundIndex:
    """All telling windows of many exhibits, searched exactly."""

    def __init__(self, sounds: Mapping[Digest, Sound]) -> None:
        """Index the sounds' windows in memory."""
        digests = sorted(sounds)
        table = window_table([sounds[digest] for digest in digests])
        self._parts: list[tuple[Sequence[Digest | None], WindowTable]] = [(digests, table)]

    @classmethod
    def over(cls, tables: Sequence[tuple[Sequence[Digest | None], WindowTable]]) -> SoundIndex:
        """The index over tables, each with the names of its exhibits; None: passed over."""
        made = cls({})
        made._parts = list(tables)
        return made

    def seeds(self, query: Sound) -> dict[Digest, list[Seed]]:
        """For each exhibit that may share sound with the query, the places to look at."""
        parts = [each for each in self._parts if len(each[1].windows)]
        if not parts:
            return {}
        laid = [windows for _, windows in query_windows(query)]
        bits = np.concatenate([each.bits for each in laid])
        rows = np.concatenate([each.starts for each in laid])
        changes = np.repeat(np.arange(len(laid)), [len(each.starts) for each in laid])
        found: dict[Digest, list[Seed]] = {}
        for digests, table in parts:
            hits = list(near(bits, table.windows, RADIUS, _Hearing(table, changes, rows).hits))
            for number, at in places(hits).items():
                digest = digests[number]
                if digest is not None:
                    found[digest] = at
        return found


@dataclass(frozen=True, slots=True)
class _Hearing:
    """A query's windows against one table."""

    table: WindowTable
    changes: NDArray[np.intp]
    """Number of the change that each window was made with."""
    rows: NDArray[np.intp]

    def hits(self, near: Near) -> Hits:
        """Pairs of windows that lie near, as the comparison of sound has them."""
        at = self.table.starts[near.held].astype(np.intp)
        owners = self.table.hearers[near.held].astype(np.intp)
        change, row = self.changes[near.queries], self.rows[near.queries]
        return Hits(owners, change, at - row, at, near.away)
