"""Sound profiles: how loud each band of pitch is, ten times a second, laid out for comparison.

A profile keeps levels rather than bits, because from levels the bits at any tempo and any
pitch can be computed when two recordings meet, and weak bits told from strong ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mediaev.errors import EvidenceError
from mediaev.model.fingerprint import Fingerprint, Region

SOUND: Final = "sound-bands-960/mono-8000/1"
"""Id of the descriptor; docs/formats/fingerprint.md says how to compute it."""
RATE: Final = 8000
"""Samples a second of the mono sound that is described."""
HOP: Final = 800
"""Samples from one frame to the next."""
WINDOW: Final = 2048
"""Samples that a frame looks at: long enough to blur a codec's and a stretcher's grains."""
BANDS: Final = 16
LOWEST: Final = 300.0
HIGHEST: Final = 3000.0
"""Hz between which the bands lie, at equal ratios: what a telephone lets through."""
FRAMES: Final = 10
"""Frames of one sample of the fingerprint, which lasts a second."""
STEP: Final = 1.25
FLOOR: Final = -90.0
"""Code c stands for FLOOR + c × STEP decibels of full scale; 0 for whatever is quieter."""
TOP: Final = 63
LAG: Final = 3
"""Frames between the two whose difference makes a feature."""
CLIP: Final = 4.0
"""Spreads beyond which a feature counts no more, so that no single bang decides."""
GATE: Final = 17
"""Quality, ten times the activity, from which a second of sound bears witness: steady noise of
any colour lies at 9 to 16 (docs/decisions/0007-sound.md)."""

FRAME_SECONDS: Final = HOP / RATE
TIME_BASE: Final = Fraction(1, RATE)
"""Seconds a tick."""
_BYTES: Final = FRAMES * BANDS * 6 // 8
_MOST_FRAMES: Final = 1 << 20
"""29 hours; what lies further behind is not compared."""

Codes = NDArray[np.uint8]
Levels = NDArray[np.float32]
Features = NDArray[np.float32]

NOISE_SPREAD: Final[Levels] = np.array(
    [3.39, 3.17, 3.02, 2.81, 2.59, 2.36, 2.31, 2.17, 2.01, 1.89, 1.80, 1.70, 1.61, 1.51, 1.44],
    dtype=np.float32,
)
"""Standard deviation in decibels that each feature has in steady noise, by chance alone."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound of one exhibit, as comparison looks at it: all frames at one even pace."""

    start: float
    """Seconds at which frame 0 is heard, on the exhibit's own clock."""
    codes: Codes
    """Levels of the bands, shape (frames, 16); 0 where nothing was heard."""
    votes: NDArray[np.bool_]
    """Which frames bear witness, shape (frames,)."""

    @property
    def telling(self) -> bool:
        """Whether any of it bears witness."""
        return bool(self.votes.any())

    def seconds(self, frame: float) -> float:
        """When a frame is heard."""
        return self.start + frame * FRAME_SECONDS


def sound_of(fingerprints: Iterable[Fingerprint]) -> Sound | None:
    """Lay out the sound among an exhibit's fingerprints; None if none bears witness.

    Raises EvidenceError for a profile that no examination would have made.
    """
    for fingerprint in fingerprints:
        if fingerprint.descriptor == SOUND and fingerprint.region is Region.SOUND:
            sound = _laid_out(fingerprint)
            return sound if sound.telling else None
    return None


