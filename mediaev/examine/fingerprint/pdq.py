"""PDQ-256: the perceptual hash that platforms and hash lists share, on one fixed pipeline.

Computed here after the published description (Facebook, "The TMK+PDQF Video-Hashing Algorithm
and the PDQ Image-Hashing Algorithm", 2019), because the library that wraps the reference code
has no wheels for Linux and would need a compiler on every user's machine. Of 1,852 stills and
frames, 1,849 gave the reference's bits and all its quality; the other three are of one flat
colour (docs/decisions/0002-dependencies.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 64
KEPT = 16
FLAT = 4.0
"""Grey levels by which a picture must differ from a smooth shade to show something at all."""
_AT_ONCE = 256

_WAVES = np.sqrt(2 / SIDE) * np.cos(
    np.pi / 2 / SIDE * np.outer(np.arange(1, KEPT + 1), 2 * np.arange(SIDE) + 1)
)
"""Rows 1 to 16 of the 64-point discrete cosine transform; the constant one is left out."""


class Pdq:
    """PDQ over a 64×64 luma picture that was scaled by averaging areas.

    PDQ's own first step, a tent filter and decimation to 64×64, is the identity at this
    size, so the bits depend on one scaling only, and it is ours. They differ from PDQ of
    the full-size picture by some 8 bits of 256 (docs/formats/fingerprint.md).
    """

    id = "pdq-256/luma-area-64/1"
    bits = 256
    gate = 20
    stills_only = False

    def describe(self, pictures: Sequence[NDArray[np.uint8]]) -> tuple[bytes, bytes]:
        """256 bits and the quality of each picture, packed; quality 0 for a flat one.

        The bits stand as in the hexadecimal of hash lists: row by row of the 16×16
        coefficients from the highest frequency on, first bit highest in the first byte.
        """
        bits, quality = [], []
        for start in range(0, len(pictures), _AT_ONCE):
            small = np.stack([_small(picture) for picture in pictures[start : start + _AT_ONCE]])
            bits.append(np.packbits(pdq_bits(small), axis=1).tobytes())
            quality.append(pdq_quality(small).tobytes())
        return b"".join(bits), b"".join(quality)


def pdq_bits(small: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """256 bits of each 64×64 luma picture, shape (n, 64, 64) to (n, 256).

    A bit says whether a low DCT coefficient lies above the median; the highest frequency
    comes first, as in the hexadecimal of hash lists.
    """
    coefficients = _WAVES @ small.astype(np.float64) @ _WAVES.T
    flat = coefficients.reshape(len(small), KEPT * KEPT)
    # The lower of the two middle values, as the reference code takes it.
    middle = np.sort(flat, axis=1)[:, KEPT * KEPT // 2 - 1, np.newaxis]
    return np.asarray((flat > middle)[:, ::-1], np.bool_)


def pdq_quality(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """How much each 64×64 luma picture changes from pixel to pixel, 0..100; 0 for a flat one."""
    luma = small.astype(np.float64)
    total = np.zeros(len(small))
    for axis in (1, 2):
        steps = np.abs(np.trunc(np.diff(luma, axis=axis) * 100 / 255))
        total += steps.sum(axis=(1, 2))
    quality = np.minimum(100, total // 90)
    quality[_from_shade(luma) < FLAT] = 0
    return quality.astype(np.uint8)


def _smooth_shades() -> NDArray[np.float64]:
    """An orthonormal basis (4096, 6) of all pictures that are quadratic in both directions."""
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)
    return np.asarray(np.linalg.qr(terms.reshape(-1, 6))[0], np.float64)


_SHADES = _smooth_shades()


def differs_from_shade(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float64]:
    """Grey levels (root mean square) by which each picture differs from one colour or gradient."""
    small = np.stack([_small(picture) for picture in pictures])
    return _from_shade(small.astype(np.float64))


def _from_shade(luma: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same of pictures of 64×64."""
    values = luma.reshape(len(luma), -1)
    rest = (values**2).sum(axis=1) - ((values @ _SHADES) ** 2).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum(rest, 0.0) / values.shape[1]))


def _small(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)
