"""Fingerprints: perceptual descriptions of stills and frames, timed."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Region(StrEnum):
    """Which part of the picture was described, or that it was the sound."""

    FULL = "full"
    """The whole upright picture."""
    INNER = "inner"
    """The picture inside static bars or blurred pads."""
    SOUND = "sound"
    """What is heard, not what is seen."""
    INSET = "inset"
    """A picture that is set into the picture, framed by straight edges."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions of a picture: left, top, right, bottom, each 0..1."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    @property
    def area(self) -> float:
        """The share of the picture that lies inside, 0..1."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


WHOLE = Box()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The samples of one exhibit under one descriptor, packed side by side.

    A still has one sample at tick 0. All four packed fields describe the same n samples.
    """

    descriptor: str
    """Name, pipeline and version, e.g. `pdq-256/luma-area-64/1`: equal ids compare."""
    region: Region
    time_base: Fraction
    """Seconds per tick."""
    ticks: bytes
    """n little-endian int64: the samples' own timestamps, from the first picture shown (from the
    first sound heard, where there is no picture)."""
    bits: bytes
    """n × (bits per sample / 8) bytes."""
    quality: bytes
    """n unsigned bytes, 0..100; below the descriptor's gate a sample never votes."""
    box: Box = WHOLE
    """Where the described picture lies in the whole one (median over the samples)."""

    @property
    def count(self) -> int:
        """How many samples there are."""
        return len(self.quality)

    def times(self) -> list[Fraction]:
        """The samples' times in exact seconds."""
        ticks = array("q")
        ticks.frombytes(self.ticks)
        return [tick * self.time_base for tick in ticks]
