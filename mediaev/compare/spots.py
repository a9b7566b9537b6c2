"""Spots: the local features of keyframes laid out as arrays, ready to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

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

    keyframes: tuple[Keyframe, ...]

    @property
    def features(self) -> int:
        """How many features there are in all."""
        return sum(len(each.places) for each in self.keyframes)


EMPTY = Album(())


def album(features: LocalFeatures | None) -> Album:
    """Lay out an exhibit's local features; codes of another length than ours are left alone."""
    if features is None or len(features.codes) != features.count * BYTES:
        return EMPTY
    return Album(tuple(_keyframes(features)))


def _keyframes(features: LocalFeatures) -> Iterator[Keyframe]:
    size = size_of(features.width, features.height)
    longest = max(features.width, features.height)
    places = np.frombuffer(features.places, np.uint8).reshape(-1, PLACE_BYTES)
    at = places[:, :4].copy().view("<u2").astype(np.float64) / 65536 * size
    octaves = places[:, 4] / 8.0 - np.log2(longest)
    directions = places[:, 5].astype(np.float64) * (2 * np.pi / _TURN)
    levels = unpacked_levels(np.frombuffer(features.codes, np.uint8).reshape(-1, BYTES))
    ends = np.cumsum(np.frombuffer(features.counts, "<u2").astype(np.intp))
    ticks = np.frombuffer(features.ticks, "<i8")
    start = 0
    for tick, end in zip(ticks, ends, strict=True):
        part = slice(start, int(end))
        yield Keyframe(
            float(tick) * float(features.time_base),
            size,
            at[part],
            octaves[part],
            directions[part],
            levels[part],
        )
        start = int(end)
