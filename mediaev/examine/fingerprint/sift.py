"""Local features: SIFT spots, each described by 32 small numbers in 16 bytes.

SIFT (Lowe, 2004) as OpenCV computes it, RootSIFT's square roots (Arandjelović and Zisserman,
2012), then a fixed transform instead of a trained one: the 4×4 cells of a SIFT descriptor are
cosine-transformed along both sides and its 8 directions Fourier-transformed, which leaves the
numbers nearly uncorrelated, as a principal component analysis would. The 32 that vary most
are kept in 4 bits each (`docs/decisions/0008-local-features.md`). Mirroring a picture only
turns the signs of some of them, so that a mirrored query needs no second look at pictures.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaev.compare.codes import BYTES, packed_codes
from mediaev.model.features import PLACE_BYTES

_CONTRAST = 0.007
"""OpenCV's own 0.04 leaves plain roads, dim and hazy pictures without features."""
_CHOICE = 3
"""Features that are described for each one kept, the strongest of the picture."""
_GRID = 8
"""Cells a side over which features are spread, so that each part of a picture has some."""

Features = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Places (m, `PLACE_BYTES`) and codes (m, `BYTES`)."""


class SiftFeatures:
    """Finds and describes at most so many features of a picture, evenly spread."""

    id = "sift-dct-32x4/1"

    def describe(self, picture: NDArray[np.uint8], at_most: int) -> Features:
        """Features of an upright luma picture of any size, the surest of each part first.

        Never fails on content; a flat picture has none.
        """
        detector = cv2.SIFT.create(nfeatures=_CHOICE * at_most, contrastThreshold=_CONTRAST)
        found, raw = detector.detectAndCompute(picture, None)
        if not len(found):
            return np.zeros((0, PLACE_BYTES), np.uint8), np.zeros((0, BYTES), np.uint8)
        spots = np.array([(*spot.pt, spot.size, spot.angle, spot.response) for spot in found])
        chosen = _spread(spots, picture.shape, at_most)
        return _places(spots[chosen], picture.shape), packed_codes(
            _rooted(np.asarray(raw, np.float32)[chosen])
        )


def _spread(spots: NDArray[np.float64], shape: tuple[int, ...], at_most: int) -> NDArray[np.intp]:
    """Indices of the features kept: the strongest of each cell, then the second ones, and so on."""
    surest = np.argsort(-spots[:, 4], kind="stable")
    rows = np.minimum(spots[:, 1] * _GRID // shape[0], _GRID - 1)
    columns = np.minimum(spots[:, 0] * _GRID // shape[1], _GRID - 1)
    cells = (rows * _GRID + columns).astype(np.intp)[surest]
    together = np.argsort(cells, kind="stable")
    starts = np.searchsorted(cells[together], np.arange(_GRID * _GRID))
    rank = np.empty(len(spots), np.intp)
    rank[together] = np.arange(len(spots)) - starts[cells[together]]
    chosen: NDArray[np.intp] = surest[np.argsort(rank, kind="stable")[:at_most]]
    return chosen


def _places(spots: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Where features lie, how large they are and which way they point, in `PLACE_BYTES` each."""
    sides = np.array([shape[1], shape[0]])
    at = np.clip(np.round((spots[:, :2] + 0.5) / sides * 65536), 0, 65535).astype("<u2")
    size = np.clip(np.round(8 * np.log2(np.maximum(spots[:, 2], 1.0))), 0, 255)
    direction = np.round(spots[:, 3] * 256 / 360) % 256
    rest = np.stack([size, direction], axis=1).astype(np.uint8)
    return np.concatenate([at.view(np.uint8).reshape(len(spots), 4), rest], axis=1)


def _rooted(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """RootSIFT: the square roots of the shares of a descriptor."""
    total = np.maximum(raw.sum(axis=1, keepdims=True), 1.0)
    return np.asarray(np.sqrt(np.maximum(raw, 0.0) / total), np.float32)
