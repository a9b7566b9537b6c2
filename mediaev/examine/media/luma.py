"""Canonical luma pictures: upright, 8 bits, full range, longest side 320 pixels.

Everything that compares pictures starts from these, whatever the file's size and format,
because the way a picture is scaled down changes fingerprint bits.
"""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

LONGEST_SIDE = 320

Luma = NDArray[np.uint8]
"""A picture of shape (height, width)."""


def canonical_size(
    width: int, height: int, pixel_aspect: Fraction = Fraction(1), side: int = LONGEST_SIDE
) -> tuple[int, int]:
    """Width and height of the canonical picture of a stored one, before it is turned.

    `pixel_aspect` is how much wider than high a stored pixel is shown. Small pictures are
    not enlarged; no side is less than one pixel, and none longer than `side`.
    """
    shown = width * pixel_aspect
    scale = min(Fraction(1), Fraction(side) / max(shown, Fraction(height)))
    return max(1, round(shown * scale)), max(1, round(height * scale))


def canonical(luma: Luma, side: int = LONGEST_SIDE) -> Luma:
    """Scale a square-pixel luma picture down to a longest side by averaging areas."""
    height, width = luma.shape
    size = canonical_size(width, height, side=side)
    if size == (width, height):
        return luma
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def upright(picture: NDArray[np.uint8], rotation: int, *, mirrored: bool) -> NDArray[np.uint8]:
    """Mirror left to right, then turn clockwise by a multiple of 90 degrees."""
    turned = picture[:, ::-1] if mirrored else picture
    return np.ascontiguousarray(np.rot90(turned, -(rotation // 90)))
