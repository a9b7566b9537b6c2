"""The sound profile: band levels of mono sound, a second to a sample.

The profile's layout and the reasons for it stand in `mediaev/compare/sound_profile.py`; how a
stranger computes it, in docs/formats/fingerprint.md.
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.sound_profile import (
    BANDS,
    FRAMES,
    HIGHEST,
    HOP,
    LOWEST,
    RATE,
    SOUND,
    TIME_BASE,
    WINDOW,
    Codes,
    coded,
    packed,
    quality,
)
from mediaev.model.fingerprint import Fingerprint, Region

Samples = NDArray[np.float32]

_HALF = WINDOW // 2
_LOUDEST = 8.0
"""Sound stored as floating point may claim anything; so much is kept of it."""
_AT_ONCE = 60 * RATE
"""Samples that are transformed together: memory stays the same for hours of sound."""


def _band_weights() -> NDArray[np.float64]:
    """Which share of each frequency's power belongs to each band, shape (1025, 16)."""
    spacing = RATE / WINDOW
    centres = np.arange(_HALF + 1) * spacing
    edges = LOWEST * (HIGHEST / LOWEST) ** (np.arange(BANDS + 1) / BANDS)
    low = np.maximum(centres[:, None] - spacing / 2, edges[None, :-1])
    high = np.minimum(centres[:, None] + spacing / 2, edges[None, 1:])
    return np.asarray(np.clip((high - low) / spacing, 0.0, 1.0), np.float64)


_WEIGHTS = _band_weights()
_TAPER = np.hanning(WINDOW + 1)[:-1]
_UNIT = 2.0 / _TAPER.sum()
"""Makes a full-scale sine of power 1, which is 0 dB."""


def band_codes(sound: Samples, count: int) -> Codes:
    """Codes of the first `count` frames, the first beginning at sample 0; shape (count, 16)."""
    places = np.arange(count)[:, None] * HOP + np.arange(WINDOW)
    power = np.abs(np.fft.rfft(sound[places] * _TAPER, axis=1) * _UNIT) ** 2
    return coded(10.0 * np.log10(power @ _WEIGHTS + 1e-12))


class SoundDescriber:
    """Takes mono sound at 8 kHz, run by run, and describes it second by second.

    The middle of a frame lies at its time, so a run is mirrored at its two ends. Seconds in
    which nothing lies above the floor are left out.
    """

    def __init__(self) -> None:
        self._ticks = array("q")
        self._bits = bytearray()
        self._quality = bytearray()
        self._start = 0
        self._waiting: list[Samples] = []
        self._held = 0
        self._tail: Samples = np.zeros(0, dtype=np.float32)
        self._blocks = 0
        self._begun = False

    @property
    def count(self) -> int:
        """Seconds described so far."""
        return len(self._quality)

    def begin(self, tick: int) -> None:
        """Begin a run of sound at a tick (1/8000 s), after the end of the run before."""
        self.end()
        self._start, self._blocks, self._begun = tick, 0, False

    def add(self, sound: Samples) -> None:
        """Take the next samples of the run, -1..1; what is no number counts as 0."""
        self._waiting.append(sound)
        self._held += len(sound)
        if self._held >= _AT_ONCE:
            self._describe(last=False)

    def end(self) -> None:
        """End the run."""
        self._describe(last=True)
        self._tail = np.zeros(0, dtype=np.float32)

    def fingerprint(self, origin: int) -> Fingerprint | None:
        """All that was heard, with times from the tick `origin` on; None if it is silent."""
        self.end()
        if not self._quality:
            return None
        ticks = np.array(self._ticks, dtype="<i8") - origin
        return Fingerprint(
            SOUND, Region.SOUND, TIME_BASE, ticks.tobytes(), bytes(self._bits), bytes(self._quality)
        )

    def _describe(self, *, last: bool) -> None:
        fresh = np.concatenate([*self._waiting, self._tail[:0]])
        fresh = np.nan_to_num(fresh, nan=0.0, posinf=_LOUDEST, neginf=-_LOUDEST)
        sound = np.concatenate([self._tail, np.clip(fresh, -_LOUDEST, _LOUDEST)])
        self._waiting, self._held = [], 0
        if not self._begun and (last or len(sound) > _HALF):
            sound = np.concatenate([sound[_HALF:0:-1], sound])
            self._begun = True
        if last:
            sound = np.concatenate([sound, sound[-2 : -_HALF - 2 : -1]])
        count = max(0, (len(sound) - WINDOW) // HOP + 1)
        if not last:
            count -= count % FRAMES
        if count:
            self._pack(band_codes(sound, count))
        self._tail = sound[count * HOP :]

    def _pack(self, codes: Codes) -> None:
        missing = -len(codes) % FRAMES
        whole = np.concatenate([codes, np.zeros((missing, BANDS), dtype=np.uint8)])
        for block in whole.reshape(-1, FRAMES, BANDS):
            if block.any():
                self._ticks.append(self._start + self._blocks * FRAMES * HOP)
                self._bits += packed(block)
                self._quality.append(quality(block))
            self._blocks += 1
