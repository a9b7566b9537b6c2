"""Variations: what other recordings of the same kind would have brought to light.

Hours of footage are made up from minutes of real examinations, so that all their statistics
stay real while nothing matches what it was made from:

- fingerprints: the signs of whole rows and columns of frequencies are turned, in a pattern
  that mirroring and turning never make; some bits are wrong besides;
- local features: places as they are, codes drawn from all pictures, some numbers a level off;
- sound: backwards, its bands rolled round;
- films: as they are, since only what is proposed is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import SIDE
from mediaev.compare.codes import LEVELS
from mediaev.compare.sound_profile import BANDS, packed, unpacked

Chance = np.random.Generator
_WRONG = 0.02
"""Share of a fingerprint's bits that are wrong besides."""
_OFF = 1 / 3
"""Share of a code's numbers that are a level off."""


@dataclass(frozen=True, slots=True)
class Variation:
    """One way in which a recording is turned into another one."""

    signs: NDArray[np.uint8]
    """What is added to each fingerprint, 32 bytes."""
    roll: int
    """Bands by which sound is moved."""


def variation(chance: Chance) -> Variation:
    """Draw one; it changes some hundred bits and more of every fingerprint."""
    rows, columns = (
        np.isin(np.arange(SIDE), chance.choice(SIDE, chance.integers(5, 12), replace=False))
        for _ in range(2)
    )
    turned = rows[:, None] ^ columns[None, :]
    return Variation(np.packbits(turned), int(chance.integers(1, BANDS)))


def other_bits(chance: Chance, bits: bytes, change: Variation) -> bytes:
    """Fingerprints of 32 bytes as another recording would have them."""
    samples = np.frombuffer(bits, np.uint8).reshape(-1, SIDE * SIDE // 8)
    wrong = np.packbits(chance.random((len(samples), SIDE * SIDE)) < _WRONG, axis=1)
    return (samples ^ change.signs ^ wrong).tobytes()


def other_codes(chance: Chance, pool: NDArray[np.uint8], count: int) -> bytes:
    """Codes of so many features, drawn from a pool of numbers of shape (n, 32)."""
    numbers = pool[chance.integers(0, len(pool), count)].astype(np.int8)
    dice = chance.integers(0, 256, numbers.shape, np.uint8)
    numbers += (dice < 256 * _OFF / 2).astype(np.int8) - (dice >= 256 * (1 - _OFF / 2)).astype(
        np.int8
    )
    numbers = np.clip(numbers, 0, LEVELS - 1)
    return (numbers[:, 0::2] << 4 | numbers[:, 1::2]).astype(np.uint8).tobytes()


def numbers_of(codes: bytes) -> NDArray[np.uint8]:
    """The numbers of codes, shape (n, 32), as they are packed: 0..15."""
    rows = np.frombuffer(codes, np.uint8).reshape(-1, 16)
    numbers = np.empty((len(rows), 32), np.uint8)
    numbers[:, 0::2], numbers[:, 1::2] = rows >> 4, rows & 15
    return numbers


def other_sound(bits: bytes, change: Variation) -> bytes:
    """A sound profile backwards, its bands rolled round; each second keeps its place."""
    rows = np.frombuffer(bits, np.uint8).reshape(-1, 120)
    return packed(np.roll(unpacked(rows)[:, ::-1], change.roll, axis=2))
