"""What is on a list: how near an exhibit's samples come to the frames that an entry names.

The limits are strict, because a list may hold a million entries and a hit is read as a lead:
of some 88,000 pairs of unrelated pictures, clear by PDQ's measure, none is within 31 bits of 256 by
PDQ, none within 12 of 64 by pHash, and none within 6 by dHash
(`docs/decisions/0010-hash-lists.md`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import Packed, distances

LIMITS: Mapping[str, int] = {"pdq": 31, "phash": 6, "dhash": 3}
"""Largest distance that counts, by descriptor: of 256 bits, and of 64."""
SHARE = 0.2
"""Share of the frames of either video that have to meet the other's before it counts."""
_TURNS_OF_ROWS = 8
"""Changes from row to row below which a dHash is that of any shade from left to right."""
_AT_ONCE = 1 << 22
_GAP = 1.0
"""Seconds between samples that are told as one interval."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """How the samples of an exhibit and the frames of an entry met."""

    distance: int
    """Bits between the nearest two."""
    nearest: tuple[int, int]
    """Which sample and which frame these are."""
    samples: NDArray[np.bool_]
    """Which samples met a frame."""
    frames: NDArray[np.bool_]
    """Which frames met a sample."""

    @property
    def shares(self) -> tuple[float, float]:
        """The share of samples and of frames that met."""
        return float(self.samples.mean()), float(self.frames.mean())


def meeting(samples: Packed, frames: Packed, limit: int) -> Meeting | None:
    """Hold all samples against all frames; None where no two are within the limit."""
    met_samples = np.zeros(len(samples), np.bool_)
    met_frames = np.zeros(len(frames), np.bool_)
    best, nearest = limit + 1, (0, 0)
    step = max(1, _AT_ONCE // max(1, len(frames)))
    for start in range(0, len(samples), step):
        apart = distances(samples[start : start + step], frames)
        near = apart <= limit
        met_samples[start : start + step] = near.any(axis=1)
        met_frames |= near.any(axis=0)
        place = int(apart.argmin())
        if int(apart.flat[place]) < best:
            best = int(apart.flat[place])
            row, column = divmod(place, len(frames))
            nearest = (start + row, column)
    return Meeting(best, nearest, met_samples, met_frames) if best <= limit else None


def intervals(
    seconds: NDArray[np.float64], met: NDArray[np.bool_]
) -> tuple[tuple[float, float], ...]:
    """From and to of each run of samples that met, in the order of time."""
    places = np.flatnonzero(met)
    if not len(places):
        return ()
    apart = np.diff(seconds[places]) > max(_GAP, 3 * _pace(seconds))
    skipped = np.diff(places) > 1
    cuts = np.flatnonzero(apart | skipped) + 1
    return tuple(
        (round(float(seconds[run[0]]), 3), round(float(seconds[run[-1]]), 3))
        for run in np.split(places, cuts)
    )


def telling(dhashes: Packed) -> NDArray[np.bool_]:
    """Which dHashes, shape (n, 8), are more than a shade from one side to the other."""
    rows = np.unpackbits(dhashes, axis=1).reshape(-1, 8, 8).astype(np.int8)
    return np.asarray(np.abs(np.diff(rows, axis=1)).sum(axis=(1, 2)) >= _TURNS_OF_ROWS)


def _pace(seconds: NDArray[np.float64]) -> float:
    return float(np.median(np.diff(seconds))) if len(seconds) > 1 else 0.0
