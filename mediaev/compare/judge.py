"""Judging proposals on the films: where two recordings agree, and whether they are one.

Two clips of one fixed camera look alike at every moment; only what moves in them tells whether
they are the same moments. So where something moves, that decides; where nothing does, only
pictures that hardly differ are called a copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.motion import motion
from mediaev.compare.placing import Placing
from mediaev.compare.polishing import polished
from mediaev.compare.proposals import Proposal
from mediaev.compare.reel import SideBySide, side_by_side
from mediaev.compare.registration import Agreement, agreement, by_motion, refined
from mediaev.compare.settling import settled
from mediaev.compare.track import Subject
from mediaev.model.fingerprint import Region

ALIKE = 0.4
"""Correlation of registered pictures from which a moment belongs to a run."""
GAP = 0.6
"""Seconds of disagreement that a run survives (a flash, a passing overlay)."""
SHORTEST = 0.4
"""Seconds below which a run says nothing."""
LIVELY = 0.25
"""Mean squared grey levels beyond noise from which what moves can be compared."""
TOGETHER = 0.55
"""Correlation of what moves from which two long runs are one recording."""
GESTURE = 0.5
"""How much more must agree in the shortest runs: people move alike for a second or two."""
GESTURE_SECONDS = 3.0
"""Seconds over which that wears off (to a third)."""
APART = 0.2
"""Correlation of what moves below which nothing agrees."""
BORNE_OUT = 0.4
"""Correlation of what moves from which another sign settles it: fingerprints that change
together, or pictures that look alike at this offset only."""
ONLY_SECONDS, ONLY_LOOK = 1.5, 0.6
"""Seconds, and correlation of the pictures, below which the latter says nothing."""
ONLY_HERE = 0.2
"""By how much less pictures must look alike a second earlier or later for that."""
_AROUND = 1.5
"""Seconds around what a proposal speaks of in which it may hold, too."""
_LONG, _MOST = 2.0, 0.8
"""Seconds of a run, or else the share of it, that must move alike."""
SURE = 0.9
"""Strength from which no better place is sought."""
STILL_ALIKE = 0.97
"""Correlation of pictures in which nothing moves from which they are one."""
_PART_ALIKE = 0.98
"""The same, where an inset led here: a part of what a fixed camera shows is alike at most times."""
_AS_ALIKE = 0.005
"""Correlation by which pictures may be less alike at the plain speed for it to be taken."""
STATIC_COPY = 8
"""Median bits of fingerprints within which the same is said."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A run of moments of two films that look alike, with what was made of it."""

    proposal: Proposal
    placing: Placing
    speed: float
    offset: float
    low: float
    """First and last agreeing moment of the query, seconds."""
    high: float
    found: Agreement
    copy: bool
    strength: float
    """0..1; at least 0.5 for a copy."""

    @property
    def lively(self) -> bool:
        """Whether enough moves for the offset to be told."""
        return self.found.activity >= LIVELY


def judge(query: Subject, exhibit: Subject, proposal: Proposal) -> list[Judged]:
    """The runs in which a proposal holds, each with a judgement; empty if it holds nowhere."""
    if query.reel is None or exhibit.reel is None:
        return []
    proposal = settled(query.reel, exhibit.reel, proposal)
    pair = side_by_side(query.reel, exhibit.reel, proposal.placing)
    if pair is None:
        return []
    part = _near(pair, query, proposal)
    if proposal.within is not None:
        first, last = proposal.within
        pair = cut(pair, first - _AROUND, last + _AROUND)
    found = []
    for start in _lines(part, proposal):
        line = refined(part, *start, proposal.reach)
        case = _Case(pair, proposal, query, exhibit)
        judged = _judged_runs(case, line)
        found += judged if _is_sure(judged) else [*judged, *_polished(case, line, judged)]
    return found


def _judged_runs(case: _Case, line: tuple[float, float]) -> list[Judged]:
    judged = (_judged(case, line, span) for span in _runs(agreement(case.pair, *line)))
    return [each for each in judged if each is not None]


def _is_sure(judged: Sequence[Judged]) -> bool:
    return any(each.strength >= SURE for each in judged)


