"""How the spots of many keyframes are laid out so that like ones are found quickly.

Each spot goes by the signs of its 18 most telling numbers, its *pattern*. Under each pattern
stand the *sketches* of its spots, 64 bits that say of every number how high it is, and beside
them the *entries*: which keyframe, where in it, how large, and which way the spot points. That
is all that finding takes, in 16 bytes a spot, and it can be used where it lies in a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.codes import LEVELS, Levels
from mediaev.compare.spots import Album, Keyframe
from mediaev.index.segment import BrokenSegmentError, Section, Segment

SIGNS = 18
PATTERNS = 2**SIGNS
_STEPS: tuple[tuple[int, ...], ...] = (
    (-4, -1, 1, 4),
    *5 * ((-3, 0, 3),),
    (-2, 0, 2),
    *((-2, 2), (-2, 2), (-1, 1), (-2, 2)),
    *12 * ((-1, 1),),
    *((0,), (-1, 1)),
    *7 * ((0,),),
)
"""Levels that each number is held against, about as far apart as its own spread allows: 64."""
_HALF = LEVELS // 2
FRAME_BITS, _FINE, _BYTE = 28, 10, 8
"""Of an entry: keyframe; x and y; size and direction."""
FRAME_SHIFT = 2 * _FINE + 2 * _BYTE
"""Bits of an entry that stand below its keyframe."""
OCTAVE, TURN = 8, 256
"""Steps in which sizes and directions are told apart."""
_LEAST_OCTAVE = -16.0
"""Binary logarithm of the smallest size, in units of the longest side."""
_AT_ONCE = 1 << 21
"""Spots that are sorted at a time."""

Numbers = NDArray[np.uint64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SpotTable:
    """The spots of many keyframes by pattern; keyframes go by number, exhibits too."""

    sizes: NDArray[np.uint32]
    """Spots of each pattern, shape (PATTERNS,)."""
    lists: Numbers
    """Under each pattern its sketches, then as many entries; twice as long as there are spots."""
    owners: NDArray[np.uint32]
    """The exhibit of each keyframe."""
    places: NDArray[np.uint32]
    """Its position among the exhibit's keyframes."""

    @property
    def spots(self) -> int:
        """How many there are."""
        return len(self.lists) // 2

    def sections(self) -> dict[str, Section]:
        """The table as a segment keeps it."""
        return {name: Section.of(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def of(cls, segment: Segment) -> SpotTable:
        """The table that a segment holds. Raises BrokenSegmentError."""
        table = cls(
            segment.array("sizes", "<u4"),
            segment.array("lists", "<u8"),
            segment.array("owners", "<u4"),
            segment.array("places", "<u4"),
        )
        exhibits = len(segment.covered)
        fits = (
            len(table.sizes) == PATTERNS
            and 2 * int(table.sizes.sum(dtype=np.uint64)) == len(table.lists)
            and len(table.owners) == len(table.places) <= 2**FRAME_BITS
            and (not len(table.owners) or int(table.owners.max()) < exhibits)
        )
        if not fits:
            raise BrokenSegmentError("its spots do not add up")
        return table


class SpotTableMaker:
    """Lays albums out one after the other, and keeps of each no more than the table needs."""

    def __init__(self) -> None:
        self._keys = [np.zeros(0, np.int64)]
        self._sketches = [np.zeros(0, np.uint64)]
        self._entries = [np.zeros(0, np.uint64)]
        self._counts: list[int] = []
        self._frames = 0
        self.spots = 0
        """How many were added."""

    def add(self, album: Album) -> None:
        """Take the keyframes of the next exhibit."""
        for frame in album.keyframes:
            self._entries.append(_entries(self._frames, frame))
            self._frames += 1
        self._counts.append(len(album.keyframes))
        if album.keyframes:
            levels = np.concatenate([frame.levels for frame in album.keyframes])
            self._keys.append(patterns(levels))
            self._sketches.append(sketched(levels))
            self.spots += len(levels)

    def table(self) -> SpotTable:
        """The table of all that was added."""
        spots = _Spots(
            np.concatenate(self._keys),
            np.concatenate(self._sketches),
            np.concatenate(self._entries),
        )
        counts = self._counts
        places = [np.zeros(0, np.uint32), *(np.arange(n, dtype=np.uint32) for n in counts)]
        return SpotTable(
            np.bincount(spots.keys, minlength=PATTERNS).astype(np.uint32),
            _laid_out(spots, 0, PATTERNS),
            np.repeat(np.arange(len(counts), dtype=np.uint32), counts),
            np.concatenate(places),
        )


def patterns(levels: Levels) -> Counts:
    """The pattern of each spot as a number."""
    signs = np.packbits(levels[:, :SIGNS] > 0, axis=1, bitorder="little").astype(np.int64)
    return np.asarray(signs @ (1 << 8 * np.arange(signs.shape[1])), np.int64)


def sketched(levels: Levels) -> Numbers:
    """The sketch of each spot."""
    numbers = (levels + _HALF).astype(np.uint8) & (LEVELS - 1)
    pairs = numbers[:, 0::2] << 4 | numbers[:, 1::2]
    found = np.zeros(len(pairs), np.uint64)
    for number, column in enumerate(_LOOKED_UP):
        found |= column[pairs[:, number]]
    return found


def _looked_up() -> NDArray[np.uint64]:
    """For each two numbers and each two levels of theirs the bits of a sketch, shape (16, 256)."""
    table = np.zeros((len(_STEPS), LEVELS), np.uint64)
    bit = 0
    for number, steps in enumerate(_STEPS):
        for step in steps:
            table[number, np.arange(LEVELS) - (LEVELS - 1) / 2 > step] |= np.uint64(1 << bit)
            bit += 1
    return np.stack(
        [
            (high[:, None] | low[None, :]).ravel()
            for high, low in zip(table[0::2], table[1::2], strict=True)
        ]
    )


_LOOKED_UP = _looked_up()


def _entries(number: int, frame: Keyframe) -> Numbers:
    """What stands beside the sketches of one keyframe's spots."""
    fine = np.clip(np.rint(frame.places * 2**_FINE), 0, 2**_FINE - 1).astype(np.uint64)
    packed = np.uint64(number) << np.uint64(_FINE)
    packed = (packed | fine[:, 0]) << np.uint64(_FINE) | fine[:, 1]
    packed = packed << np.uint64(_BYTE) | sizes_of(frame).astype(np.uint64)
    turned = directions_of(frame).astype(np.uint64)
    return np.asarray(packed << np.uint64(_BYTE) | turned, np.uint64)


def sizes_of(frame: Keyframe) -> NDArray[np.int16]:
    """How large each spot of a keyframe is, in `OCTAVE` steps an octave, 0..255."""
    steps = np.rint((frame.octaves - _LEAST_OCTAVE) * OCTAVE)
    return np.clip(steps, 0, 255).astype(np.int16)


def directions_of(frame: Keyframe) -> NDArray[np.int16]:
    """Which way each spot of a keyframe points, in `TURN` steps a turn."""
    return (np.rint(frame.directions / (2 * np.pi) * TURN).astype(np.int64) % TURN).astype(np.int16)


def frames_of(entries: Numbers) -> NDArray[np.intp]:
    """The keyframe of each entry."""
    return (entries >> np.uint64(FRAME_SHIFT)).astype(np.intp)


def sizes_in(entries: Numbers) -> NDArray[np.int16]:
    """The size in each entry, as `sizes_of` has it."""
    return (entries >> np.uint64(_BYTE)).astype(np.uint8).astype(np.int16)


def directions_in(entries: Numbers) -> NDArray[np.int16]:
    """The direction in each entry, as `directions_of` has it."""
    return entries.astype(np.uint8).astype(np.int16)


def places_in(entries: Numbers) -> NDArray[np.complex128]:
    """The place in each entry in units of the longest side, x + iy."""
    fine = np.uint64(2**_FINE - 1)
    x = (entries >> np.uint64(_FINE + 2 * _BYTE)) & fine
    y = (entries >> np.uint64(2 * _BYTE)) & fine
    return np.asarray((x.astype(np.float64) + 1j * y.astype(np.float64)) / 2**_FINE)


@dataclass(frozen=True, slots=True)
class _Spots:
    """Spots one by one; all fields have the same length."""

    keys: Counts
    sketches: Numbers
    entries: Numbers


def _laid_out(spots: _Spots, first: int, last: int) -> Numbers:
    """The lists of the patterns from `first` to before `last`."""
    order = np.argsort(spots.keys, kind="stable")
    keys = spots.keys[order] - first
    sizes = np.bincount(keys, minlength=last - first)
    before = np.cumsum(sizes) - sizes
    where = np.arange(len(keys)) + before[keys]
    lists = np.empty(2 * len(keys), np.uint64)
    lists[where] = spots.sketches[order]
    lists[where + sizes[keys]] = spots.entries[order]
    return lists


def merged(tables: Sequence[tuple[SpotTable, NDArray[np.int64]]]) -> dict[str, Section]:
    """Many tables as one, piece by piece; each comes with the new numbers of its exhibits.

    A number below 0 leaves the exhibit out.
    """
    kept = [numbers[table.owners] >= 0 for table, numbers in tables]
    renumbered = _renumbered(kept)
    sources = [
        _Source(table, frames) for (table, _), frames in zip(tables, renumbered, strict=True)
    ]
    sizes = sum((source.sizes() for source in sources), np.zeros(PATTERNS, np.int64))
    owners = [
        numbers[table.owners][stays] for (table, numbers), stays in zip(tables, kept, strict=True)
    ]
    places = [table.places[stays] for (table, _), stays in zip(tables, kept, strict=True)]
    total = int(sizes.sum())
    return {
        "sizes": Section.of(sizes.astype(np.uint32)),
        "lists": Section("<u8", (2 * total,), _merged_lists(sources, sizes)),
        "owners": Section.of(_joined(owners)),
        "places": Section.of(_joined(places)),
    }


def _renumbered(kept: Iterable[NDArray[np.bool_]]) -> list[NDArray[np.int64]]:
    """New numbers of the keyframes of each table; -1 for those that go."""
    found, count = [], 0
    for stays in kept:
        numbers = np.where(stays, np.cumsum(stays) - 1 + count, -1)
        count += int(stays.sum())
        found.append(numbers.astype(np.int64))
    return found


def _merged_lists(sources: Sequence[_Source], sizes: Counts) -> Iterator[NDArray[Any]]:
    for first, last in _ranges(sizes):
        parts = [source.spots(first, last) for source in sources]
        whole = _Spots(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.sketches for part in parts]),
            np.concatenate([part.entries for part in parts]),
        )
        yield _laid_out(whole, first, last)


