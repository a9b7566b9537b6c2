"""Registration: two films held against each other at one place, offset and speed.

Two things are asked of each moment. Do the pictures look alike? And, what tells a copy from
another moment of the same camera: does the same move, at the same spot, at the same time?
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.reel import Pictures, SideBySide, Values, pace

LAG = 0.5
"""Seconds between the two pictures whose difference is what moves."""
NOISE = 8.0
"""Grey levels of change that count as noise."""
WINDOW = 1.0
"""Seconds over which agreement at a moment is taken."""
_PACE = 1 / 12
"""Seconds between the moments that an offset is sought with."""
_LIVELY = 1.0
"""Mean grey levels beyond noise above which something moves."""
_MOTION_PACE = 0.125
"""Seconds between the moments at which motion alone tells an offset."""
_FEWEST = 8
"""Moments that it takes for that."""
_CALMER = 0.1
"""Share of the query's motion that the exhibit's counts as at least."""
_POINTS_AT_ONCE = 32

Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two films agree at the query's moments."""

    times: Series
    """The query's moments that both films show, seconds, shape (n,)."""
    alike: Series
    """Correlation of the pictures, -1..1."""
    together: Series
    """Scalar product of what moves in both."""
    moved_query: Series
    """Squared strength of what moves in the query."""
    moved_exhibit: Series

    def within(self, low: float, high: float) -> Agreement:
        """The moments between two times."""
        keep = (self.times >= low) & (self.times <= high)
        return Agreement(*(getattr(self, name)[keep] for name in self.__slots__))

    @property
    def motion(self) -> float:
        """Correlation over all moments of what moves, -1..1; 0 where nothing does."""
        power = float(self.moved_query.sum() * self.moved_exhibit.sum())
        return float(self.together.sum() / np.sqrt(power)) if power > 0 else 0.0

    @property
    def activity(self) -> float:
        """How much moves in the calmer of the two, in mean squared grey levels beyond noise."""
        if not len(self.times):
            return 0.0
        return float(min(self.moved_query.mean(), self.moved_exhibit.mean()))

    @property
    def look(self) -> float:
        """The median correlation of the pictures."""
        return float(np.median(self.alike)) if len(self.alike) else 0.0


def agreement(pair: SideBySide, speed: float, offset: float) -> Agreement:
    """How two films agree where exhibit time = speed × query time + offset."""
    times = pair.query_times
    there = speed * times + offset
    slack = 0.02
    first, last = pair.exhibit_times[0] - slack, pair.exhibit_times[-1] + slack
    shown = (there >= first) & (there <= last)
    times, query = times[shown], pair.query[shown]
    if not len(times):
        empty = np.zeros(0)
        return Agreement(empty, empty, empty, empty, empty)
    exhibit = between(pair.exhibit_times, pair.exhibit, there[shown])
    left, right = standard(query), standard(exhibit)
    alike = (left * right).sum(axis=1)
    moves, moves_there = _moving(times, query), _moving(times, exhibit)
    points = query.shape[1]
    return Agreement(
        times,
        alike.astype(np.float64),
        (moves * moves_there).sum(axis=1).astype(np.float64) / points,
        (moves**2).sum(axis=1).astype(np.float64) / points,
        (moves_there**2).sum(axis=1).astype(np.float64) / points,
    )


def between(times: Series, values: Pictures, wanted: Series) -> NDArray[np.float32]:
    """The frames at any moments, mixed from the two nearest; of any shape, times first."""
    after = np.clip(np.searchsorted(times, wanted), 1, max(1, len(times) - 1))
    if len(times) == 1:
        return values[np.zeros(len(wanted), np.intp)].astype(np.float32)
    before = after - 1
    gap = np.maximum(times[after] - times[before], 1e-6)
    share = np.clip((wanted - times[before]) / gap, 0.0, 1.0).astype(np.float32)
    share = share.reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values[before] * (1 - share) + values[after] * share, np.float32)


def standard(values: Values) -> Values:
    """Each frame less its mean, of unit length."""
    centred = values - values.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    # A flat frame looks like nothing at all.
    floor = 2.0 * np.sqrt(values.shape[1])
    return np.asarray(centred / np.maximum(length, floor), np.float32)


def _moving(times: Series, values: Values) -> Values:
    """What differs from half a second before (after, at the start), beyond noise."""
    earlier = np.searchsorted(times, times - LAG + 1e-6)
    later = np.minimum(np.searchsorted(times, times + LAG - 1e-6), len(times) - 1)
    partner = np.where(times - times[0] >= LAG, earlier, later)
    change = values - values[partner]
    change -= np.median(change, axis=1, keepdims=True)  # flashes and fades move nothing
    return np.asarray(np.sign(change) * np.maximum(np.abs(change) - NOISE, 0.0), np.float32)


