"""Proposals: ways in which two exhibits may show the same, to be judged on their films."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.align import SPEEDS, Run, align
from mediaev.compare.local import Shared, shared
from mediaev.compare.placing import Placing, corners, mapped, placing_of
from mediaev.compare.track import Subject
from mediaev.compare.view import View

SHARED = 6
"""Distinct spots that two keyframes must share to be taken up."""
_LOOKED_AT = 48
"""Meetings of two exhibits that are looked at, those with most votes."""
_SAME_PLACE = 0.06
"""Longest sides within which the corners of two placings are the same."""
_PLACES = 3
"""Placings of two exhibits that are judged."""
_CHANGED = 0.85
"""What votes for a changed speed count, beside those for the plain one."""
_BIN = 1.0
"""Seconds of offset that keyframes, which stand apart, may differ in."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two keyframes that the search says may share spots."""

    query: int
    """Position among the query's keyframes."""
    exhibit: int
    votes: int
    """Spots that look alike and agree in turn and growth."""
    mirrored: bool
    """Whether they agree when the query is mirrored."""

    def turned(self) -> Meeting:
        """The same meeting seen from the other side."""
        return Meeting(self.exhibit, self.query, self.votes, self.mirrored)


@dataclass(frozen=True, slots=True)
class Paired:
    """Two keyframes that share spots."""

    query_at: float
    exhibit_at: float
    shared: Shared


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place, and perhaps an offset and a speed, at which two exhibits may agree."""

    placing: Placing
    speed: float
    offset: float | None
    """None where the pictures look alike at any offset."""
    reach: float
    """Seconds by which the offset may be wrong."""
    view: View | None = None
    run: Run | None = None
    """The run of fingerprints that says so."""
    at: float | None = None
    """The query's moment at which keyframes say so."""
    spots: int = 0
    """Distinct spots of the best pair of keyframes that says so."""
    within: tuple[float, float] | None = None
    """First and last moment of the query that it speaks of; None for all."""


def paired(query: Subject, exhibit: Subject, meetings: Iterable[Meeting]) -> list[Paired]:
    """The meetings that hold, the surest first."""
    found = []
    order = sorted(meetings, key=lambda each: (-each.votes, each.query, each.exhibit))
    for each in order[:_LOOKED_AT]:
        one, other = query.album.keyframes[each.query], exhibit.album.keyframes[each.exhibit]
        agreed = shared(one, other, mirrored=each.mirrored)
        if agreed is not None and agreed.inliers >= SHARED:
            found.append(Paired(one.at, other.at, agreed))
    return sorted(found, key=lambda pair: (-pair.shared.inliers, pair.query_at, pair.exhibit_at))


def from_fingerprints(
    query: Subject, exhibit: Subject, views: Iterable[View], fewest: int
) -> Iterator[Proposal]:
    """What the fingerprints' alignment proposes."""
    for view in sorted(set(views)):
        left, right = query.track(view.query), exhibit.track(view.exhibit)
        if left is None or right is None:
            continue
        placing = placing_of(view.turn, query.size, exhibit.size, left.box, right.box)
        for run in align(left.turned(view.turn), right):
            if len(run.query) >= fewest:
                yield Proposal(placing, run.speed, run.offset, 0.375, view, run)


def laid_by_spots(
    found: Sequence[Proposal], pairs: Sequence[Paired], query: Subject
) -> Iterator[Proposal]:
    """The runs of fingerprints once more, laid as the surest keyframes of the same moments lie.

    Bits tell time well and place badly: they know bars and turns, and of a compilation only one
    kind of bars. Shared spots tell place well and time badly, as keyframes stand apart.
    """
    for each in found:
        track = query.track(each.view.query) if each.view else None
        if each.run is None or each.offset is None or track is None:
            continue
        first, last = (float(track.times[index]) for index in each.run.query_span)
        for pair in pairs:
            away = pair.exhibit_at - (each.speed * pair.query_at + each.offset)
            if first - _BIN <= pair.query_at <= last + _BIN and abs(away) <= _BIN / 2:
                if not alike(pair.shared.placing, each.placing):
                    yield replace(each, placing=pair.shared.placing, spots=pair.shared.inliers)
                break


def from_keyframes(pairs: Sequence[Paired]) -> Iterator[Proposal]:
    """What keyframes that share spots propose: the surest places, and offsets for each."""
    left = list(pairs)
    for _ in range(_PLACES):
        if not left:
            return
        seed = left[0].shared.placing
        near = [each for each in left if alike(each.shared.placing, seed)]
        left = [each for each in left if not alike(each.shared.placing, seed)]
        spots = near[0].shared.inliers
        for speed, offset in _offsets(near):
            yield Proposal(seed, speed, offset, 1.25, at=near[0].query_at, spots=spots)
        yield Proposal(seed, 1.0, None, 0.0, spots=spots)


def alike(one: Placing, other: Placing) -> bool:
    """Whether two placings lay the exhibit's picture at about the same place."""
    at = corners(one.exhibit)
    away = np.abs(mapped(one.matrix, at) - mapped(other.matrix, at))
    return bool(away.max() <= _SAME_PLACE * max(1.0, one.scale))


def _offsets(pairs: Sequence[Paired]) -> Iterator[tuple[float, float]]:
    """Speed and offset that most pairs of moments agree on, and that of the first pair.

    Moments that stand apart by chance speak for another speed as well, so the plain one is
    always put forward.
    """
    here = np.array([each.query_at for each in pairs])
    there = np.array([each.exhibit_at for each in pairs])
    weight = np.array([min(each.shared.inliers, 40) for each in pairs], np.float64)
    speeds = SPEEDS if len(np.unique(here)) >= 4 else SPEEDS[:1]
    counted = [_counted(here, there, weight, speed) for speed in speeds]
    best = max(counted, key=lambda each: each[0] * (1.0 if each[1] == 1.0 else _CHANGED))
    plain = next(each for each in counted if each[1] == 1.0)
    lines = [best[1:]]
    for _, speed, offset in (plain, (0.0, 1.0, float(there[0] - here[0]))):
        if all(speed != other[0] or abs(offset - other[1]) > _BIN for other in lines):
            lines.append((speed, offset))
    yield from lines


def _counted(
    here: NDArray[np.float64], there: NDArray[np.float64], weight: NDArray[np.float64], speed: float
) -> tuple[float, float, float]:
    """How much speaks for the best offset at a speed, the speed, and that offset."""
    offsets = there - speed * here
    inside = np.abs(offsets[:, None] - offsets[None, :]) <= _BIN / 2
    values = [float(weight[each].sum()) * len(np.unique(here[each])) for each in inside]
    top = int(np.argmax(values))
    return values[top], speed, float(np.average(offsets[inside[top]], weights=weight[inside[top]]))