def _ranges(sizes: Counts) -> Iterator[tuple[int, int]]:
    """Ranges of patterns with about `_AT_ONCE` spots each."""
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        done = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + _AT_ONCE, side="right")))
        yield first, last
        first = last


class _Source:
    """A table that is merged into another."""

    def __init__(self, table: SpotTable, frames: NDArray[np.int64]) -> None:
        self._table = table
        self._frames = frames
        self._whole = bool((frames >= 0).all())
        self._starts = np.concatenate([[0], np.cumsum(table.sizes, dtype=np.int64)])

    def sizes(self) -> Counts:
        """How many spots of each pattern stay."""
        if self._whole:
            return np.asarray(self._table.sizes, np.int64)
        found = np.zeros(PATTERNS, np.int64)
        for first, last in _ranges(np.asarray(self._table.sizes, np.int64)):
            found += np.bincount(self.spots(first, last).keys, minlength=PATTERNS)
        return found

    def spots(self, first: int, last: int) -> _Spots:
        """Those that stay of some patterns, with the new numbers of their keyframes."""
        starts = self._starts
        sizes = np.diff(starts[first : last + 1])
        lists = self._table.lists[2 * starts[first] : 2 * starts[last]]
        keys = np.repeat(np.arange(last - first), sizes)
        before = starts[first:last] - starts[first]
        where = np.arange(len(keys)) + before[keys]
        sketches, entries = lists[where], lists[where + sizes[keys]]
        frames = frames_of(entries)
        if len(frames) and int(frames.max()) >= len(self._frames):
            raise BrokenSegmentError("a spot is of no keyframe")
        frames = self._frames[frames]
        stay = frames >= 0
        shift = np.uint64(FRAME_SHIFT)
        rest = entries & np.uint64((1 << FRAME_SHIFT) - 1)
        moved = frames.astype(np.uint64) << shift | rest
        return _Spots(keys[stay] + first, sketches[stay], moved[stay])


def _joined(arrays: Sequence[NDArray[Any]]) -> NDArray[np.uint32]:
    return np.concatenate([np.zeros(0, np.uint32), *arrays]).astype(np.uint32)
