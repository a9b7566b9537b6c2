"""Polishing a placing: from near the exact place to on it.

Spots tell where one picture lies in another to about a hundredth of its side, fingerprints no
better than their bars and turns. That is enough to look, but pictures laid half a pixel beside
each other differ at every edge, and what moves in them differs more. So the place is improved
until the pictures differ least (Lucas and Kanade, 1981, for an affine map), first coarsely, then
finely, over a few moments at once; points that differ much, an overlay's, count little.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mediaev.compare.placing import Matrix, Placing, inverse
from mediaev.compare.reel import Reel, Values, blurs, grid, sampled, seen
from mediaev.compare.registration import between, standard

_MOMENTS = 6
_LEVELS = (18, 36)
"""Points along the longer side, coarse to fine."""
_ROUNDS = 4
_OUTLIER = 0.7
"""Difference, in standard deviations of the picture, from which a point counts half."""
_FARTHEST = 0.08
"""Longest sides of the exhibit by which no corner may be moved."""
_BETTER = 0.002
"""By how much the pictures must be more alike for the new place to be taken."""


def polished(
    query: Reel,
    exhibit: Reel,
    placing: Placing,
    line: tuple[float, float],
    span: tuple[float, float],
) -> Placing | None:
    """A better placing for two films at one speed and offset; None where none is found."""
    speed, offset = line
    inside = np.flatnonzero((query.times >= span[0] - 1e-6) & (query.times <= span[1] + 1e-6))
    if not len(inside):
        return None
    chosen = inside[np.linspace(0, len(inside) - 1, min(_MOMENTS, len(inside))).astype(np.intp)]
    here = query.only(chosen)
    wanted = speed * here.times + offset
    there = replace(exhibit, times=wanted, frames=between(exhibit.times, exhibit.frames, wanted))
    first = _alike(here, there, placing)
    found = placing
    for cells in _LEVELS:
        for _ in range(_ROUNDS):
            step = _step(here, there, found, cells)
            if step is None:
                return None
            found = step
    moved = np.abs(inverse(found.matrix) - inverse(placing.matrix)).sum(axis=1).max()
    if moved > _FARTHEST or _alike(here, there, found) < first + _BETTER:
        return None
    return found


def _alike(here: Reel, there: Reel, placing: Placing) -> float:
    laid = grid(placing, _LEVELS[-1])
    if laid is None:
        return -1.0
    one, other = seen(here, there, placing, laid)
    return float((standard(one) * standard(other)).sum(axis=1).mean())


def _step(here: Reel, there: Reel, placing: Placing, cells: int) -> Placing | None:
    """One Gauss-Newton step."""
    laid = grid(placing, cells)
    if laid is None:
        return None
    blur, blur_there = blurs(here, there, placing, laid.step)
    half = laid.step / placing.scale / 2

    def moved(right: float, down: float) -> Values:
        return sampled(there, laid.exhibit + np.array((right, down)), blur_there)

    root = np.sqrt(len(laid.query))
    one, other = standard(sampled(here, laid.query, blur)), moved(0.0, 0.0)
    spread = np.maximum(other.std(axis=1, keepdims=True), 2.0)
    slope_x = (moved(half, 0.0) - moved(-half, 0.0)) / (2 * half) / spread
    slope_y = (moved(0.0, half) - moved(0.0, -half)) / (2 * half) / spread
    away = (one - standard(other)) * root
    weight = 1.0 / (1.0 + (away / _OUTLIER) ** 2)
    about = np.concatenate([laid.query, np.ones((len(laid.query), 1))], axis=1).T
    rows = np.stack([(slope * each).reshape(-1) for slope in (slope_x, slope_y) for each in about])
    weighted = rows * weight.reshape(1, -1)
    normal = weighted @ rows.T
    # Where edges run one way only, nothing says how far along them; stay there.
    normal += np.eye(6) * 1e-3 * np.trace(normal) / 6
    change = np.linalg.solve(normal, weighted @ away.reshape(-1)).reshape(2, 3)
    back: Matrix = inverse(placing.matrix) + change
    if not np.isfinite(back).all() or abs(np.linalg.det(back[:, :2])) < 1e-6:
        return None
    return Placing(inverse(back), placing.query, placing.exhibit)
