"""Marks on two pictures that stand side by side: the shared part, and the spots they share."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaev.compare.local import Confirmed
from mediaev.compare.placing import Size
from mediaev.derive.sheet.lettering import BOLD, Canvas, Colour, Hand, width, write
from mediaev.derive.sheet.palette import INK, SKY, VERMILLION, WHITE

_LINES = 24
"""Lines between spots that are drawn; more would hide the pictures."""
_STRENGTH = 0.6
_NUMBER = Hand(13, WHITE, BOLD)
_SHIFT = 4
"""Binary places below a pixel to which OpenCV draws."""

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

    def at(self, points: Points) -> Points:
        """Points in units of the longest side as pixels of the canvas."""
        scale = np.array([self.width / self.shape[0], self.height / self.shape[1]])
        return np.asarray(points * scale + [self.left - 0.5, self.top - 0.5])

    def lay(self, canvas: Canvas, picture: Canvas) -> None:
        """Put a picture of just this size into its place."""
        canvas[self.top : self.top + self.height, self.left : self.left + self.width] = picture


def tile_for(shape: Size, left: int, top: int, room: tuple[int, int]) -> Tile:
    """The largest place for a picture in a room of (width, height), in its middle."""
    scale = min(room[0] / shape[0], room[1] / shape[1])
    wide, high = max(2, round(shape[0] * scale)), max(2, round(shape[1] * scale))
    return Tile(left + (room[0] - wide) // 2, top, wide, high, shape)


def draw_area(canvas: Canvas, tile: Tile, polygon: Points) -> None:
    """The outline of the shared part, its corners numbered."""
    inset = np.array([tile.left, tile.top]) + 1.0
    corner = np.array([tile.left + tile.width, tile.top + tile.height]) - 2.0
    at = np.clip(tile.at(polygon), inset, corner)
    for colour, thick in ((WHITE, 5), (VERMILLION, 2)):
        points = np.round(at * 2**_SHIFT).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(canvas, [points], True, colour, thick, cv2.LINE_AA, _SHIFT)  # noqa: FBT003
    middle = at.mean(axis=0)
    for number, point in enumerate(at, 1):
        # Inside the outline, where it can be seen even at the picture's edge.
        _disc(canvas, point + np.clip(middle - point, -13.0, 13.0), str(number))


def _disc(canvas: Canvas, at: NDArray[np.float64], text: str) -> None:
    _circle(canvas, at, 10, VERMILLION, -1)
    _circle(canvas, at, 10, WHITE, 1)
    write(canvas, (at[0] - width(text, _NUMBER) / 2, at[1] - 6), text, _NUMBER)


def draw_spots(canvas: Canvas, query: Tile, exhibit: Tile, found: Confirmed) -> int:
    """The spots, and lines between those that agree; returns how many lines there are."""
    here, there = query.at(found.query), exhibit.at(found.exhibit)
    for place in np.flatnonzero(~found.agrees):
        _cross(canvas, here[place])
        _cross(canvas, there[place])
    agreeing = np.flatnonzero(found.agrees)
    joined = _spread(here[agreeing], _LINES)
    over = canvas.copy()
    for place in agreeing[joined]:
        _line(over, here[place], there[place], INK, 2)
        _line(over, here[place], there[place], SKY, 1)
    cv2.addWeighted(over, _STRENGTH, canvas, 1 - _STRENGTH, 0, canvas)
    for place in agreeing:
        for at in (here[place], there[place]):
            _circle(canvas, at, 2, INK, -1)
            _circle(canvas, at, 1, SKY, -1)
    for place in agreeing[joined]:
        for at in (here[place], there[place]):
            _circle(canvas, at, 5, INK, 3)
            _circle(canvas, at, 5, SKY, 1)
    return len(joined)


def _spread(points: Points, most: int) -> NDArray[np.intp]:
    """So many of the points, far from each other: each next one is the farthest from all before."""
    if len(points) <= most:
        return np.arange(len(points))
    chosen = [int(np.argmin(points.sum(axis=1)))]
    away = np.linalg.norm(points - points[chosen[0]], axis=1)
    while len(chosen) < most:
        chosen.append(int(away.argmax()))
        away = np.minimum(away, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return np.array(sorted(chosen), np.intp)


def _exact(at: NDArray[np.float64]) -> tuple[int, int]:
    x, y = np.round(at * 2**_SHIFT).astype(int)
    return int(x), int(y)


def _line(
    canvas: Canvas, one: NDArray[np.float64], other: NDArray[np.float64], colour: Colour, thick: int
) -> None:
    cv2.line(canvas, _exact(one), _exact(other), colour, thick, cv2.LINE_AA, _SHIFT)


def _circle(
    canvas: Canvas, at: NDArray[np.float64], radius: int, colour: Colour, thick: int
) -> None:
    cv2.circle(canvas, _exact(at), radius << _SHIFT, colour, thick, cv2.LINE_AA, _SHIFT)


def _cross(canvas: Canvas, at: NDArray[np.float64]) -> None:
    for colour, thick in ((WHITE, 2), (INK, 1)):
        for slope in (1.0, -1.0):
            arm = np.array([2.5, 2.5 * slope])
            _line(canvas, at - arm, at + arm, colour, thick)
