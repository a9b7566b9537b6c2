"""Fixity: what the log says lies where, what was found there, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mediaev.model.digest import Digest


class PlaceState(StrEnum):
    """What an audit found of one place."""

    MATCHED = "matched"
    """It holds the bytes that the log says lie there."""
    MOVED = "moved"
    """Its bytes lie at another place now, unchanged."""
    DUPLICATE = "duplicate"
    """Bytes of an exhibit, at a place where the log does not know them."""
    CHANGED = "changed"
    """It holds other bytes."""
    NEW = "new"
    """Bytes that the log does not know."""
    MISSING = "missing"
    """There is no such file."""
    UNREADABLE = "unreadable"
    """It could not be read as a whole, so nothing is known of its bytes."""


class ExhibitState(StrEnum):
    """What is known of an exhibit's bytes, all its places taken together."""

    INTACT = "intact"
    """At least one place holds them, as recorded."""
    CHANGED = "changed"
    """No place holds them, and other bytes lie where they were."""
    MISSING = "missing"
    """No place holds them."""
    UNREADABLE = "unreadable"
    """No place was found to hold them, and some could not be read."""
    UNLOGGED = "unlogged"
    """Bytes that no event of the log took in."""
    WITHHELD = "withheld"
    """Not there because whoever handed it over left it out, and said so."""


class Sight(StrEnum):
    """What kind of thing was found at a path."""

    HELD = "held"
    """A file, read as a whole: its digest is known."""
    OTHER = "other"
    """A file that cannot hold the recorded bytes (it has another size); not read as a whole."""
    GONE = "gone"
    """Nothing, or something that is no file."""
    UNREADABLE = "unreadable"
    """A file that could not be read as a whole."""


@dataclass(frozen=True, slots=True)
class RecordedPlace:
    """A place where the log says that an exhibit's bytes lie."""

    path: bytes
    """Absolute, exactly the bytes that the file system gave."""
    exhibit: Digest
    size: int
    copy: bool = False
    """Whether it is a copy in the case's `objects/`."""
    former: bool = False
    """Whether other bytes were recorded there since, and the exhibit at no other place."""
    outside: bool = False
    """Whether it lies outside of what is audited, and is only looked at to explain a find."""


@dataclass(frozen=True, slots=True)
class Found:
    """What lies at a path."""

    sight: Sight
    digest: Digest | None = None
    reason: str = ""
    """Why it was not read, or how it was reached."""


@dataclass(frozen=True, slots=True)
class PlaceFinding:
    """What an audit says of one place."""

    path: bytes
    state: PlaceState
    expected: Digest | None = None
    """What the log says lies there; None for a place that it does not know."""
    found: Digest | None = None
    """What lies there; None where nothing was read."""
    to: bytes | None = None
    """Where bytes that moved lie now."""
    others: tuple[bytes, ...] = ()
    """Other places that hold the expected bytes (of a duplicate: the same ones)."""
    reason: str = ""
    copy: bool = False


@dataclass(frozen=True, slots=True)
class LastCheck:
    """When an exhibit was last audited, and with what result."""

    event: int
    time: str
    """RFC 3339 UTC."""
    state: PlaceState
    """The worst that was found of its places."""
    whole: bool = True
    """Whether all its places were looked at."""
