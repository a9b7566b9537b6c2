"""Telling moments: how two films agree along a passage, and which moments to show of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mediaev.compare.judge import LIVELY, cut
from mediaev.compare.passages import Passage
from mediaev.compare.reel import Reel, side_by_side
from mediaev.compare.registration import WINDOW, Agreement, agreement

_APART = 0.3
"""Seconds within which two moments are one."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the query that is worth a look."""

    at: float
    """Seconds."""
    why: str
    alike: float | None = None
    """Correlation of the pictures there; None where there are no films."""
    together: float | None = None
    """Correlation over a second of what moves; None where nothing does."""


def moments(query: Reel | None, exhibit: Reel | None, passage: Passage, most: int) -> list[Moment]:
    """At most so many moments in order: the ends, and the most telling ones between.

    What speaks against the passage is shown as well: where the pictures are least alike.
    """
    along = _course(query, exhibit, passage)
    middle = (passage.low + passage.high) / 2
    if passage.high - passage.low < 2 * _APART:
        return [_moment(middle, "the moment of both", along)]
    wishes = [(passage.low, "first"), (passage.high, "last")]
    if along is not None:
        moved = np.minimum(along.moved_query, along.moved_exhibit)
        wishes.append((float(along.times[moved.argmax()]), "where most moves"))
        wishes.append((float(along.times[along.alike.argmin()]), "where the pictures differ most"))
    wishes.append((middle, "in the middle"))
    chosen: list[tuple[float, str]] = []
    for at, why in wishes:
        near = [index for index, each in enumerate(chosen) if abs(each[0] - at) < _APART]
        if near:
            before, said = chosen[near[0]]
            chosen[near[0]] = before, f"{said}, {why}"
        elif len(chosen) < most:
            chosen.append((at, why))
    return [_moment(at, why, along) for at, why in sorted(chosen)]


def _course(query: Reel | None, exhibit: Reel | None, passage: Passage) -> Agreement | None:
    """How the films agree along a passage; None where they cannot be laid on each other."""
    if query is None or exhibit is None or passage.placing is None:
        return None
    pair = side_by_side(query, exhibit, passage.placing)
    part = cut(pair, passage.low - 1e-4, passage.high + 1e-4) if pair is not None else None
    if part is None or not len(part.query_times):
        return None
    found = agreement(part, passage.speed, passage.offset)
    return found if len(found.times) else None


def _moment(at: float, why: str, along: Agreement | None) -> Moment:
    if along is None:
        return Moment(at, why)
    alike = float(along.alike[np.abs(along.times - at).argmin()])
    near = along.within(at - WINDOW / 2, at + WINDOW / 2)
    return Moment(at, why, alike, near.motion if near.activity >= LIVELY else None)
