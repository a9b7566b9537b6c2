"""The page: all parts of a sheet below one another, as a PNG file."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mediaev.derive.sheet.content import Content, Rows, Shown
from mediaev.derive.sheet.curve import curve
from mediaev.derive.sheet.head import blank, head, rule, timeline
from mediaev.derive.sheet.lettering import Canvas, paragraph, width, write
from mediaev.derive.sheet.moments import Looks, moment
from mediaev.derive.sheet.palette import (
    HEADING,
    PAPER,
    PLAIN,
    SKY,
    SMALL,
    STRONG,
    VERMILLION,
    two_sided,
)
from mediaev.derive.sheet.rooms import FOOT, HEIGHT, MARGIN, ROOM, pages

SHEET = "mediaev sheet/1"
"""Names this kind of drawing; stands in the PNG file as its `Software`."""
_PNG = b"\x89PNG\r\n\x1a\n"
_HEAD = 8 + 25 + 4
"""Bytes before the type of the second chunk: signature, IHDR, length."""
_NAME = b"tEXtSoftware\0mediaev sheet/"
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
    "The films are small grey pictures that are kept of each exhibit; correlations are from -1 to "
    "1. The sheet shows what was found alike. It does not say who made a recording, or when."
)
_ABOVE = 16
"""Empty pixels at the top of a page."""
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


def is_sheet(path: Path) -> bool:
    """Whether a file begins as only sheets do, whatever follows."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            head = os.pread(descriptor, _HEAD + len(_NAME), 0)
        finally:
            os.close(descriptor)
        return head.startswith(_PNG) and head[_HEAD:] == _NAME
    return False


def _paginated(parts: Sequence[Canvas], foot: str) -> Canvas:
    """The parts on pages of one size below one another, so that they can be cut and printed."""
    room = HEIGHT - FOOT - _ABOVE
    whole = [piece for part in parts for piece in _pieces(part, room)]
    chosen = pages([len(each) for each in whole], room)
    drawn = blank(HEIGHT * len(chosen))
    for number, page in enumerate(chosen):
        top = number * HEIGHT + _ABOVE
        for index in page:
            part = whole[index]
            drawn[top : top + len(part)] = part
            top += len(part)
        line = (number + 1) * HEIGHT - FOOT + 12
        text = f"page {number + 1} of {len(chosen)}"
        write(drawn, (MARGIN, line), foot, SMALL)
        write(drawn, (MARGIN + ROOM - width(text, SMALL), line), text, SMALL)
    return drawn


def _pieces(part: Canvas, room: int) -> Iterator[Canvas]:
    """A part that is higher than a page is cut all the same."""
    for top in range(0, len(part), room):
        yield part[top : top + room]


def _parts(content: Content) -> Iterator[Canvas]:
    """What stands together stays together on a page."""
    yield np.concatenate([head(content), timeline(content)])
    timed = max(each.seconds for each in content.parties) > 0
    number = 0
    for shown in content.shown:
        above = [rule(), _title(shown), curve(shown, _needed(shown))]
        for pair in shown.pairs:
            number += 1
            below = moment(pair, shown.passage, Looks(number, content.blurred, timed))
            yield np.concatenate([*above, below])
            above = []
        if above:
            yield np.concatenate(above)
    yield np.concatenate([rule(2), _facts(content.facts)])
    yield _key()


def _title(shown: Shown) -> Canvas:
    canvas = blank(200)
    height = paragraph(canvas, (MARGIN, 2), shown.says, ROOM, HEADING)
    return canvas[: height + 6]


def _needed(shown: Shown) -> float | None:
    value = shown.passage.said.get("motion_needed")
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


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
        write(canvas, (left, top), name, SMALL)
        place = left + _NAMES, top - 1
        if top < _LONGEST - 400:
            top += paragraph(canvas, place, value, room - _NAMES, PLAIN)
    return top


def _key() -> Canvas:
    """How to read the pictures."""
    canvas = blank(1000)
    top = 14
    write(canvas, (MARGIN, top), "How to read this sheet", STRONG)
    top += 26
    cv2.rectangle(canvas, (MARGIN + 2, top + 2), (MARGIN + 30, top + 14), VERMILLION, 2)
    cv2.circle(canvas, (MARGIN + 16, top + 34), 4, SKY, 2, cv2.LINE_AA)
    scale = np.linspace(-1.0, 1.0, 30, dtype=np.float32)[np.newaxis].repeat(12, axis=0)
    canvas[top + 54 : top + 66, MARGIN + 1 : MARGIN + 31] = two_sided(scale)
    for text in (_AREA, _SPOTS, _COLOURS):
        top += max(26, paragraph(canvas, (MARGIN + 44, top), text, ROOM - 44, SMALL) + 8)
    top += paragraph(canvas, (MARGIN, top), _LIMITS, ROOM, SMALL)
    return canvas[: top + 24]
