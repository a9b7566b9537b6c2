"""Bit strings in Hamming space: distances, and how they turn when the picture turns.

A PDQ fingerprint is a 16×16 matrix of signs of low DCT frequencies. Mirroring a picture
changes the sign of every odd frequency along one axis, and a quarter turn also transposes
the matrix, so the fingerprint of a mirrored or turned picture follows from its bits alone.
Only bits whose coefficient lies next to the median differ from the true one (median 6 to
8 of 256, at most 30, over the project's test photos). Because the eight operations only
move and invert bits, they keep every distance: comparing a turned query with an exhibit
is the same as comparing the query with the exhibit turned back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Packed = NDArray[np.uint8]
"""Bit strings, shape (n, bits / 8), packed big-endian."""

SIDE = 16
"""Rows and columns of a PDQ matrix."""


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One of the eight ways to lay a picture: mirrored left to right first, then turned."""

    mirrored: bool = False
    rotation: int = 0
    """Degrees clockwise: 0, 90, 180, 270."""


UPRIGHT = Turn()
TURNS = tuple(
    Turn(mirrored, rotation) for mirrored in (False, True) for rotation in (0, 90, 180, 270)
)


def distances(left: Packed, right: Packed) -> NDArray[np.uint16]:
    """Hamming distance of every pair: (n, w) and (m, w) bytes give (n, m) distances."""
    total = np.zeros((len(left), len(right)), dtype=np.uint16)
    if not total.size:
        return total
    width = left.shape[1]
    words = "<u8" if width % 8 == 0 else "u1"
    left_words = np.ascontiguousarray(left).view(words)
    right_words = np.ascontiguousarray(right).view(words)
    for column in range(left_words.shape[1]):
        total += np.bitwise_count(left_words[:, column, None] ^ right_words[None, :, column])
    return total


def turned(packed: Packed, turn: Turn) -> Packed:
    """The fingerprints that the same pictures would have after `turn`.

    Takes and returns PDQ bit strings, shape (n, 32).
    """
    matrix = np.unpackbits(packed, axis=1).reshape(-1, SIDE, SIDE)
    if turn.mirrored:
        matrix = matrix ^ _ODD[None, None, :]
    for _ in range(turn.rotation // 90):
        matrix = matrix.transpose(0, 2, 1) ^ _ODD[None, None, :]
    return np.packbits(matrix.reshape(len(packed), SIDE * SIDE), axis=1)


def runs(packed: Packed, radius: int = 10) -> NDArray[np.intp]:
    """Indices of samples that stand for a run of samples hardly different from them.

    Static footage repeats one picture hundreds of times; one sample of it is enough to
    find candidates. Each sample within `radius` of the last one kept is passed over.
    """
    if not len(packed):
        return np.zeros(0, dtype=np.intp)
    kept = [0]
    for index in range(1, len(packed)):
        if int(np.bitwise_count(packed[index] ^ packed[kept[-1]]).sum()) > radius:
            kept.append(index)
    return np.asarray(kept, dtype=np.intp)


_ODD = (np.arange(SIDE) % 2).astype(np.uint8)