def _polished(case: _Case, line: tuple[float, float], judged: Sequence[Judged]) -> list[Judged]:
    """The same once more, at a better place if there is one."""
    query, exhibit = case.query.reel, case.exhibit.reel
    if not judged or query is None or exhibit is None:
        return []
    longest = max(judged, key=lambda each: each.high - each.low)
    span = longest.low, longest.high
    placing = polished(query, exhibit, case.proposal.placing, line, span)
    pair = None if placing is None else side_by_side(query, exhibit, placing)
    if placing is None or pair is None:
        return []
    line = refined(cut(pair, span[0] - 0.1, span[1] + 0.1), *line, 0.25)
    return _judged_runs(
        replace(case, pair=pair, proposal=replace(case.proposal, placing=placing)), line
    )


def _lines(part: SideBySide, proposal: Proposal) -> list[tuple[float, float]]:
    """Speeds and offsets to begin with."""
    speed = proposal.speed
    if proposal.offset is not None:
        return [(speed, proposal.offset)]
    found, least = by_motion(part, speed), APART
    if proposal.within is not None:
        found, least = found[:1], BORNE_OUT
    return [(speed, offset) for value, offset in found if value > least]


@dataclass(frozen=True, slots=True)
class _Case:
    """What one judgement is about."""

    pair: SideBySide
    proposal: Proposal
    query: Subject
    exhibit: Subject


def _near(pair: SideBySide, query: Subject, proposal: Proposal) -> SideBySide:
    """The part of two films that the proposal speaks of."""
    if proposal.within is not None:
        first, last = proposal.within
    else:
        track = query.track(proposal.view.query) if proposal.view else None
        if proposal.run is None or track is None:
            return pair
        first, last = (float(track.times[index]) for index in proposal.run.query_span)
    part = cut(pair, first - 0.1, last + 0.1)
    return part if len(part.query_times) >= 4 else pair


def cut(pair: SideBySide, low: float, high: float) -> SideBySide:
    """The query's moments between two times, against the whole exhibit."""
    keep = (pair.query_times >= low) & (pair.query_times <= high)
    return replace(pair, query_times=pair.query_times[keep], query=pair.query[keep])


def _runs(found: Agreement) -> Iterator[tuple[float, float]]:
    """First and last moment of each stretch in which the pictures look alike."""
    level = np.median(found.alike[found.alike >= ALIKE]) if (found.alike >= ALIKE).any() else 1.0
    good = np.flatnonzero(found.alike >= max(ALIKE, 0.6 * level))
    if not len(good):
        return
    for part in np.split(good, np.flatnonzero(np.diff(found.times[good]) > GAP) + 1):
        low, high = float(found.times[part[0]]), float(found.times[part[-1]])
        if high - low >= SHORTEST:
            yield low, high


def _judged(case: _Case, line: tuple[float, float], span: tuple[float, float]) -> Judged | None:
    speed, offset = line
    pair, proposal = case.pair, case.proposal
    whole = agreement(cut(pair, span[0] - 1e-6, span[1] + 1e-6), speed, offset)
    low, high = _trimmed(whole) if whole.activity >= LIVELY else span
    found = whole.within(low, high)
    seconds = high - low
    if seconds < SHORTEST:
        return None
    lively = found.activity >= LIVELY
    if not lively and speed != 1.0:
        speed, offset, found = _unhurried(pair, line, found)
    weight = 1.0 - float(np.exp(-seconds / 1.0))
    agreed = found.motion
    if seconds < min(_LONG, _MOST * (span[1] - span[0])):
        # Pictures that go on looking alike while what moves parts ways were never one moment.
        agreed = min(agreed, whole.motion)
    needed = TOGETHER + GESTURE * float(np.exp(-seconds / GESTURE_SECONDS))
    if lively:
        copy = agreed >= needed or (agreed >= BORNE_OUT and _is_borne_out(case, line, span))
    else:
        copy = found.look >= _still_limit(proposal) or _bits_static(proposal)
    if copy:
        sure = float(np.clip((agreed - needed) / (1.0 - needed), 0.0, 1.0)) if lively else 0.2
        strength = 0.5 + 0.5 * sure**0.5 * weight
    else:
        strength = 0.49 * float(np.clip(agreed / needed, 0.1, 1.0)) * weight
    return Judged(proposal, proposal.placing, speed, offset, low, high, found, copy, strength)


