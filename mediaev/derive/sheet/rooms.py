"""Rooms: how much of the sheet the pictures of one moment may take; nothing but arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from mediaev.compare.placing import Size

WIDTH = 1600
"""Pixels of a sheet: sharp on a screen, and on A4 some 200 to the inch."""
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
    picture, panel = (560, 262) if upright else (348, 204)
    return Rooms((464, picture), (272, panel), between, 12, beside=True)
