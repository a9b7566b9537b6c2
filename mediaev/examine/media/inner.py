"""The picture inside static bars or blurred pads, where there is one for sure.

Reposts put a picture of one shape into a frame of another: between bars of one colour, or
over a blurred, enlarged copy of itself. Both leave a seam that is a straight line across the
frame at one place in every picture, with next to nothing outside it. A dark sky or a wall
also shows nothing, but ends in no straight line; a desk's edge is straight, but shows things
on both sides. Where there is doubt there is no box: a missed one costs a copy that only bars
hide, a wrong one costs little but storage.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaev.examine.media.luma import Luma
from mediaev.model.fingerprint import Box

_WORTH = 0.97
"""Share of the frame above which an inner picture is as good as the whole."""
_LEAST_INSIDE = 0.3
"""Share of a side that the inner picture takes at least."""
_ENOUGH = 24
"""Pictures that are looked at, spread evenly over those given."""
_SMALLEST = 24
"""Pixels a side must have for bars to be told from content."""

_BAR_LEVELS = 14
"""Grey levels by which compression may blur a bar's colour."""
_BAR_STRAYS = 0.02
"""Share of pixels of another colour that a clean row of a bar may have."""
_BAR_WRITING = 0.25
"""Share of pixels of another colour in a whole bar: captions, logos."""
_BAR_CLEAN = 0.4
"""Share of a bar's rows that must be clean."""
_SEAM = 0.45
"""Share of columns that must change from bar to picture at the same row."""
_SEAM_OFTEN = 75
"""Per cent of the pictures that may show less of the edge than the one that is asked."""
_SEAM_OF_TWO = 0.12
"""The same, where the opposite bar is as high."""
_FIRST = 0.2
"""Columns that show in the first row inside, as a share of those in the next ones."""
_SOFT_ROWS = 3
"""Rows that a bar's edge may be soft: scaling and compression, but no blur."""

_PAD_ENERGY = 0.5
"""Detail in a blurred pad, as a share of that in the middle."""
_PAD_LEAPS = (4.0, 8.0)
"""Grey levels that half the columns must leap at the fainter and the stronger pad's edge."""
_PAD_STANDS_OUT = (1.0, 3.0)
"""The same, as multiples of what columns leap within the pads."""
_PAD_LEAST = 0.06
"""Share of the side that one blurred pad takes at least."""

_Stack = NDArray[np.float32]
_Row = NDArray[np.float32]


def inner_box(pictures: Sequence[Luma]) -> Box | None:
    """Where the inner picture lies in pictures of one recording; None when there is none."""
    stack = _stack(pictures)
    if min(stack.shape[1:]) < _SMALLEST:
        return None
    top, bottom = _edges(stack)
    left, right = _edges(stack.transpose(0, 2, 1))
    height, width = stack.shape[1:]
    box = Box(left / width, top / height, right / width, bottom / height)
    if min(box.right - box.left, box.bottom - box.top) < _LEAST_INSIDE or box.area >= _WORTH:
        return None
    return box


def cut(picture: Luma, box: Box) -> Luma:
    """The part of a picture inside a box, by whole pixels."""
    height, width = picture.shape
    left, right = round(box.left * width), round(box.right * width)
    top, bottom = round(box.top * height), round(box.bottom * height)
    return picture[top : max(bottom, top + 1), left : max(right, left + 1)]


