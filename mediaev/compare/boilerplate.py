"""Confirmed boilerplate: where it lies, and which matches rest on nothing else.

A decision names some places. Whatever matches them holds the same boilerplate, so the rest
follows from the matches: in videos that are scanned later, too.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mediaev.compare.recurring import Sides, speaks
from mediaev.model.decision import BOILERPLATE, Decision, Place, Verdict
from mediaev.model.digest import Digest
from mediaev.model.match import Match, Segment

Marked = tuple[str, Place]
"""Id of the boilerplate, and a place where it lies."""

LEFT_OVER = 1.0
"""Seconds of a segment that may lie outside boilerplate on which it rests all the same."""
_LEFT_SHARE = 0.25
"""The same as a share of the segment."""
_GROWTH = 1.15
"""Times the longest place that was given, beyond `LEFT_OVER`, to which a place may grow."""
_NEWS = 0.3
"""Seconds that a place must add to what is known of an exhibit."""


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions about boilerplate in force, of those given in order of time.

    A later one puts out of force all earlier ones about the same places.
    """
    kept: list[Decision] = []
    for decision in decisions:
        if decision.about != BOILERPLATE:
            continue
        kept = [each for each in kept if not _is_about_the_same(each, decision)]
        if decision.verdict is not Verdict.UNDECIDED:
            kept.append(decision)
    return kept


def _is_about_the_same(one: Decision, other: Decision) -> bool:
    return one.subject == other.subject or any(other.concerns(place) for place in one.places)


def confirmed(decisions: Iterable[Decision]) -> list[Marked]:
    """The places that the decisions in force call boilerplate."""
    return [
        (decision.subject, place)
        for decision in standing(decisions)
        if decision.verdict is Verdict.BOILERPLATE
        for place in decision.places
    ]


def spread(places: Iterable[Marked], matches: Iterable[Sides]) -> list[Marked]:
    """All places of boilerplate that follow from those given, through the matches.

    Only what a known place shows is carried over, and no place grows much longer than the
    longest one given: matches that contradict each other, as those of loops do, could otherwise
    carry it over a whole recording.
    """
    given = list(places)
    longest: dict[str, float] = defaultdict(float)
    for name, place in given:
        longest[name] = max(longest[name], place.seconds)
    beside: dict[Digest, list[tuple[Digest, Segment]]] = defaultdict(list)
    for a, b, match in matches:
        if speaks(match):
            for segment in (each for each in match.segments if each.speed > 0):
                beside[a].append((b, segment))
                beside[b].append((a, segment.turned()))
    known: dict[tuple[str, Digest], list[Place]] = defaultdict(list)
    open_ones = deque(given)
    while open_ones:
        name, place = open_ones.popleft()
        mine = known[name, place.exhibit]
        if _uncovered(place, mine) < min(_NEWS, place.seconds or _NEWS):
            continue
        united = _united([*mine, place])
        if max(each.seconds for each in united) > _GROWTH * longest[name] + LEFT_OVER:
            continue
        mine[:] = united
        for other, segment in beside[place.exhibit]:
            carried = carried_over(place, other, segment)
            if carried is not None:
                open_ones.append((name, carried))
    return [(name, place) for (name, _), mine in sorted(known.items()) for place in mine]


def carried_over(place: Place, other: Digest, segment: Segment) -> Place | None:
    """Where the other exhibit shows what a place shows; the segment is seen from the place's."""
    low, high = max(place.start, segment.query[0]), min(place.end, segment.query[1])
    if high - low < _NEWS:
        return None
    if segment.offset_ambiguous:
        # Which moment is which cannot be told, so only the whole can be carried over.
        whole = high - low >= (1 - _LEFT_SHARE) * (segment.query[1] - segment.query[0])
        return Place(other, *segment.exhibit) if whole else None
    start, end = (
        segment.exhibit[0] + segment.speed * (at - segment.query[0]) for at in (low, high)
    )
    start, end = max(start, segment.exhibit[0]), min(end, segment.exhibit[1])
    return Place(other, round(start, 3), round(end, 3)) if end > start else None


class KnownPlaces:
    """The places of confirmed boilerplate in a case."""

    def __init__(self, places: Iterable[Marked]) -> None:
        self._at: dict[Digest, list[Marked]] = defaultdict(list)
        for name, place in places:
            self._at[place.exhibit].append((name, place))

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._at)

    def on(self, exhibit: Digest) -> list[Marked]:
        """The boilerplate of one exhibit."""
        return self._at.get(exhibit, [])

    def with_query(self, query: Digest, matches: Iterable[tuple[Digest, Match]]) -> KnownPlaces:
        """The same and what follows for a query from its matches, which are seen from it."""
        carried = [
            (name, there)
            for exhibit, match in matches
            if speaks(match)
            for segment in match.segments
            if segment.speed > 0
            for name, place in self.on(exhibit)
            if (there := carried_over(place, query, segment.turned())) is not None
        ]
        every = [each for own in self._at.values() for each in own]
        return KnownPlaces([*every, *carried])

    def under(self, a: Digest, b: Digest, match: Match) -> tuple[str, ...]:
        """The ids of the boilerplate on which a match rests wholly; empty if on anything else."""
        names: set[str] = set()
        for segment in match.segments:
            sides = Place(a, *segment.query), Place(b, *segment.exhibit)
            holding = [held for side in sides if (held := self._holding(side))]
            if not holding:
                return ()
            names.update(name for held in holding for name in held)
        return tuple(sorted(names))

    def _holding(self, place: Place) -> list[str]:
        """The ids of what a place lies in, nearly as a whole."""
        near = [
            (name, own)
            for name, own in self.on(place.exhibit)
            if min(own.end, place.end) >= max(own.start, place.start)
        ]
        left = _uncovered(place, [own for _, own in near])
        if not near or left > min(LEFT_OVER, _LEFT_SHARE * place.seconds):
            return []
        return [name for name, _ in near]

    def marked(self, a: Digest, b: Digest, match: Match) -> Match:
        """The match, with a note in its evidence if it rests on boilerplate."""
        names = self.under(a, b, match) if self._at else ()
        if not names:
            return match
        return replace(match, evidence={**match.evidence, "boilerplate": list(names)})


def _united(places: Sequence[Place]) -> list[Place]:
    """Places of one exhibit, joined where they meet."""
    joined: list[Place] = []
    for place in sorted(places):
        last = joined[-1] if joined else None
        if last is not None and place.start <= last.end + _NEWS:
            joined[-1] = Place(place.exhibit, last.start, max(last.end, place.end))
        else:
            joined.append(place)
    return joined


def _uncovered(place: Place, others: Sequence[Place]) -> float:
    """Seconds of a place that lie in none of the others."""
    return place.seconds - sum(place.shared_with(each) for each in _united(others))
