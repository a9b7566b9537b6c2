"""What the matches within a group tell of its members: edits, lengths, what each lacks."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from mediaev.compare.differences import differences, held_seconds, is_cut_out, overlay_boxes
from mediaev.model.cluster import Member
from mediaev.model.difference import Difference, Side, What
from mediaev.model.digest import Digest
from mediaev.model.match import Match, Relation

Pair = tuple[Digest, Digest]
_ONE_SPOT = 0.3
"""Overlap (intersection over union) from which two overlays on one exhibit are the same."""
_TOUCH = 0.5
"""Seconds by which two parts of an exhibit may overlap and be two."""
_ASKED = 12
"""Members that are asked for that."""
_WITNESSES = 2
"""Members that must disagree with another one at one spot, and agree among themselves."""

_Box = Sequence[float]


class Told:
    """The differences between the members of one group, each computed once."""

    def __init__(
        self,
        group: Iterable[Digest],
        beside: Mapping[Digest, Sequence[tuple[Digest, Match]]],
        members: Mapping[Digest, Member],
    ) -> None:
        """`beside`: by exhibit, all that it is matched with, each match seen from it."""
        inside = set(group)
        self.group = sorted(inside)
        self._members = members
        self._matched = {
            one: [each for each in beside.get(one, ()) if each[0] in inside] for one in self.group
        }
        self._outside = {
            one: [match for other, match in beside.get(one, ()) if other not in inside]
            for one in self.group
        }
        self._found = {
            (one, other): (match, differences(match, members[one], members[other]))
            for one in self.group
            for other, match in self._matched[one]
            if one < other
        }

    def matched(self, one: Digest) -> Sequence[tuple[Digest, Match]]:
        """The others that a member is matched with, each match seen from the member."""
        return self._matched[one]

    def between(self, one: Digest, other: Digest) -> list[Difference]:
        """What is said of two members, seen from the first; overlays as all members tell them."""
        pair = _pair(one, other)
        _, found = self._found.get(pair, (None, []))
        seen = found if one == pair[0] else [each.turned() for each in found]
        return [self._resolved(one, other, each) for each in seen]

    def _resolved(self, one: Digest, other: Digest, found: Difference) -> Difference:
        """An overlay of which two cannot tell whose it is, if the rest of the group can."""
        if found.what is not What.OVERLAY or found.side is not None:
            return found
        carries = one in self._carriers, other in self._carriers
        if carries[0] == carries[1]:
            return found
        side = Side.QUERY if carries[0] else Side.EXHIBIT
        says = found.says.partition(";")[0] + "; the other members agree without it"
        return replace(found, side=side, favours=side.other, says=says)

    @cached_property
    def _carriers(self) -> set[Digest]:
        """Members that differ from several others at one spot, at which those agree."""
        return {one for one in self.group if self._differs_alone(one)}

    def _differs_alone(self, one: Digest) -> bool:
        disagreeing = (
            (other, boxes)
            for other, match in self.matched(one)
            if (boxes := overlay_boxes(match, Side.QUERY))
        )
        spots = dict(itertools.islice(disagreeing, _ASKED))
        for other, boxes in spots.items():
            for box in boxes:
                witnesses = [
                    each
                    for each in spots
                    if any(_overlap(box, own) >= _ONE_SPOT for own in spots[each])
                ]
                agreeing = [
                    each
                    for each in witnesses
                    if each != other
                    and (known := self._found.get(_pair(each, other))) is not None
                    and "closeup" in known[0].evidence
                    and not overlay_boxes(known[0], Side.QUERY)
                ]
                if len(agreeing) + 1 >= _WITNESSES:
                    return True
        return False

    def member(self, one: Digest) -> Member:
        """A member with what its matches tell of it."""
        own = self._members[one]
        matched = self.matched(one)
        of_it = [
            each
            for other, _ in matched
            for each in self.between(one, other)
            if each.side is Side.QUERY
        ]
        # What a frame or another picture beside it fills is none of this recording's.
        share = min([1.0, *_measures(of_it, What.FRAMED, "share")])
        return replace(
            own,
            pixels=round(own.pixels * share) if own.pixels is not None else None,
            shown_area=own.shown_area * share,
            excerpt=any(match.relation is Relation.EXCERPT_OF for _, match in matched),
            cropped=min([1.0, *_measures(of_it, What.CROPPED, "share")]),
            covered=max([0.0, *_measures(of_it, What.OVERLAY, "share")]),
            mute=any(each.what in {What.NO_SOUND, What.SILENT} for each in of_it),
            shown=self._shown(one),
        )

    def is_cut_together(self, one: Digest) -> bool:
        """Whether a member shows this recording beside another one that the case knows.

        It only shares a part with each of its group, between cuts, and another part with an
        exhibit outside that none of them shares it with.
        """
        inside = [match for _, match in self.matched(one)]
        if not inside or not all(map(_is_partly, inside)):
            return False
        own = [segment.query for match in inside for segment in match.segments]
        return any(
            all(_is_apart(segment.query, span) for segment in match.segments for span in own)
            for match in self._outside.get(one, ())
        )

    def _shown(self, one: Digest) -> Fraction | None:
        """Seconds of this recording; of a compilation only what it shares with the others."""
        duration = self._members[one].duration
        if duration is None or not self.is_cut_together(one):
            return duration
        held = max(held_seconds(match.segments, Side.QUERY) for _, match in self.matched(one))
        return min(duration, Fraction(held).limit_denominator(1000))


def _is_partly(match: Match) -> bool:
    """Whether the first of two only shares a part with the second, which lies between cuts."""
    return match.relation in {Relation.CONTAINS, Relation.OVERLAPS} and is_cut_out(match)


def _is_apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return min(one[1], other[1]) - max(one[0], other[0]) <= _TOUCH


def _measures(found: Iterable[Difference], what: What, name: str) -> list[float]:
    return [each.measured[name] for each in found if each.what is what]


def _pair(one: Digest, other: Digest) -> Pair:
    return (one, other) if one < other else (other, one)


def _overlap(one: _Box, other: _Box) -> float:
    """Intersection over union of two boxes."""
    across = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    down = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    shared = across * down
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (areas - shared) if areas > shared else 0.0
