"""Windows of sound as 256-bit strings: what a candidate search looks for.

A window holds the signs of the features of 1.7 seconds. The exhibits' windows stand 0.8 s
apart; the query's stand at every frame, once for each tempo and pitch at which it may have
been copied. Two recordings that share sound have windows within `RADIUS` bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import Packed, distances
from mediaev.compare.sound_profile import (
    BANDS,
    GATE,
    HIGHEST,
    LAG,
    LOWEST,
    Features,
    Levels,
    Sound,
    features,
    levels,
)

SPAN = 17
"""Rows of features of one window; 17 × 15 signs and a 0 make 256 bits."""
STRIDE = 8
"""Frames from one of the exhibits' windows to the next."""
RADIUS = 80
"""Bits within which two windows may lie at the same place."""
ALONE = 70
"""Bits within which one pair of windows alone is worth a closer look."""
FILLED = 0.7
"""Share of a window's features that must have something to say."""
MOST_SEEDS = 12
"""Places of one exhibit that are looked at closely."""
_AT_ONCE = 1024
_NEAR = 3
"""Frames of shift within which two seeds mean the same place."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """How a copy may have been played: what the query must undergo to sound like the exhibit."""

    speed: float = 1.0
    """Exhibit seconds per query second."""
    pitch: float = 1.0
    """Query pitch over exhibit pitch; equal to the speed when a record is played faster."""


AS_IT_IS = Change()
CHANGES = (
    AS_IT_IS,
    *(Change(speed) for speed in (0.75, 0.806, 0.866, 0.931, 1.074, 1.155, 1.24, 4 / 3)),
    *(Change(speed, speed) for speed in (0.88, 0.94, 1.064, 1.13)),
)
"""What is tried: tempo alone from 0.75 to 1.33, and speed with pitch from 0.86 to 1.16; a
window bears 3.7 % beside the truth."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A place where two recordings may sound alike."""

    change: Change
    shift: float
    """Exhibit frame = speed × query frame + shift."""
    at: int
    """Exhibit frame from which they were alike."""
    distance: int = 0


