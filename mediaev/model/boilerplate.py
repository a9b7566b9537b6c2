"""Boilerplate: intros, end cards and idents that unrelated recordings have in common."""

from __future__ import annotations

from dataclasses import dataclass

from mediaev.model.decision import Place, Verdict


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that speaks for calling a recurring interval boilerplate, or against it."""

    speaks_for: bool
    says: str
    """A sentence for a person."""


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """An interval that recurs, and what a person decided about it."""

    id: str
    """`b-` and 12 hexadecimal digits of SHA-256(exhibit ‖ start ‖ end), for the place with the
    smallest digest, in whole milliseconds as text."""
    places: tuple[Place, ...]
    """In order of exhibits. Decided ones hold further places that follow from matches."""
    recordings: int
    """How many of its exhibits have nothing else in common; copies of one count once."""
    where: str
    """`intro`, `end card` or `inside`."""
    grounds: tuple[Ground, ...] = ()
    verdict: Verdict = Verdict.UNDECIDED

    @property
    def seconds(self) -> float:
        """Its length in the middle one of its places."""
        lengths = sorted(place.seconds for place in self.places)
        return lengths[len(lengths) // 2]
