"""A picture that is being edited, and where in it the source picture lies.

Every edit is made of the few moves below, each of which changes the picture and the map from
source pixels to picture pixels together. So the truth is never written down by hand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.truth import Box, Look

Picture = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""
Matrix = NDArray[np.float64]
"""3×3, maps pixel coordinates; pixel edges are whole numbers."""
Area = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture, and what of the source it shows where."""

    picture: Picture
    placed: Matrix
    """Source pixels → picture pixels."""
    shown: NDArray[np.float64]
    """Corners of the convex polygon in the picture in which the source shows."""
    source: tuple[int, int]
    """Width and height of the source picture."""
    at: float = 0.0
    """Seconds from the start of the query."""

    @classmethod
    def of(cls, picture: Picture, at: float = 0.0) -> Shot:
        """The source picture itself."""
        height, width = picture.shape[:2]
        corners = _corners((0.0, 0.0, float(width), float(height)))
        return cls(picture, np.eye(3), corners, (width, height), at)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return self.picture.shape[1], self.picture.shape[0]

    def recoloured(self, picture: Picture) -> Shot:
        """The same frame with other colours, or something drawn over it."""
        return replace(self, picture=picture)

    def resized(self, width: int, height: int) -> Shot:
        """Scaled to a size, each side by itself."""
        return self._moved(scaled(self.picture, width, height), _scaling(self.size, width, height))

    def cropped(self, area: Area) -> Shot:
        """Only what lies in the area, to whole pixels."""
        left, top, right, bottom = (round(each) for each in area)
        picture = np.ascontiguousarray(self.picture[top:bottom, left:right])
        return self._moved(picture, _shift(-left, -top))

    def mirrored(self) -> Shot:
        """Left and right exchanged."""
        matrix = np.array([[-1.0, 0, self.size[0]], [0, 1, 0], [0, 0, 1]])
        return self._moved(np.ascontiguousarray(self.picture[:, ::-1]), matrix)

    def turned(self) -> Shot:
        """A quarter turn clockwise."""
        matrix = np.array([[0.0, -1, self.size[1]], [1, 0, 0], [0, 0, 1]])
        return self._moved(np.ascontiguousarray(np.rot90(self.picture, -1)), matrix)

    def warped(self, matrix: Matrix, canvas: Picture) -> Shot:
        """Laid over the canvas through any perspective."""
        width, height = canvas.shape[1], canvas.shape[0]
        half = _shift(0.5, 0.5)
        # OpenCV counts from pixel centres, the map here from pixel edges.
        centred = np.linalg.inv(half) @ matrix @ half
        ink = cv2.warpPerspective(
            self.picture,
            centred,
            (width, height),
            flags=cv2.INTER_AREA,
            borderMode=cv2.BORDER_REPLICATE,
        )
        whole = np.full(self.picture.shape[:2], 255, np.uint8)
        mask = cv2.warpPerspective(whole, centred, (width, height), flags=cv2.INTER_LINEAR)
        share = mask[..., np.newaxis].astype(np.float32) / 255
        mixed = ink.astype(np.float32) * share + canvas.astype(np.float32) * (1 - share)
        return self._moved(mixed.astype(np.uint8), matrix)

    def laid(self, canvas: Picture, area: Area) -> Shot:
        """Scaled into an area of a canvas; the canvas is changed."""
        left, top, right, bottom = (round(each) for each in area)
        small = self.resized(right - left, bottom - top)
        canvas[top:bottom, left:right] = small.picture
        return small._moved(canvas, _shift(left, top))  # noqa: SLF001 - a Shot as well

    def look(self) -> Look:
        """The truth about the frame as it is now."""
        inverse = np.asarray(np.linalg.inv(self.placed), np.float64)
        back = _mapped(inverse, self.shown)
        middle = _mapped(inverse, self.shown.mean(axis=0, keepdims=True))[0]
        turn = _jacobian(self.placed, middle)
        mirrored = bool(np.linalg.det(turn) < 0)
        if mirrored:
            turn = turn @ np.diag([-1.0, 1.0])
        left, _, right = np.linalg.svd(turn)
        nearest = left @ right
        degrees = math.degrees(math.atan2(nearest[1, 0], nearest[0, 0])) % 360
        return Look(
            _box(self.shown, self.size), _box(back, self.source), mirrored, round(degrees, 2) % 360
        )

    def _moved(self, picture: Picture, matrix: Matrix) -> Shot:
        size = (0.0, 0.0, float(picture.shape[1]), float(picture.shape[0]))
        shown = _clipped(_mapped(matrix, self.shown), size)
        return replace(self, picture=picture, placed=matrix @ self.placed, shown=shown)


def scaled(picture: Picture, width: int, height: int) -> Picture:
    """A picture at another size."""
    smaller = width * height < picture.shape[0] * picture.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=how), np.uint8)


def filled(picture: Picture, width: int, height: int) -> Picture:
    """A picture enlarged until it covers a size; what hangs over is cut off evenly."""
    rise = max(width / picture.shape[1], height / picture.shape[0])
    wide = max(width, round(picture.shape[1] * rise))
    high = max(height, round(picture.shape[0] * rise))
    left, top = (wide - width) // 2, (high - height) // 2
    return scaled(picture, wide, high)[top : top + height, left : left + width].copy()


def _shift(right: float, down: float) -> Matrix:
    return np.array([[1.0, 0, right], [0, 1, down], [0, 0, 1]])


def _scaling(size: tuple[int, int], width: int, height: int) -> Matrix:
    return np.diag([width / size[0], height / size[1], 1.0])


def _corners(area: Area) -> NDArray[np.float64]:
    left, top, right, bottom = area
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def _mapped(matrix: Matrix, points: NDArray[np.float64]) -> NDArray[np.float64]:
    mapped = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def _jacobian(matrix: Matrix, point: NDArray[np.float64]) -> NDArray[np.float64]:
    step = 0.01
    around = point + step * np.array([[0, 0], [1, 0], [0, 1]])
    here, right, down = _mapped(matrix, around)
    return np.column_stack([(right - here) / step, (down - here) / step])


def _clipped(polygon: NDArray[np.float64], area: Area) -> NDArray[np.float64]:
    """What of a convex polygon lies in the area (Sutherland and Hodgman, 1974)."""
    for axis, limit, sign in ((0, area[0], 1), (1, area[1], 1), (0, area[2], -1), (1, area[3], -1)):
        kept: list[NDArray[np.float64]] = []
        for here, there in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
            inside, beyond = sign * (here[axis] - limit), sign * (there[axis] - limit)
            if inside >= 0:
                kept.append(here)
            if inside * beyond < 0:
                kept.append(here + (there - here) * inside / (inside - beyond))
        if not kept:
            raise ValueError("nothing of the source is left in the picture")
        polygon = np.stack(kept)
    return polygon


def _box(points: NDArray[np.float64], size: tuple[int, int]) -> Box:
    low = points.min(axis=0) / size
    high = points.max(axis=0) / size
    edges = np.clip([*low, *high], 0, 1).round(5)
    return Box(*(float(each) for each in edges))
