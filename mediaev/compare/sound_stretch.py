"""Stretches of sound that two recordings share: refined from a seed, grown, held against chance.

The thresholds, and what they were measured on, stand in docs/decisions/0007-sound.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.sound_overlay import (
    Place,
    Sums,
    held_together,
    on_exhibit,
    on_query,
    rows_between,
    sliding,
)
from mediaev.compare.sound_profile import FRAME_SECONDS, LAG, Sound
from mediaev.compare.sound_windows import SPAN, Change, Seed

LIKENESS = 0.8
"""Correlation that sound needs by itself. Copies reach 0.83 and more through every codec and
filter that was tried; one speaker saying one sentence twice reaches 0.76."""
ERROR = 0.18
"""Share of features that may go the other way where sound stands by itself. A siren correlates
with any siren of its kind, but the quiet bands around it do not: these differ by 0.2 and more;
of 524 edited copies none did by more than 0.177. Under three seconds less is allowed."""
LIKENESS_BESIDE = 0.4
"""Correlation that is enough where the pictures, too, say that this is the place; a voice spoken
over the sound leaves about so much."""
SURENESS = 8.5
"""Standard deviations by which a stretch must stand out from unrelated sound."""
INDEPENDENT = 0.5
"""Share of the features that count as independent: neighbouring frames overlap."""
SHORTEST = 14
"""Rows (a tenth of a second each) in which something telling must be heard on both sides."""
RIVAL = 0.65
"""How like another place may be, against the best one, before the place is ambiguous. Sound
that repeats itself, as alarms, sirens and loops do, bears no witness by itself; of edited
clips of the test corpus none lies above 0.5."""

_BREAK_EVEN = 0.3
"""Correlation at which growing a stretch neither gains nor loses."""
_PATIENCE = 6.0
"""Rows of full disagreement that a stretch survives."""
_FAR = 600
"""Rows around a stretch in which a rival place is looked for."""
_GAP = 100
"""Rows without anything telling that a stretch survives."""
_SLACK = 3.0
"""Rows by which a speed that only seems changed may be off over a whole stretch."""
_OUT_OF_STEP = 6.0
"""Rows by which pictures and sound may differ on one place: samples of pictures stand 0.25 s
apart, and sound is often half as much out of step."""
_AROUND = 8
"""Rows on both sides of a seed that refining looks at."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the exhibit that agrees, in rows, and how well."""

    place: Place
    first: int
    last: int
    likeness: float
    error: float
    telling: int
    """Rows in which something telling is heard on both sides."""
    needed: float
    """The likeness that it had to reach."""
    ambiguous: bool = False

    @property
    def on_query(self) -> tuple[float, float]:
        """First and last frame of the query."""
        low, high = self.place.on_query(np.array([self.first, self.last + LAG], dtype=float))
        return float(low), float(high)

    @property
    def score(self) -> float:
        """0.5..1: how far it lies above what it had to reach, and for how long."""
        above = (self.likeness - self.needed) / (1.0 - self.needed)
        weight = 1.0 - float(np.exp(-self.telling * FRAME_SECONDS / 3.0))
        return 0.5 + 0.5 * above * weight


def needed(features: int, at_least: float = LIKENESS) -> float:
    """The correlation that a stretch with so many telling features must reach."""
    return max(at_least, SURENESS / float(np.sqrt(INDEPENDENT * max(1, features))))


def _span(query: Sound, exhibit: Sound, place: Place) -> tuple[int, int]:
    """Exhibit rows on which there is any query."""
    end = place.change.speed * (len(query.codes) - 1) + place.shift
    first = max(0, int(np.ceil(place.shift)))
    return first, max(first, min(len(exhibit.codes) - LAG, int(np.floor(end)) - LAG + 1))


def follow(query: Sound, exhibit: Sound, seed: Seed, pointed: Sequence[Seed]) -> Stretch | None:
    """Refine a seed and grow it to both sides, refining again as it gets longer."""
    place = Place(seed.change, seed.shift)
    first, last = seed.at - _AROUND, seed.at + SPAN + _AROUND
    reach = 4 * SPAN
    while True:
        low, high = _span(query, exhibit, place)
        first, last = max(low, first), min(high, last)
        if last - first < SHORTEST:
            return None
        place = _refined(query, exhibit, place, first, last)
        low, high = _span(query, exhibit, place)
        bounds = max(low, first - reach), min(high, last + reach)
        grown = _grown(query, exhibit, place, (first, last), bounds)
        if grown is None:
            return None
        settled = grown[0] > bounds[0] and grown[1] < bounds[1]
        whole = bounds == (low, high)
        if settled or whole:
            break
        first, last = grown
        reach *= 2
    place = _settled(query, exhibit, _refined(query, exhibit, place, *grown), grown)
    final = _grown(query, exhibit, place, grown, _span(query, exhibit, place)) or grown
    return _measured(query, exhibit, place, final, pointed)


def _settled(query: Sound, exhibit: Sound, place: Place, stretch: tuple[int, int]) -> Place:
    """The place at unchanged speed, where that fits as well: the rest is noise."""
    first, last = stretch
    if abs(place.change.speed - 1.0) * (last - first) > _SLACK:
        return place
    middle = (first + last) / 2
    pitch = 1.0 if place.change.pitch == place.change.speed else place.change.pitch
    still = Place(Change(1.0, pitch), middle - (middle - place.shift) / place.change.speed)
    moved, plain = (
        held_together(query, exhibit, each, first, last).likeness for each in (place, still)
    )
    return still if plain > moved - 0.03 else place


