"""Films: small grey moving pictures of exhibits, to hold two recordings against each other."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Film:
    """The frames of one exhibit, scaled down to some thousand grey points and packed.

    A still is a film of one frame. It shows enough to see what moves and where a picture
    lies in another, and nothing for a person to look at for long.
    """

    codec: str
    """Name and version of the packing, e.g. `dct-8/1` (`docs/formats/film.md`)."""
    time_base: Fraction
    """Seconds per tick."""
    ticks: bytes
    """n little-endian int64: the frames' own timestamps, from the first picture shown."""
    width: int
    """Pixels; a multiple of 8."""
    height: int
    """Pixels; a multiple of 8. The whole upright picture is squeezed into width × height."""
    aspect: float
    """Width of the upright picture divided by its height."""
    packed: bytes

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.ticks) // 8
