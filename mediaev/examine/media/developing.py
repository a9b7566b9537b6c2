"""From decoded frames to upright pictures: in grey for describing, in colour for looking."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, VideoReformatter
from numpy.typing import NDArray

from mediaev.examine.media.luma import LONGEST_SIDE, Luma, canonical_size, upright

_SANE_ASPECT = Fraction(16)


class Developer:
    """Scales the frames of one video inside libswscale and turns them upright.

    Limited-range luma (16..235) becomes full range; deeper samples become 8 bits. The size
    follows from the first frame and stays, even if later frames differ.
    """

    def __init__(self, first: VideoFrame, pixel_aspect: Fraction | None) -> None:
        self.rotation, self.mirrored = _turn(first)
        aspect = pixel_aspect or Fraction(1)
        if not 1 / _SANE_ASPECT <= aspect <= _SANE_ASPECT:
            aspect = Fraction(1)
        self._aspect = aspect
        self._stored = first.width, first.height
        self._size = canonical_size(*self._stored, aspect)
        self._detail_size: tuple[int, int] | None = None
        self._grey = VideoReformatter()
        self._fine = VideoReformatter()
        self._colour = VideoReformatter()

    def luma(self, frame: VideoFrame) -> Luma:
        """The canonical luma picture of a frame."""
        return self._develop(self._grey, frame, "gray", self._size)

    def detail(self, frame: VideoFrame, side: int) -> Luma:
        """A larger luma picture of a frame, longest side at most `side` pixels."""
        if self._detail_size is None:
            self._detail_size = canonical_size(frame.width, frame.height, self._aspect, side)
        return self._develop(self._fine, frame, "gray", self._detail_size)

    def colour(self, frame: VideoFrame, side: int = LONGEST_SIDE) -> NDArray[np.uint8]:
        """A picture in colour, shape (height, width, 3), longest side at most `side` pixels."""
        size = canonical_size(*self._stored, self._aspect, side)
        return self._develop(self._colour, frame, "rgb24", size)

    def _develop(
        self,
        reformatter: VideoReformatter,
        frame: VideoFrame,
        pixels: str,
        size: tuple[int, int],
    ) -> NDArray[np.uint8]:
        width, height = size
        scaled = reformatter.reformat(
            frame,
            width,
            height,
            pixels,
            interpolation="AREA",
            dst_color_range=ColorRange.JPEG,
            threads=1,
        )
        return upright(np.asarray(scaled.to_ndarray()), self.rotation, mirrored=self.mirrored)


def _turn(frame: VideoFrame) -> tuple[int, bool]:
    """Degrees clockwise, and whether to mirror first, from the frame's display matrix."""
    rotation = round(-frame.rotation / 90) * 90 % 360
    side_data: Iterable[Any] = frame.side_data
    for each in side_data:
        if each.type == SideDataType.DISPLAYMATRIX and each.buffer_size >= 36:
            a, b, _, c, d = struct.unpack("=5i", bytes(each)[:20])
            if a * d - b * c < 0:  # FFmpeg's angle is that of mirroring top to bottom
                return (rotation + 180) % 360, True
    return rotation, False
