"""EXIF by exifread: times, places, camera, orientation, thumbnail."""

from __future__ import annotations

import io
import logging
from dataclasses import replace
from fractions import Fraction
from importlib.metadata import version
from typing import Any, BinaryIO

import exifread

from mediaev.examine.media.stills import exif_block
from mediaev.examine.metadata.gps import gps_claims
from mediaev.examine.metadata.tags import Tags
from mediaev.examine.metadata.times import capture_claims, exif_time
from mediaev.model.claim import Claim
from mediaev.model.examination import MediaFacts

_PLAIN = {"", "jpeg", "mpo", "tiff"}
"""Formats that exifread opens itself; the empty one is what nothing else knows."""
_BOXED = {"png", "webp", "heif", "avif"}
"""Formats whose EXIF block Pillow takes out: exifread misses or refuses many of them."""

_TEXTS = (
    ("camera_make", "IFD0:Make"),
    ("camera_model", "IFD0:Model"),
    ("software", "IFD0:Software"),
    ("lens_model", "ExifIFD:LensModel"),
    ("body_serial", "ExifIFD:SerialNumber"),
)

logging.getLogger("exifread").addHandler(logging.NullHandler())  # what it says is an outcome


class ExifReader:
    """Reads EXIF blocks of stills with exifread."""

    name = "exifread"
    version = version("exifread")

    def accepts(self, facts: MediaFacts) -> bool:
        """Stills, and files that no decoder knows: they may be raw photos."""
        return facts.format in _PLAIN | _BOXED

    def read(self, file: BinaryIO, facts: MediaFacts) -> list[Claim]:
        """Claims of the EXIF block."""
        turned = 0
        if facts.format in _BOXED:
            block, turned = exif_block(file)
            if not block:
                return []
            file = io.BytesIO(block)
        raw = exifread.process_file(file, details=False, extract_thumbnail=True)
        tags = Tags({name: _values(tag) for name, tag in raw.items()})
        source = f"{self.name} {self.version}"
        claims = [*_camera(tags, source), *_captured(tags, source), *gps_claims(tags, source)]
        if isinstance(thumbnail := raw.get("JPEGThumbnail"), bytes) and thumbnail:
            tag = "IFD1:ThumbnailImage"
            claims.append(Claim("thumbnail_bytes", len(thumbnail), source, tag, unit="byte"))
        return [replace(each, value=turned) if _is_reset(each, turned) else each for each in claims]


def _is_reset(claim: Claim, turned: int) -> bool:
    """Whether the decoder set an orientation to 1 after it had turned the picture."""
    return claim.field == "orientation" and turned > 1


def _camera(tags: Tags, source: str) -> list[Claim]:
    claims = [Claim(field, text, source, tag) for field, tag in _TEXTS if (text := tags.text(tag))]
    orientation = tags.number("IFD0:Orientation")
    if orientation is not None and orientation in range(1, 9):
        claims.append(Claim("orientation", int(orientation), source, "IFD0:Orientation"))
    return claims


def _captured(tags: Tags, source: str) -> list[Claim]:
    tag = "ExifIFD:DateTimeOriginal"
    stated = tags.text(tag, keep_blank=True)
    if stated is None:
        return []
    fraction = tags.text("ExifIFD:SubSecTimeOriginal") or ""
    offset = tags.text("ExifIFD:OffsetTimeOriginal") or ""
    return capture_claims(exif_time(stated, fraction, offset), stated, source, tag)


def _values(tag: Any) -> Any:
    """A tag's values as text, bytes, or a list of exact numbers (None for 0/0)."""
    values = getattr(tag, "values", tag)
    if isinstance(values, str | bytes):
        return values
    return [_exact(value) for value in values] if isinstance(values, list) else values


def _exact(value: Any) -> Fraction | None:
    try:
        return (
            Fraction(int(value.num), int(value.den)) if hasattr(value, "den") else Fraction(value)
        )
    except (ZeroDivisionError, ValueError, TypeError):
        return None
