"""Rooms: how much of the sheet the pictures of one moment may take; nothing but arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mediaev.compare.placing import Size

WIDTH, HEIGHT = 1600, 2263
"""Pixels of a page, in the shape of A4: sharp on a screen, and in print some 200 to the inch."""
FOOT = 40
"""Of these, what the line at the foot of a page takes."""
MARGIN = 28
ROOM = WIDTH - 2 * MARGIN


@dataclass(frozen=True, slots=True)
class Rooms:
    """How many pixels pictures may take: wide, high."""

    picture: tuple[int, int]
    panel: tuple[int, int]
    between: int
    """Pixels between the two pictures."""
    gap: int
    """Pixels between panels."""
    beside: bool
    """Whether the panels stand beside the pictures, or below them."""


def rooms_for(shapes: tuple[Size, Size], *, timed: bool) -> Rooms:
    """The rooms for a moment: pictures of two stills are large, upright ones high."""
    between = 28
    if not timed:
        half = (ROOM - between) // 2
        return Rooms((half, 620), (half, 620), between, between, beside=False)
    upright = all(wide < high for wide, high in shapes)
    picture, panel = (440, 208) if upright else (348, 204)
    return Rooms((464, picture), (272, panel), between, 12, beside=True)


def pages(heights: Sequence[int], room: int) -> list[list[int]]:
    """Which parts stand on which page, so that none is cut where it need not be.

    `heights` are those of the parts in order, `room` that of a page; a part that is higher
    than a page has one of its own. Without parts there is one empty page.
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
