"""Placing: where one upright picture lies in another, as an affine map between the two.

Coordinates run right and down in units of a picture's longest side, so that turning and
scaling look the same along both sides whatever a picture's shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import Turn
from mediaev.model.fingerprint import WHOLE, Box
from mediaev.model.match import Transform

Matrix = NDArray[np.float64]
"""Shape (2, 3): point of the query = matrix × (x, y, 1) of the exhibit."""
Size = tuple[float, float]
"""Width and height with the longest side 1."""
_NEARLY_ALL = 0.97
"""Share of a picture's area from which it counts as shown whole."""


def size_of(width: float, height: float) -> Size:
    """The size of a picture in units of its longest side."""
    longest = max(width, height)
    return width / longest, height / longest


@dataclass(frozen=True, slots=True)
class Placing:
    """How an exhibit's picture lies in a query's."""

    matrix: Matrix
    query: Size
    exhibit: Size

    def turned(self) -> Placing:
        """The same placing seen from the other side."""
        return Placing(inverse(self.matrix), self.exhibit, self.query)

    @property
    def mirrored(self) -> bool:
        """Whether left and right are exchanged."""
        return bool(np.linalg.det(self.matrix[:, :2]) < 0)

    @property
    def rotation(self) -> float:
        """Degrees clockwise, after mirroring, -180..180."""
        a, c = self.matrix[0, 0], self.matrix[1, 0]
        return float(np.degrees(np.arctan2(c, a) if not self.mirrored else np.arctan2(-c, -a)))

    @property
    def scale(self) -> float:
        """How much larger the exhibit's picture is shown in the query."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))

    def rows(self) -> list[list[float]]:
        """The matrix as evidence tells it."""
        return [[round(float(value), 6) for value in row] for row in self.matrix]

    def in_query(self) -> Box:
        """Where the exhibit's picture lies in the query's frame, cut at its sides."""
        return _box(self.matrix, self.exhibit, self.query)

    def in_exhibit(self) -> Box:
        """Where the query's picture lies in the exhibit's frame, cut at its sides."""
        return _box(inverse(self.matrix), self.query, self.exhibit)

    def transform(self) -> Transform:
        """The placing as a match tells it."""
        rotation = round(self.rotation / 90) * 90 % 360
        outer, inner = self.in_query(), self.in_exhibit()
        if min(outer.area, inner.area) >= _NEARLY_ALL:
            return Transform(self.mirrored, rotation, WHOLE, "exhibit")
        if outer.area < inner.area:
            return Transform(self.mirrored, rotation, outer, "query")
        return Transform(self.mirrored, rotation, inner, "exhibit")


def inverse(matrix: Matrix) -> Matrix:
    """The map back. Raises LinAlgError for one that flattens pictures."""
    back = np.linalg.inv(matrix[:, :2])
    return np.concatenate([back, -back @ matrix[:, 2:]], axis=1)


def mapped(matrix: Matrix, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of shape (n, 2) where the map takes them."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2])


def corners(size: Size) -> NDArray[np.float64]:
    """The four corners of a picture, clockwise from the top left, shape (4, 2)."""
    width, height = size
    return np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])


def _box(matrix: Matrix, inner: Size, outer: Size) -> Box:
    inside = mapped(matrix, corners(inner)) / np.asarray(outer)
    left, top = np.clip(inside.min(axis=0), 0.0, 1.0)
    right, bottom = np.clip(inside.max(axis=0), 0.0, 1.0)
    return Box(*(round(float(side), 4) for side in (left, top, right, bottom)))


def placing_of(turn: Turn, query: Size, exhibit: Size, in_query: Box, in_exhibit: Box) -> Placing:
    """The placing of two pictures whose given boxes show the same.

    `turn` is how the query was laid to look like the exhibit.
    """
    to_unit = _rectangle(in_exhibit, exhibit)
    from_unit = _rectangle(in_query, query)
    back = _unturned(turn)
    return Placing(_joined(from_unit, _joined(back, inverse(to_unit))), query, exhibit)


def _rectangle(box: Box, size: Size) -> Matrix:
    """From the unit square to a box of a picture."""
    width, height = size
    across, down = (box.right - box.left) * width, (box.bottom - box.top) * height
    return np.array([[across, 0.0, box.left * width], [0.0, down, box.top * height]])


def _unturned(turn: Turn) -> Matrix:
    """From the unit square laid by `turn` back to how it was."""
    matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    if turn.mirrored:
        matrix = np.array([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    for _ in range(turn.rotation // 90):
        matrix = _joined(np.array([[0.0, -1.0, 1.0], [1.0, 0.0, 0.0]]), matrix)
    return inverse(matrix)


def _joined(after: Matrix, before: Matrix) -> Matrix:
    """The map that does `before`, then `after`."""
    linear = after[:, :2] @ before[:, :2]
    return np.concatenate([linear, after[:, :2] @ before[:, 2:] + after[:, 2:]], axis=1)
