"""Alignment in time: votes over offset and speed, then runs of samples that agree.

Each pair of samples that look alike votes for the shift in time between the two files.
Chance agreements scatter; a shared recording heaps its votes on one shift (for a copy
played faster, on one shift per speed). That agreement in time is what lets single samples
be as far as 72 bits apart where a lone pair must be within 40.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import distances
from mediaev.compare.track import Track

VOTE_RADIUS = 72
"""Bits of 256 within which two samples may vote for a shift."""
RUN_RADIUS = 92
"""Bits within which a sample still belongs to a run that others have established."""
SPEEDS = (1.0, 0.5, 2 / 3, 0.75, 0.8, 0.9, 0.95, 1.05, 1.1, 1.25, 4 / 3, 1.5, 2.0)
"""Exhibit seconds per query second that are tried; refined afterwards."""
OTHER_SPEED_MARGIN = 1.15
"""How much more evidence a changed speed needs than an unchanged one."""
FEWEST_FOR_SPEED = 16
"""Query samples from which a changed speed can be told from chance."""
BIN = 0.25
"""Seconds of shift that share a vote."""
REACH = 0.3
"""Seconds that an aligned sample may lie from where it is expected."""
GAP = 1.6
"""Seconds of disagreement that a run survives (a flash, a passing overlay)."""
NEAREST = 32
"""Votes one query sample may cast; static footage would cast them all."""
MAX_RUNS = 24
"""Segments of one pair; a loop of more than that is cut off."""

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Run:
    """Query samples that agree with exhibit samples under one shift and speed."""

    query: Indices
    """Indices of agreeing samples in the query's track, ascending."""
    exhibit: Indices
    """Their counterparts."""
    distance: NDArray[np.int64]
    """Bits between the two of each."""
    speed: float
    offset: float
    """Exhibit time = speed × query time + offset, in seconds."""
    query_span: tuple[int, int]
    """First and last agreeing index of the query."""


@dataclass(frozen=True, slots=True)
class _Votes:
    query: Indices
    exhibit: Indices
    weight: Floats


def align(query: Track, exhibit: Track) -> list[Run]:
    """Find the runs of samples that the two tracks share, best first.

    Each query sample belongs to one run at most; an exhibit's may serve again, as in a
    loop. Returns an empty list when nothing agrees.
    """
    votes = _votes(query, exhibit)
    found: list[Run] = []
    free = np.ones(len(query.times), dtype=bool)
    while len(found) < MAX_RUNS:
        shift = _best_shift(votes, query.times, exhibit.times, free)
        if shift is None:
            break
        fresh = _runs(query, exhibit, *shift, free)
        if not fresh:
            break
        for run in fresh:
            free[run.query_span[0] : run.query_span[1] + 1] = False
        found += fresh
    return found


