"""Which keyframes of a case share spots with a query's, found through the spots' codes.

Spots are looked up by pattern and sketch (`mediaev.index.spot_table`), and counted where they
agree with each other (`mediaev.index.agreement`). Nothing is trained: whether two keyframes
meet depends on these two alone, never on what else the case holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.proposals import Meeting
from mediaev.compare.spots import Album, Keyframe
from mediaev.index.agreement import agreeing
from mediaev.index.lookup import Lookup, Wanted
from mediaev.index.spot_table import FRAME_SHIFT, SpotTable, SpotTableMaker, frames_of
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
        maker, names = SpotTableMaker(), []
        for name, album in albums:
            maker.add(album)
            names.append(name)
        self._parts: list[_Part[Name]] = [_Part(names, maker.table())]

    @classmethod
    def over(cls, tables: Sequence[tuple[Sequence[Name | None], SpotTable]]) -> FeatureIndex[Name]:
        """The index over tables, each with the names of its exhibits; None: passed over."""
        made = cls(())
        made._parts = [_Part(names, table) for names, table in tables]
        return made

    def meetings(self, query: Album) -> dict[Name, list[Meeting]]:
        """For each exhibit, the pairs of keyframes with enough agreeing spots."""
        found: dict[Name, list[Meeting]] = {}
        for meetings in each_in_threads(self._meetings, list(enumerate(query.keyframes))):
            for name, meeting in meetings:
                found.setdefault(name, []).append(meeting)
        return found

    def _meetings(self, numbered: tuple[int, Keyframe]) -> list[tuple[Name, Meeting]]:
        """Where one keyframe of a query leads."""
        position, picture = numbered
        sides = [(side, Wanted.of(side)) for side in (picture, picture.mirrored)]
        met: dict[Name, list[Meeting]] = {}
        for part in self._parts:
            upright, mirrored = (part.votes(side, wanted) for side, wanted in sides)
            best = np.maximum(upright, mirrored)
            for frame in np.flatnonzero(best):
                name = part.names[part.table.owners[frame]]
                if name is not None:
                    place, count = int(part.table.places[frame]), int(best[frame])
                    turned = bool(mirrored[frame] > upright[frame])
                    met.setdefault(name, []).append(Meeting(position, place, count, turned))
        return list(_chosen(met))


def _chosen(met: dict[Name, list[Meeting]]) -> Iterator[tuple[Name, Meeting]]:
    """Of what one keyframe of a query met, that with most votes."""
    for several in met.values():
        several.sort(key=lambda each: (-each.votes, each.exhibit))
    ranked = sorted(met.items(), key=lambda each: (-each[1][0].votes, each[0]))
    for name, several in ranked[:_MOST]:
        yield from ((name, meeting) for meeting in several[:_OF_ONE])


class _Part(Generic[Name]):
    """One table and the names of its exhibits."""

    def __init__(self, names: Sequence[Name | None], table: SpotTable) -> None:
        self.names = names
        self.table = table
        self._lookup = Lookup(table)

    def votes(self, side: Keyframe, wanted: Wanted) -> NDArray[np.intp]:
        """For one picture, how many of its spots agree with each keyframe of the table."""
        frames = len(self.table.owners)
        spots, entries = self._lookup.near(wanted)
        # A file of the cache may name keyframes that there are not.
        if len(entries) and int(entries.max()) >> FRAME_SHIFT >= frames:
            known = frames_of(entries) < frames
            spots, entries = spots[known], entries[known]
        return agreeing(side, spots, entries, frames)
