"""Local features: what single spots of chosen pictures look like, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

PLACE_BYTES = 6
"""Two fractions of the picture's sides in 1/65536 (little-endian uint16), size, direction."""


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """The local features of one exhibit's keyframes under one descriptor, packed.

    A still has one keyframe at tick 0. The features of all n keyframes follow one another;
    there are m of them in all.
    """

    descriptor: str
    """Name, pipeline and version, e.g. `sift-dct-32x4/1`: equal ids compare."""
    time_base: Fraction
    """Seconds per tick."""
    width: int
    """Pixels of the upright pictures in which the features were found."""
    height: int
    ticks: bytes
    """n little-endian int64: the keyframes' own timestamps."""
    counts: bytes
    """n little-endian uint16: how many features each keyframe has."""
    places: bytes
    """m × `PLACE_BYTES`: x and y as fractions of width and height, size in eighths of an
    octave of pixels, direction in 1/256 of a turn, clockwise from the x axis."""
    codes: bytes
    """m × the descriptor's bytes."""

    @property
    def keyframes(self) -> int:
        """How many keyframes there are."""
        return len(self.counts) // 2

    @property
    def count(self) -> int:
        """How many features there are in all."""
        return len(self.places) // PLACE_BYTES
