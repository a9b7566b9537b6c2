"""Threads: pieces of one search side by side, on all cores that this process may use.

faiss and NumPy let go of Python's lock while they compute. Each piece computes in one thread,
so that a search of many pieces does not start more threads than there are cores.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import faiss

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """How many cores this process may use."""
    with contextlib.suppress(AttributeError):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def each_in_threads(function: Callable[[T], R], pieces: Iterable[T]) -> Iterator[R]:
    """What the function makes of each piece, in their order."""
    waiting = list(pieces)
    if min(len(waiting), cores()) < 2:
        _alone()
        yield from map(function, waiting)
        return
    with ThreadPoolExecutor(cores(), initializer=_alone) as pool:
        yield from pool.map(function, waiting)


def _alone() -> None:
    faiss.omp_set_num_threads(1)
