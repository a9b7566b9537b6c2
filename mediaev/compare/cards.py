"""Shared cards: an opening or an ending that two videos have in common and nothing else."""

from __future__ import annotations

from mediaev.compare.track import Subject
from mediaev.model.match import Segment

_SECONDS = 10.0
"""Seconds that an opening or an end card lasts at most."""
_SHARE = 0.7
"""Share of the shorter video that it takes at most."""
_EDGE = 0.5
"""Seconds from the very start or end of both at which it lies."""


def is_card(segment: Segment, query: Subject, exhibit: Subject, *, moving: bool) -> bool:
    """Whether two overlapping videos share no more than an opening or an ending.

    It is short and stands at the same end of both, or nothing moves in it and it stands at
    any end of both. Two parts of one recording overlap at the end of the one and the start of
    the other, and move.
    """
    before = segment.query[0], segment.exhibit[0]
    after = query.duration - segment.query[1], exhibit.duration - segment.exhibit[1]
    seconds = segment.query[1] - segment.query[0]
    if not moving:
        return max(min(each) for each in zip(before, after, strict=True)) <= _EDGE
    if seconds > min(_SECONDS, _SHARE * min(query.duration, exhibit.duration)):
        return False
    return min(max(before), max(after)) <= _EDGE
