"""The course of a segment as a curve: how alike the pictures are, and what moves in them."""

from __future__ import annotations

import cv2
import numpy as np

from mediaev.compare.judge import ALIKE
from mediaev.compare.registration import Series
from mediaev.derive.sheet.content import Shown
from mediaev.derive.sheet.head import blank
from mediaev.derive.sheet.lettering import BOLD, Canvas, Colour, Hand, width, write
from mediaev.derive.sheet.palette import BLUE, INK, QUIET, RULE, SMALL, VERMILLION
from mediaev.derive.sheet.rooms import MARGIN, ROOM
from mediaev.model.timecode import clock

_TOP, _HEIGHT = 26, 104
_LOW, _HIGH = -0.2, 1.0
_LEFT, _RIGHT = 44, 350


def curve(shown: Shown, needed: float | None) -> Canvas:
    """The course of one segment; nothing where there is none or it is a moment only.

    `needed` is the correlation of what moves that makes such a segment a copy.
    """
    course = shown.course
    if course is None or len(course.times) < 3:
        return blank(0)
    canvas = blank(_TOP + _HEIGHT + 30)
    first, last = float(course.times[0]), float(course.times[-1])
    left, right = MARGIN + _LEFT, MARGIN + ROOM - _RIGHT
    _grid(canvas, left, right)

    def across(at: float) -> float:
        return left + (right - left) * (at - first) / max(last - first, 1e-6)

    for limit, colour in ((ALIKE, BLUE), (needed, VERMILLION)):
        if limit is not None:
            _dashed(canvas, left, right, _down(limit), colour)
    x = np.array([across(float(each)) for each in course.times])
    _line(canvas, x, course.alike, BLUE)
    _line(canvas, x, course.together, VERMILLION, dots=True)
    for pair in shown.pairs:
        at = round(across(pair.moment.at))
        if left <= at <= right:
            cv2.line(canvas, (at, _TOP), (at, _TOP + _HEIGHT), INK, 1)
    for moment, anchor in ((first, 0.0), (last, 1.0)):
        text = clock(moment)
        start = across(moment) - anchor * width(text, SMALL)
        write(canvas, (start, _TOP + _HEIGHT + 6), text, SMALL)
    _legend(canvas, right + 20, needed)
    return canvas


def _grid(canvas: Canvas, left: int, right: int) -> None:
    for value in (0.0, 0.5, 1.0):
        y = _down(value)
        cv2.line(canvas, (left, y), (right, y), RULE, 1)
        write(canvas, (left - 36, y - 8), f"{value:.1f}", SMALL)


def _down(value: float) -> int:
    cut = min(max(value, _LOW), _HIGH)
    return round(_TOP + _HEIGHT * (_HIGH - cut) / (_HIGH - _LOW))


def _dashed(canvas: Canvas, left: int, right: int, y: int, colour: Colour) -> None:
    for x in range(left, right, 12):
        cv2.line(canvas, (x, y), (min(x + 5, right), y), colour, 1)


def _line(canvas: Canvas, x: Series, values: Series, colour: Colour, *, dots: bool = False) -> None:
    known = np.flatnonzero(~np.isnan(values))
    points = {int(each): (round(x[each]), _down(float(values[each]))) for each in known}
    for each, point in points.items():
        if each + 1 in points:
            cv2.line(canvas, point, points[each + 1], colour, 2, cv2.LINE_AA)
    every = max(1, len(x) // 60)
    for each, point in points.items():
        if dots and each % every == 0:
            cv2.circle(canvas, point, 3, colour, -1, cv2.LINE_AA)


def _legend(canvas: Canvas, left: int, needed: float | None) -> None:
    moves = f"{needed:.2f} makes a copy" if needed is not None else "where anything moves"
    for number, (colour, title, more) in enumerate(
        (
            (BLUE, "how alike the pictures are", f"correlation; {ALIKE:.1f} and more counts"),
            (VERMILLION, "how alike is what moves", f"correlation over 1 s; {moves}"),
        )
    ):
        top = _TOP + 4 + number * 48
        cv2.line(canvas, (left, top + 8), (left + 26, top + 8), colour, 2, cv2.LINE_AA)
        if number:
            cv2.circle(canvas, (left + 13, top + 8), 3, colour, -1, cv2.LINE_AA)
        write(canvas, (left + 36, top), title, Hand(16, INK, BOLD))
        write(canvas, (left + 36, top + 21), more, Hand(15, QUIET))
