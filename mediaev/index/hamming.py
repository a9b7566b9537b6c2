"""Bit strings of 256 bits held against each other, exactly, by faiss, where they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import Packed
from mediaev.index.threads import each_in_threads

_BYTES = 32
_QUERIES = 512
_PAIRS = 1 << 24
"""Pairs that are compared at a time: footage that hardly changes may have as many hits."""

R = TypeVar("R")
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Near:
    """Pairs within a radius; all fields have the same length."""

    queries: Rows
    held: Rows
    away: NDArray[np.intp]
    """Bits."""


def near(queries: Packed, held: Packed, radius: int, made: Callable[[Near], R]) -> Iterator[R]:
    """What is made of all pairs of strings of shape (n, 32) within a radius, block by block."""
    length = _PAIRS // _QUERIES
    pieces = [
        (start, first)
        for start in range(0, len(queries), _QUERIES)
        for first in range(0, len(held), length)
    ]

    def found(piece: tuple[int, int]) -> R:
        start, first = piece
        one, other = queries[start : start + _QUERIES], held[first : first + length]
        return made(_near(one, other, radius, start, first))

    yield from each_in_threads(found, pieces)


def _near(queries: Packed, held: Packed, radius: int, start: int, first: int) -> Near:
    queries, held = np.ascontiguousarray(queries), np.ascontiguousarray(held)
    hits = faiss.RangeSearchResult(len(queries))
    faiss.hamming_range_search(  # type: ignore[attr-defined]
        faiss.swig_ptr(queries),
        faiss.swig_ptr(held),
        len(queries),
        len(held),
        radius + 1,
        _BYTES,
        hits,
    )
    ends = faiss.rev_swig_ptr(hits.lims, len(queries) + 1).astype(np.int64)
    count = int(ends[-1])
    return Near(
        np.repeat(np.arange(len(queries)) + start, np.diff(ends)),
        faiss.rev_swig_ptr(hits.labels, count) + first,
        faiss.rev_swig_ptr(hits.distances, count).astype(np.intp),
    )
