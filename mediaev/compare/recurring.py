"""Recurring intervals: what several recordings share that share nothing else.

A channel puts the same intro before everything that it shows. So does a news editor put the
same seconds of real footage into three reports. Nothing in the matches tells the two apart for
sure; what is found here is proposed, with what speaks for it and against it, and decided by a
person (`docs/decisions/0013-boilerplate-and-relations.md`).

Rules:
1. Only accepted matches count, and those that the judge itself called a shared card.
2. Segments that begin and end at the same place of an exhibit, within `END_SLACK`, speak of
   one place; places that segments join are one recurring interval.
3. Exhibits that agree anywhere else are copies of one recording and count once. Only for what
   stands at one end of them a card at the other end is nothing else.
4. An exhibit that is hardly more than the interval does not count.
5. At least `FEWEST` recordings, most of whose pairs were matched.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from mediaev.compare.groups import Groups
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.decision import Place
from mediaev.model.digest import Digest
from mediaev.model.match import Match, Segment

FEWEST = 3
"""Recordings in which an interval must recur."""
SHORTEST = 0.8
"""Seconds below which an interval is not looked at."""
LONGEST = 60.0
"""Seconds above which nobody's intro goes on."""
MOST = 0.6
"""Share of an exhibit above which it is hardly more than the interval."""
END_SLACK = 0.75
"""Seconds by which ends of segments may differ and speak of one place."""
EDGE = 1.0
"""Seconds from an exhibit's start or end within which a place stands there."""
LENGTHS = 0.15
"""Share by which places of one interval may differ in length, beyond `END_SLACK`."""
DENSE = 0.5
"""Share of the pairs of recordings that must have been matched in the interval itself."""
_ONE = 0.7
"""Share of the shorter of two places from which they overlap as one and the same would."""
_MOSTLY = 2 / 3
"""Share of an interval's places that say where it stands."""

INTRO, END_CARD, INSIDE = "intro", "end card", "inside"

Sides = tuple[Digest, Digest, Match]
"""Two exhibits and their match, seen from the first."""


def speaks(match: Match) -> bool:
    """Whether a match counts here: an accepted one, or a card that the judge kept apart."""
    visual = match.evidence.get("visual")
    is_card = isinstance(visual, Mapping) and bool(visual.get("shared_card"))
    return match.accepted or is_card


def recurring(
    matches: Iterable[Sides], durations: Mapping[Digest, float], fewest: int = FEWEST
) -> list[Boilerplate]:
    """The intervals that recur in exhibits with nothing else in common, the most telling first.

    `durations` in seconds, of every exhibit that has any; stills are left out by it. Without
    grounds: `grounds` gives them.
    """
    families = [each for each in _families(matches, durations) if each.pairs]
    cards = [each for each in families if each.is_card(fewest)]
    others = [each for each in families if not each.is_card(fewest)]
    beside_cards, beside_others = _by_exhibit(others), _by_exhibit(families)
    found = [
        (each, number)
        for kind, beside in ((cards, beside_cards), (others, beside_others))
        for each in kind
        if len(each.witnesses) >= fewest and (number := each.recordings(beside)) >= fewest
    ]
    whole = [
        (family, number)
        for family, number in found
        if not any(_says_better((other, more), (family, number)) for other, more in found)
    ]
    made = [
        Boilerplate(_name(family.places), family.places, recordings, family.where)
        for family, recordings in whole
    ]
    return sorted(made, key=lambda one: (one.where == INSIDE, -one.recordings, one.id))


@dataclass
class _Family:
    """Places that segments join, and the pairs of exhibits that are matched in them."""

    durations: Mapping[Digest, float]
    places: tuple[Place, ...]
    """In order; an exhibit may have several."""
    pairs: set[tuple[Digest, Digest]]
    everyone: set[Digest]
    """All its exhibits, also those in which it is longer or shorter than elsewhere."""

    @cached_property
    def where(self) -> str:
        """Where it stands in the exhibits that bear witness."""
        return where([each for each in self.places if self._counts(each)], self.durations)

    def _counts(self, place: Place) -> bool:
        """Whether an exhibit is enough more than the interval to bear witness."""
        return place.seconds <= MOST * self.durations[place.exhibit]

    @cached_property
    def witnesses(self) -> list[Digest]:
        """The exhibits that bear witness."""
        return list(dict.fromkeys(each.exhibit for each in self.places if self._counts(each)))

    def is_card(self, fewest: int) -> bool:
        """Whether it stands at one end of enough exhibits."""
        return self.where != INSIDE and len(self.witnesses) >= fewest and self._plausible

    @property
    def _plausible(self) -> bool:
        return all(each.seconds <= LONGEST for each in self.places)

    def recordings(self, beside: Mapping[Digest, Sequence[_Family]]) -> int:
        """How many of the exhibits have nothing else in common; 0 where it proves nothing.

        `beside`: by exhibit, the families that make what they join one recording.
        """
        if not self._plausible:
            return 0
        group = Groups(self.witnesses)
        near = (one for each in self.witnesses for one in beside.get(each, ()))
        for other in {id(one): one for one in near}.values():
            for pair in other.pairs if other is not self else ():
                if all(each in group.members for each in pair):
                    group.join(*pair)
        roots = {each: group.root(each) for each in self.witnesses}
        across = {
            frozenset((roots[one], roots[two]))
            for one, two in self.pairs
            if one in roots and two in roots and roots[one] != roots[two]
        }
        number = len(set(roots.values()))
        return number if len(across) >= DENSE * number * (number - 1) / 2 else 0

    @cached_property
    def seconds(self) -> float:
        """Its usual length."""
        return _middle(each.seconds for each in self.places)

    def overlaps(self, other: _Family) -> bool:
        """Whether most of its places overlap places of the other one."""
        overlapping = [
            own
            for own in self.places
            if any(
                own.shared_with(each) > _ONE * min(own.seconds, each.seconds)
                for each in other.at.get(own.exhibit, ())
            )
        ]
        return len(overlapping) > len(self.places) / 2

    @cached_property
    def at(self) -> dict[Digest, list[Place]]:
        """Its places by exhibit."""
        found: dict[Digest, list[Place]] = defaultdict(list)
        for each in self.places:
            found[each.exhibit].append(each)
        return found


