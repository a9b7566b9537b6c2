"""The head of a sheet: what the match says, its two sides, and where in time they meet."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from mediaev.derive.sheet.content import Content, Party
from mediaev.derive.sheet.lettering import BOLD, Canvas, Colour, Hand, paragraph, width, write
from mediaev.derive.sheet.palette import (
    BLUE,
    GREEN,
    INK,
    PAPER,
    PLAIN,
    QUIET,
    RULE,
    SKY,
    SMALL,
    STRONG,
    TITLE,
    VERMILLION,
    WHITE,
)
from mediaev.derive.sheet.rooms import MARGIN, ROOM, WIDTH
from mediaev.model.timecode import clock

LETTERS: dict[str, Colour] = {"A": BLUE, "B": GREEN}
_GAP = 28
_WARNING = Hand(16, VERMILLION, BOLD)
_BAR = 16
_FACT = Hand(15, INK)


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
    heights = [
        _party(canvas, party, MARGIN + number * (room + _GAP), top, room)
        for number, party in enumerate(content.parties)
    ]
    return canvas[: top + max(heights) + 10]


def _party(canvas: Canvas, party: Party, left: int, top: int, room: int) -> int:
    indent = 44
    tag(canvas, party.letter, left, top)
    height = 0
    for number, text in enumerate(party.lines):
        hand = STRONG if number == 0 else _FACT
        height += paragraph(canvas, (left + indent, top + height), text, room - indent, hand)
    return max(height, 34)


def tag(canvas: Canvas, letter: str, left: int, top: int, size: int = 32) -> None:
    """The letter of a side in its colour."""
    cv2.rectangle(canvas, (left, top), (left + size - 1, top + size - 1), LETTERS[letter], -1)
    hand = Hand(round(size * 0.68), WHITE, BOLD)
    across = left + (size - width(letter, hand)) / 2
    write(canvas, (across, top + size * 0.18), letter, hand)


def timeline(content: Content) -> Canvas:
    """Both recordings as bars, the segments joined, and the moments that are shown below."""
    one, other = content.parties
    if max(one.seconds, other.seconds) <= 0:
        return blank(0)
    canvas = blank(128)
    left, room = MARGIN + 44, ROOM - 44 - 110
    bars = ((one, 26), (other, 90))
    longest = max(one.seconds, other.seconds)
    for party, top in bars:
        tag(canvas, party.letter, MARGIN, top - 4, 24)
        end = left + max(2, round(room * party.seconds / longest))
        cv2.rectangle(canvas, (left, top), (end, top + _BAR), PAPER, -1)
        cv2.rectangle(canvas, (left, top), (end, top + _BAR), QUIET, 1)
        write(canvas, (end + 10, top + 1), clock(party.seconds), SMALL)
    scale = room / longest
    for passage in content.passages:
        query, exhibit = passage.segment.query, passage.segment.exhibit
        _band(
            canvas,
            [left + scale * each for each in query],
            [left + scale * each for each in exhibit],
        )
    for shown in content.shown:
        for pair in shown.pairs:
            x = left + scale * pair.moment.at
            there = left + scale * pair.wanted
            for at, top in ((x, 26), (there, 90)):
                cv2.line(canvas, (round(at), top - 3), (round(at), top + _BAR + 3), INK, 1)
    return canvas


def _band(canvas: Canvas, query: Sequence[float], exhibit: Sequence[float]) -> None:
    """A segment on both bars, and what joins them."""
    over = canvas.copy()
    between = [
        (query[0], 26 + _BAR),
        (query[1], 26 + _BAR),
        (exhibit[1], 90),
        (exhibit[0], 90),
    ]
    cv2.fillPoly(over, [np.array(between, np.int32)], SKY, cv2.LINE_AA)
    cv2.addWeighted(over, 0.3, canvas, 0.7, 0, canvas)
    for (start, end), top in ((query, 26), (exhibit, 90)):
        right = round(max(end, start + 2))
        cv2.rectangle(canvas, (round(start), top), (right, top + _BAR), SKY, -1)
        cv2.rectangle(canvas, (round(start), top), (right, top + _BAR), INK, 1)


def rule(thick: int = 1) -> Canvas:
    """A line across the sheet."""
    canvas = blank(thick + 20)
    canvas[10 : 10 + thick, MARGIN : WIDTH - MARGIN] = RULE
    return canvas
