"""Overlays: where two registered recordings disagree all the time, though they are one.

A logo, a subtitle, a sticker or a blurred face covers one spot of one of the two pictures. What
the other shows there lies far outside what the first one shows anywhere near, at nearly every
moment. Differences of light, of sharpness and of a point's breadth in place are no overlay.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHOWS = 12.0
"""Grey levels (of a contrast of 50) beyond all that is shown near by from which a point differs."""
OFTEN = 65
"""Per cent of the moments in which it may differ less: subtitles change."""
LEAST = 0.006
"""Share of the shared picture that an overlay covers at least."""
MOST = 0.35
"""Share above which the pictures are not well enough laid on each other to say."""
LOOK, LOOK_ONCE = 0.975, 0.988
"""Correlation of the rest of the pictures below which the same holds: filmed screens bend. The
latter where there are few moments."""
_MANY = 8
"""Moments from which there are not few."""
STRENGTH = 2.2
"""Times `SHOWS` by which a spot must differ in its middle: clipped contrast and tints differ by
less."""
STILLER = 0.4
"""How much less than the other a covered spot must move to tell which of the two it covers."""
MOVES = 6.0
"""Grey levels that the other must move there for that."""
_BORDER = 0.6
"""Share of a side along which a part must run to be no overlay but a border."""
_RIM = 3
"""Points from a side within which a part is nothing else either."""
_CONTRAST = 50.0
_BINS = 16
"""Steps of the curve of light."""

Grids = NDArray[np.float32]
"""Grey levels of the shared picture, shape (moments, rows, columns); NaN where it is not shared."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A part of the shared picture in which the two differ persistently."""

    points: NDArray[np.bool_]
    """Rows × columns of the grid."""
    share: float
    """Of the shared picture."""
    strength: float
    """How far its points differ in the middle, as a multiple of `SHOWS`."""
    stiller: int
    """-1 if the first picture stands still there while the other moves, 1 if the other does, 0 if
    that cannot be told."""


def overlays(query: Grids, exhibit: Grids, lag: int = 1) -> tuple[list[Spot], float]:
    """The spots in which two pictures differ persistently, and how alike the rest is.

    Empty where they are not alike enough elsewhere to say. What moves is looked for between
    moments `lag` apart.
    """
    shared = ~np.isnan(query[0]) & ~np.isnan(exhibit[0])
    if shared.sum() < 50:
        return [], 0.0
    lit = _in_the_light_of(query, exhibit, shared)
    strength, look = _differing(query, lit, shared)
    differs = strength > 1.0
    covered = float(differs[shared].mean())
    if covered > MOST or look < (LOOK if len(query) >= _MANY else LOOK_ONCE):
        return [], look
    spots = [
        Spot(
            points,
            share,
            float(np.median(strength[points])),
            _stiller(query, lit, points, lag),
        )
        for points in _parts(differs)
        if (share := float(points.sum() / shared.sum())) >= LEAST
        and float(np.median(strength[points])) >= STRENGTH
        and not _is_border(points, shared)
    ]
    return spots, look


def _in_the_light_of(query: Grids, exhibit: Grids, shared: NDArray[np.bool_]) -> Grids:
    """The exhibit's levels, made as bright and as hard as the query's, moment by moment.

    Then by one curve for all of them, as of clipped contrast and of tinted film.
    """
    lit = np.full_like(exhibit, np.nan)
    for number in range(len(query)):
        here, there = query[number][shared], exhibit[number][shared]
        kept = np.ones(len(here), bool)
        gain, shift = 1.0, 0.0
        for _ in range(4):
            spread = float(there[kept].std())
            if kept.sum() < 20 or spread < 1.0:
                break
            gain = float(np.cov(there[kept], here[kept])[0, 1] / spread**2)
            gain = float(np.clip(gain, 0.2, 5.0))
            shift = float(np.median(here[kept] - gain * there[kept]))
            off = np.abs(here - gain * there - shift)
            kept = off <= 2.0 * float(np.median(off)) + 3.0
        lit[number][shared] = gain * there + shift
    return _by_curve(query, lit, shared)


