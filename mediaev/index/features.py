"""Which keyframes of a case share spots with a query's, found through the spots' codes.

Each spot goes by the signs of its 16 most telling numbers, so that a query's spot meets those
of its own sign pattern and of the patterns that differ in numbers near zero. What it meets is
sifted by a 64-bit sketch of its code, and pairs of keyframes are counted whose spots agree in
turn and growth (Jégou, Douze and Schmid, 2008). Nothing is trained: whether two keyframes meet
depends on these two alone, never on what else the case holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.codes import Levels
from mediaev.compare.proposals import Meeting
from mediaev.compare.spots import Album, Keyframe
from mediaev.model.digest import Digest

_SIGNS = 16
_FLIPS = 6
"""Least certain signs that are tried both ways: 64 patterns a spot."""
_SKETCH = 1.5
"""Levels past which a number counts as low or high."""
_NEAR = 8
"""Bits of 64 that the sketches of one spot may differ in."""
_VOTES = 5
"""Agreeing spots from which a pair of keyframes is looked at."""
_MOST = 20
"""Keyframes of the case that one keyframe of a query is looked at with, those with most votes."""
_TURNS, _OCTAVES = 16, 16
_BLOCK = 256
"""Query spots looked up at a time."""


class FeatureIndex:
    """The spots of all keyframes of many exhibits, by their sign patterns."""

    def __init__(self, albums: Iterable[tuple[Digest, Album]]) -> None:
        """Index the keyframes of every exhibit."""
        self._digests: list[Digest] = []
        owners, places = [], []
        spots = [_Spots.of(_NOTHING)]
        for digest, each in albums:
            for place, keyframe in enumerate(each.keyframes):
                owners.append(len(self._digests))
                places.append(place)
                spots.append(_Spots.of(keyframe))
            self._digests.append(digest)
        self._owner, self._place = np.asarray(owners, np.intp), np.asarray(places, np.intp)
        keys = np.concatenate([each.patterns for each in spots])
        order = np.argsort(keys, kind="stable")
        self._starts = np.searchsorted(keys[order], np.arange(2**_SIGNS + 1)).astype(np.int64)
        counts = [len(each.patterns) for each in spots[1:]]
        self._frame = np.repeat(np.arange(len(counts), dtype=np.int32), counts)[order]
        self._sketch = np.concatenate([each.sketches for each in spots])[order]
        self._octave = np.concatenate([each.octaves for each in spots])[order]
        self._direction = np.concatenate([each.directions for each in spots])[order]

    def meetings(self, query: Album) -> dict[Digest, list[Meeting]]:
        """For each exhibit, the pairs of keyframes with enough agreeing spots."""
        found: dict[Digest, list[Meeting]] = {}
        for position, keyframe in enumerate(query.keyframes):
            upright, turned = self._votes(keyframe), self._votes(keyframe.mirrored)
            votes = np.maximum(upright, turned)
            enough = np.flatnonzero(votes >= _VOTES)
            for frame in enough[np.argsort(-votes[enough], kind="stable")][:_MOST]:
                digest = self._digests[self._owner[frame]]
                meeting = Meeting(
                    position,
                    int(self._place[frame]),
                    int(votes[frame]),
                    mirrored=bool(turned[frame] > upright[frame]),
                )
                found.setdefault(digest, []).append(meeting)
        return found

    def _votes(self, query: Keyframe) -> NDArray[np.int64]:
        """How many spots of each keyframe agree with the query's in one turn and growth."""
        counts = np.zeros(len(self._owner), np.int64)
        met = [each for each in self._met(query) if len(each[0])]
        if not met:
            return counts
        rows = np.concatenate([each[0] for each in met])
        entries = np.concatenate([each[1] for each in met])
        turn = (query.directions[rows] - self._direction[entries]) / (2 * np.pi) * _TURNS
        grow = (query.octaves[rows] - self._octave[entries]) + _OCTAVES / 2
        for half in (0.0, 0.5):  # twice, so that no agreement falls between two bins
            turned = np.floor(turn + half).astype(np.int64) % _TURNS
            grown = np.clip(np.floor(grow + half), 0, _OCTAVES - 1).astype(np.int64)
            label = (self._frame[entries].astype(np.int64) * _TURNS + turned) * _OCTAVES + grown
            # A spot of the query counts once in a bin.
            once = np.unique(label * len(query.levels) + rows) // len(query.levels)
            labels, sums = np.unique(once, return_counts=True)
            np.maximum.at(counts, labels // (_TURNS * _OCTAVES), sums)
        return counts

    def _met(self, query: Keyframe) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Rows of the query and entries of the index that look alike."""
        for start in range(0, len(query.levels), _BLOCK):
            levels = query.levels[start : start + _BLOCK]
            keys = _tried(levels)
            low, high = self._starts[keys], self._starts[keys + 1]
            sizes = (high - low).ravel()
            rows = np.repeat(np.repeat(np.arange(len(levels)), keys.shape[1]), sizes)
            ends = np.cumsum(sizes)
            entries = np.arange(len(rows)) + np.repeat(low.ravel() - (ends - sizes), sizes)
            sketches = _sketches(levels)
            away = np.bitwise_count(sketches[rows] ^ self._sketch[entries])
            near = away <= _NEAR
            yield rows[near] + start, entries[near]


@dataclass(frozen=True, slots=True)
class _Spots:
    """What the index keeps of one keyframe's spots."""

    patterns: NDArray[np.uint16]
    sketches: NDArray[np.uint64]
    octaves: NDArray[np.float32]
    directions: NDArray[np.float32]

    @classmethod
    def of(cls, keyframe: Keyframe) -> _Spots:
        return cls(
            _patterns(keyframe.levels).astype(np.uint16),
            _sketches(keyframe.levels),
            keyframe.octaves.astype(np.float32),
            keyframe.directions.astype(np.float32),
        )


_NONE = np.zeros(0)
_NOTHING = Keyframe(0.0, (1.0, 1.0), np.zeros((0, 2)), _NONE, _NONE, np.zeros((0, 32), np.float32))

_WEIGHTS = 1 << np.arange(_SIGNS)


def _patterns(levels: Levels) -> NDArray[np.int64]:
    """The sign pattern of each spot as a number."""
    return np.asarray((levels[:, :_SIGNS] > 0) @ _WEIGHTS, np.int64)


def _tried(levels: Levels) -> NDArray[np.int64]:
    """All patterns a spot of a query may go by, shape (m, 2**_FLIPS)."""
    patterns = _patterns(levels)
    doubtful = np.argsort(np.abs(levels[:, :_SIGNS]), axis=1, kind="stable")[:, :_FLIPS]
    bits = np.int64(1) << doubtful
    flips = [
        bits[:, list(chosen)].sum(axis=1)
        for count in range(_FLIPS + 1)
        for chosen in combinations(range(_FLIPS), count)
    ]
    return np.asarray(patterns[:, None] ^ np.stack(flips, axis=1), np.int64)


def _sketches(levels: Levels) -> NDArray[np.uint64]:
    """64 bits that say of each number whether it is low, middling or high."""
    bits = np.concatenate([levels > -_SKETCH, levels > _SKETCH], axis=1)
    packed = np.packbits(bits, axis=1)
    return np.ascontiguousarray(packed).view("<u8").reshape(-1).astype(np.uint64)
