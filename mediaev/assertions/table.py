"""Tables with one act a row, under a heading that names the columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from mediaev.assertions.digests import NoDigestError, digest_of
from mediaev.model.assertion import FIELDS_LIMIT, Assertion, Record, UnfitRecord, shortened
from mediaev.model.digest import Digest

COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("event", "eventtype", "act", "action"), "act"),
    **dict.fromkeys(("time", "date", "datetime", "eventdate", "eventdatetime"), "time"),
    **dict.fromkeys(("agent", "actor", "operator", "person", "custodian", "who"), "agent"),
    **dict.fromkeys(("name", "file", "filename", "path", "originalname"), "name"),
    **dict.fromkeys(("url", "link", "source"), "url"),
    **dict.fromkeys(("outcome", "result", "eventoutcome"), "outcome"),
    **dict.fromkeys(("note", "notes", "detail", "details", "description", "reason"), "note"),
    **dict.fromkeys(("digest", "hash", "checksum"), "digest"),
    **{name: name for name in ("md5", "sha1", "sha256", "sha512")},
}
"""What each column is for, by its name without spaces and punctuation."""
_DIGESTS = {"digest", "md5", "sha1", "sha256", "sha512"}
Row = tuple[int, Sequence[str]]
"""Number, the heading's being 1, and cells."""


def role_of(heading: str) -> str:
    """What a column is for; empty for one that is merely kept."""
    return COLUMNS.get(re.sub(r"[^a-z0-9]", "", heading.lower()), "")


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a first row names the columns of such a table."""
    roles = {role_of(cell) for cell in cells}
    return "act" in roles and bool(roles & (_DIGESTS | {"name", "url"}))


def read_table(heading: Sequence[str], rows: Iterator[Row]) -> Iterator[Record]:
    """Assertions of the rows below a heading."""
    roles = [role_of(cell) for cell in heading]
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(heading) and any(cell.strip() for cell in cells[len(heading) :]):
            says = f"{len(cells)} cells where the heading has {len(heading)}"
            yield UnfitRecord(number, says)
            continue
        try:
            yield _assertion(number, heading, roles, cells)
        except ValueError as error:
            yield UnfitRecord(number, str(error))


def _assertion(
    number: int, heading: Sequence[str], roles: Sequence[str], cells: Sequence[str]
) -> Assertion:
    """One row. Raises ValueError."""
    told: dict[str, str] = {}
    further: dict[str, str] = {}
    digests: list[Digest] = []
    for name, role, cell in zip(heading, roles, cells, strict=False):
        text = shortened(cell)
        if not text:
            continue
        if role in _DIGESTS:
            digests += _digests(text, "" if role == "digest" else role)
        elif role and role not in told:
            told[role] = text
        elif len(further) < FIELDS_LIMIT:
            further[shortened(name) or f"column {len(further) + 1}"] = text
    if "act" not in told:
        raise ValueError("it names no event")
    if not digests and not told.keys() & {"name", "url"}:
        raise ValueError("it names no file: neither a digest, nor a name, nor a URL")
    if "time" in told:
        _require_time(told["time"])
    return Assertion(number, digests=tuple(digests), further=further, **told)


def _digests(text: str, algorithm: str) -> list[Digest]:
    found = digest_of(text, algorithm)
    if found is None:
        raise NoDigestError(f"{text[:24]!a} is a digest of a kind that is not known")
    if algorithm and found.algorithm != algorithm:
        raise NoDigestError(f"{text[:24]!a} stands in the column {algorithm}")
    return [found]


def _require_time(text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]!a} is no date or time (2024-05-02T10:00:00Z)") from None