def _by_curve(query: Grids, lit: Grids, shared: NDArray[np.bool_]) -> Grids:
    """Levels through the rising curve that brings most points nearest to the query's."""
    here, there = query[:, shared].ravel(), lit[:, shared].ravel()
    edges = np.quantile(there, np.linspace(0, 1, _BINS + 1))
    at, to = [], []
    for low, high in itertools.pairwise(edges):
        inside = (there >= low) & (there <= high)
        if inside.sum() >= 8:
            at.append(float(np.median(there[inside])))
            to.append(float(np.median(here[inside])))
    if len(at) < 3:
        return lit
    curve = np.interp(lit, at, np.maximum.accumulate(to))
    # Past the ends of the curve the light goes on as it was.
    curve += np.where(lit < at[0], lit - at[0], 0.0) + np.where(lit > at[-1], lit - at[-1], 0.0)
    return np.asarray(np.where(np.isnan(lit), np.nan, curve), np.float32)


def _differing(
    query: Grids, exhibit: Grids, shared: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """How far each point differs, as a multiple of `SHOWS`, and how alike those are that do not."""
    beyond = np.maximum(_beyond(query, exhibit), _beyond(exhibit, query))
    contrast = np.nanstd(np.where(shared, query, np.nan), axis=(1, 2))
    limit = SHOWS * np.maximum(float(np.median(contrast)), 15.0) / _CONTRAST
    usual = np.percentile(np.where(shared, beyond, 0.0), OFTEN, axis=0)
    strength = np.where(shared, usual / limit, 0.0)
    rest = shared & ~_widened(strength > 1.0)
    alike = [
        float(np.corrcoef(one[rest], other[rest])[0, 1])
        for one, other in zip(query, exhibit, strict=True)
        if rest.sum() > 20 and one[rest].std() > 1 and other[rest].std() > 1
    ]
    return strength, float(np.median(alike)) if alike else 0.0


def _widened(points: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The points and those near them."""
    wide = points.astype(np.float32)[None]
    for axis in (1, 2, 1, 2):
        wide = _nearby(wide, axis, np.maximum)
    return np.asarray(wide[0] > 0)


def _beyond(values: Grids, others: Grids) -> Grids:
    """How far values lie outside all that the other picture shows within a point's breadth."""
    low = np.where(np.isnan(others), np.inf, others)
    high = np.where(np.isnan(others), -np.inf, others)
    for axis in (1, 2):
        low, high = _nearby(low, axis, np.minimum), _nearby(high, axis, np.maximum)
    outside = np.maximum(low - values, values - high)
    return np.asarray(np.maximum(np.nan_to_num(outside, nan=0.0, posinf=0.0, neginf=0.0), 0.0))


def _nearby(values: Grids, axis: int, which: np.ufunc) -> Grids:
    """The least or greatest of each point and its two neighbours along an axis."""
    found = values.copy()
    before = [slice(None)] * 3
    after = [slice(None)] * 3
    before[axis], after[axis] = slice(None, -1), slice(1, None)
    one, other = tuple(before), tuple(after)
    found[one] = which(found[one], values[other])
    found[other] = which(found[other], values[one])
    return found


def _parts(points: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """Connected parts; points that only touch at a corner, or over a gap of one, are connected."""
    left = points.copy()
    rows, columns = points.shape
    while left.any():
        part = np.zeros_like(points)
        start = np.unravel_index(int(left.argmax()), left.shape)
        waiting = [(int(start[0]), int(start[1]))]
        left[start] = False
        while waiting:
            row, column = waiting.pop()
            part[row, column] = True
            low, high = max(0, row - 2), min(rows, row + 3)
            first, last = max(0, column - 2), min(columns, column + 3)
            for y, x in zip(*np.nonzero(left[low:high, first:last]), strict=True):
                left[low + y, first + x] = False
                waiting.append((low + int(y), first + int(x)))
        yield part


def _is_border(points: NDArray[np.bool_], shared: NDArray[np.bool_]) -> bool:
    """Whether a part only runs along a side of the shared picture.

    So do pads in the place of what was cropped away.
    """
    rows, columns = np.flatnonzero(shared.any(axis=1)), np.flatnonzero(shared.any(axis=0))
    inner = points[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    for turned in (inner, inner[::-1], inner.T, inner.T[::-1]):
        if not turned[_RIM:].any() or float(turned[:2].any(axis=0).mean()) >= _BORDER:
            return True
    return False


def _stiller(query: Grids, exhibit: Grids, points: NDArray[np.bool_], lag: int) -> int:
    """Which of the two stands still at a spot where the other moves."""
    if len(query) < 4 + lag:
        return 0
    here, there = (
        float(np.median(np.abs(values[lag:, points] - values[:-lag, points])))
        for values in (query, exhibit)
    )
    if here <= STILLER * there and there >= MOVES:
        return -1
    return 1 if there <= STILLER * here and here >= MOVES else 0
