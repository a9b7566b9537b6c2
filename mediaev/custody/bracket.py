"""Brackets: between which two times an event was put into the log, by third-party time.

A time stamp over the first n events says that they were there by its time: *not after*. The
stamp itself is recorded as an event, and nobody can know it before it is made: that event and
all later ones were put into the log *not before* its time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from mediaev.custody.verdict import Anchor

_NEVER = datetime.min.replace(tzinfo=UTC)


class Bound(NamedTuple):
    """A time, and the authority that says so."""

    time: datetime
    authority: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """What third parties' time says of one event; the accuracy they claim is allowed for."""

    not_before: Bound | None
    not_after: Bound | None


class Brackets:
    """The brackets of a log's events, by its sound time stamps."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._events: list[int] = []
        self._after: list[Bound] = []
        """The latest `not before` of the stamps recorded up to each of `_events`."""
        self._sizes: list[int] = []
        self._before: list[Bound] = []
        """The earliest `not after` of the stamps over each of `_sizes` events, or more."""
        sound = [each for each in anchors if each.sound and each.time]
        for each in sorted((each for each in sound if each.event is not None), key=_event):
            bound = Bound(_time(each) - each.accuracy, each.authority)
            self._after.append(max(bound, self._after[-1]) if self._after else bound)
            self._events.append(_event(each))
        for each in sorted(sound, key=lambda each: -each.size):
            bound = Bound(_time(each) + each.accuracy, each.authority)
            self._before.append(min(bound, self._before[-1]) if self._before else bound)
            self._sizes.append(each.size)
        self._sizes.reverse()
        self._before.reverse()

    def __bool__(self) -> bool:
        return bool(self._sizes)

    def of(self, seq: int) -> Bracket:
        """The bracket of an event."""
        recorded = bisect_right(self._events, seq)
        covering = bisect_right(self._sizes, seq)
        return Bracket(
            self._after[recorded - 1] if recorded else None,
            self._before[covering] if covering < len(self._sizes) else None,
        )


def _event(anchor: Anchor) -> int:
    return -1 if anchor.event is None else anchor.event


def _time(anchor: Anchor) -> datetime:
    return anchor.time or _NEVER
