"""Decisions: what a person says of the evidence, and overrules the machine with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from mediaev.model.digest import Digest


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """An interval of an exhibit."""

    exhibit: Digest
    start: float
    """Seconds."""
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start

    def shared_with(self, other: Place) -> float:
        """Seconds that both hold of the same exhibit."""
        if self.exhibit != other.exhibit:
            return 0.0
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))


class Verdict(StrEnum):
    """What can be decided."""

    BOILERPLATE = "boilerplate"
    NOT_BOILERPLATE = "not-boilerplate"
    UNDECIDED = "undecided"
    """Takes an earlier decision back."""


BOILERPLATE = "boilerplate"

VERDICTS: Mapping[str, tuple[Verdict, ...]] = MappingProxyType({BOILERPLATE: tuple(Verdict)})
"""What can be decided about each kind of subject. Another kind of subject is a line here."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice.

    Whatever it is about is named by digests and intervals, so that it outlives moved files, new
    scans and new ids.
    """

    about: str
    """Kind of the subject: a key of `VERDICTS`."""
    subject: str
    """The subject's id when it was decided."""
    verdict: Verdict
    places: tuple[Place, ...]

    def concerns(self, place: Place) -> bool:
        """Whether it is about a place: half of either's length, at least, is the other's."""
        return any(
            place.shared_with(own) > 0.5 * max(place.seconds, own.seconds) for own in self.places
        )


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision as the case keeps it."""

    seq: int
    """Number of its custody event, which also holds the reason."""
    time: str
    """RFC 3339 UTC."""
    decision: Decision
