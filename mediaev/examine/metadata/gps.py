"""The GPS part of EXIF: position, height, heading, speed, accuracy, time."""

from __future__ import annotations

import re
from fractions import Fraction

from mediaev.examine.metadata.places import degrees, position_claims, rounded
from mediaev.examine.metadata.tags import Tags
from mediaev.examine.metadata.times import exif_time
from mediaev.model.claim import Claim

_SPEED_UNITS = {"K": "km/h", "M": "mph", "N": "kn"}
_DAY = re.compile(r"(\d{4})[:\-/. ](\d\d?)[:\-/. ](\d\d?)$")


def gps_claims(tags: Tags, source: str) -> list[Claim]:
    """All claims of the GPS directory; values that cannot be true are rejected."""
    readings = (_position, _height, _other, _time)
    return [claim for reading in readings for claim in reading(tags, source)]


def _position(tags: Tags, source: str) -> list[Claim]:
    axes = (("gps_latitude", "GPS:GPSLatitude", "NS"), ("gps_longitude", "GPS:GPSLongitude", "EW"))
    found: list[Claim | None] = []
    hemispheres = True
    for field, tag, letters in axes:
        if not tags.has(tag):
            found.append(None)
            continue
        letter = (tags.text(f"{tag}Ref") or "")[:1].upper()
        hemispheres = hemispheres and letter != "" and letter in letters
        value = degrees(tags.numbers(tag))
        signed = (
            -value if value is not None and letter == letters[letter == letters[0] or 1] else value
        )
        found.append(Claim(field, rounded(signed), source, tag))
    return position_claims(found[0], found[1], hemispheres=hemispheres)


def _height(tags: Tags, source: str) -> list[Claim]:
    tag = "GPS:GPSAltitude"
    if not tags.has(tag):
        return []
    value = tags.number(tag)
    if value is not None and tags.number("GPS:GPSAltitudeRef") == 1:
        value = -value
    invalid = value is None
    flags = ("gps_invalid",) if invalid else ()
    claim = Claim("gps_altitude", rounded(value), source, tag, "m", rejected=invalid, flags=flags)
    return [claim]


def _other(tags: Tags, source: str) -> list[Claim]:
    speed = _SPEED_UNITS.get((tags.text("GPS:GPSSpeedRef") or "")[:1].upper(), "")
    wanted = (
        ("gps_image_direction", "GPS:GPSImgDirection", "deg"),
        ("gps_speed", "GPS:GPSSpeed", speed),
        ("gps_accuracy", "GPS:GPSHPositioningError", "m"),
    )
    return [
        Claim(field, rounded(value), source, tag, unit)
        for field, tag, unit in wanted
        if (value := tags.number(tag)) is not None
    ]


def _time(tags: Tags, source: str) -> list[Claim]:
    """UTC by the satellites: date and time of day, or the date alone."""
    tag = "GPS:GPSDateStamp"
    stated = tags.text(tag, keep_blank=True)
    if stated is None:
        return []
    found = _DAY.match(stated)
    clock = tags.numbers("GPS:GPSTimeStamp")
    day = f"{found[1]}:{int(found[2]):02}:{int(found[3]):02}" if found else stated
    wall = exif_time(f"{day} {_clock(clock)}") if _clock(clock) else None
    if wall is not None:
        return [Claim("gps_time", f"{wall}Z", source, "GPS:GPSTimeStamp")]
    alone = exif_time(f"{day} 00:00:01")
    if alone is not None and not clock:
        return [Claim("gps_time", f"{alone.day:%Y-%m-%d}", source, tag)]
    return [Claim("gps_time", stated, source, tag, rejected=True, flags=("time_placeholder",))]


def _clock(parts: list[Fraction | None]) -> str:
    """`HH:MM:SS` of three numbers; empty when they are no time of day."""
    if len(parts) != 3 or any(part is None for part in parts):
        return ""
    seconds = sum(
        (part * 60 ** (2 - place) for place, part in enumerate(parts) if part), Fraction(0)
    )
    if not 0 <= seconds < 86_400:
        return ""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