def _votes(query: Track, exhibit: Track) -> _Votes:
    """Sample pairs within the radius; each query sample prefers its nearest ones."""
    rows, columns, weights = [], [], []
    block = max(1, 4_000_000 // max(1, len(exhibit.bits)))
    for start in range(0, len(query.bits), block):
        away = distances(query.bits[start : start + block], exhibit.bits).astype(np.int64)
        if away.shape[1] > NEAREST:
            nearest = np.argpartition(away, NEAREST, axis=1)[:, :NEAREST]
        else:
            nearest = np.broadcast_to(np.arange(away.shape[1]), away.shape)
        chosen = np.take_along_axis(away, nearest, axis=1)
        near = (chosen <= VOTE_RADIUS) & exhibit.clear[nearest]
        near &= query.clear[start : start + block, None]
        row, position = np.nonzero(near)
        closest = chosen.min(axis=1)
        rows.append(row + start)
        columns.append(nearest[row, position])
        value = chosen[row, position]
        weights.append((1.0 - value / (VOTE_RADIUS + 24.0)) * np.exp(-(value - closest[row]) / 8.0))
    if not rows:
        empty = np.zeros(0, dtype=np.intp)
        return _Votes(empty, empty, np.zeros(0))
    return _Votes(np.concatenate(rows), np.concatenate(columns), np.concatenate(weights))


def _best_shift(
    votes: _Votes, query_times: Floats, exhibit_times: Floats, free: NDArray[np.bool_]
) -> tuple[float, float] | None:
    """Speed and offset with the most evidence among query samples still free."""
    keep = free[votes.query]
    rows, weights = votes.query[keep], votes.weight[keep]
    if not len(rows):
        return None
    query_at, exhibit_at = query_times[rows], exhibit_times[votes.exhibit[keep]]
    best: tuple[float, float, float] | None = None
    speeds = SPEEDS if len(np.unique(rows)) >= FEWEST_FOR_SPEED else SPEEDS[:1]
    for speed in speeds:
        offsets = exhibit_at - speed * query_at
        evidence, offset = _peak(rows, offsets, weights)
        if speed != 1.0:
            evidence /= OTHER_SPEED_MARGIN
        if best is None or evidence > best[0]:
            best = (evidence, speed, offset)
    return None if best is None else (best[1], best[2])


def _peak(rows: Indices, offsets: Floats, weights: Floats) -> tuple[float, float]:
    """The fullest pair of neighbouring bins; a query sample counts once per bin."""
    bins = np.floor(offsets / BIN).astype(np.int64)
    order = np.lexsort((-weights, rows, bins))
    bins, rows, weights, offsets = bins[order], rows[order], weights[order], offsets[order]
    first = np.ones(len(bins), dtype=bool)
    first[1:] = (bins[1:] != bins[:-1]) | (rows[1:] != rows[:-1])
    bins, weights, offsets = bins[first], weights[first], offsets[first]
    labels, inverse = np.unique(bins, return_inverse=True)
    sums = np.bincount(inverse, weights)
    following = np.zeros_like(sums)
    adjacent = np.nonzero(labels[1:] == labels[:-1] + 1)[0]
    following[adjacent] = sums[adjacent + 1]
    top = int(np.argmax(sums + following))
    inside = (bins == labels[top]) | (bins == labels[top] + 1)
    centre = float(np.average(offsets[inside], weights=weights[inside]))
    return float(sums[top] + following[top]), centre


def _runs(
    query: Track, exhibit: Track, speed: float, offset: float, free: NDArray[np.bool_]
) -> list[Run]:
    """Cut what agrees under one shift into runs, after refining the shift once."""
    for _ in range(2):
        partner, away = _partners(query, exhibit, speed, offset)
        agrees = free & (away <= VOTE_RADIUS)
        if not agrees.any():
            return []
        speed, offset = _refined(
            query.times[agrees], exhibit.times[partner[agrees]], away[agrees], speed
        )
    partner, away = _partners(query, exhibit, speed, offset)
    indices = np.nonzero(free & (away <= RUN_RADIUS))[0]
    breaks = np.nonzero(np.diff(query.times[indices]) > GAP)[0] + 1
    return [
        Run(part, partner[part], away[part], speed, offset, (int(part[0]), int(part[-1])))
        for part in np.split(indices, breaks)
        if (away[part] <= VOTE_RADIUS).any()
    ]


def _partners(
    query: Track, exhibit: Track, speed: float, offset: float
) -> tuple[Indices, NDArray[np.int64]]:
    """For each query sample the most alike exhibit sample near where it should be.

    A sample with none in reach gets a distance of 999.
    """
    expected = speed * query.times + offset
    reach = REACH * max(1.0, speed)
    centre = np.searchsorted(exhibit.times, expected)
    partner = np.zeros(len(expected), dtype=np.intp)
    away = np.full(len(expected), 999, dtype=np.int64)
    for step in range(-3, 4):
        candidate = np.clip(centre + step, 0, len(exhibit.times) - 1)
        near = np.abs(exhibit.times[candidate] - expected) <= reach
        distance = np.bitwise_count(query.bits ^ exhibit.bits[candidate]).sum(
            axis=1, dtype=np.int64
        )
        better = near & (distance < away)
        partner[better], away[better] = candidate[better], distance[better]
    return partner, away


def _refined(
    query_at: Floats, exhibit_at: Floats, away: NDArray[np.int64], speed: float
) -> tuple[float, float]:
    """Weighted least squares of speed and offset; the speed only over a long enough stretch."""
    weights = np.exp(-(away - away.min()) / 10.0)
    span = float(query_at[-1] - query_at[0])
    if span >= 4.0 and len(query_at) >= 12:
        slope, intercept = np.polyfit(query_at, exhibit_at, 1, w=np.sqrt(weights))
        if abs(slope / speed - 1.0) < 0.08:
            # Under half a percent over the whole run is sampling noise, not a changed speed.
            if abs(slope - 1.0) * span < 0.25:
                slope, intercept = 1.0, np.average(exhibit_at - query_at, weights=weights)
            return float(slope), float(intercept)
    return speed, float(np.average(exhibit_at - speed * query_at, weights=weights))
