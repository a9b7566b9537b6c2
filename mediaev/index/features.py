"""Which keyframes of a case share spots with a query's, found through the spots' codes.

Spots are looked up by pattern and sketch (`mediaev.index.spot_table`), and counted where they
agree with each other (`mediaev.index.agreement`). Nothing is trained: whether two keyframes
meet depends on these two alone, never on what else the case holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.proposals import Meeting
from mediaev.compare.spots import Album, Keyframe
from mediaev.index.agreement import agreeing
from mediaev.index.lookup import Lookup, Wanted
from mediaev.index.spot_table import Numbers, SpotTable, frames_of, table_of
from mediaev.index.threads import each_in_threads

_OF_ONE = 8
"""Keyframes of one exhibit that one keyframe of a query is looked at with, those with most votes;
where nothing moves they are all alike."""
_MOST = 32
"""Exhibits that one keyframe of a query leads to, those with most votes."""

Name = TypeVar("Name", bound=Any)
"""What exhibits go by: anything that can be sorted."""


class FeatureIndex(Generic[Name]):
    """The spots of all keyframes of many exhibits."""

    def __init__(self, albums: Iterable[tuple[Name, Album]]) -> None:
        """Index the keyframes of every exhibit, in memory."""
        held = list(albums)
        table = table_of([album for _, album in held])
        self._parts = [_Part([name for name, _ in held], table)]

    @classmethod
    def over(cls, tables: Sequence[tuple[Sequence[Name | None], SpotTable]]) -> FeatureIndex[Name]:
        """The index over tables, each with the names of its exhibits; None: passed over."""
        made = cls(())
        made._parts = [_Part(names, table) for names, table in tables]
        return made

    def meetings(self, query: Album) -> dict[Name, list[Meeting]]:
        """For each exhibit, the pairs of keyframes with enough agreeing spots."""
        found: dict[Name, list[Meeting]] = {}
        keyframes = enumerate(query.keyframes)
        for meetings in each_in_threads(lambda each: self._meetings(*each), keyframes):
            for name, meeting in meetings:
                found.setdefault(name, []).append(meeting)
        return found

    def _meetings(self, position: int, keyframe: Keyframe) -> list[tuple[Name, Meeting]]:
        """Where one keyframe of a query leads."""
        sides = [(one, Wanted.of(one)) for one in (keyframe, keyframe.mirrored)]
        met: dict[Name, list[Meeting]] = {}
        for part in self._parts:
            for frame, votes, mirrored in part.votes(sides):
                name = part.names[part.table.owners[frame]]
                if name is not None:
                    place = int(part.table.places[frame])
                    meeting = Meeting(position, place, votes, mirrored=mirrored)
                    met.setdefault(name, []).append(meeting)
        for name, several in met.items():
            several.sort(key=lambda each: (-each.votes, each.exhibit))
            met[name] = several[:_OF_ONE]
        chosen = sorted(met.items(), key=lambda each: (-each[1][0].votes, each[0]))[:_MOST]
        return [(name, meeting) for name, several in chosen for meeting in several]


class _Part(Generic[Name]):
    """One table and the names of its exhibits."""

    def __init__(self, names: Sequence[Name | None], table: SpotTable) -> None:
        self.names = names
        self.table = table
        self._lookup = Lookup(table)

    def votes(self, sides: Sequence[tuple[Keyframe, Wanted]]) -> list[tuple[int, int, bool]]:
        """Keyframe, votes, and whether they are the mirrored picture's, where there are enough."""
        frames = len(self.table.owners)
        counts = np.zeros((2, frames), np.intp)
        for number, (keyframe, wanted) in enumerate(sides):
            rows, entries = self._lookup.near(wanted)
            rows, entries = _of_frames(rows, entries, frames)
            found = agreeing(keyframe, rows, entries, frames)
            counts[number, found.frames] = found.counts
        best = counts.max(axis=0, initial=0)
        return [
            (int(frame), int(best[frame]), bool(counts[1, frame] > counts[0, frame]))
            for frame in np.flatnonzero(best)
        ]


def _of_frames(
    rows: NDArray[np.intp], entries: Numbers, frames: int
) -> tuple[NDArray[np.intp], Numbers]:
    """Entries of keyframes that there are; a file of the cache may name others."""
    known = frames_of(entries) < frames
    return (rows, entries) if known.all() else (rows[known], entries[known])
