"""Telling moments: how two films agree along a passage, and which moments to show of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mediaev.compare.judge import LIVELY, cut
from mediaev.compare.passages import Passage
from mediaev.compare.reel import Reel, side_by_side
from mediaev.compare.registration import WINDOW, Series, agreement

_APART = 0.3
"""Seconds within which two moments are one."""


@dataclass(frozen=True, slots=True)
class Course:
    """How two films agree along a passage; all of shape (n,)."""

    times: Series
    """The query's moments, seconds."""
    alike: Series
    """Correlation of the pictures, -1..1."""
    together: Series
    """Correlation over a second of what moves, -1..1; NaN where nothing does."""
    moved: Series
    """How much moves in the calmer of the two, in mean squared grey levels beyond noise."""


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


def course(query: Reel | None, exhibit: Reel | None, passage: Passage) -> Course | None:
    """Follow a passage along both films; None where they cannot be laid on each other."""
    if query is None or exhibit is None or passage.placing is None:
        return None
    pair = side_by_side(query, exhibit, passage.placing)
    if pair is None:
        return None
    part = cut(pair, passage.low - 1e-4, passage.high + 1e-4)
    if not len(part.query_times):
        return None
    found = agreement(part, passage.speed, passage.offset)
    if not len(found.times):
        return None
    near = np.abs(found.times[:, None] - found.times[None, :]) <= WINDOW / 2
    here, there = near @ found.moved_query, near @ found.moved_exhibit
    lively = np.minimum(here, there) / near.sum(axis=1) >= LIVELY
    together = np.where(
        lively, near @ found.together / np.sqrt(np.maximum(here * there, 1e-9)), np.nan
    )
    moved = np.minimum(found.moved_query, found.moved_exhibit)
    return Course(found.times, found.alike, together, moved)


def moments(passage: Passage, along: Course | None, most: int) -> list[Moment]:
    """At most so many moments in order: the ends, and the most telling ones between.

    What speaks against the passage is shown as well: where the pictures are least alike.
    """
    middle = (passage.low + passage.high) / 2
    if passage.high - passage.low < 2 * _APART:
        return [_moment(middle, "the moment of both", along)]
    wishes = [(passage.low, "first"), (passage.high, "last")]
    if along is not None and len(along.times):
        wishes.append((float(along.times[along.moved.argmax()]), "where most moves"))
        wishes.append((float(along.times[along.alike.argmin()]), "where the pictures differ most"))
        middle = float(along.times[np.abs(along.times - middle).argmin()])
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


def _moment(at: float, why: str, along: Course | None) -> Moment:
    if along is None:
        return Moment(at, why)
    nearest = int(np.abs(along.times - at).argmin())
    together = float(along.together[nearest])
    return Moment(at, why, float(along.alike[nearest]), None if np.isnan(together) else together)
