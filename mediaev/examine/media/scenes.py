"""Finding the first frame of each new scene, cheaply enough to look at every frame."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

_GRID = 32
_LEAST = 12.0
"""Grey levels of mean change below which nothing is a cut."""
_TIMES_USUAL = 4.0
_REMEMBERED = 15

_Glance = NDArray[np.uint8]


class CutDetector:
    """Compares a thousand luma points of each frame with those of the frame before.

    A cut is a change of more than `_LEAST` levels on average, and of more than four times
    what was usual over the last frames, so that moving cameras and flicker pass.
    """

    def __init__(self) -> None:
        self._before: _Glance | None = None
        self._changes: deque[float] = deque(maxlen=_REMEMBERED)

    def is_cut(self, frame: VideoFrame) -> bool:
        """Whether a new scene begins with this frame. Call for every frame in order."""
        glance = _glance(frame)
        before, self._before = self._before, glance
        if before is None or before.shape != glance.shape:
            self._changes.clear()
            return False
        change = cv2.norm(glance, before, cv2.NORM_L1) / glance.size
        usual = sorted(self._changes)[len(self._changes) // 2] if self._changes else change
        self._changes.append(change)
        return change > max(_LEAST, _TIMES_USUAL * usual)


def _glance(frame: VideoFrame) -> _Glance:
    """Some 32×32 evenly spaced luma values, 0..255."""
    planar = frame.format.is_planar or len(frame.format.components) == 1
    bits = frame.format.components[0].bits
    if frame.format.is_rgb or not planar or not 8 <= bits <= 16 or frame.format.is_big_endian:
        return _scaled_glance(frame)
    plane = frame.planes[0]
    depth = np.uint8 if bits == 8 else np.uint16
    rows = np.frombuffer(memoryview(plane), dtype=np.dtype(depth)).reshape(plane.height, -1)
    across, down = max(1, frame.width // _GRID), max(1, frame.height // _GRID)
    values = rows[down // 2 : frame.height : down, across // 2 : frame.width : across]
    return np.ascontiguousarray(values if bits == 8 else values >> (bits - 8), np.uint8)


def _scaled_glance(frame: VideoFrame) -> _Glance:
    """The same for pixel formats without a plain luma plane."""
    small = frame.reformat(_GRID, _GRID, "gray", interpolation="POINT", threads=1)
    return np.ascontiguousarray(small.to_ndarray(), np.uint8)
