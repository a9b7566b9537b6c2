"""Lines: which of the offsets found between two videos holds at which moment.

A video may show the moments of another in any order: looped, with pieces left out, cut anew.
Each piece lies on a line of its own, exhibit time = speed × query time + offset. Near the end of a
piece both its own line and the next one look right for a while, the longer the less moves; so each
moment is given to the line on which the pictures are most alike, with as few changes as that takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.judge import BORNE_OUT, LIVELY, SHORTEST, SURE, Judged
from mediaev.compare.proposals import Proposal, alike

_GAP = 1.0
"""Seconds of the query without a copy from which more of it is sought there."""
_WINDOW = 1.5
"""Seconds of it that are sought at once."""
_SOUGHT = 8
"""How often that is done for one pair."""
_MOVES = 4.0 * LIVELY
"""Mean squared grey levels beyond noise from which what moves tells the offset well."""
_SAME = 0.12
"""Seconds within which the offsets of two lines are one."""
_SAME_SPEED = 0.03
_CHANGE = 6.0
"""What a change of lines costs, in moments of usual unlikeness."""
_UNLIKE = 0.005
"""Least unlikeness (1 - correlation) that counts as usual: pictures are never quite equal."""
_LEFT = 0.2
"""Part of a line's own stretch that must be left to it."""
_TAKEN = 0.4
"""Part of a stretch that another place may have taken before."""


def unexplained(judged: Sequence[Judged], duration: float) -> Iterator[Proposal]:
    """What to look for in the stretches of the query for which no copy was found.

    An edit lays all of a recording at one place, so only the offset is sought.
    """
    copies = [each for each in judged if each.copy]
    if not copies:
        return
    surest = max(copies, key=lambda each: each.strength)
    spans = sorted((each.low, each.high) for each in copies)
    windows = [window for gap in _gaps(spans, duration) for window in _windows(*gap)]
    for within in windows[:_SOUGHT]:
        yield Proposal(surest.placing, surest.speed, None, 0.125, within=within)


def _gaps(spans: Sequence[tuple[float, float]], duration: float) -> Iterator[tuple[float, float]]:
    end = 0.0
    for low, high in [*spans, (duration, duration)]:
        if low - end >= _GAP:
            yield end, low
        end = max(end, high)


def _windows(low: float, high: float) -> Iterator[tuple[float, float]]:
    """A stretch in windows so short that most of them lie in one piece."""
    count = max(1, round((high - low) / _WINDOW))
    edges = np.linspace(low, high, count + 1)
    yield from zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)


def apart(judged: Sequence[Judged]) -> list[Judged]:
    """The surest judgements, none of which speaks of the same moment of the query twice."""
    ordered = sorted(judged, key=lambda each: -_weight(each))
    if not ordered:
        return []
    place = ordered[0].placing
    chosen: list[Judged] = []
    left = ordered
    if _is_told(ordered[0]):
        divisible = [_is_told(each) and alike(each.placing, place) for each in ordered]
        chosen = _divided([each for each, can in zip(ordered, divisible, strict=True) if can])
        left = [each for each, can in zip(ordered, divisible, strict=True) if not can]
    for each in left:
        # An edit lays all of a recording alike; another place must be sure of itself.
        if chosen and each.strength < SURE and not alike(each.placing, place):
            continue
        taken = sum(
            max(0.0, min(each.high, other.high) - max(each.low, other.low)) for other in chosen
        )
        if taken <= _TAKEN * (each.high - each.low):
            chosen.append(each)
    return chosen


def _is_told(judged: Judged) -> bool:
    """Whether what moves tells the offset, so that it can be held against another one."""
    return judged.found.activity >= _MOVES and judged.found.motion >= BORNE_OUT


def _weight(judged: Judged) -> float:
    return judged.strength * math.sqrt(judged.high - judged.low + 1.0)


def _divided(judged: Sequence[Judged]) -> list[Judged]:
    """Judgements at one place, the surest first, each with the moments that are its own."""
    lines: list[Judged] = []
    for each in judged:
        if not any(_is_same_line(each, other) for other in lines):
            lines.append(each)
    while len(lines) > 1:
        stretches = _stretches(lines)
        kept = [
            line
            for line, found in zip(lines, stretches, strict=True)
            if sum(high - low for low, high in found)
            >= max(SHORTEST, _LEFT * (line.high - line.low)) - 1e-6
        ]
        if len(kept) == len(lines):
            return [
                replace(line, low=low, high=high, found=line.found.within(low, high))
                for line, found in zip(lines, stretches, strict=True)
                for low, high in found
                if high - low >= min(SHORTEST, line.high - line.low)
            ]
        lines = kept or lines[:1]
    return lines


def _is_same_line(one: Judged, other: Judged) -> bool:
    """Whether two judgements that share moments put them at the same offset."""
    low, high = max(one.low, other.low), min(one.high, other.high)
    if high < low or abs(one.speed - other.speed) > _SAME_SPEED:
        return False
    middle = (low + high) / 2
    here = one.speed * middle + one.offset
    return abs(here - other.speed * middle - other.offset) <= _SAME


def _stretches(lines: Sequence[Judged]) -> list[list[tuple[float, float]]]:
    """First and last moments of the stretches in which each line is the best one (Viterbi)."""
    times = np.unique(np.concatenate([line.found.times for line in lines]))
    unlike = np.full((len(times), len(lines)), np.inf)
    for column, line in enumerate(lines):
        rows = np.searchsorted(times, line.found.times)
        unlike[rows, column] = 1.0 - line.found.alike
    usual = max(float(np.median(unlike.min(axis=1))), _UNLIKE)
    best = _path(unlike, _CHANGE * usual)
    found: list[list[tuple[float, float]]] = [[] for _ in lines]
    for part in np.split(np.arange(len(best)), np.flatnonzero(np.diff(best)) + 1):
        found[best[part[0]]].append((float(times[part[0]]), float(times[part[-1]])))
    return found


def _path(cost: NDArray[np.float64], change: float) -> NDArray[np.intp]:
    """The cheapest column for each row, where changing it costs as much. Shape (rows,)."""
    total = cost[0]
    came_from = np.empty(cost.shape, np.intp)
    stay = np.arange(cost.shape[1])
    for row in range(1, len(cost)):
        cheapest = int(np.argmin(total))
        changes = total > total[cheapest] + change
        came_from[row] = np.where(changes, cheapest, stay)
        total = np.minimum(total, total[cheapest] + change) + cost[row]
    path = np.empty(len(cost), np.intp)
    path[-1] = int(np.argmin(total))
    for row in range(len(cost) - 1, 0, -1):
        path[row - 1] = came_from[row, path[row]]
    return path
