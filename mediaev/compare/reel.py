"""Reels: films laid out as arrays, and the same points of two pictures side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.film import CODEC, Frames, Unpacking
from mediaev.compare.placing import Placing, Size, inverse, mapped, size_of
from mediaev.errors import TamperedCaseError
from mediaev.model.film import Film

_POINTS = 40
"""Points along the longer side of what two pictures share."""
_FEWEST = 80
"""Points below which too little is shared to say anything."""
_EDGE = 0.01
"""Part of a picture's sides that is left out, where scaling and bars smear."""

Pictures = Frames | NDArray[np.float32]
"""Grey levels of frames, shape (n, height, width)."""
Shown = Pictures | Unpacking
"""The same, some of which may have yet to be unpacked: they are indexed as an array is."""
Values = NDArray[np.float32]
"""Grey levels at the same points of many frames, shape (n, points)."""


@dataclass(frozen=True, slots=True)
class Reel:
    """The film of one exhibit."""

    times: NDArray[np.float64]
    """Seconds, shape (n,), rising."""
    frames: Shown
    size: Size

    @property
    def point(self) -> float:
        """The side of one point, in longest sides."""
        return float(self.size[0] / self.frames.shape[2])

    def only(self, which: NDArray[np.intp] | slice) -> Reel:
        """The film of some of its frames alone."""
        return replace(self, times=self.times[which], frames=self.frames[which])


def pace(times: NDArray[np.float64]) -> float:
    """Seconds between regular moments (the median gap); 0 for a single one."""
    return float(np.median(np.diff(times))) if len(times) > 1 else 0.0


class _Named(Unpacking):
    """Frames that say whose film is damaged."""

    def __init__(self, film: Film, name: str) -> None:
        self._name = name
        with self._telling():
            super().__init__(film.packed, film.count, film.width, film.height)

    def __getitem__(self, which: Any) -> Frames:
        with self._telling():
            return super().__getitem__(which)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            raise TamperedCaseError(f"The film of {self._name} is damaged: {error}") from error


def reel(film: Film | None, name: str) -> Reel | None:
    """Lay out the film of what goes by a name; None without one, or where its packing is not ours.

    It is unpacked as far as its frames are looked at, so that a damaged one may raise
    TamperedCaseError now or then.
    """
    if film is None or film.codec != CODEC or not film.count:
        return None
    times = np.frombuffer(film.ticks, "<i8").astype(np.float64) * float(film.time_base)
    return Reel(times, _Named(film, name), size_of(film.aspect, 1.0))


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The points that two films share, frame by frame."""

    query_times: NDArray[np.float64]
    query: Values
    exhibit_times: NDArray[np.float64]
    exhibit: Values | Sampling
    shape: tuple[int, int]
    """Rows and columns of the grid over what is shared."""
    shown: NDArray[np.bool_]
    """Which points of the grid lie in both pictures, rows × columns of them."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Evenly spaced points over what two pictures share."""

    query: NDArray[np.float64]
    """Shape (n, 2), in the query's longest sides."""
    exhibit: NDArray[np.float64]
    """The same points of the exhibit, in its longest sides."""
    step: float
    """From one point to the next, in the query's longest sides."""
    shape: tuple[int, int]
    """Rows and columns over all that is shared."""
    shown: NDArray[np.bool_]
    """Which of them lie in both pictures: the n points, shape (rows × columns,)."""


def grid(placing: Placing, cells: int) -> Grid | None:
    """Points of both pictures, `cells` along the longer side; None if they share too little."""
    box = placing.in_query()
    width, height = placing.query
    across, down = (box.right - box.left) * width, (box.bottom - box.top) * height
    if min(across, down) <= 0.02:
        return None
    step = max(across, down) / cells
    columns, rows = max(4, round(across / step)), max(4, round(down / step))
    xs = box.left * width + (np.arange(columns) + 0.5) * across / columns
    ys = box.top * height + (np.arange(rows) + 0.5) * down / rows
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    there = mapped(inverse(placing.matrix), points)
    shown = _inside(points, placing.query) & _inside(there, placing.exhibit)
    if shown.sum() < _FEWEST * (cells / _POINTS) ** 2:
        return None
    return Grid(points[shown], there[shown], step, (rows, columns), shown)


def side_by_side(query: Reel, exhibit: Reel, placing: Placing) -> SideBySide | None:
    """Look at the same points of both films; None where they share too little."""
    laid = grid(placing, _POINTS)
    if laid is None:
        return None
    blur, blur_there = blurs(query, exhibit, placing, laid.step)
    here = sampled(query, laid.query, blur)
    there = Sampling(exhibit, laid.exhibit, blur_there)
    return SideBySide(query.times, here, exhibit.times, there, laid.shape, laid.shown)


