"""The catalogue: which exhibits of a case are in which tables, and tables for those in none.

What is kept from one command to the next is held against the case each time: a segment counts
for an exhibit only if it was made of the very examination that the case holds. So each exhibit
is searched exactly once, whatever became of the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from mediaev.compare.track import Subject
from mediaev.index.segment import BrokenSegmentError, Covered, Segment
from mediaev.index.segment_folder import SegmentFolder
from mediaev.index.tables import Living, Tables, TablesMaker, merged
from mediaev.model.digest import Digest

Read = Callable[[Digest], Subject]
"""Reads an exhibit with its album and its sound."""
Told = Callable[[int, int], None]
_SPOTS = 1 << 22
"""Spots from which a segment is closed while tables are made: some 200 MB of memory."""
_SMALLEST = 16 << 20
"""Bytes up to which segments are of the lowest tier; each tier reaches four times further."""
_OF_A_TIER = 2
"""Segments of one tier that are left alone; more are merged."""
_HALF = 0.5
"""Share of a segment's exhibits that must count; one with fewer is made anew."""


class Catalogue:
    """The tables of all exhibits of a case."""

    def __init__(
        self,
        described: Mapping[Digest, bytes],
        read: Read,
        folder: SegmentFolder | None = None,
        told: Told = lambda _done, _total: None,
    ) -> None:
        """Find or make the tables of all that is `described`, each by its examination's name.

        Without a folder all tables are made in memory. An exhibit whose examination has no
        name is never kept. `told` hears how many exhibits there are tables for by now, of how
        many that had none.
        """
        self._folder = folder
        self._segments: dict[str, Segment] = {}
        self.parts: list[Living] = []
        missing = dict(described)
        self._listed = folder.names() if folder is not None else []
        for segment in folder.segments(self._listed) if folder is not None else []:
            part = _living(segment, missing)
            if part is not None:
                self.parts.append(part)
                self._segments[segment.name] = segment
        found = set(self._segments)
        self.refused = sum(name not in found for name in self._listed) if missing else 0
        """Files of the cache that stand for nothing here, though tables had to be made."""
        self.made = len(missing)
        """How many exhibits had no tables."""
        for done, _ in enumerate(self._fill(missing, read), 1):
            told(done, len(missing))

    def _fill(self, missing: Mapping[Digest, bytes], read: Read) -> Iterator[Digest]:
        """Make tables for exhibits that have none."""
        named = [digest for digest, name in missing.items() if name]
        nameless = [digest for digest, name in missing.items() if not name]
        for digests, folder in ((named, self._folder), (nameless, None)):
            maker = TablesMaker()
            for number, digest in enumerate(digests, 1):
                maker.add(Covered(digest, missing[digest]), read(digest))
                yield digest
                if maker.spots >= _SPOTS or number == len(digests):
                    self._keep(maker.tables(), folder)
                    maker = TablesMaker()

    def _keep(self, tables: Tables, folder: SegmentFolder | None) -> None:
        """Write tables if that can be done, and hold them in any case."""
        segment = folder.write(tables.covered, tables.sections()) if folder is not None else None
        if segment is not None:
            tables = Tables.of(segment)
            self._segments[segment.name] = segment
        names = tuple(each.digest for each in tables.covered)
        self.parts.append(Living(tables, names, segment.name if segment is not None else ""))

    def tidy(self) -> None:
        """Merge segments that have become many, and delete what no search uses any more."""
        if self._folder is None:
            return
        with self._folder.alone() as free:
            if not free:
                return
            while chosen := self._to_merge():
                if not self._merge(chosen):
                    return
            # What others wrote meanwhile is theirs to use.
            self._folder.drop([name for name in self._listed if name not in self._segments])
            self._folder.sweep()

    def _to_merge(self) -> list[Living]:
        """Segments that one should stand for; of the lowest tier that has too many."""
        kept = [part for part in self.parts if part.segment]
        for part in kept:
            if part.count < _HALF * len(part.names):
                return [part]
        by_tier: dict[int, list[Living]] = {}
        for part in kept:
            by_tier.setdefault(_tier(self._segments[part.segment].size), []).append(part)
        for tier in sorted(by_tier):
            if len(by_tier[tier]) > _OF_A_TIER:
                return [part for each in by_tier if each <= tier for part in by_tier[each]]
        return []

    def _merge(self, chosen: Sequence[Living]) -> bool:
        """Put one segment in the place of some; whether that could be done."""
        if self._folder is None:
            return False
        covered, sections = merged(chosen)
        segment = self._folder.write(covered, sections)
        if segment is None:
            return False
        for part in chosen:
            del self._segments[part.segment]
        self._folder.drop([part.segment for part in chosen])
        self._segments[segment.name] = segment
        names = tuple(each.digest for each in segment.covered)
        rest = [part for part in self.parts if part not in chosen]
        self.parts = [*rest, Living(Tables.of(segment), names, segment.name)]
        return True


def _living(segment: Segment, missing: dict[Digest, bytes]) -> Living | None:
    """What of a segment counts, taken off `missing`; None if nothing does, or it is broken."""
    names: list[Digest | None] = []
    taken: set[Digest] = set()
    for each in segment.covered:
        counts = missing.get(each.digest) == each.examination and each.digest not in taken
        names.append(each.digest if counts else None)
        taken |= {each.digest} if counts else set()
    if not taken:
        return None
    try:
        tables = Tables.of(segment)
    except BrokenSegmentError:
        return None
    for digest in taken:
        del missing[digest]
    return Living(tables, tuple(names), segment.name)


def _tier(size: int) -> int:
    tier = 0
    while size > _SMALLEST << 2 * tier:
        tier += 1
    return tier
