"""A picture set into the picture, where straight edges frame one.

A clip in a corner beside a talking head, a post in the window of an app, a screen in a studio: the
edges of what is set in are straight, upright, and stay where they are whatever moves on either
side. Doors and posters do the same in footage of a fixed camera. A wrong one costs the
description of a part of the picture and nothing else: what is described is only held against
other descriptions, and whoever resembles it is looked at as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaev.examine.media.luma import Luma
from mediaev.model.fingerprint import Box

_ENOUGH = 12
"""Pictures that are looked at, spread evenly over those given."""
_SMALLEST = 64
"""Pixels a side must have for a picture within it to be worth describing."""
_LEAP = 6
"""Grey levels by which an edge differs in half the pictures."""
_STANDS_OUT = 2
"""The same, as a multiple of what differs `_AWAY` pixels beside it."""
_AWAY = 4
_MISSING = 0.6
"""Share of a line that must show an edge for the line to go on."""
_LINES = 24
"""Lines of each direction that are tried as sides."""
_SIDE = 0.15
"""Share of the frame's side that the inset's takes at least."""
_AREA = (0.06, 0.75)
"""Share of the frame that the inset takes."""
_CORNER = 2
"""Pixels at the end of a side that are not asked: corners may be round."""
_COVERED, _COVERED_ON_AVERAGE = 0.6, 0.75
"""Share of each side, and of all, along which an edge shows."""
_BEYOND, _GOES_ON = 14, 0.5
"""Pixels beyond a corner in which the sides should not go on, as those of doors and of two things
that stand in line do; and what it takes off a box if all do."""
_AT_BORDER = 0.6
"""What a box is worth that lies at the frame's border, with three edges to show."""

_Flags = NDArray[np.bool_]
_Places = NDArray[np.intp]
_Shares = NDArray[np.float64]


