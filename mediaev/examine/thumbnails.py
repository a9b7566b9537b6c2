"""Thumbnails: small upright colour pictures that carry nothing but the picture."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_QUALITY = 80
_TELLING = 12.0
"""Standard deviation of luma from which a frame shows something."""
_BEST = 2
"""The rank of a telling frame past the first tenth."""


def jpeg(colour: NDArray[np.uint8], edge: int) -> bytes:
    """Encode a picture of shape (height, width, 3) as JPEG, longest side at most `edge`."""
    image = Image.fromarray(colour)
    image.thumbnail((edge, edge), Image.Resampling.BOX)
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=_QUALITY)
    return packed.getvalue()


class Poster:
    """Chooses the frame that stands for a video: the first telling one past a tenth of it.

    Without one, the first telling frame at all, or else the very first.
    """

    def __init__(self, edge: int, tenth: int = 0) -> None:
        """`edge`: longest side, 0 for no thumbnail; `tenth`: the tick of a tenth."""
        self._edge = edge
        self._tenth = tenth
        self._rank = -1
        self.jpeg = b""

    def offer(
        self, luma: NDArray[np.uint8], tick: int, colour: Callable[[], NDArray[np.uint8]]
    ) -> None:
        """Consider a frame; its colours are asked for only when it is chosen."""
        if not self._edge or self._rank == _BEST:
            return
        telling = float(luma.std()) >= _TELLING
        rank = telling + (telling and tick >= self._tenth)
        if rank > self._rank:
            self._rank = rank
            self.jpeg = jpeg(colour(), self._edge)
