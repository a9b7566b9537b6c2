"""Tracks: fingerprints laid out as arrays, ready to be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import UPRIGHT, Packed, Turn, turned
from mediaev.compare.embeddings import Gallery
from mediaev.compare.placing import Size
from mediaev.compare.reel import Reel, pace
from mediaev.compare.sound_profile import Sound
from mediaev.compare.spots import EMPTY, Album
from mediaev.model.fingerprint import WHOLE, Box, Fingerprint, Region

_CROWDED = 0.75
"""Share of the usual two gaps below which a sample lies between two of one slot's distance."""
EARLY = 0.9
"""Share of the regular gap below which a sample comes early: a scene begins with it."""
_CUT_WITHIN = 0.3
"""Seconds around a moment in which a cut counts as being there."""
CLEAR = 50
"""Quality that a picture needs to bear witness by itself, as PDQ's makers advise. Dimmer ones
down to the descriptor's gate count only within a run that clear ones have established."""


@dataclass(frozen=True, slots=True)
class Track:
    """The voting samples of one region of one exhibit, in order of time."""

    region: Region
    times: NDArray[np.float64]
    """Seconds, shape (n,)."""
    bits: Packed
    """Shape (n, bytes)."""
    quality: NDArray[np.uint8]
    """0..100, shape (n,)."""
    box: Box = WHOLE

    @property
    def clear(self) -> NDArray[np.bool_]:
        """Which samples bear witness by themselves."""
        return self.quality >= CLEAR

    def turned(self, turn: Turn) -> Track:
        """The track that the picture laid another way would have."""
        if turn == UPRIGHT:
            return self
        return replace(self, bits=turned(self.bits, turn))


def _unfilmed() -> None:
    """There is no film."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One side of a comparison: everything about an exhibit that alignment looks at."""

    tracks: tuple[Track, ...]
    """The full picture first, then the inner one if there is one."""
    duration: float
    """Seconds; 0 for a still."""
    still: bool
    samples: NDArray[np.float64]
    """Times of all samples, also of those too flat to vote."""
    size: Size = (1.0, 1.0)
    """Width and height of the upright picture, the longest side 1."""
    album: Album = EMPTY
    film: Callable[[], Reel | None] = _unfilmed
    """Gives the film. An hour of it takes seconds to unpack, and most pairs are dismissed
    without a look at it."""
    sound: Sound | None = None
    """None where nothing telling is heard."""
    galleries: tuple[Gallery, ...] = ()
    """The pictures as a learned network sees them; empty without one."""

    @property
    def reel(self) -> Reel | None:
        """The film; None without one. Raises what `film` raises."""
        return self.film()

    @property
    def pace(self) -> float:
        """Seconds between regular samples (the median gap); 0 for a single sample."""
        return pace(self.samples)

    def has_cut_near(self, at: float) -> bool:
        """Whether a scene begins around a moment, as far as samples tell; some cuts are missed.

        Each slot of a regular grid gives one sample and each cut one more, which lies between
        two that are one slot apart. A frame rate that does not divide the grid makes single
        gaps uneven, but no two at a time as narrow as that.
        """
        if len(self.samples) < 3:
            return False
        around = self.samples[2:] - self.samples[:-2]
        crowded = self.samples[1:-1][around < _CROWDED * np.median(around)]
        return bool((np.abs(crowded - at) <= _CUT_WITHIN).any())

    def track(self, region: Region) -> Track | None:
        """The track of a region, if there is one with samples that vote."""
        return next((track for track in self.tracks if track.region == region), None)


def subject(
    fingerprints: Iterable[Fingerprint],
    *,
    duration: float,
    still: bool,
    gate: int,
    size: Size = (1.0, 1.0),
) -> Subject:
    """Lay out an exhibit's fingerprints of one descriptor; flat samples do not vote.

    `gate` is the descriptor's: samples of a lower quality are black, white or fading
    frames, which look like any other such frame.
    """
    tracks = []
    times = np.zeros(0)
    for fingerprint in sorted(fingerprints, key=lambda each: each.region != Region.FULL):
        count = fingerprint.count
        ticks = np.frombuffer(fingerprint.ticks, dtype="<i8").astype(np.float64)
        seconds = ticks * float(fingerprint.time_base)
        if fingerprint.region == Region.FULL:
            times = seconds
        quality = np.frombuffer(fingerprint.quality, dtype=np.uint8)
        votes = quality >= gate
        bits = np.frombuffer(fingerprint.bits, dtype=np.uint8).reshape(count, -1)
        if votes.any():
            tracks.append(
                Track(
                    fingerprint.region,
                    seconds[votes],
                    bits[votes],
                    quality[votes],
                    fingerprint.box,
                )
            )
    return Subject(tuple(tracks), duration, still, times, size)