def _refined(query: Sound, exhibit: Sound, place: Place, first: int, last: int) -> Place:
    """The speed and shift nearby at which a stretch agrees best, its middle held fixed."""
    rows = rows_between(first, last)
    heard = on_exhibit(exhibit, rows)
    middle = (first + last) / 2
    best, most = place, -1.0
    pitch = place.change.pitch
    tied = pitch == place.change.speed != 1.0
    width = 1.5 / max(1, last - first)
    for scale in (2.0, 1.0, 0.5):
        centre = best
        for speed_step in (-2, -1, 0, 1, 2):
            speed = centre.change.speed * (1 + speed_step * scale * width / 2)
            at = (middle - centre.shift) / centre.change.speed
            for step in (-2, -1, 0, 1, 2):
                shift = middle - speed * at + step * scale / 2
                tried = Place(Change(speed, speed if tied else pitch), shift)
                likeness = Sums.of(on_query(query, tried, rows), heard).likeness
                if likeness > most + 1e-9:
                    best, most = tried, likeness
    return best


def _grown(
    query: Sound, exhibit: Sound, place: Place, core: tuple[int, int], bounds: tuple[int, int]
) -> tuple[int, int] | None:
    """The stretch around a core that gains by every part of it; None if the core loses."""
    rows = rows_between(*bounds)
    left, right = on_query(query, place, rows), on_exhibit(exhibit, rows)
    both = (left != 0) & (right != 0)
    left, right = np.where(both, left, 0.0), np.where(both, right, 0.0)
    scale = np.sqrt(np.square(left).sum(axis=1) * np.square(right).sum(axis=1))
    usual = float(np.median(scale[scale > 0])) if (scale > 0).any() else 0.0
    if not usual:
        return None
    gain = ((left * right).sum(axis=1) - _BREAK_EVEN * scale) / usual
    heard = scale > 0
    start, end = max(0, core[0] - bounds[0]), min(len(rows), core[1] - bounds[0])
    if end - start < SHORTEST:
        return None
    middle = _best_row(gain, start, end)
    after = _gaining(gain[middle:], heard[middle:])
    before = _gaining(gain[:middle][::-1], heard[:middle][::-1])
    if after + before < SHORTEST:
        return None
    return bounds[0] + middle - before, bounds[0] + middle + after


def _best_row(gain: NDArray[np.float64], start: int, end: int) -> int:
    """The row of the core about which most is gained within a second."""
    smooth = np.convolve(gain[start:end], np.ones(10), mode="same")
    return start + int(np.argmax(smooth))


def _gaining(gain: NDArray[np.float64], heard: NDArray[np.bool_]) -> int:
    """How many rows from the first on belong to the stretch."""
    if not len(gain):
        return 0
    total = np.cumsum(gain)
    peak = np.maximum.accumulate(np.maximum(total, 0.0))
    lost = total < peak - _PATIENCE * (1 - _BREAK_EVEN)
    last_heard = np.maximum.accumulate(np.where(heard, np.arange(len(gain)), 0))
    lost |= np.arange(len(gain)) - last_heard > _GAP
    stop = int(np.argmax(lost)) if lost.any() else len(gain)
    if not stop or total[:stop].max() <= 0:
        return 0
    return int(np.argmax(total[:stop])) + 1


def _measured(
    query: Sound,
    exhibit: Sound,
    place: Place,
    stretch: tuple[int, int],
    pointed: Sequence[Seed],
) -> Stretch | None:
    """The stretch, if it stands out from chance and from what only resembles it."""
    first, last = stretch
    sums = held_together(query, exhibit, place, first, last)
    beside = any(_leads_to(seed, place, (first + last) / 2) for seed in pointed)
    limit = needed(sums.features, LIKENESS_BESIDE if beside else LIKENESS)
    if sums.telling < SHORTEST or sums.likeness < limit or limit >= 1.0:
        return None
    found = Stretch(place, first, last, sums.likeness, sums.error, sums.telling, limit)
    found = _judged(query, exhibit, found)
    error = min(ERROR, 0.12 + 0.002 * found.telling)
    return found if beside or (found.error <= error and not found.ambiguous) else None


def _leads_to(seed: Seed, place: Place, row: float) -> bool:
    """Whether a seed of the pictures means the same place, as exactly as pictures can tell."""
    at_query = (row - place.shift) / place.change.speed
    return abs(seed.change.speed * at_query + seed.shift - row) <= _OUT_OF_STEP


def _judged(query: Sound, exhibit: Sound, stretch: Stretch) -> Stretch:
    """Say whether the stretch would fit at another place of the exhibit about as well."""
    rows = rows_between(stretch.first, stretch.last)
    left = on_query(query, stretch.place, rows)
    reach = min(_FAR, len(rows))
    start = max(0, stretch.first - reach)
    end = min(len(exhibit.codes) - LAG, stretch.last + reach)
    right = on_exhibit(exhibit, rows_between(start, end))
    likeness = sliding(left, right)
    here = stretch.first - start + len(left) - 1
    away = np.abs(np.arange(len(likeness)) - here) > 4
    return replace(stretch, ambiguous=float(likeness[away].max()) > RIVAL * stretch.likeness)


def covers(stretch: Stretch, seed: Seed) -> bool:
    """Whether a seed points into a stretch that was found, or across it."""
    place = stretch.place
    inside = stretch.first - SPAN < seed.at < stretch.last
    at_query = (seed.at - seed.shift) / seed.change.speed
    there = place.change.speed * at_query + place.shift
    return inside and abs(there - seed.at) < 6