def refined(pair: SideBySide, speed: float, offset: float, reach: float) -> tuple[float, float]:
    """Speed and offset near the given ones at which the films agree best."""
    pair = _thinned(pair)
    best = _goodness(pair, speed, offset), speed, offset
    step = 0.125
    for shift in np.arange(-reach, reach + 1e-9, step):
        best = max(best, (_goodness(pair, speed, offset + shift), speed, offset + float(shift)))
    centre = float(np.median(pair.query_times))
    while step > 0.02:
        step /= 2
        _, speed, offset = best
        for change in (-step, step):
            best = max(best, (_goodness(pair, speed, offset + change), speed, offset + change))
    span = float(pair.query_times[-1] - pair.query_times[0])
    if span >= 3.0:
        for stretch in (0.02, 0.01, 0.005, 0.0025):
            _, speed, offset = best
            for change in (-stretch, stretch):
                turned = offset - change * speed * centre
                trial = speed * (1 + change)
                best = max(best, (_goodness(pair, trial, turned) - 1e-4, trial, turned))
    return best[1], best[2]


def _thinned(pair: SideBySide) -> SideBySide:
    """No more of the query's moments than it takes to tell the offset."""
    every = max(1, round(_PACE / max(pace(pair.query_times), 1e-6)))
    return replace(pair, query_times=pair.query_times[::every], query=pair.query[::every])


def _goodness(pair: SideBySide, speed: float, offset: float) -> float:
    found = agreement(pair, speed, offset)
    if len(found.times) < 2:
        return -1.0
    share = len(found.times) / len(pair.query_times)
    lively = min(1.0, found.activity / _LIVELY)
    return share * (found.motion * lively + float(found.alike.mean()) * (1.5 - lively))


def by_motion(pair: SideBySide, speed: float = 1.0) -> list[tuple[float, float]]:
    """Offsets at a speed at which what moves agrees best: (agreement -1..1, offset), best first.

    For cameras that stand still, whose pictures look alike at any offset.
    """
    query = _regular(pair.query_times, pair.query, _MOTION_PACE)
    exhibit = _regular(pair.exhibit_times, pair.exhibit, _MOTION_PACE * speed)
    if min(len(query), len(exhibit)) < _FEWEST:
        return []
    times: Series = np.arange(max(len(query), len(exhibit)), dtype=np.float64) * _MOTION_PACE
    left = _moving(times[: len(query)], query)
    right = _moving(times[: len(exhibit)], exhibit)
    lags = np.arange(-len(query) + 1, len(exhibit))
    # The moments of the query that have a partner at each lag.
    first, last = np.maximum(0, -lags), np.minimum(len(query), len(exhibit) - lags)
    here, there = _between(left, first, last), _between(right, first + lags, last + lags)
    # Where next to nothing moves in the exhibit, noise would agree as well.
    power = here * np.maximum(there, _CALMER * here)
    enough = last - first >= max(_FEWEST, 0.3 * min(len(query), len(exhibit)))
    value = np.where(enough, _together(left, right) / np.sqrt(np.maximum(power, 1e-9)), -1.0)
    chosen: list[tuple[float, float]] = []
    start = float(pair.exhibit_times[0]) - speed * float(pair.query_times[0])
    for place in np.argsort(-value)[:200]:
        offset = start + float(lags[place]) * _MOTION_PACE * speed
        if all(abs(offset - other) > 0.5 for _, other in chosen):
            chosen.append((float(value[place]), offset))
        if len(chosen) == 3:
            break
    return chosen


def _regular(times: Series, values: Values, pace: float) -> Values:
    """Frames at a regular pace."""
    return between(times, values, np.arange(times[0], times[-1] + 1e-9, pace))


def _between(values: Values, first: NDArray[np.intp], last: NDArray[np.intp]) -> Series:
    """The sums of the squares of frames from `first` to before `last`."""
    sums = np.concatenate([[0.0], np.cumsum((values**2).sum(axis=1, dtype=np.float64))])
    return np.asarray(sums[last] - sums[first])


def _together(left: Values, right: Values) -> Series:
    """The scalar products of two series of frames at each lag, from 1 - len(left) on.

    By Fourier transforms over time, some points at once: hours of film lie side by side.
    """
    count = len(left) + len(right) - 1
    size = 1 << (count - 1).bit_length()
    total = np.zeros(size // 2 + 1, np.complex128)
    for begin in range(0, left.shape[1], _POINTS_AT_ONCE):
        points = slice(begin, begin + _POINTS_AT_ONCE)
        here = np.fft.rfft(left[::-1, points], size, axis=0)
        total += (here * np.fft.rfft(right[:, points], size, axis=0)).sum(axis=1)
    return np.asarray(np.fft.irfft(total, size)[:count])