def _stack(pictures: Sequence[Luma]) -> _Stack:
    """Some of the pictures as one array (n, height, width)."""
    chosen = pictures[:: -(-len(pictures) // _ENOUGH)]
    shape = chosen[0].shape
    return np.stack([each for each in chosen if each.shape == shape]).astype(np.float32)


def _edges(stack: _Stack) -> tuple[float, float]:
    """First and last row of the inner picture, in rows from the top; the whole if none."""
    rows = stack.shape[1]
    top, bottom = _bars(stack)
    pads = _pads(stack)
    # A blurred pad may end in a dark band that looks like a bar of its own.
    if min(pads) > max(top, bottom) + 1:
        top, bottom = pads
    return top, rows - bottom


def _bars(stack: _Stack) -> tuple[float, float]:
    """Heights in rows of one-coloured bars at top and bottom, 0.0 for none."""
    sides = _Side(stack), _Side(stack[:, ::-1])
    found = [side.best(_SEAM) for side in sides]
    if found[0] and found[1]:
        return sides[0].height(found[0]), sides[1].height(found[1])
    one, other = (0, 1) if found[0] else (1, 0)
    if found[one]:
        # The picture may be as bright as the bar on one side only.
        twin = sides[other].near(found[one], sides[one].colour)
        found[other] = twin
    else:
        for row in sides[0].candidates(_SEAM_OF_TWO):
            if twin := sides[1].near(row, sides[0].colour, _SEAM_OF_TWO):
                found = [row, twin]
    heights = [side.height(row) if row else 0.0 for side, row in zip(sides, found, strict=True)]
    return heights[0], heights[1]


class _Side:
    """A stack seen from one side, where a bar would lie at the top."""

    def __init__(self, stack: _Stack) -> None:
        self.colour = float(np.median(stack[:, :2]))
        half = stack.shape[1] // 2 + 2
        self._away = np.abs(stack[:, :half] - self.colour)
        stray = self._away > _BAR_LEVELS
        strays = stray.mean(axis=(0, 2))
        inside = stray[:, 1:-2] | stray[:, 2:-1] | stray[:, 3:]
        seams = (inside & ~stray[:, :-3]).mean(axis=2)
        seam = np.percentile(seams, _SEAM_OFTEN, axis=0)
        count = np.arange(1, len(seam) + 1)
        written = np.cumsum(strays)[: len(seam)] / count
        clean = np.cumsum(strays <= _BAR_STRAYS)[: len(seam)] / count
        soft = (self._away > _BAR_LEVELS / 2).mean(axis=(0, 2)) > _BAR_STRAYS
        self._flat = int(np.argmax(np.append(soft, [True])))
        self._shown = np.percentile(stray.mean(axis=2), _SEAM_OFTEN, axis=0)
        is_bar = (written <= _BAR_WRITING) & (clean >= _BAR_CLEAN)
        self._seam = np.where(is_bar, seam, 0.0)

    def best(self, least: float) -> int:
        """The first row inside the bar's surest edge, 0 for none."""
        row = int(self._seam.argmax())
        if self._seam[row] < least or not self._is_sharp(row + 1):
            return 0
        return self._first_inside(row)

    def candidates(self, least: float) -> list[int]:
        """First rows inside of all edges that are this sure."""
        return [self._first_inside(int(row)) for row in np.flatnonzero(self._seam >= least)]

    def near(self, row: int, colour: float, least: float = 0.0) -> int:
        """The surest edge within a row of one found on the other side, 0 for none."""
        if abs(self.colour - colour) > _BAR_LEVELS or self._flat < row - _SOFT_ROWS:
            return 0
        around = self._seam[max(0, row - 2) : row + 1]
        if not len(around) or around.max() < least:
            return 0
        if not around.max():
            return row
        return self._first_inside(max(0, row - 2) + int(around.argmax()))

    def height(self, row: int) -> float:
        """Where the edge lies exactly: the first row inside may be part bar, part picture."""
        row = min(row, self._away.shape[1] - 2)
        first, second = (self._away[:, at].mean() for at in (row, row + 1))
        return row + 1.0 - float(np.clip(first / max(second, 1e-6), 0.0, 1.0))

    def _first_inside(self, row: int) -> int:
        """The first row past an edge at `row` in which more shows than stray pixels."""
        least = _FIRST * self._seam[row]
        return row + 1 + int(np.argmax(self._shown[row + 1 : row + 4] >= least))

    def _is_sharp(self, row: int) -> bool:
        before = self._away[:, max(0, row - _SOFT_ROWS - 1)]
        return bool((before > _BAR_LEVELS / 2).mean() <= _BAR_WRITING)


def _pads(stack: _Stack) -> tuple[float, float]:
    """Heights in rows of blurred pads at top and bottom, about equal; 0.0 for none."""
    rows = stack.shape[1]
    leap = np.median(np.abs(stack[:, 2:] - stack[:, :-2]).mean(axis=0), axis=1)
    leap = np.concatenate([[0.0], leap, [0.0]])  # leap[r]: between the rows around r
    # Uneven sizes put the two edges up to a row off each other's mirror image.
    wide = np.maximum(np.maximum(leap, np.roll(leap, 1)), np.roll(leap, -1))
    fainter, stronger = np.minimum(leap, wide[::-1]), np.maximum(leap, wide[::-1])
    least, most = max(3, round(_PAD_LEAST * rows)), round(rows * (1 - _LEAST_INSIDE) / 2)
    sure = np.where((fainter >= _PAD_LEAPS[0]) & (stronger >= _PAD_LEAPS[1]), fainter, 0.0)
    if most <= least or not sure[least:most].any():
        return 0.0, 0.0
    at = least + int(sure[least:most].argmax())
    detail = _detail(stack)
    calm = np.percentile(np.concatenate([leap[1 : at - 2], leap[rows - at + 2 : -1]]), 90)
    if fainter[at] < _PAD_STANDS_OUT[0] * calm or stronger[at] < _PAD_STANDS_OUT[1] * calm:
        return 0.0, 0.0
    outside = np.concatenate([detail[: at - 2], detail[rows - at + 2 :]])
    inside = detail[at + 2 : rows - at - 2]
    if not len(inside) or np.percentile(outside, 90) > _PAD_ENERGY * np.median(inside):
        return 0.0, 0.0
    return _centre(leap, at), _centre(leap[::-1], at)


def _centre(leap: _Row, row: int) -> float:
    """Where exactly columns leap around a row: the edge crosses two of them."""
    around = leap[row - 1 : row + 3]
    strong = np.where(around >= around.max() / 2, around, 0.0)
    return float(row - 0.5 + (strong * np.arange(len(around))).sum() / strong.sum())


def _detail(stack: _Stack) -> _Row:
    """Mean strength of fine detail (Laplacian) in each row."""
    return np.asarray(
        np.mean([np.abs(cv2.Laplacian(each, cv2.CV_32F)).mean(axis=1) for each in stack], axis=0),
        np.float32,
    )
