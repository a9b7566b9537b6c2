"""Claims: single metadata facts, each with who says so. Claims are never merged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ClaimValue = str | int | float | list[str] | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One fact that a file states about itself, as one reader read it."""

    field: str
    """Name from the vocabulary in `docs/formats/claims.md`."""
    value: ClaimValue
    source: str
    """Reader and version, e.g. `exifread 3.5.1`."""
    tag: str
    """Where it stands, in ExifTool's `Group:Tag` spelling."""
    unit: str = ""
    preferred: bool = False
    rejected: bool = False
    """Kept for the record, but it cannot be true (zero date, 0/0 position)."""
    flags: tuple[str, ...] = ()


class ReaderStatus(StrEnum):
    """How one metadata reader fared with one file."""

    OK = "ok"
    UNSUPPORTED = "unsupported"
    ERROR = "error"
    TIMEOUT = "timeout"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class ReaderRun:
    """One reader's attempt at one file."""

    name: str
    status: ReaderStatus
    message: str = ""
