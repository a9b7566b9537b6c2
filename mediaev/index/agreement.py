"""Agreement: which keyframes share spots with a query's that lie alike in both.

Spots that look alike vote for their keyframe where they agree in turn and growth (Jégou, Douze
and Schmid, 2008). Chance brings many such votes where hundreds of hours are searched, so those
that are left must also agree in place: each says where the others should lie.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.spots import Keyframe
from mediaev.index.spot_table import (
    FRAME_SHIFT,
    OCTAVE,
    TURN,
    Numbers,
    directions_in,
    directions_of,
    frames_of,
    places_in,
    sizes_in,
    sizes_of,
)

VOTES = 4
"""Agreeing spots from which a pair of keyframes is looked at."""
_TURNS, _OCTAVES = 16, 32
"""Bins of turn, and of growth by an octave each; spots agree that share one of both, or one of
those shifted by half."""
_PLACE = 0.04
"""Longest sides of the query within which a spot lies where another one says."""
_GUESSES, _CHECKED = 16, 256
"""Of one pair of keyframes: spots that say where the others lie, and spots that are asked."""
_HALVES = 2 * _TURNS
_ROOM, _LEAST, _MOST = 1, 10, 23
"""Counts of keyframes and halves of a bin of turn, as a power of two: beyond that of the pairs,
and within what a processor has at hand."""
_FRAME_TO_HALF = np.uint64(FRAME_SHIFT - (_HALVES.bit_length() - 1))
_BINS = 524_287
"""Counts of labels; a prime."""
_AT_ONCE = 1 << 16

Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]


def agreeing(query: Keyframe, rows: Rows, entries: Numbers, frames: int) -> Rows:
    """For each of a table's `frames` keyframes, how many spots of the query agree with it.

    `rows` are spots of the query, `entries` those of the table that look like them. Where
    fewer than `VOTES` agree the count is 0.
    """
    counts = np.zeros(frames, np.intp)
    likely = _likely(query, rows, entries)
    pairs = _Pairs.of(query, rows[likely], entries[likely])
    for shift in (0, 1):  # twice, so that no agreement falls between two bins
        labels = pairs.labels(shift)
        shared = np.flatnonzero(_shared(labels))
        group = _Group.of(labels[shared], pairs.rows[shared])
        if group is not None:
            found = _placed(query, pairs, replace(group, members=shared[group.members]))
            np.maximum.at(counts, group.labels // (_TURNS * _OCTAVES), found)
    counts[counts < VOTES] = 0
    return counts


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Spots of the query with spots that look like them; all fields have the same length."""

    rows: Rows
    entries: Numbers
    frames: Rows
    turns: NDArray[np.int16]
    """How far the query's spot is turned against the other, 0..255."""
    growth: NDArray[np.int16]
    """How much larger it is, in steps of an octave, above 0."""

    @classmethod
    def of(cls, query: Keyframe, rows: Rows, entries: Numbers) -> _Pairs:
        turns = (directions_of(query)[rows] - directions_in(entries)) % TURN
        growth = sizes_of(query)[rows] - sizes_in(entries) + OCTAVE * _OCTAVES // 2
        limit = OCTAVE * _OCTAVES - OCTAVE
        return cls(rows, entries, frames_of(entries), turns, np.clip(growth, 0, limit))

    def labels(self, shift: int) -> NDArray[np.int64]:
        """Keyframe and bin of each pair; `shift` by half a bin or not."""
        turn = TURN // _TURNS
        turned = (self.turns + shift * turn // 2) % TURN // turn
        grown = (self.growth + shift * OCTAVE // 2) // OCTAVE
        return (self.frames * _TURNS + turned) * _OCTAVES + grown


def _likely(query: Keyframe, rows: Rows, entries: Numbers) -> Rows:
    """The pairs that enough others may agree with in turn: most are met by chance.

    Turns are counted in halves of their bins: of two that lie side by side, both may make one.
    Keyframes whose numbers differ in high bits alone share their counts, so that some pairs too
    many are kept, and none too few.
    """
    own = directions_of(query).astype(np.uint8)
    size = 1 << min(max(len(rows).bit_length() + _ROOM, _LEAST), _MOST)
    same_frame = np.uint64(size - _HALVES)
    labels = np.empty(len(rows), np.int64)
    counts = np.zeros(size, np.uint8)
    for start in range(0, len(rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        half = (own[rows[part]] - entries[part].astype(np.uint8)) // np.uint8(TURN // _HALVES)
        folded = (entries[part] >> _FRAME_TO_HALF) & same_frame | half
        labels[part] = folded.view(np.int64)
        np.add.at(counts, labels[part], np.uint8(1))
    if int(counts.sum(dtype=np.int64)) != len(rows):  # a count went beyond its 255
        counts = np.minimum(np.bincount(labels, minlength=size), VOTES).astype(np.uint8)
    return np.flatnonzero(_either_of_two(counts)[labels])


def _either_of_two(counts: NDArray[np.uint8]) -> Flags:
    """Which halves make up enough votes with one that lies beside them."""
    capped = np.minimum(counts, np.uint8(VOTES))
    # Over the whole at once, which is quick, and then over the seam of each keyframe's turn.
    two = np.empty_like(capped)
    np.add(capped[:-1], capped[1:], out=two[:-1])
    two[_HALVES - 1 :: _HALVES] = capped[_HALVES - 1 :: _HALVES] + capped[::_HALVES]
    enough = two >= np.uint8(VOTES)
    either = np.empty_like(enough)
    np.logical_or(enough[1:], enough[:-1], out=either[1:])
    either[::_HALVES] = enough[::_HALVES] | enough[_HALVES - 1 :: _HALVES]
    return either


def _shared(labels: NDArray[np.int64]) -> Flags:
    """Which labels enough others may share: again some too many, and none too few."""
    folded = labels % _BINS
    return (np.bincount(folded, minlength=_BINS) >= VOTES)[folded]


@dataclass(frozen=True, slots=True)
class _Group:
    """Pairs sorted by what they agree in, without the labels that too few share."""

    members: Rows
    """Indices of pairs."""
    labels: NDArray[np.int64]
    """Of each group."""
    starts: Rows
    sizes: Rows

    @classmethod
    def of(cls, labels: NDArray[np.int64], rows: Rows) -> _Group | None:
        """Groups with at least `VOTES` different spots of the query; None if there is none."""
        if not len(labels):
            return None
        order = np.argsort(labels * (int(rows.max()) + 1) + rows, kind="stable")
        labels, rows = labels[order], rows[order]
        other = labels[1:] != labels[:-1]
        number = np.concatenate([[0], np.cumsum(other)])
        fresh = np.concatenate([[True], other | (rows[1:] != rows[:-1])])
        stays = (np.bincount(number, fresh) >= VOTES)[number]
        if not stays.any():
            return None
        # What repeats itself all over a picture is asked in part.
        starts = np.concatenate([[0], np.flatnonzero(other) + 1])
        stays &= np.arange(len(labels)) - starts[number] < _CHECKED
        labels, order = labels[stays], order[stays]
        starts = np.concatenate([[0], np.flatnonzero(labels[1:] != labels[:-1]) + 1])
        return cls(order, labels[starts], starts, np.diff(np.append(starts, len(labels))))


def _placed(query: Keyframe, pairs: _Pairs, group: _Group) -> Rows:
    """For each group, how many of its spots at most lie where one of them says."""
    rows, entries = pairs.rows[group.members], pairs.entries[group.members]
    here, there = query.places[rows] @ [1.0, 1j], places_in(entries)
    turn = (directions_of(query)[rows] - directions_in(entries)) * (2 * np.pi / TURN)
    grow = (sizes_of(query)[rows] - sizes_in(entries)) / OCTAVE
    guess = np.exp2(grow) * np.exp(1j * turn)
    moved = here - guess * there
    # Each guess of a group meets each member of it.
    guesses = np.minimum(group.sizes, _GUESSES)
    leads = _counted(group.starts, guesses)
    sizes = np.repeat(group.sizes, guesses)
    members = _counted(np.repeat(group.starts, guesses), sizes)
    lead = np.repeat(leads, sizes)
    near = np.abs(guess[lead] * there[members] + moved[lead] - here[members]) <= _PLACE
    number = np.repeat(np.arange(len(leads)), sizes)[near]
    # Members stand in the order of their spots, so those of one spot stand together.
    spot = rows[members[near]]
    once = np.ones(len(spot), np.bool_)
    once[1:] = (number[1:] != number[:-1]) | (spot[1:] != spot[:-1])
    agreed = np.bincount(number[once], minlength=len(leads))
    return np.asarray(np.maximum.reduceat(agreed, np.cumsum(guesses) - guesses), np.intp)


def _counted(starts: Rows, counts: Rows) -> Rows:
    """Each start followed by the numbers after it, as many as `counts` says."""
    ends = np.cumsum(counts)
    return np.asarray(
        np.arange(int(ends[-1])) + np.repeat(starts - (ends - counts), counts), np.intp
    )