def heard_at(sound: Sound, places: NDArray[np.float64], pitch: float = 1.0) -> Features:
    """Features of the query at uneven places (frames), as the exhibit's pace would have them.

    Rows that bear no witness are 0. `places` are at least `LAG` more than the rows returned.
    """
    before = np.floor(places).astype(np.intp)
    share = (places - before).astype(np.float32)[:, None]
    inside = (before >= 0) & (before < len(sound.codes))
    low = np.where(inside, before, 0)
    high = np.minimum(low + 1, len(sound.codes) - 1)
    low_levels, high_levels = levels(sound.codes[low]), levels(sound.codes[high])
    between = np.where(share == 0, low_levels, low_levels * (1 - share) + high_levels * share)
    between[~inside] = np.nan
    found = features(_shifted(between, pitch))
    centre = np.clip(low[LAG // 2 :][: len(found)], 0, len(sound.votes) - 1)
    found[~(sound.votes[centre] & inside[LAG // 2 :][: len(found)])] = 0.0
    return found


def _shifted(heard: Levels, pitch: float) -> Levels:
    """Levels at the exhibit's bands of a query whose pitch is `pitch` times higher."""
    if pitch == 1.0:
        return heard
    bands = np.arange(BANDS) + np.log(pitch) / np.log(HIGHEST / LOWEST) * BANDS
    low = np.floor(bands).astype(np.intp)
    share = (bands - low).astype(np.float32)
    inside = (low >= 0) & (low < BANDS - 1)
    low = np.where(inside, low, 0)
    moved: Levels = heard[:, low] * (1 - share) + heard[:, low + 1] * share
    moved[:, ~inside] = np.nan
    return moved


@dataclass(frozen=True, slots=True)
class Windows:
    """Telling windows of one recording under one change, packed."""

    bits: Packed
    """Shape (n, 32)."""
    starts: NDArray[np.intp]
    """First row of each, in exhibit frames for exhibits, in stretched ones for queries."""


def exhibit_windows(sound: Sound) -> Windows:
    """Windows 0.8 s apart, and the last one that fits."""
    found = heard_at(sound, np.arange(len(sound.codes), dtype=np.float64))
    starts = np.arange(0, len(found) - SPAN + 1, STRIDE)
    if len(found) > SPAN and starts[-1] + SPAN < len(found):
        starts = np.append(starts, len(found) - SPAN)
    return _windows(found, starts)


def query_windows(sound: Sound) -> Iterator[tuple[Change, Windows]]:
    """A window at every frame, for each change that is tried."""
    for change in CHANGES:
        places = np.arange(0.0, len(sound.codes) - 0.999, 1.0 / change.speed)
        found = heard_at(sound, places, change.pitch)
        yield change, _windows(found, np.arange(0, len(found) - SPAN + 1))


def _windows(found: Features, starts: NDArray[np.intp]) -> Windows:
    squares = np.concatenate([[0.0], np.cumsum(np.square(found).sum(axis=1), dtype=np.float64)])
    counts = np.concatenate([[0], np.cumsum(np.count_nonzero(found, axis=1))])
    energy = squares[starts + SPAN] - squares[starts]
    filled = counts[starts + SPAN] - counts[starts]
    telling = (filled >= FILLED * SPAN * (BANDS - 1)) & (
        100.0 * energy >= GATE**2 * np.maximum(filled, 1)
    )
    starts = starts[telling]
    signs = np.zeros((len(starts), 256), dtype=np.bool_)
    inside = found[starts[:, None] + np.arange(SPAN)] > 0
    signs[:, : SPAN * (BANDS - 1)] = inside.reshape(len(starts), SPAN * (BANDS - 1))
    return Windows(np.packbits(signs, axis=1), starts)


@dataclass(frozen=True, slots=True)
class Hits:
    """Pairs of windows within the radius; all fields have the same length."""

    owner: NDArray[np.intp]
    """Number of the exhibit."""
    change: NDArray[np.intp]
    """Number of the change, in `CHANGES`."""
    shift: NDArray[np.intp]
    """Exhibit row less (stretched) query row."""
    at: NDArray[np.intp]
    """Exhibit row."""
    distance: NDArray[np.intp]


def seeds(query: Sound, exhibit: Sound) -> list[Seed]:
    """Places where two recordings may sound alike, the most promising first."""
    held = exhibit_windows(exhibit)
    found = []
    for number, (_, windows) in enumerate(query_windows(query)):
        for start in range(0, len(windows.bits), _AT_ONCE):
            away = distances(windows.bits[start : start + _AT_ONCE], held.bits)
            row, column = np.nonzero(away <= RADIUS)
            shift = held.starts[column] - windows.starts[start + row]
            near = away[row, column].astype(np.intp)
            owner = np.zeros_like(row)
            found.append(Hits(owner, np.full_like(row, number), shift, held.starts[column], near))
    return places(found).get(0, [])


def places(found: Sequence[Hits]) -> dict[int, list[Seed]]:
    """By exhibit, the places at which windows lie near, the most promising first.

    One window must be very near, or two of different parts of the exhibit near.
    """
    if not found:
        return {}
    hits = [
        np.concatenate([getattr(each, field) for each in found])
        for field in ("owner", "change", "shift", "at", "distance")
    ]
    owner, change, shift, at, distance = hits
    bins = shift // _NEAR
    order = np.lexsort((distance, bins, change, owner))
    owner, change, shift, at, distance, bins = (
        each[order] for each in (owner, change, shift, at, distance, bins)
    )
    other = (np.diff(owner) != 0) | (np.diff(change) != 0) | (np.diff(bins) != 0)
    ends = np.concatenate([[0], np.nonzero(other)[0] + 1, [len(owner)]]) if len(owner) else owner
    by_owner: dict[int, list[tuple[int, Seed]]] = {}
    for first, last in pairwise(ends.tolist()):
        nearest = int(distance[first])
        if nearest > ALONE and np.ptp(at[first:last]) == 0:
            continue
        weight = int((RADIUS + 8 - distance[first:last]).sum())
        seed = Seed(CHANGES[change[first]], float(shift[first]), int(at[first]), nearest)
        by_owner.setdefault(int(owner[first]), []).append((weight, seed))
    return {
        each: [seed for _, seed in sorted(ranked, key=lambda pair: -pair[0])[:MOST_SEEDS]]
        for each, ranked in by_owner.items()
    }
