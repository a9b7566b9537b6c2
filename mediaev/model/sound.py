"""Sound as a witness of its own: what two recordings have in common to be heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mediaev.model.match import Segment


class SoundVerdict(StrEnum):
    """What the sound of a pair says, held against what its pictures say."""

    SAME = "same"
    """Pictures and sound agree, and on the same place."""
    ELSEWHERE = "elsewhere"
    """Both agree, but on different places: the sound was moved, or is a shared recording."""
    REPLACED = "replaced"
    """The pictures are a copy's; both have telling sound there, and it is another."""
    DIFFERENT = "different"
    """The pictures may be of one scene; their sound is not the same."""
    ONLY = "only"
    """The sound agrees, and the pictures say nothing."""
    UNSURE = "unsure"
    """Something telling is heard on both sides, but too little or too mixed to say more."""
    SILENT = "silent"
    """At least one side has no telling sound there: nothing can be compared."""


@dataclass(frozen=True, slots=True)
class SoundAgreement:
    """The stretches in which two recordings sound alike, seen from the query."""

    segments: tuple[Segment, ...]
    """In order of the query's time; each with its own score."""
    score: float
    """0..1; at least 0.5, or it would be no agreement."""
    correlation: float
    """Of the changes of the spectrum, over the best segment, -1..1."""
    bit_error: float
    """Share of these changes that go the other way, 0..1; 0.5 by chance."""
    seconds: float
    """Seconds of all segments in which something telling is heard on both sides."""
    pitch: float = 1.0
    """Query pitch over exhibit pitch."""

    def turned(self) -> SoundAgreement:
        """The same agreement seen from the other exhibit."""
        segments = sorted((one.turned() for one in self.segments), key=lambda one: one.query)
        return SoundAgreement(
            tuple(segments),
            self.score,
            self.correlation,
            self.bit_error,
            self.seconds,
            1.0 / self.pitch,
        )
