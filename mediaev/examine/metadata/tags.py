"""EXIF tags under ExifTool's names, whatever the library calls them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

_GROUPS = {"Image": "IFD0", "EXIF": "ExifIFD", "GPS": "GPS", "Thumbnail": "IFD1"}
_NAMES = {
    "ExifIFD:BodySerialNumber": "ExifIFD:SerialNumber",
    "GPS:GPSDate": "GPS:GPSDateStamp",
    "GPS:Tag 0x001F": "GPS:GPSHPositioningError",
}


class Tags:
    """Values by `Group:Tag`: text, bytes, or a list of exact numbers."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        """Take exifread's names, `Image Make` or `GPS GPSLatitude`."""
        self._values = {_exiftool_name(name): value for name, value in found.items()}

    def text(self, tag: str, *, keep_blank: bool = False) -> str | None:
        """A text without NULs and outer blanks; None where there is none."""
        value = self._values.get(tag)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if not isinstance(value, str):
            return None
        text = value.partition("\0")[0].strip()
        return text if text or keep_blank else None

    def numbers(self, tag: str) -> list[Fraction | None]:
        """Exact numbers, None for each that is 0/0; empty where there are none."""
        value = self._values.get(tag)
        return value if isinstance(value, list) else []

    def number(self, tag: str) -> Fraction | None:
        """The first number."""
        return next(iter(self.numbers(tag)), None)

    def has(self, tag: str) -> bool:
        """Whether the tag is there, readable or not."""
        return tag in self._values


def _exiftool_name(name: str) -> str:
    group, _, tag = name.partition(" ")
    spelled = f"{_GROUPS.get(group, group)}:{tag}"
    return _NAMES.get(spelled, spelled)
