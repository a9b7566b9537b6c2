"""Chance that is the same on every machine and in every run."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def chance(seed: int, *names: str) -> np.random.Generator:
    """A generator for one purpose: what other purposes draw does not change what it draws."""
    text = "\0".join([str(seed), *names])
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16]))


def shuffled(items: Sequence[T], seed: int, *names: str) -> list[T]:
    """The items in another order."""
    return [items[index] for index in chance(seed, *names).permutation(len(items))]


def drawn(choice: np.random.Generator, low: float, high: float) -> float:
    """A number between the two, evenly."""
    return float(choice.uniform(low, high))
