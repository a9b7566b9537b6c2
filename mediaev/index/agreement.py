"""Agreement: which keyframes share spots with a query's that lie alike in both.

Spots that look alike vote for their keyframe where they agree in turn and growth (Jégou, Douze
and Schmid, 2008). Chance brings many such votes where hundreds of hours are searched, so those
that are left must also agree in place: each says where the others should lie.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.spots import Keyframe
from mediaev.index.spot_table import Numbers, frames_of, seen

VOTES = 5
"""Agreeing spots from which a pair of keyframes is looked at."""
_TURNS, _OCTAVES = 16, 16
"""Bins of turn and growth; spots agree when they share one, or one shifted by half."""
_PLACE = 0.08
"""Longest sides of the query within which a spot lies where another one says."""
_GUESSES, _CHECKED = 16, 256
"""Of one pair of keyframes: spots that say where the others lie, and spots that are asked."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Votes:
    """Keyframes with enough agreeing spots."""

    frames: NDArray[np.intp]
    counts: NDArray[np.intp]


def agreeing(query: Keyframe, rows: Rows, entries: Numbers, frames: int) -> Votes:
    """Count the query's spots that agree with each of a table's `frames` keyframes.

    `rows` are spots of the query, `entries` those of the table that look like them.
    """
    numbers = frames_of(entries)
    # Most are met by chance, a few spots each.
    often = np.bincount(numbers, minlength=frames) >= VOTES
    keep = often[numbers]
    rows, entries = rows[keep], entries[keep]
    there = seen(entries)
    turn = (query.directions[rows] - there.directions) / (2 * np.pi) * _TURNS
    grow = query.octaves[rows] - there.octaves + _OCTAVES / 2
    counts = np.zeros(frames, np.intp)
    for half in (0.0, 0.5):  # twice, so that no agreement falls between two bins
        turned = np.floor(turn + half).astype(np.int64) % _TURNS
        grown = np.clip(np.floor(grow + half), 0, _OCTAVES - 1).astype(np.int64)
        label = (there.frames * _TURNS + turned) * _OCTAVES + grown
        group = _Group.of(label, rows)
        if group is None:
            continue
        pairs = _Pairs(query, rows[group.members], there.at[group.members])
        guess = np.exp2(query.octaves[rows] - there.octaves) * np.exp(
            1j * (query.directions[rows] - there.directions)
        )
        found = pairs.placed(guess[group.members], group)
        np.maximum.at(counts, group.labels // (_TURNS * _OCTAVES), found)
    enough = np.flatnonzero(counts >= VOTES)
    return Votes(enough, counts[enough])


@dataclass(frozen=True, slots=True)
class _Group:
    """Pairs of spots sorted by what they agree in, without the labels that too few share."""

    members: Rows
    """Indices of pairs."""
    labels: NDArray[np.int64]
    starts: Rows
    sizes: Rows

    @classmethod
    def of(cls, label: NDArray[np.int64], rows: Rows) -> _Group | None:
        """Groups with at least `VOTES` different spots of the query; None if there is none."""
        order = np.lexsort((rows, label))
        label, rows = label[order], rows[order]
        first = np.ones(len(label), bool)
        first[1:] = label[1:] != label[:-1]
        starts = np.flatnonzero(first)
        fresh = first.copy()
        fresh[1:] |= rows[1:] != rows[:-1]
        number = np.cumsum(first) - 1
        distinct = np.bincount(number, fresh, len(starts))
        stays = (distinct >= VOTES)[number]
        if not stays.any():
            return None
        # What repeats itself all over a picture is asked in part.
        rank = np.arange(len(label)) - starts[number]
        stays &= rank < _CHECKED
        label, order = label[stays], order[stays]
        starts = np.flatnonzero(np.concatenate([[True], label[1:] != label[:-1]]))
        sizes = np.diff(np.append(starts, len(label)))
        return cls(order, label[starts], starts, sizes)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of spots that agree in turn and growth, group by group."""

    query: Keyframe
    rows: Rows
    there: NDArray[np.complex64]

    def placed(self, guess: NDArray[np.complex128], group: _Group) -> NDArray[np.intp]:
        """For each group, how many of its query's spots at most lie where one of them says."""
        here = self.query.places[self.rows] @ [1.0, 1j]
        moved = here - guess * self.there
        guesses = np.minimum(group.sizes, _GUESSES)
        # Every guess of a group meets every member of it.
        leads = _counted(group.starts, guesses)
        sizes = np.repeat(group.sizes, guesses)
        members = _counted(np.repeat(group.starts, guesses), sizes)
        lead = np.repeat(leads, sizes)
        said = guess[lead] * self.there[members] + moved[lead]
        near = np.abs(said - here[members]) <= _PLACE
        number = np.repeat(np.arange(len(leads)), sizes)[near]
        spots = int(self.rows.max()) + 1
        once = np.unique(number * spots + self.rows[members[near]]) // spots
        agreed = np.bincount(once, minlength=len(leads))
        return np.maximum.reduceat(agreed, np.cumsum(guesses) - guesses)


def _counted(starts: Rows, counts: Rows) -> Rows:
    """Each start followed by the numbers after it, as many as `counts` says."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1])) + np.repeat(starts - (ends - counts), counts)
