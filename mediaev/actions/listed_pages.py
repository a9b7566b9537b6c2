"""Pages of a hash list: its entries of one sort, laid out as arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import Packed
from mediaev.compare.track import CLEAR
from mediaev.errors import TamperedCaseError
from mediaev.index.near import NearIndex
from mediaev.model.hash_list import UNKNOWN_QUALITY, EntryKind, HashList
from mediaev.store import CaseStore, ListBlock


@dataclass(frozen=True)
class Page:
    """Samples of some entries, in the order of the entries."""

    bits: Packed
    """Shape (n, bytes)."""
    entries: NDArray[np.int64]
    """Which entry of the list each sample is of."""
    lines: NDArray[np.int64]
    quality: NDArray[np.uint8]
    ticks: NDArray[np.int64]
    """Milliseconds."""
    blocks: NDArray[np.int64]
    """In which block of the store each sample stands."""
    of_video: NDArray[np.bool_]
    """Whether it is a frame among others."""

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def clear(self) -> Page:
        """The samples that may bear witness: clear ones, and those of which it is not known."""
        return self.only((self.quality >= CLEAR) | (self.quality == UNKNOWN_QUALITY))

    def only(self, which: NDArray[np.bool_]) -> Page:
        """Some of the samples."""
        if which.all():
            return self
        return Page(
            self.bits[which],
            self.entries[which],
            self.lines[which],
            self.quality[which],
            self.ticks[which],
            self.blocks[which],
            self.of_video[which],
        )

    def frames_of(self, entry: int) -> slice:
        """Where the samples of one entry stand."""
        start, end = np.searchsorted(self.entries, [entry, entry + 1])
        return slice(int(start), int(end))

    def holding(self, values: Sequence[bytes]) -> NDArray[np.int64]:
        """Rows of a value's place in `values` and of a sample that equals it, shape (n, 2)."""
        found = [np.zeros((0, 2), np.int64)]
        own = np.ascontiguousarray(self.bits[:, :8]).view("<u8").ravel()
        for places in _with_heads_of_their_own(values):
            wanted = np.frombuffer(b"".join(values[place] for place in places), np.uint8)
            wanted = wanted.reshape(len(places), -1)
            heads = np.ascontiguousarray(wanted[:, :8]).view("<u8").ravel()
            order = np.argsort(heads)
            near = np.flatnonzero(np.isin(own, heads))
            value = order[np.searchsorted(heads[order], own[near])]
            same = (self.bits[near] == wanted[value]).all(axis=1)
            found.append(np.stack([np.asarray(places)[value[same]], near[same]], axis=1))
        return np.concatenate(found)


def nearest(rows: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], int]:
    """Of rows that begin with an owner and end with a distance, `most` of each owner.

    The nearest are kept, and of equal ones the first; says how many were not.
    """
    rows = rows[np.lexsort((rows[:, -1], rows[:, 0]))]
    near = np.arange(len(rows)) - np.searchsorted(rows[:, 0], rows[:, 0]) < most
    return rows[near], int((~near).sum())


def _with_heads_of_their_own(values: Sequence[bytes]) -> Iterator[list[int]]:
    """Places of values, so that in each group no two begin with the same eight bytes."""
    groups: list[list[int]] = []
    met: Counter[bytes] = Counter()
    for place, value in enumerate(values):
        number = met[value[:8]]
        met[value[:8]] += 1
        if number == len(groups):
            groups.append([])
        groups[number].append(place)
    yield from groups


class LoadedList:
    """A list of the case, read once."""

    def __init__(self, store: CaseStore, heading: HashList) -> None:
        self._store = store
        self.heading = heading
        self._pages: dict[tuple[EntryKind, ...], Page] = {}
        self._indexes: dict[str, NearIndex] = {}
        self._labels: dict[int, list[str]] = {}
        self._blocks: dict[int, ListBlock] = {
            block.place: block for block in store.list_blocks(heading.number)
        }

    @property
    def kinds(self) -> set[EntryKind]:
        """The kinds of its entries."""
        return {block.kind for block in self._blocks.values()}

    def by_digest(self, algorithm: str) -> Page:
        """Entries that are a digest, or may be."""
        return self._page(kind for kind in self.kinds if kind.digest == algorithm)

    def by_pictures(self, name: str) -> Page:
        """Entries under a descriptor of pictures, or that may be."""
        return self._page(kind for kind in self.kinds if EntryKind(name) in kind.pictures)

    def index(self, name: str, radius: int) -> NearIndex:
        """The index of the clear samples under a descriptor."""
        if name not in self._indexes:
            self._indexes[name] = NearIndex(self.by_pictures(name).clear.bits, radius)
        return self._indexes[name]

    def label(self, page: Page, sample: int) -> str:
        """What the list says of the entry that a sample is of."""
        place = int(page.blocks[sample])
        if place not in self._labels:
            self._labels[place] = self._store.list_labels(self.heading.number, place)
        own = np.unique(_numbers(self._blocks[place].entries, "<u4"))
        number = int(np.searchsorted(own, page.entries[sample]))
        labels = self._labels[place]
        if number >= len(labels):
            raise TamperedCaseError(f"The list {self.heading.id} has fewer labels than entries.")
        return labels[number]

    def _page(self, kinds: Iterable[EntryKind]) -> Page:
        wanted = tuple(sorted(kinds))
        if wanted not in self._pages:
            blocks = [self._blocks[place] for place in sorted(self._blocks)]
            self._pages[wanted] = _joined([each for each in blocks if each.kind in wanted])
        return self._pages[wanted]


def _joined(blocks: Sequence[ListBlock]) -> Page:
    """The samples of blocks, in the order of their entries."""
    width = blocks[0].kind.width if blocks else 8
    bits = np.frombuffer(b"".join(each.bits for each in blocks), np.uint8).reshape(-1, width)
    counts = [len(each.quality) for each in blocks]
    entries = _numbers(b"".join(each.entries for each in blocks), "<u4")
    order = np.argsort(entries, kind="stable")
    places = np.array([each.place for each in blocks], np.int64)
    videos = np.array([each.kind is EntryKind.VPDQ for each in blocks], np.bool_)
    quality = np.frombuffer(b"".join(each.quality for each in blocks), np.uint8)
    return Page(
        bits[order],
        entries[order],
        _numbers(b"".join(each.lines for each in blocks), "<u4")[order],
        quality[order],
        _numbers(b"".join(each.ticks for each in blocks), "<i8")[order],
        np.repeat(places, counts)[order],
        np.repeat(videos, counts)[order],
    )


def _numbers(packed: bytes, form: str) -> NDArray[np.int64]:
    return np.frombuffer(packed, form).astype(np.int64)
