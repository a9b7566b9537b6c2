"""Filming: from the pictures of an exhibit to its film and the features of its keyframes."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from fractions import Fraction

import cv2
import numpy as np

from mediaev.compare.film import BLOCK, CODEC, FilmPacker
from mediaev.examine.describing import little_endian
from mediaev.examine.fingerprint.sift import SiftFeatures
from mediaev.examine.media.luma import Luma
from mediaev.model.features import LocalFeatures
from mediaev.model.film import Film

VIDEO_SIDE = 128
"""Points of a video film's longest side."""
STILL_SIDE = 256
_FLAT = 6.0
"""Standard deviation of luma below which a picture shows nothing."""
_SOONEST = 0.3
"""Share of the time between keyframes that is kept even after a bare one."""
_MOVED = 2.5
"""Grey levels of mean change that make footage moving."""


class FilmMaker:
    """Takes the canonical pictures of one exhibit in order and packs them into a film."""

    def __init__(self, time_base: Fraction, side: int = VIDEO_SIDE) -> None:
        self._time_base = time_base
        self._side = side
        self._packer = FilmPacker()
        self._ticks = array("q")
        self._size = (BLOCK, BLOCK)
        self._aspect = 1.0

    def add(self, tick: int, picture: Luma) -> None:
        """Take one upright luma picture of any size."""
        if not self._ticks:
            height, width = picture.shape
            self._aspect = width / height
            scale = self._side / max(width, height)
            self._size = _blocks(width * scale), _blocks(height * scale)
        small = cv2.resize(picture, self._size, interpolation=cv2.INTER_AREA)
        self._packer.add(np.asarray(small, np.uint8))
        self._ticks.append(tick)

    def film(self) -> Film:
        """The film, once every picture was added."""
        width, height = self._size
        packed = self._packer.packed()
        ticks = little_endian(self._ticks)
        return Film(CODEC, self._time_base, ticks, width, height, round(self._aspect, 6), packed)


def _blocks(points: float) -> int:
    return max(1, round(points / BLOCK)) * BLOCK


class KeyframeDescriber:
    """Chooses keyframes among the samples of one exhibit and describes their features.

    A scene's first telling picture is one; then, while the footage moves, one every so many
    seconds, sooner where pictures have few features: what is bounded is what is stored, and
    bare scenes need more looks to be known again. Where nothing changes, one stands for all.
    """

    def __init__(self, time_base: Fraction, at_most: int, per_minute: int) -> None:
        """`at_most`: features of a keyframe; `per_minute`: keyframes while all moves."""
        self._detector = SiftFeatures()
        self._time_base = time_base
        self._at_most = at_most
        self._longest_gap = int(60 / (per_minute * time_base))
        self._gap = self._longest_gap
        self._last: Luma | None = None
        self._last_tick = 0
        self._size = (1, 1)
        self._ticks, self._counts = array("q"), bytearray()
        self._places, self._codes = bytearray(), bytearray()

    def add(
        self, tick: int, picture: Luma, detail: Callable[[], Luma], *, new_scene: bool = False
    ) -> None:
        """Consider one canonical picture; `detail` gives the same one larger."""
        if new_scene:
            self._last = None
        if float(picture.std()) < _FLAT or not self._is_due(tick, picture):
            return
        larger = detail()
        self._last, self._last_tick = picture, tick
        self._size = larger.shape[1], larger.shape[0]
        places, codes = self._detector.describe(larger, self._at_most)
        self._gap = int(self._longest_gap * max(_SOONEST, len(places) / self._at_most))
        self._ticks.append(tick)
        self._counts += struct.pack("<H", len(places))
        self._places += places.tobytes()
        self._codes += codes.tobytes()

    def _is_due(self, tick: int, picture: Luma) -> bool:
        if self._last is None or self._last.shape != picture.shape:
            return True
        if tick - self._last_tick < self._gap:
            return False
        return float(cv2.norm(picture, self._last, cv2.NORM_L1)) / picture.size >= _MOVED

    def features(self) -> LocalFeatures:
        """The features of all keyframes, once every sample was offered."""
        width, height = self._size
        return LocalFeatures(
            SiftFeatures.id,
            self._time_base,
            width,
            height,
            little_endian(self._ticks),
            bytes(self._counts),
            bytes(self._places),
            bytes(self._codes),
        )
