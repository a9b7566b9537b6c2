"""Same recording, or only the same camera: whether the bits change together over time.

A fixed camera films much the same picture all day, so two clips of it lie close together
in Hamming space at any shift. What tells a copy is that its bits flip at the same moments:
each bit's mean over the run is taken away, and what remains is correlated over bits and
time. Measured on the project's test clips at 4 samples a second: re-encoded copies have a
median agreement of 0.59 (5 % below 0.34), other moments of one camera 0.03 (1 % above
0.14).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import Packed


@dataclass(frozen=True, slots=True)
class Motion:
    """How much two aligned runs of samples change, and how far they change together."""

    agreement: float
    """Correlation of the bits' deviations from their means, -1..1; 0 without any change."""
    activity: float
    """Squared deviation per sample, in bits, of the calmer side; under 5 is static."""


def motion(query: Packed, exhibit: Packed) -> Motion:
    """Compare what changes in two runs of aligned samples, both of shape (n, bytes)."""
    count = len(query)
    if count < 2:
        return Motion(0.0, 0.0)
    left, right = _deviations(query), _deviations(exhibit)
    energy_left, energy_right = float((left**2).sum()), float((right**2).sum())
    calmer = min(energy_left, energy_right)
    if calmer <= 0.0:
        return Motion(0.0, 0.0)
    agreement = float((left * right).sum()) / float(np.sqrt(energy_left * energy_right))
    return Motion(agreement, calmer / count)


def _deviations(packed: Packed) -> NDArray[np.float32]:
    bits: NDArray[np.float32] = np.unpackbits(packed, axis=1).astype(np.float32)
    bits -= bits.mean(axis=0, dtype=np.float32)
    return bits
