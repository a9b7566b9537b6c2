"""Frames: single pictures of exhibits, drawn for people to look at."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mediaev.model.features import LocalFeatures


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that is asked for."""

    at: float
    """Seconds from the first picture shown; the frame nearest to it is given."""
    side: int
    """Longest side in pixels at most."""
    features: int = 0
    """How many local features to find in it at most."""


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
    features: LocalFeatures | None = None
    """None where none were asked for."""
    small: bool = False
    """Whether it comes from the film that is kept of the exhibit: small and grey."""

    @property
    def is_whole(self) -> bool:
        """Whether there are as many bytes as the size asks for."""
        return self.width > 0 < self.height and len(self.rgb) == 3 * self.width * self.height
