"""Overlap: the part of two pictures in which both are seen, as a polygon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.placing import Placing, corners, inverse, mapped

Polygon = NDArray[np.float64]
"""Corners in order, shape (n, 2), in units of a picture's longest side."""

_BEND = 0.01
"""Longest sides by which a corner must stand off the line between its neighbours."""


def overlap(placing: Placing) -> tuple[Polygon, Polygon] | None:
    """What both pictures show, in the query and in the exhibit; None if they share nothing.

    The corners of the two polygons belong together, one by one. They begin with the one nearest
    to the query's top left and run clockwise there, so that in a mirrored exhibit they run the
    other way.
    """
    polygon = mapped(placing.matrix, corners(placing.exhibit))
    width, height = placing.query
    for axis, limit, sign in ((0, 0.0, 1), (1, 0.0, 1), (0, width, -1), (1, height, -1)):
        polygon = _cut(polygon, axis, limit, sign)
        if len(polygon) < 3:
            return None
    polygon = _plain(polygon)
    if _turns_left(polygon):
        polygon = polygon[::-1]
    first = int(np.argmin(polygon.sum(axis=1)))
    polygon = np.roll(polygon, -first, axis=0)
    return polygon, mapped(inverse(placing.matrix), polygon)


def _cut(polygon: Polygon, axis: int, limit: float, sign: int) -> Polygon:
    """What lies on one side of a line (Sutherland and Hodgman, 1974)."""
    kept: list[NDArray[np.float64]] = []
    for here, there in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        inside, beyond = sign * (here[axis] - limit), sign * (there[axis] - limit)
        if inside >= 0:
            kept.append(here)
        if inside * beyond < 0:
            kept.append(here + (there - here) * inside / (inside - beyond))
    return np.array(kept).reshape(-1, 2)


def _plain(polygon: Polygon) -> Polygon:
    """The polygon without corners that hardly bend it, as a slight tilt makes them at an edge."""
    while len(polygon) > 4:
        before, after = np.roll(polygon, 1, axis=0), np.roll(polygon, -1, axis=0)
        along, to = after - before, polygon - before
        lengths = np.maximum(np.linalg.norm(along, axis=1), 1e-9)
        off = np.abs(along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]) / lengths
        least = int(off.argmin())
        if off[least] > _BEND:
            break
        polygon = np.delete(polygon, least, axis=0)
    return polygon


def _turns_left(polygon: Polygon) -> bool:
    """Whether the corners run counterclockwise, with y down."""
    x, y = polygon.T
    return bool((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() < 0)
