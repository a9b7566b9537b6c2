"""Grain of made-up scenes: fractal noise, slopes in the light, colours that mix."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
"""Values about 0..1, shape (height, width)."""
Ink = NDArray[np.float32]
"""RGB 0..255, shape (height, width, 3) or (3,)."""


def noise(
    choice: np.random.Generator,
    size: tuple[int, int],
    scale: float,
    *,
    octaves: int = 5,
    stretch: float = 1.0,
) -> Field:
    """Fractal noise of a width and height, 0..1.

    The coarsest grains are `scale` pixels high and `stretch` times as wide.
    """
    width, height = size
    total = np.zeros((height, width), np.float32)
    weight = 1.0
    for _ in range(octaves):
        across, down = max(2, round(width / scale / stretch)), max(2, round(height / scale))
        coarse = choice.random((down + 1, across + 1)).astype(np.float32)
        total += weight * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        weight, scale = weight / 2, max(1.5, scale / 2)
    low, high = float(total.min()), float(total.max())
    return np.asarray((total - low) / max(high - low, 1e-6), np.float32)


def ridge(choice: np.random.Generator, width: int, scale: float, rough: float = 0.5) -> Field:
    """A line of hills seen from the side: one height 0..1 for each column."""
    total = np.zeros(width, np.float32)
    weight = 1.0
    at = np.arange(width)
    while scale >= 4:
        points = choice.random(int(width / scale) + 3)
        total += weight * np.interp(at / scale, np.arange(len(points)), points).astype(np.float32)
        weight, scale = weight * rough, scale / 2
    low, high = float(total.min()), float(total.max())
    return np.asarray((total - low) / max(high - low, 1e-6), np.float32)


def lit(heights: Field, strength: float) -> Field:
    """How light falls from the upper left on a relief: about 1, brighter and darker."""
    right = cv2.Sobel(heights, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(heights, cv2.CV_32F, 0, 1, ksize=3)
    return np.asarray(np.clip(1.0 + strength * (-right - 0.6 * down), 0.45, 1.6), np.float32)


def mixed(one: Ink, other: Ink, share: Field | float) -> Ink:
    """Colours between two; `share` of the other."""
    part = share[..., np.newaxis] if isinstance(share, np.ndarray) else share
    return np.asarray(one + (other - one) * part, np.float32)


def ink(*colour: float) -> Ink:
    """A colour."""
    return np.array(colour, np.float32)
