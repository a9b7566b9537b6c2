"""A network at work: loaded from its weights, it turns upright luma pictures into numbers.

It is run by OpenCV, which is here anyway. The file may come from anyone: this module is used in
worker processes alone, where a hostile file meets limits and dies with its process.
"""

from __future__ import annotations

import time

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaev.examine.learned.onnx import Tensor, UnfitModelError, takes_and_gives
from mediaev.model.learned import Layout, LearnedModel

SHORT_SIDE = 256
"""Pixels of the shorter side, where the network takes any size."""
_LONGEST = 640
"""Longer sides are squeezed to it: no panorama shall cost a minute."""
_SIDES = range(16, 1025)
"""Sizes that a network may ask for."""
_NUMBERS = range(64, 4097)
"""How many numbers a picture may get."""
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_SPREAD = np.array([0.229, 0.224, 0.225], np.float32)
_ALIKE = 0.999
"""Cosine from which two unlike pictures count as described alike."""

_SLOWEST = 5.0
"""CPU seconds for one picture from which a network is of no use."""

Luma = NDArray[np.uint8]


class Network:
    """A network that describes pictures."""

    def __init__(self, weights: bytes) -> None:
        """Load it. Raises UnfitModelError."""
        self.layout, self.height, self.width = _fitting(*takes_and_gives(weights))
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        try:
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(weights, np.uint8))
        except cv2.error as error:
            raise UnfitModelError(f"OpenCV cannot load it ({_said(error)})") from error

    def numbers(self, picture: Luma) -> NDArray[np.float32]:
        """What it says of one upright luma picture of any size. Raises UnfitModelError."""
        try:
            self._net.setInput(self._prepared(picture))
            found = np.asarray(self._net.forward())
        except cv2.error as error:
            raise UnfitModelError(f"OpenCV cannot run it ({_said(error)})") from error
        if found.dtype != np.float32 or found.size not in _NUMBERS or len(found) != 1:
            raise UnfitModelError(f"It gives no description of 64 to 4096 numbers: {found.shape}")
        return np.array(found.reshape(-1))

    def _prepared(self, picture: Luma) -> NDArray[np.uint8] | NDArray[np.float32]:
        """The picture in the network's size and layout, grey as red, green and blue alike."""
        size = self._size(picture)
        smaller = size[0] * size[1] < picture.size
        how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        scaled = np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
        colours = np.repeat(scaled[np.newaxis, :, :, np.newaxis], 3, axis=3)
        if self.layout is Layout.BYTES:
            return colours
        floats = (colours.astype(np.float32) / 255 - _MEAN) / _SPREAD
        return np.ascontiguousarray(floats.transpose(0, 3, 1, 2), np.float32)

    def _size(self, picture: Luma) -> tuple[int, int]:
        if self.width is not None and self.height is not None:
            return self.width, self.height
        height, width = picture.shape
        scale = SHORT_SIDE / min(height, width)
        return min(_LONGEST, round(width * scale)), min(_LONGEST, round(height * scale))


def looked_at(weights: bytes, sha256: str) -> LearnedModel:
    """Load a network and try it on pictures. Raises UnfitModelError if it describes none."""
    network = Network(weights)
    chance = np.random.default_rng(0)
    pictures = [
        np.asarray(cv2.resize(chance.integers(0, 256, (6, 8), dtype=np.uint8), size), np.uint8)
        for size in ((320, 180), (240, 320))
    ]
    started = time.process_time()
    found = [network.numbers(each) for each in (*pictures, pictures[0])]
    seconds = (time.process_time() - started) / len(found)
    if seconds > _SLOWEST:
        raise UnfitModelError(f"It takes {seconds:.0f} seconds for one picture")
    if len({len(each) for each in found}) != 1:
        raise UnfitModelError("It describes pictures of other shapes by other counts of numbers")
    lengths = [float(np.linalg.norm(each)) for each in found]
    if not all(np.isfinite(lengths)) or min(lengths) <= 0:
        raise UnfitModelError("It says nothing of a picture, or what is no number")
    if not np.array_equal(found[0], found[2]):
        raise UnfitModelError("It describes one picture in two ways")
    if float(found[0] @ found[1]) / (lengths[0] * lengths[1]) >= _ALIKE:
        raise UnfitModelError("It describes unlike pictures alike")
    return LearnedModel(
        sha256, network.layout, len(found[0]), network.height, network.width, max(0.001, seconds)
    )


def _fitting(takes: list[Tensor], gives: list[Tensor]) -> tuple[Layout, int | None, int | None]:
    """Layout, height and width of what a network takes. Raises UnfitModelError."""
    if len(takes) != 1 or len(gives) != 1:
        raise UnfitModelError(
            f"It has {len(takes)} inputs and {len(gives)} outputs; a descriptor has one of each"
        )
    shape, kind = takes[0].shape, takes[0].kind
    if len(shape) != 4 or kind is None or shape[0] not in {None, 1}:
        raise UnfitModelError("It does not take pictures one by one, as bytes or 32-bit numbers")
    if kind is Layout.BYTES and shape[3] == 3:
        sides = shape[1:3]
    elif kind is Layout.FLOATS and shape[1] == 3:
        sides = shape[2:4]
    else:
        raise UnfitModelError(
            "It takes pictures in another layout than (1, height, width, 3) bytes or "
            "(1, 3, height, width) 32-bit numbers"
        )
    if any(side is not None and side not in _SIDES for side in sides):
        raise UnfitModelError("It takes pictures of a size under 16 or over 1024 pixels")
    height, width = sides
    if (height is None) != (width is None):
        raise UnfitModelError("It leaves one side of pictures open and not the other")
    return kind, height, width


def _said(error: cv2.error) -> str:
    """What OpenCV says, without the place in its sources."""
    return " ".join(str(getattr(error, "err", "") or error).split()).lstrip("> ")[:200]