def _laid_out(fingerprint: Fingerprint) -> Sound:
    count = fingerprint.count
    if len(fingerprint.bits) != count * _BYTES or fingerprint.time_base <= 0:
        raise EvidenceError("The case holds a sound profile that is not packed as its id says.")
    ticks = np.frombuffer(fingerprint.ticks, dtype="<i8").astype(np.float64)
    packed = np.frombuffer(fingerprint.bits, dtype=np.uint8).reshape(count, _BYTES)
    votes = np.frombuffer(fingerprint.quality, dtype=np.uint8) >= GATE
    first = float(ticks.min()) if count else 0.0
    per_tick = float(fingerprint.time_base) / FRAME_SECONDS
    at = np.rint((ticks - first) * per_tick)
    kept = at <= _MOST_FRAMES - FRAMES
    places = at[kept].astype(np.intp)
    length = int(places.max()) + FRAMES if len(places) else 0
    codes = np.zeros((length, BANDS), dtype=np.uint8)
    voting = np.zeros(length, dtype=np.bool_)
    inside = places[:, None] + np.arange(FRAMES)
    codes[inside] = unpacked(packed[kept])
    voting[inside] = votes[kept][:, None]
    _complete(codes, voting, places)
    return Sound(first * float(fingerprint.time_base), codes, voting)


def _complete(codes: Codes, voting: NDArray[np.bool_], places: NDArray[np.intp]) -> None:
    """Let a second that breaks off vote as the last whole second up to its last sound does.

    Its own quality is taken over what little it holds, and mostly 0 though that tells as much
    as any: of a file of 1.6 s a third would be lost.
    """
    broken = places[~codes[places + FRAMES - 1].any(axis=1) & ~voting[places]]
    for first in broken.tolist():
        heard = np.nonzero(codes[first : first + FRAMES].any(axis=1))[0]
        end = first + int(heard[-1]) + 1 if len(heard) else 0
        if end >= FRAMES:
            voting[first:end] = quality(codes[end - FRAMES : end]) >= GATE


def packed(codes: Codes) -> bytes:
    """Six bits a level, the highest first; `codes` of shape (samples, 10, 16) or flat."""
    bits = np.unpackbits(codes.reshape(-1, 1), axis=1)[:, 2:]
    return np.packbits(bits.reshape(-1)).tobytes()


def unpacked(rows: Codes) -> Codes:
    """Codes of shape (n, 10, 16) from n samples of 120 bytes."""
    bits = np.unpackbits(rows, axis=1).reshape(-1, 6)
    weights = np.array([32, 16, 8, 4, 2, 1], dtype=np.uint8)
    codes: Codes = (bits * weights).sum(axis=1, dtype=np.uint8)
    return codes.reshape(len(rows), FRAMES, BANDS)


def coded(decibels: NDArray[np.float64]) -> Codes:
    """Codes of levels in decibels of full scale."""
    steps = np.rint((decibels - FLOOR) / STEP)
    return np.clip(steps, 0, TOP).astype(np.uint8)


def levels(codes: Codes) -> Levels:
    """Decibels of the codes, NaN where nothing was heard."""
    table = (FLOOR + STEP * np.arange(TOP + 1)).astype(np.float32)
    table[0] = np.nan
    return table[codes]


def features(heard: Levels) -> Features:
    """How the shape of the spectrum changes: shape (frames - 3, 15), in spreads of noise.

    Each is the difference of two neighbouring bands, less the same three frames before.
    Loudness, equalising and whatever else stays the same cancel out. It is 0 where one of
    the four levels lies below the floor: sound that begins or fades out there is like any
    other.
    """
    if len(heard) <= LAG:
        return np.zeros((0, BANDS - 1), dtype=np.float32)
    shape = np.diff(heard, axis=1)
    change = (shape[LAG:] - shape[:-LAG]) / NOISE_SPREAD
    found: Features = np.clip(np.nan_to_num(change, nan=0.0), -CLIP, CLIP)
    return found


def quality(codes: Codes) -> int:
    """How telling one second is: ten times its activity, 0..100; shape (10, 16).

    Activity is the root mean square of its features: 1 for steady noise. A second whose
    features mostly touch the floor has 0.
    """
    changes = features(levels(codes))
    heard = int(np.count_nonzero(changes))
    if 2 * heard < changes.size:
        return 0
    activity = float(np.sqrt(np.square(changes).sum() / heard))
    return min(100, round(10 * activity))
