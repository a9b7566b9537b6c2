"""Embeddings: what a learned network says of pictures, as directions in a space of many numbers.

Only the direction counts, so a number is kept in one signed byte, in units of a 127th of the
largest one of its picture; no scale is stored. Cosines of codes differ from those of the
network's own numbers by less than 0.003 (`docs/decisions/0012-learned-descriptor.md`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaev.model.fingerprint import Box, Fingerprint
from mediaev.model.learned import is_of_mirrored, upright_id

_LARGEST = 127
_HARDLY_DIFFERENT = 0.97

Codes = NDArray[np.uint8]
"""Shape (n, numbers): two's complement bytes."""
Vectors = NDArray[np.float32]
"""Shape (n, numbers), each of length 1, or 0 where the network said nothing."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """The telling pictures of one region of one exhibit, as a learned network sees them."""

    descriptor: str
    """Id of the learned descriptor, of upright pictures."""
    box: Box
    """The part of the picture that was described."""
    mirrored: bool
    """Whether the pictures were mirrored before."""
    times: NDArray[np.float64]
    """Seconds, shape (n,)."""
    codes: Codes


def coded(vectors: NDArray[np.float32]) -> Codes:
    """Codes of any vectors, shape (n, numbers); one with NaN or infinity in it becomes 0."""
    finite = np.where(np.isfinite(vectors).all(axis=1, keepdims=True), vectors, 0.0)
    largest = np.abs(finite).max(axis=1, keepdims=True, initial=0.0)
    steps = np.round(finite / np.where(largest > 0, largest, 1.0) * _LARGEST)
    return np.ascontiguousarray(steps.astype(np.int8)).view(np.uint8)


def directions(codes: Codes) -> Vectors:
    """The unit vectors that codes stand for."""
    values = codes.view(np.int8).astype(np.float32)
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.maximum(length, 1.0), np.float32)


def runs(vectors: Vectors) -> NDArray[np.intp]:
    """Indices of those that stand for a run of vectors hardly different from them, in order.

    Static footage repeats one picture for hours; one of it is enough to be found by.
    """
    kept: list[int] = []
    for index, vector in enumerate(vectors):
        if not kept or float(vector @ vectors[kept[-1]]) < _HARDLY_DIFFERENT:
            kept.append(index)
    return np.asarray(kept, np.intp)


def galleries(fingerprints: Iterable[Fingerprint], gate: int) -> tuple[Gallery, ...]:
    """Lay out learned fingerprints; samples of a quality below `gate` are left out."""
    found = []
    for each in fingerprints:
        speaks = np.frombuffer(each.quality, np.uint8) >= gate
        if speaks.any():
            codes = np.frombuffer(each.bits, np.uint8).reshape(each.count, -1)
            times = np.frombuffer(each.ticks, "<i8").astype(np.float64) * float(each.time_base)
            mirrored = is_of_mirrored(each.descriptor)
            name = upright_id(each.descriptor)
            found.append(Gallery(name, each.box, mirrored, times[speaks], codes[speaks]))
    return tuple(found)
