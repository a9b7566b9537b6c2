"""Panels: one picture laid on the other, what differs, and what moves in each."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from mediaev.compare.placing import Placing
from mediaev.derive.sheet.content import Pair
from mediaev.derive.sheet.lettering import Canvas, write
from mediaev.derive.sheet.marks import tile_for
from mediaev.derive.sheet.palette import RULE, STRONG
from mediaev.derive.sheet.registering import (
    Size,
    cut,
    difference,
    hatched,
    laid,
    motion,
    picture_of,
    softened,
)
from mediaev.derive.sheet.rooms import Rooms
from mediaev.model.fingerprint import WHOLE, Box

LABEL = 24
"""Pixels that a panel's name takes above it."""
_MARGIN = 0.03
"""Part of A's sides that is shown around what both share."""
_LARGE = 0.5
"""Share of A's picture from which all of it is shown."""
_FULL = 2048
"""Pixels of a longest side at most that are cut out of."""

Panel = tuple[str, Canvas]


def draw_panels(
    canvas: Canvas, pair: Pair, placing: Placing, place: tuple[int, int], room: Rooms, *, blur: bool
) -> int:
    """Draw all panels of a moment, two in a row, from `place` on; returns where they end.

    Where B fills only a small part of A, that part is shown enlarged. Raises ValueError for
    frames that are not whole.
    """
    left, top = place
    window = shown_of(placing)
    shape = (
        placing.query[0] * (window.right - window.left),
        placing.query[1] * (window.bottom - window.top),
    )
    tile = tile_for(shape, left, top, room.panel)
    grow = tile.width / max(1e-6, window.right - window.left)
    grow = min(grow, _FULL / max(placing.query) * placing.query[0])
    size = max(2, round(grow)), max(2, round(grow * placing.query[1] / placing.query[0]))
    across, down = room.panel[0] + room.gap, tile.height + LABEL + room.gap
    bottom = top
    for number, (name, whole) in enumerate(_panels(pair, placing, size)):
        row, column = divmod(number, 2)
        placed = tile_for(shape, left + column * across, top + row * down + LABEL, room.panel)
        write(canvas, (left + column * across, placed.top - LABEL + 2), name, STRONG)
        picture = cv2.resize(
            cut(whole, window), (placed.width, placed.height), interpolation=cv2.INTER_AREA
        )
        shown = np.asarray(picture, np.uint8)
        placed.lay(canvas, softened(shown) if blur else shown)
        corner = placed.left + placed.width, placed.top + placed.height
        cv2.rectangle(canvas, (placed.left - 1, placed.top - 1), corner, RULE, 1)
        bottom = top + (row + 1) * down
    return bottom


def shown_of(placing: Placing) -> Box:
    """The part of A that is worth showing in panels."""
    box = placing.in_query()
    if box.area >= _LARGE or box.area <= 0:
        return WHOLE
    return Box(
        max(0.0, box.left - _MARGIN),
        max(0.0, box.top - _MARGIN),
        min(1.0, box.right + _MARGIN),
        min(1.0, box.bottom + _MARGIN),
    )


def _panels(pair: Pair, placing: Placing, size: Size) -> Iterator[Panel]:
    query = picture_of(pair.query, size)
    over, mask = laid(pair.exhibit, placing, size)
    yield "B laid on A", hatched(over, ~mask)
    differs, mean = difference(query, over, mask)
    yield f"difference (mean {mean:.1f})", differs
    if pair.query_before is not None and pair.exhibit_before is not None:
        earlier = pair.query_before.at <= pair.query.at
        before = picture_of(pair.query_before, size)
        yield "moves in A", motion(query, before, mask, earlier=earlier)
        before, _ = laid(pair.exhibit_before, placing, size)
        yield "moves in B, laid on A", motion(over, before, mask, earlier=earlier)
