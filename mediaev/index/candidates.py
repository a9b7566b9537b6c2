"""Candidates: which exhibits have any sample near any sample of a query.

Exact search over every sample: nothing within the radius is missed. A run of samples that
hardly differ enters once, so that hours of static footage do not drown the rest. What comes
out is only worth a closer look; `mediaev.compare` decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.align import VOTE_RADIUS
from mediaev.compare.bits import TURNS, Packed, runs, turned
from mediaev.compare.track import Subject
from mediaev.compare.view import View
from mediaev.index.hamming import Near, near
from mediaev.index.segment import BrokenSegmentError, Section, Segment
from mediaev.model.digest import Digest
from mediaev.model.fingerprint import Region

_REGIONS = tuple(Region)
_BYTES = 32


@dataclass(frozen=True, slots=True)
class SampleTable:
    """All voting samples of many exhibits, which go by number; fields have the same length."""

    bits: Packed
    holders: NDArray[np.uint32]
    """The exhibit of each."""
    regions: NDArray[np.uint8]
    """Its region, by its place in `Region`."""

    def sections(self) -> dict[str, Section]:
        """The table as a segment keeps it."""
        return {name: Section.of(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def of(cls, segment: Segment) -> SampleTable:
        """The table that a segment holds. Raises BrokenSegmentError."""
        table = cls(
            segment.array("bits", "|u1", _BYTES),
            segment.array("holders", "<u4"),
            segment.array("regions", "|u1"),
        )
        if not len(table.bits) == len(table.holders) == len(table.regions):
            raise BrokenSegmentError("its samples do not add up")
        if len(table.bits) and (
            int(table.holders.max()) >= len(segment.covered)
            or int(table.regions.max()) >= len(_REGIONS)
        ):
            raise BrokenSegmentError("its samples are of no exhibit or region")
        return table

    def kept(self, numbers: NDArray[np.int64]) -> SampleTable:
        """The table with new numbers of its exhibits; one below 0 leaves an exhibit out."""
        renumbered = numbers[self.holders]
        stay = renumbered >= 0
        return SampleTable(self.bits[stay], renumbered[stay].astype(np.uint32), self.regions[stay])


def sample_table(subjects: Sequence[Subject], first: int = 0) -> SampleTable:
    """Lay out the samples of exhibits, which are numbered from `first`."""
    return joined(
        SampleTable(
            packed,
            np.full(len(packed), number, np.uint32),
            np.full(len(packed), _REGIONS.index(region), np.uint8),
        )
        for number, subject in enumerate(subjects, first)
        for region, packed in _seeds(subject)
    )


def joined(tables: Iterable[SampleTable]) -> SampleTable:
    """Several tables one after the other."""
    found = [_NOTHING, *tables]
    return SampleTable(
        *(np.concatenate([getattr(each, name) for each in found]) for name in _NOTHING.__slots__)
    )


_NOTHING = SampleTable(
    np.zeros((0, _BYTES), np.uint8), np.zeros(0, np.uint32), np.zeros(0, np.uint8)
)


class CandidateIndex:
    """All voting samples of many exhibits, searched exactly."""

    def __init__(self, subjects: Mapping[Digest, Subject]) -> None:
        """Index the subjects' samples in memory."""
        digests = sorted(subjects)
        table = sample_table([subjects[digest] for digest in digests])
        self._parts: list[tuple[Sequence[Digest | None], SampleTable]] = [(digests, table)]

    @classmethod
    def over(cls, tables: Sequence[tuple[Sequence[Digest | None], SampleTable]]) -> CandidateIndex:
        """The index over tables, each with the names of its exhibits; None: passed over."""
        made = cls({})
        made._parts = list(tables)
        return made

    def views(self, query: Subject) -> dict[Digest, set[View]]:
        """For each exhibit with a sample within the radius, the views that brought them near."""
        laid = [
            (turn, region, turned(packed, turn))
            for region, packed in _seeds(query)
            for turn in TURNS
        ]
        found: dict[Digest, set[View]] = {}
        if not laid:
            return found
        queries = np.concatenate([packed for _, _, packed in laid])
        which = np.repeat(np.arange(len(laid)), [len(packed) for _, _, packed in laid])
        for digests, table in self._parts:
            for number, owner, other in _met(queries, which, table):
                digest = digests[owner]
                if digest is not None:
                    turn, region, _ = laid[number]
                    view = View(turn, region, _REGIONS[other])
                    found.setdefault(digest, set()).add(view)
        return found


def _met(queries: Packed, which: NDArray[np.intp], table: SampleTable) -> set[tuple[int, int, int]]:
    """Distinct (position in what was laid, exhibit number, region number) within the radius."""

    def rows(hits: Near) -> list[list[int]]:
        columns = which[hits.queries], table.holders[hits.held], table.regions[hits.held]
        stacked = np.stack([each.astype(np.intp) for each in columns], axis=1)
        found: list[list[int]] = np.unique(stacked, axis=0).tolist()
        return found

    return {
        (number, owner, region)
        for found in near(queries, table.bits, VOTE_RADIUS, rows)
        for number, owner, region in found
    }


def _seeds(subject: Subject) -> list[tuple[Region, Packed]]:
    """The clear samples of each region, one of each run."""
    clear = [(track.region, track.bits[track.clear]) for track in subject.tracks]
    return [(region, packed[runs(packed)]) for region, packed in clear if len(packed)]
