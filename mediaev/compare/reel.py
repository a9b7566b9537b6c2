"""Reels: films laid out as arrays, and the same points of two pictures side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.film import CODEC, Frames, unpack
from mediaev.compare.placing import Placing, Size, inverse, mapped, size_of
from mediaev.model.film import Film

_POINTS = 40
"""Points along the longer side of what two pictures share."""
_FEWEST = 80
"""Points below which too little is shared to say anything."""
_EDGE = 0.01
"""Part of a picture's sides that is left out, where scaling and bars smear."""

Values = NDArray[np.float32]
"""Grey levels at the same points of many frames, shape (n, points)."""


@dataclass(frozen=True, slots=True)
class Reel:
    """The film of one exhibit."""

    times: NDArray[np.float64]
    """Seconds, shape (n,), rising."""
    frames: Frames
    size: Size


def reel(film: Film | None) -> Reel | None:
    """Unpack a film; None where there is none or its packing is not ours.

    Raises ValueError for a damaged one.
    """
    if film is None or film.codec != CODEC or not film.count:
        return None
    times = np.frombuffer(film.ticks, "<i8").astype(np.float64) * float(film.time_base)
    frames = unpack(film.packed, film.count, film.width, film.height)
    return Reel(times, frames, size_of(film.aspect, 1.0))


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The points that two films share, frame by frame."""

    query_times: NDArray[np.float64]
    query: Values
    exhibit_times: NDArray[np.float64]
    exhibit: Values
    shape: tuple[int, int]
    """Rows and columns of the grid over what is shared."""
    shown: NDArray[np.bool_]
    """Which points of the grid lie in both pictures, rows × columns of them."""


def side_by_side(query: Reel, exhibit: Reel, placing: Placing) -> SideBySide | None:
    """Look at the same points of both films; None where they share too little."""
    box = placing.in_query()
    width, height = query.size
    across, down = (box.right - box.left) * width, (box.bottom - box.top) * height
    if min(across, down) <= 0.02:
        return None
    columns = max(4, round(_POINTS * across / max(across, down)))
    rows = max(4, round(_POINTS * down / max(across, down)))
    xs = box.left * width + (np.arange(columns) + 0.5) * across / columns
    ys = box.top * height + (np.arange(rows) + 0.5) * down / rows
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    there = mapped(inverse(placing.matrix), points)
    shown = _inside(points, query.size) & _inside(there, exhibit.size)
    if shown.sum() < _FEWEST:
        return None
    step = max(across, down) / _POINTS
    return SideBySide(
        query.times,
        sampled(query, points[shown], step),
        exhibit.times,
        sampled(exhibit, there[shown], step / placing.scale),
        (rows, columns),
        shown,
    )


def _inside(points: NDArray[np.float64], size: Size) -> NDArray[np.bool_]:
    fractions = points / np.asarray(size)
    return np.asarray(((fractions > _EDGE) & (fractions < 1.0 - _EDGE)).all(axis=1))


def sampled(source: Reel, points: NDArray[np.float64], step: float) -> Values:
    """Grey levels at points, from frames that are first averaged to about one value a step."""
    frames = source.frames
    height, width = frames.shape[1:]
    wide = step / source.size[0] * width
    factor = int(max(1, min(wide, min(height, width) // 4)))
    if factor > 1:
        height, width = height // factor * factor, width // factor * factor
        cut = frames[:, :height, :width].reshape(
            len(frames), height // factor, factor, width // factor, factor
        )
        frames = cut.mean(axis=(2, 4), dtype=np.float32)
    rows, columns = frames.shape[1:]
    # What was cut off at the right and at the bottom shifts the scale by next to nothing.
    x = np.clip(points[:, 0] / source.size[0] * columns - 0.5, 0, columns - 1.001)
    y = np.clip(points[:, 1] / source.size[1] * rows - 0.5, 0, rows - 1.001)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right_share, low_share = (x - left).astype(np.float32), (y - top).astype(np.float32)
    flat = frames.reshape(len(frames), -1)
    at = top * columns + left
    upper = flat[:, at] * (1 - right_share) + flat[:, at + 1] * right_share
    lower = flat[:, at + columns] * (1 - right_share) + flat[:, at + columns + 1] * right_share
    return np.asarray(upper * (1 - low_share) + lower * low_share, np.float32)
