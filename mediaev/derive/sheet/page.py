"""The page: all parts of a sheet below one another, as a PNG file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mediaev.derive.sheet.content import Content, Rows
from mediaev.derive.sheet.head import MARGIN, ROOM, WIDTH, blank, head, timeline
from mediaev.derive.sheet.lettering import Canvas, paragraph, width, write
from mediaev.derive.sheet.moment import moment
from mediaev.derive.sheet.palette import (
    HEADING,
    PAPER,
    PLAIN,
    RULE,
    SKY,
    SMALL,
    STRONG,
    VERMILLION,
    two_sided,
)

SHEET = "mediaev sheet/1"
"""Names this kind of drawing; stands in the PNG file as its `Software`."""
HEIGHT = 2263
"""Pixels of a page, in the shape of A4: sharp on a screen, and in print some 200 to the inch."""
_FOOT = 40
"""Of these, what the line at the foot of a page takes."""
_ABOVE = 16
"""Empty pixels at the top of a page."""
_AREA = (
    "the part that both pictures show; equal numbers stand at equal corners, so a mirrored or "
    "turned picture shows by their order"
)
_SPOTS = (
    "spots that look alike and lie where the match says, some of them joined by a line; crosses "
    "are spots that look alike and do not"
)
_COLOURS = (
    "difference: blue where A is darker than B, orange where it is brighter, once brightness and "
    "contrast are matched (full colour at 64 grey levels); moves: blue where a picture has "
    "darkened within half a second of A, orange where it has brightened; striped where there is "
    "nothing to compare"
)
_LIMITS = (
    "The films are small grey pictures that are kept of each exhibit. The sheet shows what was "
    "found alike. It does not say who made a recording, or when."
)
_BETWEEN = 40
_COLUMN = (ROOM - _BETWEEN) // 2
_LONGEST = 6000
"""Pixels that facts may take; a match has some dozens of rows."""
_NAMES = 150


def sheet(content: Content) -> bytes:
    """Draw a sheet as a PNG file, the same bytes for the same content.

    Raises ValueError for frames that are not whole.
    """
    drawn = _paginated([part for part in _parts(content) if len(part)], content.foot)
    told = PngInfo()
    told.add_text("Software", SHEET)
    packed = io.BytesIO()
    Image.fromarray(drawn).save(packed, "PNG", pnginfo=told, compress_level=7)
    return packed.getvalue()


def pages(heights: Sequence[int], room: int) -> list[list[int]]:
    """Which parts stand on which page, so that none is cut.

    `heights` are those of the parts in order, none more than the `room` of a page.
    """
    found: list[list[int]] = [[]]
    taken = 0
    for number, height in enumerate(heights):
        if found[-1] and taken + height > room:
            found.append([])
            taken = 0
        found[-1].append(number)
        taken += height
    return found


def _paginated(parts: Sequence[Canvas], foot: str) -> Canvas:
    """The parts on pages of one size below one another, so that they can be cut and printed."""
    room = HEIGHT - _FOOT - _ABOVE
    # What is higher than a page is cut all the same.
    whole = [part[top : top + room] for part in parts for top in range(0, len(part), room)]
    chosen = pages([len(each) for each in whole], room)
    drawn = blank(HEIGHT * len(chosen))
    for number, page in enumerate(chosen):
        top = number * HEIGHT + _ABOVE
        for index in page:
            part = whole[index]
            drawn[top : top + len(part)] = part
            top += len(part)
        line = (number + 1) * HEIGHT - _FOOT + 12
        text = f"page {number + 1} of {len(chosen)}"
        write(drawn, (MARGIN, line), foot, SMALL)
        write(drawn, (MARGIN + ROOM - width(text, SMALL), line), text, SMALL)
    return drawn


def _parts(content: Content) -> Iterator[Canvas]:
    """What stands together stays together on a page."""
    yield np.concatenate([head(content), timeline(content)])
    timed = max(each.seconds for each in content.parties) > 0
    number = 0
    for shown in content.shown:
        above = [_title(shown.says)]
        for pair in shown.pairs:
            number += 1
            yield np.concatenate([*above, moment(pair, shown.passage, number, timed=timed)])
            above = []
        if above:
            yield np.concatenate(above)
    yield _facts(content.facts)
    yield _key()


def _title(says: str) -> Canvas:
    canvas = blank(200)
    canvas[10, MARGIN : WIDTH - MARGIN] = RULE
    height = paragraph(canvas, (MARGIN, 22), says, ROOM, HEADING)
    return canvas[: height + 26]


def _facts(sections: tuple[tuple[str, Rows], ...]) -> Canvas:
    """Sections two by two beside each other; an odd last one takes all the room."""
    canvas = blank(_LONGEST)
    canvas[:] = PAPER
    top = 18
    for first in range(0, len(sections), 2):
        beside = sections[first : first + 2]
        room = _COLUMN if len(beside) > 1 else ROOM
        lefts = (MARGIN, MARGIN + _COLUMN + _BETWEEN)
        ends = [
            _section(canvas, section, left, top, room)
            for section, left in zip(beside, lefts, strict=False)
        ]
        top = max(ends) + 18
    return canvas[:top]


def _section(canvas: Canvas, section: tuple[str, Rows], left: int, top: int, room: int) -> int:
    """Draw one section; returns where it ends."""
    title, rows = section
    write(canvas, (left, top), title, HEADING)
    top += 34
    for name, value in rows:
        if top < _LONGEST - 400:
            write(canvas, (left, top), name, SMALL)
            place = left + _NAMES, top - 1
            top += paragraph(canvas, place, value, room - _NAMES, PLAIN)
    return top


def _key() -> Canvas:
    """How to read the pictures."""
    canvas = blank(600)
    write(canvas, (MARGIN, 14), "How to read this sheet", STRONG)
    top = 40
    cv2.rectangle(canvas, (MARGIN + 2, top + 2), (MARGIN + 30, top + 14), VERMILLION, 2)
    top += paragraph(canvas, (MARGIN + 44, top), _AREA, ROOM - 44, SMALL) + 6
    cv2.circle(canvas, (MARGIN + 16, top + 8), 4, SKY, 2, cv2.LINE_AA)
    top += paragraph(canvas, (MARGIN + 44, top), _SPOTS, ROOM - 44, SMALL) + 6
    scale = np.linspace(-1.0, 1.0, 30, dtype=np.float32)[np.newaxis].repeat(12, axis=0)
    canvas[top + 2 : top + 14, MARGIN + 1 : MARGIN + 31] = two_sided(scale)
    top += paragraph(canvas, (MARGIN + 44, top), _COLOURS, ROOM - 44, SMALL) + 6
    top += paragraph(canvas, (MARGIN, top), _LIMITS, ROOM, SMALL)
    return canvas[: top + 24]
