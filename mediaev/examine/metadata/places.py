"""Positions as files write them, brought into signed degrees; impossible ones are told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from mediaev.model.claim import Claim

_ISO_6709 = re.compile(r"([-+]\d+(?:\.\d+)?)([-+]\d+(?:\.\d+)?)(?:([-+]\d+(?:\.\d+)?))?")
_DIGITS = 7
"""Decimal places that are kept: one centimetre."""


def degrees(parts: Sequence[Fraction | None]) -> Fraction | None:
    """Degrees from degrees, minutes and seconds; None when one of them is 0/0 or missing."""
    if not 1 <= len(parts) <= 3 or any(part is None for part in parts):
        return None
    return sum((part / 60**place for place, part in enumerate(parts) if part), Fraction(0))


def position_claims(
    latitude: Claim | None, longitude: Claim | None, *, hemispheres: bool = True
) -> list[Claim]:
    """The two claims of a position, rejected where it can be no point on the map.

    Values are signed degrees or None; `hemispheres` says whether N/S and E/W were stated.
    """
    pair = [claim for claim in (latitude, longitude) if claim is not None]
    flags = set(_faults(latitude, longitude))
    rejected = bool(flags)
    if pair and not hemispheres:
        flags.add("gps_no_hemisphere")
        rejected = True
    mark = tuple(sorted(flags))
    return [replace(claim, unit="deg", rejected=rejected, flags=mark) for claim in pair]


def _faults(latitude: Claim | None, longitude: Claim | None) -> list[str]:
    values = [claim.value for claim in (latitude, longitude) if claim is not None]
    if not values:
        return []
    if all(value == 0 for value in values):
        return ["gps_null_island"]
    if len(values) < 2 or any(not isinstance(value, int | float) for value in values):
        return ["gps_invalid"]
    north, east = values
    if isinstance(north, int | float) and isinstance(east, int | float):
        return ["gps_invalid"] if abs(north) > 90 or abs(east) > 180 else []
    return ["gps_invalid"]


def iso_6709_claims(text: str, source: str, tag: str) -> list[Claim]:
    """Claims of a position as `+48.2000+016.3700+100.0/` (ISO 6709, decimal degrees)."""
    found = _ISO_6709.match(text.strip())
    if not found:
        return []
    north, east = (
        Claim(field, round(float(found[group]), _DIGITS), source, tag)
        for field, group in (("gps_latitude", 1), ("gps_longitude", 2))
    )
    claims = position_claims(north, east)
    if found[3] and not claims[0].rejected:
        claims.append(Claim("gps_altitude", float(found[3]), source, tag, unit="m"))
    return claims


def rounded(value: Fraction | None) -> float | None:
    """A number as claims hold it; None stays None."""
    return None if value is None else round(float(value), _DIGITS)
