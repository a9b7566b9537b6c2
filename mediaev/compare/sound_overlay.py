"""Sound laid on sound: what two recordings have in common where one lies on the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.sound_profile import LAG, Features, Sound
from mediaev.compare.sound_windows import Change, heard_at

_OVERLAP = 20
"""Rows that must overlap for another place to be a rival."""

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the query lies on the exhibit: exhibit frame = speed × query frame + shift."""

    change: Change
    shift: float

    def on_query(self, rows: Rows) -> Rows:
        """The query's frames at the exhibit's."""
        return (rows - self.shift) / self.change.speed


@dataclass(frozen=True, slots=True)
class Sums:
    """What two aligned runs of features have in common."""

    likeness: float
    """Correlation, -1..1."""
    error: float
    """Share of features of opposite sign, 0..1."""
    features: int
    telling: int
    """Rows with any of these features."""

    @staticmethod
    def of(left: Features, right: Features) -> Sums:
        """Of features of the same shape, where both have something to say."""
        both = (left != 0) & (right != 0)
        count = int(np.count_nonzero(both))
        if not count:
            return Sums(0.0, 0.5, 0, 0)
        left, right = left[both], right[both]
        energy = float(np.dot(left, left)) * float(np.dot(right, right))
        likeness = float(np.dot(left, right)) / float(np.sqrt(energy))
        error = float(np.mean((left > 0) != (right > 0)))
        return Sums(likeness, error, count, int(np.count_nonzero(both.any(axis=1))))


def held_together(query: Sound, exhibit: Sound, place: Place, first: int, last: int) -> Sums:
    """What the rows `first` to `last` of the exhibit have in common with the query there."""
    rows = rows_between(first, last)
    return Sums.of(on_query(query, place, rows), on_exhibit(exhibit, rows))


def rows_between(first: int, last: int) -> Rows:
    """Every row from `first` up to, but not with, `last`."""
    return np.arange(first, last, dtype=np.float64)


def on_exhibit(exhibit: Sound, rows: Rows) -> Features:
    """The exhibit's features at its own rows."""
    return heard_at(exhibit, _lengthened(rows))


def on_query(query: Sound, place: Place, rows: Rows) -> Features:
    """The query's features where it lies on these rows of the exhibit."""
    return heard_at(query, place.on_query(_lengthened(rows)), place.change.pitch)


def _lengthened(rows: Rows) -> Rows:
    """Rows and the frames after them that their last features look at."""
    if not len(rows):
        return rows
    return np.concatenate([rows, rows[-1] + np.arange(1.0, LAG + 1)])


def sliding(left: Features, right: Features) -> Rows:
    """Correlation at every shift of `left` over `right`, from its end to its beginning.

    Shifts at which less than a third of it overlaps, or less than two seconds, count as
    unlike: so little is like something by chance.
    """
    length = len(left)
    size = len(right) + 2 * length
    spectrum = np.fft.rfft(right, size, axis=0) * np.conj(np.fft.rfft(left, size, axis=0))
    common = np.roll(np.fft.irfft(spectrum.sum(axis=1), size), length - 1)
    shifts = np.arange(1 - length, len(right))
    left_sums, right_sums = (
        np.concatenate([[0.0], np.cumsum(np.square(each).sum(axis=1), dtype=np.float64)])
        for each in (left, right)
    )
    low, high = np.maximum(shifts, 0), np.minimum(shifts + length, len(right))
    right_energy = right_sums[high] - right_sums[low]
    left_energy = left_sums[high - shifts] - left_sums[low - shifts]
    energy = np.sqrt(left_energy * right_energy)
    enough = (3 * left_energy >= left_sums[-1]) & (high - low >= _OVERLAP)
    enough &= 3 * right_energy >= left_energy
    likeness: Rows = np.where(enough, common[: len(shifts)] / np.maximum(energy, 1e-6), -1.0)
    return likeness
