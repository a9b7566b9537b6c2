"""Packing small grey films: a transform coder of a few lines that anyone can write again.

Two recordings are told apart by what moves in them, and that must be at hand when the files
are not. A video codec would pack better where the camera moves, but its decoder in this
process would be fed by whoever wrote the case; this one is arithmetic on arrays.

Each frame is predicted by the one before (the first by middle grey), and the difference is
cut into blocks of 8×8 points, cosine-transformed, divided by one step and rounded, a little
towards zero, so that noise vanishes. Groups of 8 frames are deflated together; a group that
is still large is coded again with a larger step. Format: `docs/formats/film.md`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

CODEC = "dct-8/1"
BLOCK = 8
GROUP = 8
"""Frames that are packed together."""
STEPS = (28, 48, 80, 128)
"""Quantiser steps in grey levels, the finest that is small enough is taken."""
GROUP_BYTES = 3500
"""Bytes of a group above which the next step is tried."""
_DEAD = 0.25
"""How much closer to zero than the half a coefficient may lie and still be rounded down."""
_HEAD = struct.Struct("<BI")
_MIDDLE = 128.0

Frames = NDArray[np.uint8]
"""Shape (n, height, width)."""
_Reals = NDArray[np.float32]


def _cosines() -> _Reals:
    k = np.arange(BLOCK)
    rows = np.cos(np.pi / BLOCK * (k[None, :] + 0.5) * k[:, None]) * np.sqrt(2 / BLOCK)
    rows[0] /= np.sqrt(2)
    return np.asarray(rows, np.float32)


_DCT = _cosines()


class FilmPacker:
    """Takes the frames of one film in order and packs them group by group."""

    def __init__(self) -> None:
        self._before: _Reals | None = None
        self._group: list[NDArray[np.uint8]] = []
        self._packed = bytearray()
        self._first_step = 0

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Take one frame of shape (height, width), multiples of 8, equal for all."""
        self._group.append(frame)
        if len(self._group) == GROUP:
            self._flush()

    def packed(self) -> bytes:
        """All frames packed, once every frame was added."""
        if self._group:
            self._flush()
        return bytes(self._packed)

    def _flush(self) -> None:
        before = self._before
        if before is None:
            before = np.full(self._group[0].shape, _MIDDLE, np.float32)
        # The first frame has nothing to be predicted from.
        budget = GROUP_BYTES * (len(self._group) / GROUP + (self._before is None))
        # Footage stays as it is for a while: begin one step finer than the last group's.
        for rung in range(self._first_step, len(STEPS)):
            step = STEPS[rung]
            symbols, after = _quantised(self._group, before, step)
            body = zlib.compress(symbols, 6)
            self._first_step = max(0, rung - 1)
            if len(body) <= budget:
                break
        self._packed += _HEAD.pack(step, len(body)) + body
        self._before, self._group = after, []


def unpack(packed: bytes, count: int, width: int, height: int) -> Frames:
    """The frames of a packed film, shape (count, height, width).

    Raises ValueError for bytes that no packer makes.
    """
    frames = np.empty((count, height, width), np.uint8)
    before = np.full((height, width), _MIDDLE, np.float32)
    done = 0
    for step, symbols in _groups(packed, count, width * height):
        shape = (len(symbols) // (width * height), height // BLOCK, width // BLOCK, BLOCK, BLOCK)
        levels = np.frombuffer(symbols, np.int8).reshape(BLOCK, BLOCK, *shape[:3])
        for coefficients in levels.transpose(2, 3, 4, 0, 1).astype(np.float32) * step:
            before = _shown(before, coefficients)
            frames[done] = before.round()
            done += 1
    return frames


def _groups(packed: bytes, count: int, points: int) -> Iterator[tuple[int, bytes]]:
    """Step and inflated symbols of each group."""
    place, left = 0, count
    while left:
        if len(packed) < place + _HEAD.size:
            raise ValueError("a film ends too early")
        step, length = _HEAD.unpack_from(packed, place)
        place += _HEAD.size
        size = min(left, GROUP) * points
        inflated = zlib.decompressobj()
        try:
            symbols = inflated.decompress(packed[place : place + length], size)
        except zlib.error as error:
            raise ValueError(f"a film cannot be inflated: {error}") from error
        if len(symbols) != size or not step:
            raise ValueError("a film's group has another size than its frames")
        yield step, symbols
        place += length
        left -= min(left, GROUP)
    if place != len(packed):
        raise ValueError("a film goes on after its last frame")


def _quantised(
    group: Sequence[NDArray[np.uint8]], before: _Reals, step: int
) -> tuple[bytes, _Reals]:
    """The symbols of a group, coefficient by coefficient, and its last frame as shown."""
    levels = []
    for frame in group:
        exact = _DCT @ _blocks(frame.astype(np.float32) - before) @ _DCT.T / step
        rounded = np.sign(exact) * np.floor(np.abs(exact) + 0.5 - _DEAD)
        level = np.clip(rounded, -127, 127)
        before = _shown(before, level * step)
        levels.append(level.astype(np.int8))
    return np.stack(levels).transpose(3, 4, 0, 1, 2).tobytes(), before


def _shown(before: _Reals, coefficients: _Reals) -> _Reals:
    """The next frame: the one before and the difference that the coefficients spell."""
    rows, columns = coefficients.shape[:2]
    change = (_DCT.T @ coefficients @ _DCT).transpose(0, 2, 1, 3)
    whole = change.reshape(rows * BLOCK, columns * BLOCK)
    return np.asarray(np.clip(before + whole, 0.0, 255.0), np.float32)


def _blocks(picture: _Reals) -> _Reals:
    height, width = picture.shape
    cut = picture.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    return cut.transpose(0, 2, 1, 3)
