"""The verdict: what a verification takes, and what it can answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from mediaev.errors import IncompleteError, MediaevError, RollbackError, TamperedCaseError

DATABASE = "database"
LOG_FOLDER = "log folder"

ROLLBACK_KINDS = frozenset({"older", "other-history"})
"""Faults of a log that fits together, but not with a head that was seen elsewhere."""
MOST_KEPT = 1000
"""How many faults, and how many warnings, a verdict lists; the others are counted."""


class LogRow(NamedTuple):
    """One row of the table `event`, exactly as the database gives it; nothing is trusted.

    A named tuple, not a dataclass: a verification makes a million of them.
    """

    seq: object
    body: object
    leaf_hash: object
    type: object
    item: object
    session: object
    time: object


@dataclass(frozen=True, slots=True)
class FoundCheckpoint:
    """The bytes of a signed note, and where they lay."""

    note: object
    where: str
    """`DATABASE` or `LOG_FOLDER`."""
    size: object = None
    """The number of events that its row or its file's name gives it, if one does."""
    root: object = None
    """The root that its row gives it, if one does."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A head of the log that was seen before and kept outside the case."""

    size: int
    root: bytes
    """32 bytes."""


@dataclass(frozen=True, slots=True)
class FoundAnchor:
    """The answer of a time-stamping authority about a checkpoint, as it was found."""

    size: int
    """Events under the checkpoint that it is filed under."""
    name: str
    """Its file's name without the ending: the authority's name, and `~2` for a second answer."""
    response: bytes
    request: bytes | None = None
    """What was asked, if that was kept."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A time stamp, judged: what it shows of the log."""

    size: int
    """It covers the first `size` events, if it is good."""
    name: str
    """Its file's name."""
    kind: str
    """`good`, or what it lacks: a word of `mediaev.custody.token`."""
    says: str
    """A sentence for a person."""
    time: datetime | None = None
    """What it tells, in UTC; also where it is worth nothing."""
    accuracy: timedelta = timedelta()
    serial: int | None = None
    authority: str = ""
    """The trusted authority that vouches for it; empty if none does."""
    signer: str = ""
    valid_until: datetime | None = None
    """When the first of its certificates ends."""
    strangers: int = 0
    """Certificates in it that are none of its path."""
    event: int | None = None
    """The event that records it, if one does."""
    sound: bool = False
    """Whether it is good, and its checkpoint is one that the log continues."""


class Level(IntEnum):
    """How much was shown; each level holds all below it."""

    READABLE = 0
    """The log was read; it does not hold together."""
    CONSISTENT = 1
    """Everything in it fits together."""
    SIGNED = 2
    """A trusted key signed a head of it."""
    ANCHORED = 3
    """A third party's time stamp covers a head of it."""
    WITNESSED = 4
    """A witness co-signed a head of it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit, or, among the warnings, something to look at."""

    seq: int | None
    """The event it is about; None if it is about no single one."""
    kind: str
    """A word for programs; `docs/formats/custody-log.md` lists them."""
    says: str
    """A sentence for a person."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying a log brought to light."""

    level: Level
    faults: tuple[Fault, ...]
    """By event, those about no single event last; at most `MOST_KEPT`."""
    warnings: tuple[Fault, ...]
    """What a person should know, though it breaks nothing."""
    events: int
    root: bytes
    """Merkle root over all events found."""
    signed_size: int
    """How many events the largest good checkpoint covers."""
    anchored_size: int = 0
    """How many events the largest checkpoint covers that has a sound time stamp."""
    anchors: tuple[Anchor, ...] = ()
    """The time stamps that were found, by the size of their checkpoints."""

    @property
    def first_fault(self) -> Fault | None:
        """The fault about the first event that does not fit, if there is any fault."""
        return self.faults[0] if self.faults else None

    @property
    def rolled_back(self) -> bool:
        """Whether the log fits together and is only older than, or other than, one seen."""
        return bool(self.faults) and all(fault.kind in ROLLBACK_KINDS for fault in self.faults)

    def error(self, asked: Level = Level.CONSISTENT) -> MediaevError | None:
        """The error that this verdict stands for, if the log is to reach the level asked."""
        if self.first_fault:
            kind = RollbackError if self.rolled_back else TamperedCaseError
            return kind(self.first_fault.says)
        if self.level < asked:
            return IncompleteError(
                f"The log was found {self.level.name.lower()}; asked was {asked.name.lower()}."
            )
        return None


class Findings:
    """Collects faults and warnings while a log is read, and never more than can be kept."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._warnings: list[Fault] = []
        self._more_faults = 0
        self._more_warnings = 0

    def fault(self, seq: int | None, kind: str, says: str) -> None:
        """Note something that does not fit."""
        if len(self.faults) < MOST_KEPT:
            self.faults.append(Fault(seq, kind, says))
        else:
            self._more_faults += 1

    def warn(self, seq: int | None, kind: str, says: str) -> None:
        """Note something that a person should know."""
        if len(self._warnings) < MOST_KEPT:
            self._warnings.append(Fault(seq, kind, says))
        else:
            self._more_warnings += 1

    def sorted_faults(self) -> tuple[Fault, ...]:
        """All faults by event, then those about no single event, then how many more."""
        return _sorted(self.faults, self._more_faults)

    def sorted_warnings(self) -> tuple[Fault, ...]:
        """All warnings, in the same order."""
        return _sorted(self._warnings, self._more_warnings)


def _sorted(found: list[Fault], more: int) -> tuple[Fault, ...]:
    by_event = sorted(found, key=lambda fault: (fault.seq is None, fault.seq or 0))
    if more:
        by_event.append(Fault(None, "more", f"{more} further ones are not listed."))
    return tuple(by_event)
