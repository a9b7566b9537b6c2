"""Matches: what the evidence says about a pair of exhibits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mediaev.model.fingerprint import WHOLE, Box

ACCEPTED_SCORE = 0.5
"""Matches that score at least this are ones the tool itself would accept."""

_STILL = (0.0, 0.0)
"""The interval of a still."""


class Relation(StrEnum):
    """How the first of two exhibits relates to the second."""

    IDENTICAL = "identical"
    SAME_RECORDING = "same-recording"
    EXCERPT_OF = "excerpt-of"
    CONTAINS = "contains"
    OVERLAPS = "overlaps"
    SAME_SCENE = "same-scene"
    AUDIO_ONLY = "audio-only"

    @property
    def is_copy(self) -> bool:
        """Whether the relation joins a cluster; same-scene and audio-only never do."""
        return self not in {Relation.SAME_SCENE, Relation.AUDIO_ONLY}

    def seen_from_the_other(self) -> Relation:
        """The same relation, from the second exhibit's side."""
        turned = {
            Relation.EXCERPT_OF: Relation.CONTAINS,
            Relation.CONTAINS: Relation.EXCERPT_OF,
        }
        return turned.get(self, self)


@dataclass(frozen=True, slots=True)
class Segment:
    """An interval of the query and the interval of the exhibit that shows the same."""

    query: tuple[float, float]
    """In and out point in seconds."""
    exhibit: tuple[float, float]
    speed: float = 1.0
    """Exhibit seconds per query second; 2.0 means that the query plays twice as fast."""
    score: float = 1.0
    """0..1, how surely this segment holds."""
    offset_ambiguous: bool = False
    """The footage hardly changes, so another offset would fit as well."""

    def turned(self) -> Segment:
        """The same segment with the two sides exchanged."""
        return Segment(
            self.exhibit, self.query, 1.0 / self.speed, self.score, self.offset_ambiguous
        )


@dataclass(frozen=True, slots=True)
class Transform:
    """How the exhibit's picture must be changed to look like the query's."""

    mirrored: bool = False
    rotation: int = 0
    """Degrees clockwise, after mirroring: 0, 90, 180, 270."""
    box: Box = WHOLE
    """Where the shared picture lies, in the frame that `box_in` names."""
    box_in: str = "exhibit"
    """`exhibit` or `query`."""

    def turned(self) -> Transform:
        """The transform from the other side."""
        rotation = self.rotation if self.mirrored else (360 - self.rotation) % 360
        other = "query" if self.box_in == "exhibit" else "exhibit"
        return Transform(self.mirrored, rotation, self.box, other)


@dataclass(frozen=True, slots=True)
class Match:
    """The relation of a query to an exhibit, with the evidence for it."""

    relation: Relation
    score: float
    """0..1, comparable between queries; at least 0.5 is accepted."""
    segments: tuple[Segment, ...] = ()
    transform: Transform = Transform()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """JSON-ready: descriptor ids, distances, thresholds in force, samples agreeing."""

    @property
    def accepted(self) -> bool:
        """Whether the tool itself would call the pair copies of one recording."""
        alike = self.relation.is_copy and self.score >= ACCEPTED_SCORE
        return alike and not self.rests_on_boilerplate

    @property
    def rests_on_boilerplate(self) -> bool:
        """Whether the two share nothing but what a person confirmed as boilerplate.

        The evidence then names it; matches are kept without, since decisions change.
        """
        return bool(self.evidence.get("boilerplate"))

    def tells_moments(self, segment: Segment) -> bool:
        """Whether a segment says when; between two single pictures there is nothing to say.

        A still that is an excerpt is one of a video, and may be its very first picture.
        """
        timed = self.relation in {Relation.EXCERPT_OF, Relation.CONTAINS}
        return timed or segment.query != _STILL or segment.exhibit != _STILL

    def turned(self) -> Match:
        """The same match seen from the other exhibit."""
        return Match(
            self.relation.seen_from_the_other(),
            self.score,
            tuple(segment.turned() for segment in self.segments),
            self.transform.turned(),
            _turned_evidence(self.evidence),
        )


_SIDES = (
    ("placing", "placing_back"),
    ("query", "exhibit"),
    ("query_at", "exhibit_at"),
    ("query_region", "exhibit_region"),
)
_OTHER = dict([*_SIDES, *((other, one) for one, other in _SIDES)])
"""Names in what the pictures say that are exchanged with the sides."""


def _turned_evidence(evidence: Mapping[str, Any]) -> Mapping[str, Any]:
    """What pictures, sound and a close look say has sides, too."""
    turned = dict(evidence)
    if "visual" in evidence:
        turned["visual"] = _exchanged(evidence["visual"], 3)
    if isinstance(audio := evidence.get("audio"), Mapping):
        turned["audio"] = _turned_sound(audio)
    if isinstance(closeup := evidence.get("closeup"), Mapping):
        turned["closeup"] = _turned_closeup(closeup)
    return turned


def _exchanged(said: Any, depth: int) -> Any:
    """Names are exchanged and no value is computed anew: turned twice, nothing has changed."""
    if isinstance(said, Mapping) and depth:
        return {_OTHER.get(name, name): _exchanged(each, depth - 1) for name, each in said.items()}
    if isinstance(said, list | tuple) and depth:
        return [_exchanged(each, depth - 1) for each in said]
    return said


def _turned_closeup(closeup: Mapping[str, Any]) -> dict[str, Any]:
    """Everything in it is named after its side; of an overlay, it is told on which it lies."""
    turned = dict(_exchanged(closeup, 3))
    listed = turned.get("overlays")
    if isinstance(listed, list | tuple):
        turned["overlays"] = [
            {**each, "on": _OTHER.get(str(each.get("on")))}
            for each in listed
            if isinstance(each, Mapping)
        ]
    return turned


def _turned_sound(audio: Mapping[str, Any]) -> dict[str, Any]:
    """Each of its segments, its speed and its pitch."""
    turned = dict(audio)
    segments = turned.get("segments")
    if isinstance(segments, list | tuple) and all(isinstance(one, list) for one in segments):
        turned["segments"] = sorted([*each[2:], *each[:2]] for each in segments)
    for ratio in ("speed", "pitch"):
        if isinstance(turned.get(ratio), float) and turned[ratio] > 0:
            turned[ratio] = round(1.0 / turned[ratio], 4)
    return turned
