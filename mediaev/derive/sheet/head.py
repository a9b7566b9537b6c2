"""The head of a sheet: what the match says, its two sides, and where in time they meet."""

from __future__ import annotations

import cv2
import numpy as np

from mediaev.compare.passages import Passage
from mediaev.derive.sheet.content import Content, Party
from mediaev.derive.sheet.lettering import BOLD, Canvas, Hand, paragraph, width, write
from mediaev.derive.sheet.palette import (
    BLUE,
    GREEN,
    INK,
    PAPER,
    PLAIN,
    QUIET,
    SKY,
    SMALL,
    STRONG,
    TITLE,
    VERMILLION,
    WHITE,
)
from mediaev.model.timecode import clock

WIDTH = 1600
"""Pixels of a page."""
MARGIN = 28
ROOM = WIDTH - 2 * MARGIN
_GAP = 28
_WARNING = Hand(17, VERMILLION, BOLD)
_INDENT = 44
_BAR = 16
_BARS = (26, 90)
"""Where the bars of the two sides begin."""


def blank(height: int) -> Canvas:
    """An empty part of the sheet."""
    return np.full((height, WIDTH, 3), WHITE, np.uint8)


def head(content: Content) -> Canvas:
    """Title, what the match says, warnings, and the two sides."""
    canvas = blank(4000)
    top = 8
    top += paragraph(canvas, (MARGIN, top), content.title, ROOM, TITLE) + 4
    for text in content.says:
        top += paragraph(canvas, (MARGIN, top), text, ROOM, PLAIN)
    for text in content.warnings:
        top += paragraph(canvas, (MARGIN, top + 4), text, ROOM, _WARNING) + 4
    top += 14
    room = (ROOM - _GAP) // 2
    ends = [
        _party(canvas, party, MARGIN + number * (room + _GAP), top, room)
        for number, party in enumerate(content.parties)
    ]
    return canvas[: max(ends) + 10]


def _party(canvas: Canvas, party: Party, left: int, top: int, room: int) -> int:
    tag(canvas, party.letter, left, top, 32)
    bottom = top
    for number, text in enumerate(party.lines):
        hand = STRONG if number == 0 else Hand(15, INK)
        bottom += paragraph(canvas, (left + _INDENT, bottom), text, room - _INDENT, hand)
    return max(bottom, top + 34)


def tag(canvas: Canvas, letter: str, left: int, top: int, size: int) -> None:
    """The letter of a side in its colour."""
    colour = BLUE if letter == "A" else GREEN
    cv2.rectangle(canvas, (left, top), (left + size - 1, top + size - 1), colour, -1)
    hand = Hand(round(size * 0.68), WHITE, BOLD)
    write(canvas, (left + (size - width(letter, hand)) / 2, top + size * 0.18), letter, hand)


def timeline(content: Content) -> Canvas:
    """Both recordings as bars, the segments joined, and the moments that are shown below."""
    longest = max(party.seconds for party in content.parties)
    if longest <= 0:
        return blank(0)
    canvas = blank(128)
    left, room = MARGIN + _INDENT, ROOM - _INDENT - 110
    scale = room / longest
    for party, top in zip(content.parties, _BARS, strict=True):
        tag(canvas, party.letter, MARGIN, top - 4, 24)
        end = left + max(2, round(scale * party.seconds))
        cv2.rectangle(canvas, (left, top), (end, top + _BAR), PAPER, -1)
        cv2.rectangle(canvas, (left, top), (end, top + _BAR), QUIET, 1)
        write(canvas, (end + 10, top + 1), clock(party.seconds), SMALL)
    for passage in content.passages:
        _band(canvas, passage, left, scale)
    for shown in content.shown:
        for pair in shown.pairs:
            for at, top in zip((pair.moment.at, pair.wanted), _BARS, strict=True):
                x = round(left + scale * at)
                cv2.line(canvas, (x, top - 3), (x, top + _BAR + 3), INK, 1)
    return canvas


def _band(canvas: Canvas, passage: Passage, left: int, scale: float) -> None:
    """A segment on both bars, and what joins them."""
    spans = [
        tuple(round(min(left + scale * at, WIDTH)) for at in interval)
        for interval in (passage.segment.query, passage.segment.exhibit)
    ]
    (one, end), (other, other_end) = spans
    over = canvas.copy()
    top, bottom = _BARS[0] + _BAR, _BARS[1]
    between = np.array([(one, top), (end, top), (other_end, bottom), (other, bottom)], np.int32)
    cv2.fillPoly(over, [between], SKY, cv2.LINE_AA)
    cv2.addWeighted(over, 0.3, canvas, 0.7, 0, canvas)
    for (start, stop), place in zip(spans, _BARS, strict=True):
        corner = max(stop, start + 2), place + _BAR
        cv2.rectangle(canvas, (start, place), corner, SKY, -1)
        cv2.rectangle(canvas, (start, place), corner, INK, 1)
