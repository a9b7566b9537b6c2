"""Custody events: entries of a case's append-only log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mediaev.model.digest import Digest


@dataclass(frozen=True, slots=True)
class Private:
    """A value that enters the log only as a salted commitment; its opening is kept apart."""

    value: Any


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An act on evidence, before the log gives it a number, a time and a place."""

    type: str
    """One of `mediaev.custody.event.TYPES`, e.g. `item.ingest`."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """JSON values; integers past 2⁵³, sizes and nanoseconds as strings; `Private` for
    what may identify people."""
    item: Digest | None = None
    outcome: str = "ok"
    intent: int | None = None
    """`seq` of the event that announced this act."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as the log holds it: the bytes that were hashed, and nothing derived."""

    seq: int
    """0 for the first."""
    body: bytes
    """Canonical JSON, hashed as stored."""
    leaf_hash: bytes
    """SHA-256(0x00 ‖ body)."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The opening of one commitment, kept in a side table so that it can be destroyed."""

    seq: int
    path: str
    """Dotted place in the event, e.g. `detail.path`."""
    salt: bytes
    """16 random bytes."""
    value: Any
