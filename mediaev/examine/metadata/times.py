"""Times as files write them, brought into RFC 3339; impossible ones are told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from mediaev.model.claim import Claim

_EXIF = re.compile(r"(\d{4})[:\-/. ](\d\d)[:\-/. ](\d\d)[T ]+(\d\d):(\d\d):(\d\d)")
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[-+]\d\d:?\d\d)?)?$"
)
_OFFSET = re.compile(r"([-+])(\d\d):?(\d\d)$")
_EPOCHS = {(1904, 1, 1), (1970, 1, 1), (1980, 1, 1)}
_FIRST_CONTAINERS = 1990
"""Nothing wrote container dates before; what says so counts from another epoch."""


@dataclass(frozen=True, slots=True)
class Wall:
    """A date and time of day as a file states it, zone or not."""

    day: datetime
    fraction: str = ""
    """Decimal digits of the second."""
    offset: str = ""
    """`+HH:MM` or `-HH:MM`; empty where the file does not say."""

    def __str__(self) -> str:
        """RFC 3339, without an offset if there is none."""
        point = f".{self.fraction}" if self.fraction else ""
        return f"{self.day:%Y-%m-%dT%H:%M:%S}{point}{self.offset}"


def exif_time(text: str, fraction: str = "", offset: str = "") -> Wall | None:
    """Read EXIF's `YYYY:MM:DD HH:MM:SS`; None for zeros, blanks and impossible days."""
    found = _EXIF.match(text.strip())
    day = _possible(tuple(map(int, found.groups()))) if found else None
    if day is None:
        return None
    digits = fraction.strip()
    return Wall(day, digits if digits.isdecimal() else "", zone(offset))


def iso_time(text: str) -> Wall | None:
    """Read ISO 8601 as containers and XMP write it; None for what is impossible."""
    found = _ISO.match(text.strip())
    if not found or found[4] is None:
        return None
    day = _possible(tuple(int(each or 0) for each in found.groups()[:6]))
    offset = "+00:00" if found[8] == "Z" else zone(found[8] or "")
    return Wall(day, (found[7] or "").rstrip("0"), offset) if day else None


def zone(text: str) -> str:
    """An offset from UTC as `+HH:MM`; empty when it is none."""
    text = "+00:00" if text.strip() == "Z" else text.strip()
    found = _OFFSET.match(text)
    if not found or int(found[2]) > 14 or int(found[3]) > 59:
        return ""
    return f"{found[1]}{found[2]}:{found[3]}"


def capture_claims(wall: Wall | None, stated: str, source: str, tag: str) -> list[Claim]:
    """Claims of a capture time, its fraction and its offset, or of a placeholder."""
    if wall is None:
        flags = ("time_placeholder",)
        return [Claim("capture_time", stated, source, tag, rejected=True, flags=flags)]
    claims = [Claim("capture_time", str(wall), source, tag)]
    if wall.fraction:
        claims.append(Claim("capture_time_subsec", wall.fraction, source, tag))
    if wall.offset:
        claims.append(Claim("capture_time_offset", wall.offset, source, tag))
    return claims


def container_claim(stated: str, source: str, tag: str) -> Claim:
    """The claim of a container's creation time, in UTC as its format says."""
    wall = iso_time(stated)
    if wall is None or wall.day.year < _FIRST_CONTAINERS:
        flags = ("time_placeholder",)
        return Claim("container_create_time", stated, source, tag, rejected=True, flags=flags)
    return Claim("container_create_time", f"{wall.day:%Y-%m-%dT%H:%M:%SZ}", source, tag)


def _possible(parts: tuple[int, ...]) -> datetime | None:
    """The date if there is such a one and it is no epoch, the value of unset clocks."""
    try:
        day = datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        return None
    if parts[:3] in _EPOCHS and not any(parts[3:]):
        return None
    return day
