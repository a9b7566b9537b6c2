"""Pages of a hash list: its entries of one sort, laid out as arrays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import Packed
from mediaev.compare.track import CLEAR
from mediaev.errors import TamperedCaseError
from mediaev.index.near import NearIndex
from mediaev.model.hash_list import UNKNOWN_QUALITY, EntryKind, HashList
from mediaev.store import CaseStore, ListBlock

_BLOCKS = 64
"""Blocks whose labels are kept at hand."""


@dataclass(frozen=True)
class Page:
    """Samples of some entries, in the order of the entries."""

    bits: Packed
    """Shape (n, bytes)."""
    entries: NDArray[np.uint32]
    """Which entry of the list each sample is of."""
    lines: NDArray[np.uint32]
    quality: NDArray[np.uint8]
    ticks: NDArray[np.int64]
    """Milliseconds."""
    blocks: NDArray[np.int32]
    """In which block of the store each sample stands."""
    of_video: NDArray[np.bool_]
    """Whether it is a frame among others."""

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def clear(self) -> Page:
        """The samples that may bear witness: clear ones, and those of which it is not known."""
        which = (self.quality >= CLEAR) | (self.quality == UNKNOWN_QUALITY)
        if which.all():
            return self
        return Page(*(getattr(self, each.name)[which] for each in fields(self)))

    def frames_of(self, entry: int) -> slice:
        """Where the samples of one entry stand."""
        start, end = np.searchsorted(self.entries, [entry, entry + 1])
        return slice(int(start), int(end))

    def equal_to(self, values: Collection[bytes]) -> Iterator[tuple[bytes, int]]:
        """Each sample that equals one of the values, with the value, in order."""
        wanted = np.frombuffer(b"".join(value[:8] for value in values), "<u8")
        heads = np.ascontiguousarray(self.bits[:, :8]).view("<u8").ravel()
        for sample in np.flatnonzero(np.isin(heads, wanted)).tolist():
            value = self.bits[sample].tobytes()
            if value in values:
                yield value, sample


class LoadedList:
    """A list of the case, whose pages are read as they are asked for."""

    def __init__(self, store: CaseStore, heading: HashList) -> None:
        self.heading = heading
        self.kinds = {EntryKind(kind) for kind in heading.counts}
        self._store = store
        self._pages: dict[frozenset[EntryKind], Page] = {}
        self._indexes: dict[str, NearIndex] = {}
        self._labels: dict[int, dict[int, str]] = {}

    @property
    def algorithms(self) -> set[str]:
        """The digests that entries are, or may be."""
        return {kind.digest for kind in self.kinds} - {""}

    def by_digest(self, algorithm: str) -> Page:
        """Entries that are a digest, or may be."""
        return self._page({kind for kind in self.kinds if kind.digest == algorithm})

    def by_pictures(self, name: str) -> Page:
        """Entries under a descriptor of pictures, or that may be, as far as they are clear."""
        return self._page({kind for kind in self.kinds if EntryKind(name) in kind.pictures}).clear

    def index(self, name: str, radius: int) -> NearIndex:
        """The index of the samples under a descriptor of pictures."""
        if name not in self._indexes:
            self._indexes[name] = NearIndex(self.by_pictures(name).bits, radius)
        return self._indexes[name]

    def label(self, page: Page, sample: int) -> str:
        """What the list says of the entry that a sample is of. Raises TamperedCaseError."""
        place, entry = int(page.blocks[sample]), int(page.entries[sample])
        if place not in self._labels:
            if len(self._labels) == _BLOCKS:
                self._labels.clear()
            self._labels[place] = self._store.list_labels(self.heading.number, place)
        label = self._labels[place].get(entry)
        if label is None:
            raise TamperedCaseError(f"The list {self.heading.id} has fewer labels than entries.")
        return label

    def _page(self, kinds: set[EntryKind]) -> Page:
        key = frozenset(kinds)
        if key not in self._pages:
            page = _joined(list(self._store.list_blocks(self.heading.number, kinds)))
            entries = np.count_nonzero(np.diff(page.entries)) + bool(len(page))
            if entries != sum(self.heading.counts[kind] for kind in kinds):
                raise TamperedCaseError(
                    f"The list {self.heading.id} has lost entries, or got some."
                )
            self._pages[key] = page
        return self._pages[key]


def _joined(blocks: Sequence[ListBlock]) -> Page:
    """The samples of blocks, in the order of their entries."""
    width = blocks[0].kind.width if blocks else 8
    entries = np.frombuffer(b"".join(each.entries for each in blocks), "<u4")
    order = np.argsort(entries, kind="stable")
    counts = [len(each.quality) for each in blocks]
    places = np.array([each.place for each in blocks], np.int32)
    videos = np.array([each.kind is EntryKind.VPDQ for each in blocks], np.bool_)
    bits = np.frombuffer(b"".join(each.bits for each in blocks), np.uint8)
    return Page(
        bits.reshape(-1, width)[order],
        entries[order],
        np.frombuffer(b"".join(each.lines for each in blocks), "<u4")[order],
        np.frombuffer(b"".join(each.quality for each in blocks), np.uint8)[order],
        np.frombuffer(b"".join(each.ticks for each in blocks), "<i8")[order],
        np.repeat(places, counts)[order],
        np.repeat(videos, counts)[order],
    )
