"""One moment on a sheet: both pictures with their marks, and the panels that hold them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mediaev.compare.local import Confirmed, confirmed
from mediaev.compare.overlap import overlap
from mediaev.compare.passages import Passage
from mediaev.compare.placing import Size, size_of
from mediaev.compare.spots import Keyframe, album
from mediaev.derive.sheet.content import Pair
from mediaev.derive.sheet.head import blank, tag
from mediaev.derive.sheet.lettering import Canvas, paragraph, width, write
from mediaev.derive.sheet.marks import Tile, draw_area, draw_spots, tile_for
from mediaev.derive.sheet.palette import HEADING, PLAIN, SMALL
from mediaev.derive.sheet.panels import LABEL, draw_panels, shown_of
from mediaev.derive.sheet.registering import picture_of, softened
from mediaev.derive.sheet.rooms import MARGIN, rooms_for
from mediaev.model.fingerprint import WHOLE
from mediaev.model.frame import Frame
from mediaev.model.timecode import clock

_BESIDE = 32
_HEADING = 34
_HIGHEST = 4000
_FILM = "from the film: small, grey"


@dataclass(frozen=True, slots=True)
class Looks:
    """How one moment is drawn."""

    number: int
    """Among all moments of the sheet, from 1."""
    blurred: bool
    timed: bool
    """Whether either side has time codes."""


def moment(pair: Pair, passage: Passage, looks: Looks) -> Canvas:
    """A part of the sheet for one moment. Raises ValueError for frames that are not whole."""
    canvas = blank(_HIGHEST)
    _heading(canvas, pair, looks)
    shapes = (_shape(pair.query), _shape(pair.exhibit))
    room = rooms_for(shapes, timed=looks.timed)
    beside = MARGIN + room.picture[0] + room.between
    top = _HEADING if looks.timed else 0
    one = tile_for(shapes[0], MARGIN, top, room.picture)
    other = tile_for(shapes[1], beside, top, room.picture)
    for tile, frame in ((one, pair.query), (other, pair.exhibit)):
        picture = picture_of(frame, (tile.width, tile.height))
        tile.lay(canvas, softened(picture) if looks.blurred else picture)
        if frame.small:
            paragraph(canvas, (tile.left, tile.top + tile.height + 2), _FILM, tile.width, SMALL)
    found = _marks(canvas, one, other, pair, passage)
    for letter, tile in (("A", one), ("B", other)):
        tag(canvas, letter, tile.left + tile.width // 2 - 12, tile.top, 24)
    small = pair.query.small or pair.exhibit.small
    bottom = top + max(one.height, other.height) + (28 if small else 8)
    for text in _figures(pair, passage, found):
        bottom += paragraph(
            canvas, (MARGIN, bottom), text, beside + room.picture[0] - MARGIN, PLAIN
        )
    if passage.placing is None:
        return canvas[: bottom + 10]
    place = MARGIN, bottom + 10
    if room.beside:
        place = beside + room.picture[0] + _BESIDE, top - LABEL
    panels = draw_panels(canvas, pair, passage.placing, place, room, blur=looks.blurred)
    return canvas[: max(bottom, panels) + 10]


def _shape(frame: Frame) -> Size:
    return size_of(frame.width, frame.height)


def _heading(canvas: Canvas, pair: Pair, looks: Looks) -> None:
    if looks.timed:
        text = f"{looks.number}   {clock(float(pair.query.at))} of A is "
        text += f"{clock(float(pair.exhibit.at))} of B"
        write(canvas, (MARGIN, 4), text, HEADING)
        write(canvas, (MARGIN + width(text, HEADING) + 16, 9), pair.moment.why, SMALL)


def _marks(
    canvas: Canvas, query: Tile, exhibit: Tile, pair: Pair, passage: Passage
) -> Confirmed | None:
    """Outline and spots on both pictures; the spots, if they were sought."""
    placing = passage.placing
    if placing is None:
        return None
    found = None
    one, other = _keyframe(pair.query), _keyframe(pair.exhibit)
    if one is not None and other is not None:
        found = confirmed(one, other, placing)
        draw_spots(canvas, query, exhibit, found)
    if (areas := overlap(placing)) is not None:
        draw_area(canvas, query, areas[0])
        draw_area(canvas, exhibit, areas[1])
    return found


def _keyframe(frame: Frame) -> Keyframe | None:
    keyframes = album(frame.features).keyframes
    return keyframes[0] if keyframes else None


def _figures(pair: Pair, passage: Passage, found: Confirmed | None) -> Iterator[str]:
    if found is not None:
        yield _spots(found)
    told = pair.moment
    if told.alike is not None:
        moves = "nothing moves here"
        if told.together is not None:
            moves = f"what moves within 1 s: {told.together:.2f}"
        elif passage.high <= passage.low:
            moves = ""
        yield "correlation on the films: " + "; ".join(
            filter(None, (f"pictures {told.alike:.2f}", moves))
        )
    if passage.high > passage.low:
        away = round((float(pair.exhibit.at) - pair.wanted) * 1000)
        when = "just at" if not away else f"{abs(away)} ms {'after' if away > 0 else 'before'}"
        yield f"the frame of B stands {when} the moment that the match names"
    if passage.placing is not None and shown_of(passage.placing) != WHOLE:
        yield "laid on each other: the shared part of A, enlarged"


def _spots(found: Confirmed) -> str:
    agreeing = int(found.agrees.sum())
    if not len(found.agrees):
        return "spots on these two frames: none look alike"
    count = f"{agreeing} of {len(found.agrees)} that look alike"
    text = f"spots on these two frames: {count} lie where the match says"
    if agreeing:
        off = float(np.median(found.away[found.agrees])) * 100
        text += f" (half of them within {off:.1f} %)"
    return text
