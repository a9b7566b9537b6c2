"""Learned models: networks that turn a picture into numbers, named by their weights' bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PREPARATION = 1
"""Version of how pictures are prepared for a network and its numbers packed; raised when either
changes (`docs/formats/learned.md`)."""
_FAMILY = "learned"
_MIRRORED = "learned-mirrored"


class Layout(StrEnum):
    """How a network takes a picture."""

    BYTES = "bytes"
    """Rows of red, green and blue bytes; the network scales them itself."""
    FLOATS = "floats"
    """Planes of red, green and blue numbers, less the mean and over the spread of ImageNet."""


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """A network that was looked at and found fit to describe pictures."""

    sha256: str
    """Of the weights file, 64 hexadecimal digits."""
    layout: Layout
    numbers: int
    """How many numbers a picture gets."""
    height: int | None = None
    """Pixels, where the network takes one size only."""
    width: int | None = None
    seconds: float = 0.1
    """CPU time that a picture takes on this machine."""

    @property
    def id(self) -> str:
        """The descriptor's id."""
        return f"{_FAMILY}/{self.sha256}/{PREPARATION}"

    @property
    def mirrored_id(self) -> str:
        """The id of the same numbers for pictures mirrored left to right."""
        return f"{_MIRRORED}/{self.sha256}/{PREPARATION}"


def is_learned(descriptor: str) -> bool:
    """Whether a descriptor's id is that of a learned one, of upright or of mirrored pictures."""
    return descriptor.partition("/")[0] in {_FAMILY, _MIRRORED}


def is_of_mirrored(descriptor: str) -> bool:
    """Whether a learned descriptor's id says that the pictures were mirrored."""
    return descriptor.partition("/")[0] == _MIRRORED


def upright_id(descriptor: str) -> str:
    """The id for upright pictures of the network that a learned descriptor's id names."""
    return descriptor.replace(_MIRRORED, _FAMILY, 1) if is_of_mirrored(descriptor) else descriptor


def weights_sha256(descriptor: str) -> str:
    """The SHA-256 of the weights file that a learned descriptor's id names."""
    return descriptor.split("/")[1] if descriptor.count("/") == 2 else ""


LEARNED_IDS = f"{_FAMILY}/", f"{_FAMILY}0"
"""All ids of upright pictures sort from the first of these on and before the second."""