def _says_better(one: tuple[_Family, int], other: tuple[_Family, int]) -> bool:
    """Whether the first of two families that overlap is the one to propose.

    Some exhibits hold an intro cut short, and some segments run on past its end: the longer
    one it is, unless far fewer recordings hold it.
    """
    if one[0] is other[0] or not other[0].overlaps(one[0]):
        return False
    ranks = [
        (family.seconds if 2 * number >= against else 0.0, number, len(family.places))
        for (family, number), against in ((one, other[1]), (other, one[1]))
    ]
    return ranks[0] > ranks[1] or (ranks[0] == ranks[1] and one[0].places < other[0].places)


def where(places: Sequence[Place], durations: Mapping[Digest, float]) -> str:
    """Whether an interval stands mostly at the start, mostly at the end, or inside."""
    counts = Counter(stands(each, durations[each.exhibit]) for each in places)
    for end in (INTRO, END_CARD):
        if counts[end] >= _MOSTLY * len(places) > 0:
            return end
    return INSIDE


def stands(place: Place, duration: float) -> str:
    """At which end of an exhibit a place lies."""
    if place.start <= EDGE:
        return INTRO
    return END_CARD if duration - place.end <= EDGE else INSIDE


def _by_exhibit(families: Iterable[_Family]) -> Mapping[Digest, Sequence[_Family]]:
    found: dict[Digest, list[_Family]] = defaultdict(list)
    for each in families:
        for exhibit in each.everyone:
            found[exhibit].append(each)
    return found


def _families(matches: Iterable[Sides], durations: Mapping[Digest, float]) -> list[_Family]:
    """Join the places of all segments that count."""
    links = [
        (Place(a, *segment.query), Place(b, *segment.exhibit))
        for a, b, match in matches
        if a in durations and b in durations and speaks(match)
        for segment in match.segments
        if _is_long_enough(segment)
    ]
    spot_of = _spots(itertools.chain.from_iterable(links))
    joined = Groups(spot_of.values())
    for one, other in links:
        joined.join(spot_of[one], spot_of[other])
    families: dict[_Spot, list[tuple[Place, Place]]] = defaultdict(list)
    for link in links:
        families[joined.root(spot_of[link[0]])].append(link)
    return [_family(each, spot_of, durations) for _, each in sorted(families.items())]


def _is_long_enough(segment: Segment) -> bool:
    return all(
        low >= 0 and high - low >= SHORTEST for low, high in (segment.query, segment.exhibit)
    )


_Spot = tuple[Digest, int]
"""A place of an exhibit, by number."""


def _spots(places: Iterable[Place]) -> dict[Place, _Spot]:
    """The spot of its exhibit that each interval speaks of."""
    known: dict[Digest, list[Place]] = defaultdict(list)
    found: dict[Place, _Spot] = {}
    for place in sorted(set(places)):
        mine = known[place.exhibit]
        number = len(mine)
        # They come in order of their starts, so the near ones are the last.
        for before in range(len(mine) - 1, -1, -1):
            if place.start - mine[before].start > END_SLACK:
                break
            if _is_one(place, mine[before]):
                number = before
                break
        if number == len(mine):
            mine.append(place)
        found[place] = place.exhibit, number
    return found


def _is_one(place: Place, other: Place) -> bool:
    near = abs(place.end - other.end) <= END_SLACK
    return near and place.shared_with(other) > 0.5 * max(place.seconds, other.seconds)


def _family(
    links: Sequence[tuple[Place, Place]],
    spot_of: Mapping[Place, _Spot],
    durations: Mapping[Digest, float],
) -> _Family:
    """One family; each place is the middle of what its segments say."""
    said: dict[_Spot, list[Place]] = defaultdict(list)
    for place in itertools.chain.from_iterable(links):
        said[spot_of[place]].append(place)
    middles = [
        Place(spot[0], _middle(each.start for each in own), _middle(each.end for each in own))
        for spot, own in sorted(said.items())
    ]
    usual = _middle(each.seconds for each in middles)
    alike = tuple(
        each for each in middles if abs(each.seconds - usual) <= END_SLACK + LENGTHS * usual
    )
    pairs = {(one.exhibit, other.exhibit) for one, other in links if one.exhibit != other.exhibit}
    return _Family(durations, alike, pairs, {exhibit for exhibit, _ in said})


def _middle(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _name(places: Sequence[Place]) -> str:
    first = min(places)
    text = f"{first.exhibit} {round(first.start * 1000)} {round(first.end * 1000)}"
    return f"b-{sha256(text.encode()).hexdigest()[:12]}"
