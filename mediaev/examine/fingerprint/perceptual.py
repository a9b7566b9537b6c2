"""pHash and dHash of stills, bit for bit as `imagehash` computes them for hash lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SURE = b"\x64"


class ImageHash:
    """A 64-bit hash of the `imagehash` library, of the whole upright picture in grey."""

    bits = 64
    gate = 0
    stills_only = True

    def __init__(self, name: str, function: Callable[[Image.Image], imagehash.ImageHash]) -> None:
        self.id = f"imagehash-{name}-64/1"
        self._function = function

    def describe(self, pictures: Sequence[NDArray[np.uint8]]) -> tuple[bytes, bytes]:
        """64 bits of each picture in row-major order; its hexadecimal is imagehash's own.

        These hashes know no quality: 100 for all.
        """
        hashes = [self._function(Image.fromarray(picture)).hash for picture in pictures]
        packed = b"".join(np.packbits(bits).tobytes() for bits in hashes)
        return packed, _SURE * len(hashes)


PHASH = ImageHash("phash", imagehash.phash)
DHASH = ImageHash("dhash", imagehash.dhash)