def seen(query: Reel, exhibit: Reel, placing: Placing, laid: Grid) -> tuple[Values, Values]:
    """Both films at the same points, blurred alike.

    The coarser film has lost fine detail already; the other one is blurred by as much more,
    or leaves and gravel would look different in the two.
    """
    here, there = blurs(query, exhibit, placing, laid.step)
    return sampled(query, laid.query, here), sampled(exhibit, laid.exhibit, there)


def blurs(query: Reel, exhibit: Reel, placing: Placing, step: float) -> tuple[float, float]:
    """By how much to blur each film, in its own longest sides, so that both end up alike."""
    own = query.point, exhibit.point * placing.scale
    wanted = step**2 + max(own) ** 2
    here, there = (float(np.sqrt(wanted - each**2)) for each in own)
    return here, there / placing.scale


def _inside(points: NDArray[np.float64], size: Size) -> NDArray[np.bool_]:
    fractions = points / np.asarray(size)
    return np.asarray(((fractions > _EDGE) & (fractions < 1.0 - _EDGE)).all(axis=1))


class Sampling:
    """Grey levels of a film at points, of those frames that were asked for: most never are."""

    ndim = 2
    # Not among the module's numbers, on which matches rest: no answer depends on them.
    beside, at_once = 12, 256
    """Frames that are sampled beside those asked for, and at a time."""

    def __init__(self, source: Reel, points: NDArray[np.float64], blur: float) -> None:
        self._source, self._points, self._blur = source, points, blur
        self.shape = len(source.times), len(points)
        self._values = np.empty(self.shape, np.float32)
        self._known = np.zeros(len(source.times), np.bool_)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, which: Any) -> Values:
        """The frames that an index or a slice of an array names."""
        wanted = np.arange(len(self))[which]
        if not self._known[wanted].all():
            # Some on either side as well: offsets nearby are tried next.
            first, last = np.min(wanted) - self.beside, np.max(wanted) + self.beside + 1
            low = max(0, int(first))
            missing = low + np.flatnonzero(~self._known[low:last])
            for start in range(0, len(missing), self.at_once):
                part = missing[start : start + self.at_once]
                self._values[part] = sampled(self._source.only(part), self._points, self._blur)
            self._known[missing] = True
        return np.asarray(self._values[which], np.float32)


def sampled(source: Reel, points: NDArray[np.float64], blur: float) -> Values:
    """Grey levels at points, each the mean over a square of sides `blur` (in longest sides)."""
    height, width = source.frames.shape[1:]
    wide = blur / source.size[0] * width, blur / source.size[1] * height
    frames, (every_x, every_y) = _blurred(source.frames[:], *wide)
    rows, columns = frames.shape[1:]
    # Column c of the blurred picture stands over the point (c + 1/2) · every_x of the film.
    x = np.clip(points[:, 0] / source.size[0] * width / every_x - 0.5, 0, columns - 1.001)
    y = np.clip(points[:, 1] / source.size[1] * height / every_y - 0.5, 0, rows - 1.001)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right_share, low_share = (x - left).astype(np.float32), (y - top).astype(np.float32)
    flat = frames.reshape(len(frames), -1)
    at = top * columns + left
    upper = flat[:, at] * (1 - right_share) + flat[:, at + 1] * right_share
    lower = flat[:, at + columns] * (1 - right_share) + flat[:, at + columns + 1] * right_share
    return np.asarray(upper * (1 - low_share) + lower * low_share, np.float32)


def _blurred(frames: Pictures, wide: float, high: float) -> tuple[Pictures, tuple[float, float]]:
    """Frames averaged over boxes, two to a box's side, and how far the boxes stand apart."""
    across, every_x = _boxes(frames.shape[2], wide)
    down, every_y = _boxes(frames.shape[1], high)
    if across is not None:
        frames = frames.astype(np.float32) @ across
    if down is not None:
        frames = np.matmul(down.T, frames.astype(np.float32))
    return frames, (every_x, every_y)


def _boxes(count: int, side: float) -> tuple[NDArray[np.float32] | None, float]:
    """What each of `count` points in a row gives to each box; None where boxes are too small."""
    boxes = min(count, round(2 * count / side)) if side > 1.0 else count
    if boxes == count or boxes < 4:
        return None, 1.0
    every = count / boxes
    centre = (np.arange(boxes) + 0.5) * every
    first, last = np.maximum(centre - side / 2, 0.0), np.minimum(centre + side / 2, count)
    edge = np.arange(count)[:, None]
    inside = np.minimum(edge + 1.0, last) - np.maximum(edge, first)
    part = np.maximum(inside, 0.0) / (last - first)
    return part.astype(np.float32), every
