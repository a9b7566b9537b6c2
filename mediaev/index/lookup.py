"""Looking spots up: which entries of a table have sketches near those of a query's spots.

The comparing itself is faiss' (inverted lists whose lists we choose ourselves), over the
table where it lies: nothing is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from mediaev.compare.spots import Keyframe
from mediaev.index.spot_table import PATTERNS, SIGNS, Numbers, SpotTable, patterns, sketched

_DOUBTFUL = 11
"""Signs of a spot that may be wrong, the least certain ones."""
_DOUBT = 2.0
"""How far from zero the numbers with a wrong sign may lie, all together, in levels."""
_NEAR = 9
"""Bits of 64 that the sketches of one spot may differ in."""
_SKETCH_BYTES = 8

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Lists to be searched, one row each, ordered by list so that memory is read in order."""

    spots: Rows
    """The spot of the picture."""
    keys: NDArray[np.int64]
    """The list: a pattern that the spot may have."""
    sketches: Numbers

    @classmethod
    def of(cls, picture: Keyframe) -> Wanted:
        """All lists in which spots like those of a picture may stand."""
        spots, keys = tried(picture.levels)
        order = np.argsort(keys, kind="stable")
        return cls(spots[order], keys[order], sketched(picture.levels)[spots[order]])


def tried(levels: NDArray[np.float32]) -> tuple[Rows, NDArray[np.int64]]:
    """Row and pattern of every guess: the spot's own, and those that its numbers make likely."""
    height = np.abs(levels[:, :SIGNS])
    doubtful = np.argsort(height, axis=1, kind="stable")[:, :_DOUBTFUL]
    heights = np.take_along_axis(height, doubtful, axis=1)
    rows, chosen = np.nonzero(heights @ _CHOICES.T <= _DOUBT)
    flips = np.exp2(doubtful).astype(np.float32) @ _CHOICES.T
    return rows, patterns(levels)[rows] ^ flips[rows, chosen].astype(np.int64)


def _choices() -> NDArray[np.float32]:
    """Which of the doubtful signs are wrong, for every guess that can ever be near enough."""
    every = np.arange(2**_DOUBTFUL)
    found = (every[:, None] >> np.arange(_DOUBTFUL)) & 1
    # No number is nearer to zero than half a level.
    possible: NDArray[np.bool_] = found.sum(axis=1) * 0.5 <= _DOUBT
    return np.asarray(found[possible], np.float32)


_CHOICES = _choices()


class Lookup:
    """Searches one table."""

    def __init__(self, table: SpotTable) -> None:
        self._table = table
        self._sizes = table.sizes.astype(np.uint64)

    def near(self, wanted: Wanted) -> tuple[Rows, Numbers]:
        """Spots of the query and entries of the table whose sketches are near."""
        count = len(wanted.keys)
        if not count or not self._table.spots:
            return np.zeros(0, np.intp), np.zeros(0, np.uint64)
        found = faiss.RangeSearchResult(count)
        away = np.zeros(count, np.int32)
        queries = np.ascontiguousarray(wanted.sketches)
        keys = np.ascontiguousarray(wanted.keys)
        with self._index() as index:
            index.range_search_preassigned_c(  # type: ignore[attr-defined]
                count,
                faiss.swig_ptr(queries.view(np.uint8)),
                _NEAR + 1,
                faiss.swig_ptr(keys),
                faiss.swig_ptr(away),
                found,
            )
        ends = faiss.rev_swig_ptr(found.lims, count + 1).astype(np.int64)
        entries = faiss.rev_swig_ptr(found.labels, int(ends[-1])).copy().view(np.uint64)
        return np.repeat(wanted.spots, np.diff(ends)), entries

    @contextmanager
    def _index(self) -> Iterator[faiss.IndexBinaryIVF]:
        """The table in faiss' terms, for as long as it is used."""
        lists = faiss.OnDiskInvertedLists(PATTERNS, _SKETCH_BYTES, "")
        lists.read_only = True
        lists.set_all_lists_sizes(faiss.swig_ptr(self._sizes))
        quantizer = faiss.IndexBinaryFlat(8 * _SKETCH_BYTES)
        # False: it needs no lists of its own. faiss' stubs do not know of it.
        index = faiss.IndexBinaryIVF(  # type: ignore[call-arg]
            quantizer,
            8 * _SKETCH_BYTES,
            PATTERNS,
            False,  # noqa: FBT003
        )
        index.replace_invlists(lists)
        index.is_trained, index.nprobe = True, 1
        lists.ptr = faiss.swig_ptr(self._table.lists.view(np.uint8))
        try:
            yield index
        finally:
            # It would unmap what it never mapped.
            lists.ptr = None
