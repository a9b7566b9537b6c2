"""Codes of local features: how a descriptor becomes 16 bytes, and how two of them compare.

The transform and its numbers are fixed for good under the descriptor's id; they were read off
56,000 descriptors of 214 photos, whose statistics hardly differ from one footage to another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BYTES = 16
KEPT = 32
"""Numbers of a code, each of 4 bits."""
STEP = 0.032
"""What one level of a code is worth."""
LEVELS = 16

_PLACES = (
    (0, 0, 1), (0, 1, 1), (0, 0, 3), (0, 0, 2), (0, 3, 1), (1, 0, 2), (0, 2, 1), (0, 0, 4),
    (0, 1, 3), (0, 0, 0), (0, 1, 0), (2, 0, 2), (1, 0, 3), (0, 1, 2), (1, 1, 2), (1, 0, 4),
    (0, 2, 3), (1, 1, 1), (1, 2, 2), (0, 1, 4), (3, 0, 2), (1, 0, 0), (2, 1, 2), (1, 2, 1),
    (1, 0, 1), (0, 0, 5), (2, 3, 1), (0, 0, 7), (3, 2, 2), (0, 2, 0), (1, 1, 4), (2, 1, 1),
)  # fmt: skip
"""Frequency along the cells' rows, along their columns, and over the directions."""
_USUAL = np.array(
    [
        *(0.133, 0.003, 0.167, 0.0, -0.004, -0.009, -0.097, 0.0, 0.004, 0.741, -0.003),
        *(0.0, 0.0, 0.0, 0.037, -0.003, -0.047, 0.0, 0.005, 0.0, 0.006, 0.0, 0.0, 0.0),
        *(0.0, 0.043, 0.005, 0.05, -0.005, -0.108, 0.002, -0.003),
    ],
    np.float32,
)
"""The mean of each number. Where mirroring turns the sign it is zero by symmetry."""
_SINES = (2, 4, 6)
"""Rows of the Fourier matrix that turn with the sense of rotation."""

MIRROR_SIGNS = np.array(
    [(-1) ** row * (-1 if turn in _SINES else 1) for row, _, turn in _PLACES], np.int8
)
"""What mirroring the picture does to each number."""

Codes = NDArray[np.uint8]
"""Shape (m, `BYTES`)."""
Levels = NDArray[np.float32]
"""Shape (m, `KEPT`): -7.5 to 7.5 in whole steps."""


def _transform() -> NDArray[np.float32]:
    """The rows (`KEPT`, 128) that make the numbers of a SIFT descriptor."""
    k = np.arange(4)
    cosine = np.cos(np.pi / 4 * (k[None, :] + 0.5) * k[:, None]) * np.sqrt(1 / 2)
    cosine[0] /= np.sqrt(2)
    turns = np.arange(8)
    waves = [np.full(8, np.sqrt(1 / 8))]
    for frequency in (1, 2, 3):
        angle = 2 * np.pi * frequency * turns / 8
        waves += [np.cos(angle) / 2, np.sin(angle) / 2]
    waves.append(np.cos(np.pi * turns) * np.sqrt(1 / 8))
    rows = [np.kron(np.kron(cosine[a], cosine[b]), waves[c]) for a, b, c in _PLACES]
    return np.asarray(rows, np.float32)


_TRANSFORM = _transform()


def packed_codes(rooted: NDArray[np.float32]) -> Codes:
    """Codes of RootSIFT descriptors of shape (m, 128): two numbers a byte, the first one high."""
    numbers = rooted @ _TRANSFORM.T - _USUAL
    levels = np.clip(np.floor(numbers / STEP) + LEVELS // 2, 0, LEVELS - 1).astype(np.uint8)
    return np.asarray(levels[:, 0::2] << 4 | levels[:, 1::2], np.uint8)


def unpacked_levels(codes: Codes) -> Levels:
    """The numbers of codes, centred on zero."""
    levels = np.empty((len(codes), KEPT), np.float32)
    levels[:, 0::2] = codes >> 4
    levels[:, 1::2] = codes & 15
    return np.asarray(levels - (LEVELS - 1) / 2, np.float32)