def inset_box(pictures: Sequence[Luma]) -> Box | None:
    """Where a picture is set into pictures of one recording; None when nothing looks like it."""
    chosen = pictures[:: -(-len(pictures) // _ENOUGH)]
    stack = np.stack([each for each in chosen if each.shape == chosen[0].shape])
    if min(stack.shape[1:]) < _SMALLEST:
        return None
    across, along = _Sides.of(stack), _Sides.of(stack.transpose(0, 2, 1))
    best = _best(across, along)
    if best is None:
        return None
    left, right, top, bottom = best
    left, right = (_exact(stack[:, top:bottom], column) for column in (left, right))
    lying = stack.transpose(0, 2, 1)
    top, bottom = (_exact(lying[:, left:right], row) for row in (top, bottom))
    height, width = stack.shape[1:]
    return Box(left / width, top / height, right / width, bottom / height)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Lines in one direction that may be sides; here they are called columns."""

    places: _Places
    """Columns, rising; the first and the last are the frame's borders."""
    edges: NDArray[np.int32]
    """How many rows above each row show an edge in the column, shape (rows + 1, columns)."""

    @classmethod
    def of(cls, stack: NDArray[np.uint8]) -> _Sides:
        """The lines of pictures, shape (n, rows, columns)."""
        edges = _edges(stack)
        wide = edges.copy()  # sides lie between columns, and scaling puts them in either
        wide[:, 1:] |= edges[:, :-1]
        wide[:, :-1] |= edges[:, 1:]
        places = [0, *_lines(wide), stack.shape[2]]
        counts = np.zeros((wide.shape[0] + 1, wide.shape[1]), np.int32)
        np.cumsum(wide, axis=0, out=counts[1:])
        return cls(np.array(sorted(set(places)), np.intp), counts)

    def pairs(self) -> tuple[_Places, _Places]:
        """Positions in `places` of first and last sides that lie far enough apart."""
        first, last = np.triu_indices(len(self.places), 1)
        wide = self.places[last] - self.places[first] >= _SIDE * self.places[-1]
        return first[wide], last[wide]

    def covered(self, starts: _Places, ends: _Places) -> _Shares:
        """Share of edge in each column between rows, shape (columns, pairs); borders have 1."""
        return self._shares(starts + _CORNER, ends - _CORNER, 1.0)

    def beyond(self, starts: _Places, ends: _Places) -> _Shares:
        """The same just above the first and below the last row; borders have 0."""
        rows = len(self.edges) - 1
        above = np.maximum(starts - _BEYOND, 0), np.maximum(starts - _CORNER, 0)
        below = np.minimum(ends + _CORNER, rows), np.minimum(ends + _BEYOND, rows)
        return (self._shares(*above, 0.0) + self._shares(*below, 0.0)) / 2

    def _shares(self, low: _Places, high: _Places, at_border: float) -> _Shares:
        shares = np.full((len(self.places), len(low)), at_border)
        inside = self.places[1:-1]
        counted = self.edges[high][:, inside] - self.edges[low][:, inside]
        shares[1:-1] = (counted / np.maximum(high - low, 1)[:, None]).T
        return shares


def _edges(stack: NDArray[np.uint8]) -> _Flags:
    """Where columns differ in half of the pictures, and more than beside."""
    leaps = cv2.absdiff(
        np.ascontiguousarray(stack[:, :, 2:]), np.ascontiguousarray(stack[:, :, :-2])
    )
    half = (len(leaps) - 1) // 2
    usual = np.zeros(stack.shape[1:], np.int16)
    usual[:, 1:-1] = np.partition(leaps, half, axis=0)[half]
    beside = np.maximum(np.roll(usual, _AWAY, axis=1), np.roll(usual, -_AWAY, axis=1))
    return np.asarray((usual >= _LEAP) & (usual >= _STANDS_OUT * beside))


def _exact(stack: NDArray[np.uint8], column: int) -> int:
    """The column, of those around one, that differs most from the one before it."""
    if not 2 < column < stack.shape[2] - 2:
        return column
    around = stack[:, :, column - 3 : column + 3].astype(np.int16)
    return column - 2 + int(np.abs(np.diff(around, axis=2)).mean(axis=(0, 1)).argmax())


def _lines(edges: _Flags) -> list[int]:
    """Columns with the longest unbroken edges, none beside another."""
    gains = np.zeros((edges.shape[0] + 1, edges.shape[1]))
    np.cumsum(np.where(edges, 1.0 - _MISSING, -_MISSING), axis=0, out=gains[1:])
    longest = (gains - np.minimum.accumulate(gains, axis=0)).max(axis=0)
    longest[[0, -1]] = 0.0
    found: list[int] = []
    while len(found) < _LINES and longest.max() >= (1.0 - _MISSING) * _SIDE * edges.shape[0] / 2:
        column = int(longest.argmax())
        found.append(column)
        longest[max(0, column - 2) : column + 3] = 0.0
    return found


def _best(across: _Sides, along: _Sides) -> tuple[int, int, int, int] | None:
    """Left, right, top and bottom of the box whose sides show best."""
    lefts, rights = across.pairs()
    tops, bottoms = along.pairs()
    if not len(lefts) or not len(tops):
        return None
    left, right = across.places[lefts], across.places[rights]
    top, bottom = along.places[tops], along.places[bottoms]

    def four(upright: _Shares, level: _Shares) -> _Shares:
        # Shape (pairs of columns, pairs of rows, sides).
        return np.stack([upright[lefts], upright[rights], level[tops].T, level[bottoms].T], axis=2)

    sides = four(across.covered(top, bottom), along.covered(left, right))
    beyond = four(across.beyond(top, bottom), along.beyond(left, right))
    width, height = across.places[-1], along.places[-1]
    at_border = np.add.outer(
        (left == 0) + (right == width).astype(int), (top == 0) + (bottom == height).astype(int)
    )
    area = np.outer((right - left) / width, (bottom - top) / height)
    least = sides.min(axis=2)
    average = (sides.sum(axis=2) - at_border) / np.maximum(4 - at_border, 1)
    fits = (at_border <= 1) & (area >= _AREA[0]) & (area <= _AREA[1])
    fits &= (least >= _COVERED) & (average >= _COVERED_ON_AVERAGE)
    worth = (least + average / 2) * (1.0 - _GOES_ON * beyond.mean(axis=2)) * area**0.1
    worth *= np.where(at_border, _AT_BORDER, 1.0) * fits
    one, other = np.unravel_index(int(worth.argmax()), worth.shape)
    if not worth[one, other]:
        return None
    return int(left[one]), int(right[one]), int(top[other]), int(bottom[other])
