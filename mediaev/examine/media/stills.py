"""Still pictures: opened from a fixed list of formats, decoded, shown upright as luma."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, ImageFile
from PIL.TiffImagePlugin import TiffImageFile

from mediaev.errors import DamagedMediaError
from mediaev.examine.media.luma import Luma, upright
from mediaev.examine.media.source import ByteSource

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF")
"""Pillow's names (MPO comes with JPEG). None of them starts a program or opens another file."""

_LIGHT = 50_000_000
"""Pixels that may be decoded to look for metadata."""
_ORIENTATION = 0x0112
_SWAPPED = 5
"""The first of the orientations that exchange width and height."""
# EXIF orientation: turn clockwise by so much, after mirroring left to right or not.
_TURNS = {
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (270, True),
    6: (90, False),
    7: (90, True),
    8: (270, False),
}

pillow_heif.register_heif_opener()
pillow_heif.options.DECODE_THREADS = 1
AvifImagePlugin.DEFAULT_MAX_THREADS = 1


@dataclass(frozen=True, slots=True)
class Still:
    """A decoded still picture."""

    image: Image.Image
    """As stored, loaded."""
    rotation: int
    """Degrees clockwise that show it upright, after mirroring."""
    mirrored: bool
    cut_off: str = ""
    """Why only a part of it could be decoded; empty if all was."""

    def luma(self) -> Luma:
        """The upright picture in grey, full size."""
        return upright(luma(self.image), self.rotation, mirrored=self.mirrored)

    def thumbnail(self, edge: int) -> NDArray[np.uint8]:
        """The upright picture in colour (height, width, 3), longest side at most `edge`."""
        width, height = self.image.size
        scale = min(1.0, edge / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = _plain(self.image).convert("RGB").resize(size, Image.Resampling.BOX)
        colour = np.asarray(small)
        return upright(colour, self.rotation, mirrored=self.mirrored)


def open_image(source: ByteSource, max_pixels: int) -> Image.Image:
    """Open a picture without decoding it.

    Raises DamagedMediaError when its header cannot be read or claims more than
    `max_pixels`.
    """
    with _own_size_check():
        try:
            image = Image.open(source.buffered(), formats=FORMATS)
        except MemoryError:
            raise
        except Exception as error:
            raise DamagedMediaError(
                f"The picture's header cannot be read: {said(error)}"
            ) from error
    width, height = image.size
    if width * height > max_pixels:
        message = f"It claims {width}×{height} pixels; more than {max_pixels} are not decoded."
        raise DamagedMediaError(message)
    return image


def header(file: BinaryIO) -> Image.Image:
    """Open a picture of any size from a stream. Raises whatever Pillow does."""
    with _own_size_check():
        return Image.open(file, formats=FORMATS)


def exif_block(file: BinaryIO) -> tuple[bytes, int]:
    """A picture's EXIF block, from the TIFF header on, and the orientation it came with.

    The HEIF decoder turns the picture and sets the orientation in the block to 1; 0 stands
    for pictures that were not turned. Raises whatever Pillow does.
    """
    image = header(file)
    block = image.info.get("exif") or b""
    # Pillow decodes a PNG to look for a block behind the picture.
    if not block and (image.format != "PNG" or image.width * image.height <= _LIGHT):
        block = image.getexif().tobytes()
    turned = image.info.get("original_orientation") or 0
    return bytes(block).removeprefix(b"Exif\0\0"), int(turned)


def xmp_packet(file: BinaryIO) -> bytes:
    """A picture's XMP packet, empty if it has none. Raises whatever Pillow does."""
    info = header(file).info
    packet = info.get("xmp") or info.get("XML:com.adobe.xmp") or b""
    return packet.encode() if isinstance(packet, str) else bytes(packet)


def decode(source: ByteSource, image: Image.Image, max_pixels: int) -> Still:
    """Decode an opened picture, or what there is of it. Raises DamagedMediaError."""
    cut_off = ""
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  (decoders raise anything)
        cut_off = f"The picture is damaged or cut off ({said(error)}); a part of it was decoded."
        image = _what_there_is(source, max_pixels)
    rotation, mirrored = turn(image)
    return Still(image, rotation, mirrored, cut_off)


def turn(image: Image.Image) -> tuple[int, bool]:
    """Degrees clockwise, and whether to mirror first, to show a picture upright.

    HEIF and TIFF need none: their decoders have turned the picture and reset the tag. HEIF
    is turned by its own properties alone, as ISO/IEC 23008-12 says, whatever EXIF states.
    """
    with contextlib.suppress(Exception):
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1), (0, False))
    return 0, False


def luma(image: Image.Image) -> Luma:
    """A picture in 8-bit grey; what is transparent shows white, as most viewers show it."""
    plain = _plain(image)
    return np.asarray(plain if plain.mode == "L" else plain.convert("L"))


def _plain(image: Image.Image) -> Image.Image:
    """A picture in 8 bits without transparency, in a mode that converts to L and RGB."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        return Image.fromarray(_eight_bits(np.asarray(image), image.mode))
    if image.mode == "LAB":
        return image.getchannel(0)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB") if image.mode not in {"1", "L", "RGB"} else image


def _eight_bits(values: NDArray[np.generic], mode: str) -> Luma:
    """Scale deeper samples to 0..255: by their depth where it is known, else by their range."""
    numbers = np.nan_to_num(values.astype(np.float32))
    low, high = float(numbers.min()), float(numbers.max())
    if mode.startswith("I;16"):
        low, high = 0.0, float(0xFFFF)
    elif low >= 0 and high <= 0xFFFF:
        low, high = 0.0, float(0xFF if high <= 0xFF else 0xFFFF)
    scaled = (numbers - low) * (255.0 / max(high - low, 1e-9))
    return np.asarray(np.rint(scaled), np.uint8)


def _what_there_is(source: ByteSource, max_pixels: int) -> Image.Image:
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = open_image(source, max_pixels)
        image.load()
    except MemoryError:
        raise
    except Exception as error:
        raise DamagedMediaError(f"The picture cannot be decoded: {said(error)}") from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    return image


def said(error: Exception) -> str:
    """What a decoder says is wrong, without the stream object that Pillow names."""
    text = re.sub(r"<[^<>]*object at 0x[0-9a-f]+>|<_io\.[^<>]*>", "it", str(error))
    return text or type(error).__name__


@contextlib.contextmanager
def _own_size_check() -> Iterator[None]:
    """Silence Pillow's own limit, which warns and raises at sizes that we accept."""
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def stored(image: Image.Image) -> tuple[int, int, int, bool]:
    """Width and height as stored, and the turn (degrees, mirrored) that shows it upright.

    The decoders of HEIF and TIFF turn pictures by themselves and report the turned size.
    """
    orientation = image.info.get("original_orientation")
    if isinstance(image, TiffImageFile):
        orientation = image.tag_v2.get(_ORIENTATION)
    if orientation not in _TURNS:
        return *image.size, *turn(image)
    width, height = image.size if orientation < _SWAPPED else image.size[::-1]
    return width, height, *_TURNS[orientation]
