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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
    return Unpacking(packed, count, width, height)[:]


class Unpacking:
    """The frames of a packed film, unpacked from the first to the last that was asked for."""

    ndim = 3

    def __init__(self, packed: bytes, count: int, width: int, height: int) -> None:
        """Raises ValueError for bytes whose groups do not fit."""
        self.shape = count, height, width
        self._groups = _groups(packed, count)
        self._frames = np.empty(self.shape, np.uint8)
        self._before = np.full((height, width), _MIDDLE, np.float32)
        self._done = 0

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, which: Any) -> Frames:
        """Frames as an array has them. Raises ValueError for bytes that no packer makes."""
        last = np.max(np.arange(len(self))[which], initial=-1)
        while self._done <= last:
            self._unpack_group()
        return np.asarray(self._frames[which], np.uint8)

    def _unpack_group(self) -> None:
        """Unpack the next group: only the blocks in which anything changes are transformed."""
        _, height, width = self.shape
        size = min(GROUP, len(self) - self._done)
        group = self._groups[self._done // GROUP]
        levels = np.frombuffer(group.inflated(size * height * width), np.int8)
        levels = levels.reshape(BLOCK * BLOCK, -1)
        changing = levels.any(axis=0)
        blocks = levels[:, changing].T.reshape(-1, BLOCK, BLOCK).astype(np.float32) * group.step
        changes = np.zeros((levels.shape[1], BLOCK, BLOCK), np.float32)
        changes[changing] = _DCT.T @ blocks @ _DCT
        whole = changes.reshape(size, height // BLOCK, width // BLOCK, BLOCK, BLOCK)
        before = self._before
        for change in whole.transpose(0, 1, 3, 2, 4).reshape(size, height, width):
            before = np.clip(before + change, 0.0, 255.0)
            self._frames[self._done] = before.round()
            self._done += 1
        self._before = before


@dataclass(frozen=True, slots=True)
class _Group:
    """Frames that are packed together."""

    step: int
    deflated: memoryview

    def inflated(self, size: int) -> bytes:
        """The symbols, which must be so many. Raises ValueError."""
        inflating = zlib.decompressobj()
        try:
            symbols = inflating.decompress(self.deflated, size)
        except zlib.error as error:
            raise ValueError(f"a film cannot be inflated: {error}") from error
        if len(symbols) != size:
            raise ValueError("a film's group has another size than its frames")
        return symbols


def _groups(packed: bytes, count: int) -> list[_Group]:
    """The groups of so many frames."""
    found: list[_Group] = []
    place, view = 0, memoryview(packed)
    while len(found) * GROUP < count:
        if len(packed) < place + _HEAD.size:
            raise ValueError("a film ends too early")
        step, length = _HEAD.unpack_from(packed, place)
        if not step:
            raise ValueError("a film's group has no step")
        place += _HEAD.size
        found.append(_Group(step, view[place : place + length]))
        place += length
    if place != len(packed):
        raise ValueError("a film does not end with its last frame")
    return found


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