def _unhurried(
    pair: SideBySide, line: tuple[float, float], found: Agreement
) -> tuple[float, float, Agreement]:
    """The plain speed, where nothing moves that would tell another."""
    speed, offset = line
    low, high = float(found.times[0]), float(found.times[-1])
    first, last = float(pair.exhibit_times[0]), float(pair.exhibit_times[-1])
    middle = (low + high) / 2
    plain = offset + (speed - 1.0) * middle
    plain = max(min(plain, last - high), first - low)
    same = agreement(cut(pair, low - 1e-6, high + 1e-6), 1.0, plain)
    if len(same.times) < len(found.times) or same.look < found.look - _AS_ALIKE:
        return speed, offset, found
    return 1.0, plain, same


def _trimmed(found: Agreement) -> tuple[float, float]:
    """First and last moment around which the same moves, where anything does."""
    window = np.abs(found.times[:, None] - found.times[None, :]) <= 0.5
    together = window @ found.together
    here, there = window @ found.moved_query, window @ found.moved_exhibit
    most = np.maximum(here, there) / np.maximum(window.sum(axis=1), 1)
    value = together / np.sqrt(np.maximum(here * there, 1e-9))
    differs: NDArray[np.bool_] = (most >= LIVELY) & (value < APART)
    good = np.flatnonzero(~differs)
    if not len(good):
        return float(found.times[0]), float(found.times[-1])
    # The longest stretch with no more than short disagreement.
    parts = np.split(good, np.flatnonzero(np.diff(found.times[good]) > GAP) + 1)
    longest = max(parts, key=len)
    return float(found.times[longest[0]]), float(found.times[longest[-1]])


def _is_borne_out(case: _Case, line: tuple[float, float], span: tuple[float, float]) -> bool:
    """Whether another sign says that it is this very moment."""
    # Fingerprints, too, change together for as long as a gesture takes.
    long = span[1] - span[0] >= GESTURE_SECONDS
    return (long and _bits_agree(case)) or _only_here(case.pair, line, span)


def _only_here(pair: SideBySide, line: tuple[float, float], span: tuple[float, float]) -> bool:
    """Whether the pictures look alike at this offset only, as those of a moving camera do."""
    speed, offset = line
    part = cut(pair, span[0] - 1e-6, span[1] + 1e-6)
    here = agreement(part, speed, offset).look
    if span[1] - span[0] < ONLY_SECONDS or here < ONLY_LOOK:
        return False
    elsewhere = [agreement(part, speed, offset + shift) for shift in (-1.5, -1.0, 1.0, 1.5)]
    looks = [each.look for each in elsewhere if len(each.times) >= 4]
    return len(looks) >= 2 and here - max(looks) >= ONLY_HERE


def _bits_agree(case: _Case) -> bool:
    """Whether the fingerprints' bits change together too."""
    run, view = case.proposal.run, case.proposal.view
    if run is None or view is None or len(run.query) < 16:
        return False
    left, right = case.query.track(view.query), case.exhibit.track(view.exhibit)
    if left is None or right is None:
        return False
    moves = motion(left.turned(view.turn).bits[run.query], right.bits[run.exhibit])
    distance = float(np.median(run.distance))
    return moves.activity >= 5.0 and moves.agreement >= 0.2 + 0.006 * max(0.0, distance - 30.0)


def _of_inset(proposal: Proposal) -> bool:
    view = proposal.view
    return view is not None and Region.INSET in {view.query, view.exhibit}


def _still_limit(proposal: Proposal) -> float:
    return _PART_ALIKE if _of_inset(proposal) else STILL_ALIKE


def _bits_static(proposal: Proposal) -> bool:
    if proposal.run is None or _of_inset(proposal):
        return False
    return float(np.median(proposal.run.distance)) <= STATIC_COPY
