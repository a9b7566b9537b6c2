"""What leaves a case: the records that exporters see, and how much they are let see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mediaev.model.digest import Digest


class Profile(StrEnum):
    """How much an export lets out of what the log holds as commitments only."""

    COURT = "court"
    """Exhibits' bytes, and no value that can identify people."""
    FULL = "full"
    """Everything."""
    PUBLIC = "public"
    """The log and its proofs; no exhibit's bytes, and no private value at all."""


COURT: frozenset[tuple[str, str]] = frozenset()
"""Private values, by type of event and dotted path, that `court` lets out besides `public`'s.

None today: whatever the log holds as a commitment may tell of a person. A value that cannot,
and that is private for another reason, goes here."""
NAMES = frozenset({("item.ingest", "detail.name_b64")})
"""The private values that hold what a file was called, without the folders it lay in."""


@dataclass(frozen=True, slots=True)
class Letting:
    """A profile, and what its user adds to it."""

    profile: Profile = Profile.COURT
    names: bool = False
    """Whether the names that files had are told in any case."""

    def tells(self, event_type: str, path: str) -> bool:
        """Whether a private value of an event may leave the case."""
        if self.profile is Profile.FULL or (self.names and (event_type, path) in NAMES):
            return True
        return self.profile is Profile.COURT and (event_type, path) in COURT

    @property
    def originals(self) -> bool:
        """Whether exhibits' bytes may leave the case."""
        return self.profile is not Profile.PUBLIC

    def __str__(self) -> str:
        return f"{self.profile.value}, with names" if self.names else self.profile.value


COURT_ONLY = Letting()
"""What an export lets out unless more or less is asked for."""


class State(StrEnum):
    """What became of an exhibit's bytes in a bag."""

    HELD = "held"
    """They are in the bag, and their digest was checked while they were copied."""
    WITHHELD = "withheld"
    """Left out on purpose: by the profile, or because the exhibit was not asked for."""
    MISSING = "missing"
    """No place where they were seen could be read."""
    CHANGED = "changed"
    """Where they were seen lie other bytes now."""


@dataclass(frozen=True, slots=True)
class ExhibitRecord:
    """One exhibit as the log tells of it, and as far as the profile lets it."""

    digest: Digest
    size: int
    taken_in: str
    """RFC 3339 UTC."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Hexadecimal by algorithm, `sha256` among them."""
    ingest: int = 0
    """`seq` of the event that took it in first."""
    number: str = ""
    """The exhibit's number, as people cite it; empty if it has none."""
    kind: str = ""
    format: str = ""
    """Container or image format as it was recognised, lower case; may be empty."""
    examined: str = ""
    """Outcome of the last examination; empty if there was none."""
    names: tuple[bytes, ...] = ()
    """What the file was called where it was seen, the first one first; empty if withheld."""
    paths: tuple[bytes, ...] = ()
    """Where it was seen, the first place first; empty if withheld."""
    state: State | None = None
    """None outside of a bag."""
    path: str = ""
    """Where it lies in the bag, relative to it; empty if it is not in there."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event of the log, with the private values that may leave the case put in."""

    seq: int
    type: str
    time: str
    """RFC 3339 UTC."""
    actor: str
    role: str
    session: int | None
    item: Digest | None
    informed_by: int | None
    """`seq` of the last earlier event about the same item."""
    intent: int | None
    outcome: str
    detail: Mapping[str, Any]
    """A withheld value is its commitment, `{"$c": …}`."""
    leaf_hash: str
    """Hexadecimal."""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case as an exporter sees it: out of the log, and as far as the profile lets it."""

    vault: str
    origin: str
    """The log's name: a domain, a slash and `vault`."""
    created: str
    number: str
    """The case's number, as people cite it; may be empty."""
    organisation: str
    operator: str
    """Who keeps the case; empty if withheld."""
    letting: Letting
    tool: str
    """Name and version of the program that exports."""
    size: int
    """Events of the log."""
    time: str
    """Of the last one."""
    exhibits: tuple[ExhibitRecord, ...]
    """Those that were asked for, in the order of their first events."""
    events: Callable[[], Iterator[EventRecord]]
    """Reads the log anew with each call, in order."""
