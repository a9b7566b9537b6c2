"""Spots: the local features of keyframes laid out as arrays, ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.codes import BYTES, MIRROR_SIGNS, Levels, unpacked_levels
from mediaev.compare.placing import Size, size_of
from mediaev.model.features import PLACE_BYTES, LocalFeatures

_TURN = 256
"""Steps of a direction in a full turn."""


@dataclass(frozen=True)
class Keyframe:
    """The features of one picture."""

    at: float
    """Seconds."""
    size: Size
    places: NDArray[np.float64]
    """Shape (m, 2), in units of the longest side."""
    octaves: NDArray[np.float64]
    """Binary logarithm of each feature's size in units of the longest side, shape (m,)."""
    directions: NDArray[np.float64]
    """Radians clockwise from the x axis, shape (m,)."""
    levels: Levels

    @cached_property
    def mirrored(self) -> Keyframe:
        """The features that the picture mirrored left to right would have."""
        places = self.places * [-1.0, 1.0] + [self.size[0], 0.0]
        levels = self.levels * MIRROR_SIGNS
        return replace(self, places=places, directions=np.pi - self.directions, levels=levels)


@dataclass(frozen=True, slots=True)
class Album:
    """All keyframes of one exhibit."""

    keyframes: Sequence[Keyframe]

    @property
    def features(self) -> int:
        """How many features there are in all."""
        return sum(len(each.places) for each in self.keyframes)


EMPTY = Album(())


def album(features: LocalFeatures | None) -> Album:
    """Lay out an exhibit's local features; codes of another length than ours are left alone."""
    if features is None or len(features.codes) != features.count * BYTES:
        return EMPTY
    return Album(_Packed(features))


class _Packed(Sequence[Keyframe]):
    """Keyframes laid out one by one as they are asked for: most are never looked at."""

    def __init__(self, features: LocalFeatures) -> None:
        self._base = float(features.time_base)
        self._size = size_of(features.width, features.height)
        self._longest = max(features.width, features.height)
        self._places = np.frombuffer(features.places, np.uint8).reshape(-1, PLACE_BYTES)
        self._codes = np.frombuffer(features.codes, np.uint8).reshape(-1, BYTES)
        self._ticks = np.frombuffer(features.ticks, "<i8")
        counts = np.frombuffer(features.counts, "<u2").astype(np.intp)
        self._ends = np.cumsum(counts)
        self._starts = self._ends - counts
        self._laid: dict[int, Keyframe] = {}
        if len(counts) != len(self._ticks):
            raise ValueError("keyframes and their features differ in number")

    def __len__(self) -> int:
        return len(self._ticks)

    @overload
    def __getitem__(self, index: int) -> Keyframe: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Keyframe]: ...
    def __getitem__(self, index: int | slice) -> Keyframe | Sequence[Keyframe]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        if index not in self._laid:
            self._laid[index] = self._keyframe(index)
        return self._laid[index]

    def _keyframe(self, index: int) -> Keyframe:
        part = slice(int(self._starts[index]), int(self._ends[index]))
        places = self._places[part]
        return Keyframe(
            float(self._ticks[index]) * self._base,
            self._size,
            places[:, :4].copy().view("<u2").astype(np.float64) / 65536 * self._size,
            places[:, 4] / 8.0 - np.log2(self._longest),
            places[:, 5].astype(np.float64) * (2 * np.pi / _TURN),
            unpacked_levels(self._codes[part]),
        )
