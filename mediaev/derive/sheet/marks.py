"""Marks on two pictures that stand side by side: the shared part, and the spots they share."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaev.compare.placing import Placing, Size, corners, inverse, mapped
from mediaev.derive.sheet.content import Spots
from mediaev.derive.sheet.lettering import BOLD, Canvas, Colour, Hand, width, write
from mediaev.derive.sheet.palette import INK, SKY, VERMILLION, WHITE

_LINES = 24
"""Lines between spots that are drawn; more would hide the pictures."""
_STRENGTH = 0.6
_NUMBER = Hand(13, WHITE, BOLD)
_SHIFT = 4
"""Binary places below a pixel to which OpenCV draws."""
_BEND = 0.01
"""Longest sides by which a corner must stand off the line between its neighbours."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tile:
    """Where on the canvas a picture stands."""

    left: int
    top: int
    width: int
    """Pixels."""
    height: int
    shape: Size
    """Width and height of the picture in units of its longest side."""

    @classmethod
    def within(cls, shape: Size, left: int, top: int, room: tuple[int, int]) -> Tile:
        """The largest place for a picture in a room of (width, height), in its middle."""
        scale = min(room[0] / shape[0], room[1] / shape[1])
        wide, high = max(2, round(shape[0] * scale)), max(2, round(shape[1] * scale))
        return cls(left + (room[0] - wide) // 2, top, wide, high, shape)

    def at(self, points: Points) -> Points:
        """Points in units of the longest side as pixels of the canvas."""
        scale = np.array([self.width, self.height]) / self.shape
        return np.asarray(points * scale + [self.left - 0.5, self.top - 0.5])


def overlap(placing: Placing) -> tuple[Points, Points] | None:
    """What both pictures show, as a polygon in the query and in the exhibit; None for nothing.

    The corners of the two belong together, one by one. They begin with the one nearest to the
    query's top left and run clockwise there, so that in a mirrored exhibit they run the other
    way.
    """
    found = _clipped(mapped(placing.matrix, corners(placing.exhibit)), placing.query)
    if len(found) < 3:
        return None
    # A slight tilt makes corners at an edge that hardly bend it.
    shape = found.astype(np.float32).reshape(-1, 1, 2)
    polygon = cv2.approxPolyDP(shape, _BEND, closed=True).reshape(-1, 2).astype(np.float64)
    area = cv2.contourArea(polygon.astype(np.float32), oriented=True)
    if len(polygon) < 3 or area == 0:
        return None
    if area < 0:
        polygon = polygon[::-1]
    polygon = np.roll(polygon, -int(polygon.sum(axis=1).argmin()), axis=0)
    return polygon, mapped(inverse(placing.matrix), polygon)


def _clipped(polygon: Points, size: Size) -> Points:
    """What of a convex polygon lies in a picture (Sutherland and Hodgman, 1974).

    `cv2.intersectConvexConvex` gives points outside of both where edges all but coincide.
    """
    for axis, sign, edge in ((0, 1, 0.0), (0, -1, size[0]), (1, 1, 0.0), (1, -1, size[1])):
        kept: list[NDArray[np.float64]] = []
        inside = sign * (polygon[:, axis] - edge)
        for number, point in enumerate(polygon):
            last = number - 1
            if (inside[number] >= 0) != (inside[last] >= 0):
                share = inside[last] / (inside[last] - inside[number])
                kept.append(polygon[last] + share * (point - polygon[last]))
            if inside[number] >= 0:
                kept.append(point)
        polygon = np.array(kept).reshape(-1, 2)
    return polygon


def draw_area(canvas: Canvas, tile: Tile, polygon: Points, *, numbered: bool = True) -> None:
    """The outline of the shared part, its corners numbered unless told otherwise."""
    low = np.array([tile.left, tile.top]) + 1.0
    high = low + np.array([tile.width, tile.height]) - 3.0
    at = np.clip(tile.at(polygon), low, high)
    points = np.round(at * 2**_SHIFT).astype(np.int32).reshape(-1, 1, 2)
    for colour, thick in ((WHITE, 5), (VERMILLION, 2)):
        cv2.polylines(canvas, [points], True, colour, thick, cv2.LINE_AA, _SHIFT)  # noqa: FBT003
    for number, point in enumerate(at if numbered else (), 1):
        # Inside the outline, where it can be seen even at the picture's edge.
        inside = point + np.clip(at.mean(axis=0) - point, -13.0, 13.0)
        _circle(canvas, inside, 10, VERMILLION, -1)
        _circle(canvas, inside, 10, WHITE, 1)
        across = inside[0] - width(str(number), _NUMBER) / 2
        write(canvas, (across, inside[1] - 6), str(number), _NUMBER)


def draw_spots(canvas: Canvas, query: Tile, exhibit: Tile, found: Spots) -> None:
    """The spots that look alike, and lines between some of those that agree."""
    here, there, agrees = query.at(found[0]), exhibit.at(found[1]), found[2]
    for place in np.flatnonzero(~agrees):
        _cross(canvas, here[place])
        _cross(canvas, there[place])
    agreeing = np.flatnonzero(agrees)
    joined = agreeing[:_LINES]  # the surest of each part of the picture come first
    over = canvas.copy()
    for place in joined:
        _line(over, here[place], there[place], INK, 2)
        _line(over, here[place], there[place], SKY, 1)
    cv2.addWeighted(over, _STRENGTH, canvas, 1 - _STRENGTH, 0, canvas)
    for place in agreeing:
        for at in (here[place], there[place]):
            _circle(canvas, at, 2, INK, -1)
            _circle(canvas, at, 1, SKY, -1)
    for place in joined:
        for at in (here[place], there[place]):
            _circle(canvas, at, 5, INK, 3)
            _circle(canvas, at, 5, SKY, 1)


def _exact(at: Points) -> tuple[int, int]:
    x, y = np.round(at * 2**_SHIFT).astype(int)
    return int(x), int(y)


def _line(canvas: Canvas, one: Points, other: Points, colour: Colour, thick: int) -> None:
    cv2.line(canvas, _exact(one), _exact(other), colour, thick, cv2.LINE_AA, _SHIFT)


def _circle(canvas: Canvas, at: Points, radius: int, colour: Colour, thick: int) -> None:
    cv2.circle(canvas, _exact(at), radius << _SHIFT, colour, thick, cv2.LINE_AA, _SHIFT)


def _cross(canvas: Canvas, at: Points) -> None:
    for colour, thick in ((WHITE, 2), (INK, 1)):
        for slope in (1.0, -1.0):
            arm = np.array([2.5, 2.5 * slope])
            _line(canvas, at - arm, at + arm, colour, thick)
