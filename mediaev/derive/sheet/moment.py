"""One moment on a sheet: both pictures with their marks, and the panels that hold them together."""

from __future__ import annotations

from collections.abc import Iterator

import cv2

from mediaev.compare.passages import Passage
from mediaev.compare.placing import size_of
from mediaev.derive.sheet.content import Pair, Spots
from mediaev.derive.sheet.head import MARGIN, ROOM, blank, tag
from mediaev.derive.sheet.lettering import Canvas, paragraph, width, write
from mediaev.derive.sheet.marks import Tile, draw_area, draw_spots, overlap
from mediaev.derive.sheet.palette import HEADING, PLAIN, RULE, SMALL, STRONG
from mediaev.derive.sheet.panels import panels, picture_of, window_of
from mediaev.model.fingerprint import WHOLE
from mediaev.model.timecode import clock

GAP = 28
PICTURE = ((ROOM - GAP) // 2, 620)
"""Pixels that each of the two pictures may take: wide, high."""
_LOW = PICTURE[0], 380
"""The same for wide pictures of recordings, so that three moments stand on a page."""
PANEL = ((ROOM - 3 * GAP) // 4, 280)
HEADED = 34
"""Pixels that the heading of a moment takes."""
_LABEL = 24


def moment(pair: Pair, passage: Passage, number: int, *, timed: bool) -> Canvas:
    """A part of the sheet for one moment, the `number`-th of all.

    `timed`: whether either side has time codes. Raises ValueError for frames that are not whole.
    """
    canvas = blank(HEADED + 2 * PICTURE[1] + PANEL[1])
    top = HEADED if timed else 0
    if timed:
        text = f"{number}   {clock(float(pair.frames[0].at))} of A is "
        text += f"{clock(float(pair.frames[1].at))} of B"
        write(canvas, (MARGIN, 4), text, HEADING)
        write(canvas, (MARGIN + width(text, HEADING) + 16, 9), pair.moment.why, SMALL)
    tiles = []
    wide = any(frame.width > frame.height for frame in pair.frames)
    room = _LOW if timed and wide else PICTURE
    for column, frame in enumerate(pair.frames):
        left = MARGIN + column * (PICTURE[0] + GAP)
        tile = Tile.within(size_of(frame.width, frame.height), left, top, room)
        _put(canvas, tile.left, tile.top, picture_of(frame, (tile.width, tile.height)))
        tiles.append(tile)
    if pair.spots is not None:
        draw_spots(canvas, tiles[0], tiles[1], pair.spots)
    areas = overlap(passage.placing) if passage.placing is not None else None
    for letter, tile, area in zip("AB", tiles, areas or (None, None), strict=True):
        if area is not None:
            draw_area(canvas, tile, area)
        tag(canvas, letter, tile.left + tile.width // 2 - 12, tile.top, 24)
    bottom = top + max(tile.height for tile in tiles) + 8
    bottom += paragraph(canvas, (MARGIN, bottom), "; ".join(_figures(pair, passage)), ROOM, PLAIN)
    if passage.placing is not None:
        highest = 0
        for column, (name, picture) in enumerate(panels(pair, passage.placing, PANEL)):
            left = MARGIN + column * (PANEL[0] + GAP)
            write(canvas, (left, bottom + 8), name, STRONG)
            _put(canvas, left, bottom + 8 + _LABEL, picture)
            highest = max(highest, len(picture))
        bottom += 8 + _LABEL + highest
    return canvas[: bottom + 18]


def _put(canvas: Canvas, left: int, top: int, picture: Canvas) -> None:
    height, wide = picture.shape[:2]
    canvas[top : top + height, left : left + wide] = picture
    cv2.rectangle(canvas, (left - 1, top - 1), (left + wide, top + height), RULE, 1)


def _figures(pair: Pair, passage: Passage) -> Iterator[str]:
    if pair.spots is not None:
        yield _spots(pair.spots)
    told = pair.moment
    if told.alike is not None:
        moves = ""
        if passage.high > passage.low:
            moves = ", nothing moves here"
            if told.together is not None:
                moves = f", what moves within 1 s {told.together:.2f}"
        yield f"correlation on the films (1 at most): pictures {told.alike:.2f}{moves}"
    if passage.high > passage.low:
        away = round((float(pair.frames[1].at) - pair.wanted) * 1000)
        when = "just at" if not away else f"{abs(away)} ms {'after' if away > 0 else 'before'}"
        yield f"the frame of B stands {when} the moment that the match names"
    if passage.placing is None:
        yield "the match names no place in the pictures"
    elif window_of(passage.placing) != WHOLE:
        yield "below: the shared part of A, enlarged"


def _spots(found: Spots) -> str:
    if not len(found[2]):
        return "no spots look alike"
    agreeing = int(found[2].sum())
    return f"{agreeing} of {len(found[2])} spots that look alike lie where the match says"
