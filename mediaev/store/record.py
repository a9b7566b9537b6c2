"""What the log says of the evidence, to hold the other tables against it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from mediaev.custody.verify import Fault, LogRow
from mediaev.store.examinations import claims_sha256

Place = tuple[str, str]
"""Descriptor and region of a fingerprint."""
Pair = tuple[str, str, str]
"""The two exhibits of a match, smaller digest first, and the engine."""
SIGHTED = ("device", "inode", "size", "mtime_ns", "ctime_ns", "links")
"""What identifies a sighting in an `item.ingest` event, besides exhibit and path."""
_TELLING = {"item.ingest", "item.identify", "item.metadata", "item.fingerprint", "item.match"}


@dataclass(slots=True)
class _Examined:
    """What the events of one examination say."""

    seq: int
    sha256: str
    """Empty once the row was met."""
    fingerprints: dict[Place, str] = field(default_factory=dict)
    """Those not met yet."""
    claims_event: int | None = None
    claims: str | None = None
    """Digest of the claims; None where there are none or their opening was destroyed."""


class Record:
    """Takes the log row by row, then each row of evidence, and notes what does not fit.

    The log's own rules are checked elsewhere, so an event that cannot be read tells nothing.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._ingested: dict[str, tuple[int, str]] = {}
        self._withheld: dict[int, str] = {}
        """What `item.ingest` events say of sightings, but for the path, by event."""
        self._sighted: set[bytes] = set()
        self._examined: dict[str, _Examined] = {}
        self._by_claims_event: dict[int, _Examined] = {}
        self._matches: dict[Pair, tuple[int, str]] = {}

    def take(self, row: LogRow) -> None:
        """Learn from one event what it records."""
        if row.type in _TELLING and isinstance(row.body, bytes) and isinstance(row.seq, int):
            with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
                self._learn(row.seq, json.loads(row.body))

    def _learn(self, seq: int, event: dict[str, Any]) -> None:
        item, detail = str(event["item"]), event["detail"]
        if event["type"] == "item.ingest":
            self._ingested.setdefault(item, (seq, detail["size"]))
            self._withheld[seq] = " ".join([item, *(str(detail[name]) for name in SIGHTED)])
        elif event["type"] == "item.identify":
            self._examined[item] = _Examined(seq, detail["sha256"])
        elif event["type"] == "item.metadata":
            self._examined[item].claims_event = seq
            self._by_claims_event[seq] = self._examined[item]
        elif event["type"] == "item.fingerprint":
            for made in detail["fingerprints"]:
                place = made["descriptor"], made["region"]
                self._examined[item].fingerprints[place] = made["sha256"]
        else:
            pair = item, detail["with"], detail["engine"]
            self._matches[pair] = seq, detail["sha256"]

    def open_claims(self, seq: int, digest: object) -> None:
        """Learn the digest of claims from the opening of its commitment."""
        if seq in self._by_claims_event and isinstance(digest, str):
            self._by_claims_event[seq].claims = digest

    def open_path(self, seq: int, path_b64: object) -> None:
        """Learn the path of a sighting from the opening of its commitment."""
        if seq in self._withheld:
            self._sighted.add(_short(f"{self._withheld.pop(seq)} {path_b64}"))

    def check_exhibit(self, exhibit: str, size: int) -> None:
        """An exhibit stands in the database, so an event must have taken it in."""
        seq, recorded = self._ingested.pop(exhibit, (None, ""))
        if seq is None:
            self._fault(None, "unlogged", f"No event took in {exhibit}, which the case holds.")
        elif recorded != str(size):
            self._differs(seq, f"The size of {exhibit}")

    def check_sighting(self, exhibit: str, identity: Iterable[int], path_b64: str) -> None:
        """A sighting, its identity in the order of `SIGHTED`, must be one that was logged."""
        seen = " ".join([exhibit, *map(str, identity)])
        # Where the opening was destroyed, any path fits.
        if _short(f"{seen} {path_b64}") not in self._sighted and seen not in self._without_path:
            self._differs(None, f"A place where {exhibit} was seen")

    @cached_property
    def _without_path(self) -> set[str]:
        return set(self._withheld.values())

    def check_examination(self, exhibit: str, found: str) -> None:
        """The examination must be the last one that the log records."""
        examined = self._examined.get(exhibit)
        if examined is None:
            self._fault(None, "unlogged", f"No event records the examination of {exhibit}.")
            return
        if examined.sha256 != found:
            self._differs(examined.seq, f"The examination of {exhibit}")
        examined.sha256 = ""

    def check_fingerprint(self, exhibit: str, place: Place, found: str) -> None:
        """A fingerprint must be one that the log records of the last examination."""
        examined = self._examined.get(exhibit)
        recorded = examined.fingerprints.pop(place, None) if examined else None
        if recorded != found:
            seq = examined.seq if examined else None
            self._differs(seq, f"The fingerprint {place[0]} ({place[1]}) of {exhibit}")

    def check_claims(self, exhibit: str, claims: list[Any]) -> None:
        """All claims of an exhibit must be those that the log records."""
        examined = self._examined.get(exhibit)
        if examined is None or examined.claims_event is None:
            self._differs(None, f"The metadata of {exhibit}")
        elif examined.claims is not None:
            if examined.claims != claims_sha256(claims):
                self._differs(examined.claims_event, f"The metadata of {exhibit}")
            examined.claims = None

    def check_match(self, pair: Pair, found: str) -> None:
        """A match must be the last one that the log records of the pair."""
        seq, recorded = self._matches.get(pair, (None, ""))
        if recorded != found:
            self._differs(seq, f"The match of {pair[0]} with {pair[1]}")

    def check_rest(self) -> None:
        """What the log records must have been met; matches alone are dropped when outdated."""
        for exhibit, (seq, _) in self._ingested.items():
            self._fault(seq, "missing", f"The case no longer holds {exhibit}, taken in here.")
        for exhibit, examined in self._examined.items():
            if examined.sha256 or examined.fingerprints:
                self._fault(examined.seq, "missing", f"What was found in {exhibit} is not whole.")
            if examined.claims not in {None, claims_sha256([])}:
                self._fault(examined.claims_event, "missing", f"The metadata of {exhibit} is gone.")

    def _differs(self, seq: int | None, what: str) -> None:
        self._fault(seq, "differs", f"{what} is not what the log records.")

    def _fault(self, seq: int | None, kind: str, says: str) -> None:
        self.faults.append(Fault(seq, kind, says if seq is None else f"Event {seq}: {says}"))


def _short(text: str) -> bytes:
    """A digest to compare by, because a case may have millions of sightings."""
    return sha256(text.encode()).digest()[:16]
