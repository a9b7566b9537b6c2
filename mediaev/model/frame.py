"""Frames: single pictures of exhibits, drawn for people to look at."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Frame:
    """One upright picture in colour, with the moment at which it is shown."""

    at: Fraction
    """Its own timestamp: seconds from the first picture shown."""
    width: int
    """Pixels, which are square."""
    height: int
    rgb: bytes
    """height × width × 3."""

    @property
    def is_whole(self) -> bool:
        """Whether there are as many bytes as the size asks for."""
        return self.width > 0 < self.height and len(self.rgb) == 3 * self.width * self.height
