"""What the log says of the evidence, to hold the other tables against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
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
ANNOUNCING = ("key.add", "key.rotate", "vault.recover")
_TELLING = {
    *("vault.create", *ANNOUNCING, "item.ingest", "item.identify", "item.metadata"),
    *("item.fingerprint", "item.match", "review.decide"),
}
_FACTS = ("organisation", "number", "created")
"""What `vault.create` says openly of the case."""


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


@dataclass(slots=True)
class _Seen:
    """The last `item.ingest` event about a sighting."""

    seq: int
    time: str | None
    """The sighting's `seen`; None in logs that do not say it."""


@dataclass(frozen=True, slots=True)
class FoundSighting:
    """A row of sightings."""

    exhibit: str
    identity: tuple[int, ...]
    """In the order of `SIGHTED`."""
    path_b64: str
    seen: str
    current: bool
    """Whether it was not superseded."""


class Record:
    """Takes the log row by row, then each row of evidence, and notes what does not fit.

    The log's own rules are checked elsewhere, so an event that cannot be read tells nothing.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._facts: dict[str, str] = {}
        self._keys: dict[str, int] = {}
        self._ingested: dict[str, tuple[int, str, str | None]] = {}
        self._withheld: dict[int, tuple[str, str | None]] = {}
        """What `item.ingest` events say of sightings, but for the path, by event."""
        self._sighted: dict[bytes, _Seen] = {}
        self._last_at: dict[bytes, bytes] = {}
        """The sighting that was recorded last at each path."""
        self._current: dict[bytes, list[bytes]] = {}
        """The rows that claim to be what lies at each path now; empty bytes for an unknown one."""
        self._met: set[bytes] = set()
        self._examined: dict[str, _Examined] = {}
        self._by_claims_event: dict[int, _Examined] = {}
        self._matches: dict[Pair, tuple[int, str]] = {}
        self._matched: set[Pair] = set()
        self._decisions: dict[int, str] = {}
        """Digest of each decision whose row was not met yet, by event."""

    def take(self, row: LogRow) -> None:
        """Learn from one event what it records."""
        if row.type in _TELLING and isinstance(row.body, bytes) and isinstance(row.seq, int):
            with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
                self._learn(row.seq, json.loads(row.body))

    def _learn(self, seq: int, event: dict[str, Any]) -> None:
        item, detail = str(event["item"]), event["detail"]
        if seq == 0:
            self._facts |= {name: detail[name] for name in _FACTS if name in detail}
        elif event["type"] in ANNOUNCING:
            if detail.get("role") is None:  # people's keys stand in the log alone
                self._keys.setdefault(detail["vkey"], seq)
        elif event["type"] == "item.ingest":
            self._ingested.setdefault(item, (seq, detail["size"], detail.get("taken_in")))
            identity = " ".join([item, *(str(detail[name]) for name in SIGHTED)])
            self._withheld[seq] = identity, detail.get("seen")
        elif event["type"] == "item.identify":
            self._examined[item] = _Examined(seq, detail["sha256"])
        elif event["type"] == "item.metadata":
            self._examined[item].claims_event = seq
            self._by_claims_event[seq] = self._examined[item]
        elif event["type"] == "item.fingerprint":
            for made in detail["fingerprints"]:
                place = made["descriptor"], made["region"]
                self._examined[item].fingerprints[place] = made["sha256"]
        elif event["type"] == "review.decide":
            self._decisions[seq] = detail["sha256"]
        else:
            pair = item, detail["with"], detail["engine"]
            self._matches[pair] = seq, detail["sha256"]

    def open_value(self, seq: int, path: str, value: object) -> None:
        """Learn a private value from the opening of its commitment."""
        if path == "detail.operator" and seq == 0:
            self._facts["operator"] = str(value)
        elif path == "detail.claims":
            self._open_claims(seq, value)
        elif path == "detail.path_b64":
            self._open_path(seq, value)

    def _open_claims(self, seq: int, digest: object) -> None:
        """Learn the digest of claims from the opening of its commitment."""
        if seq in self._by_claims_event and isinstance(digest, str):
            self._by_claims_event[seq].claims = digest

    def _open_path(self, seq: int, path_b64: object) -> None:
        """Learn the path of a sighting from the opening of its commitment."""
        if seq in self._withheld:
            identity, time = self._withheld.pop(seq)
            sighting = _short(f"{identity} {path_b64}")
            self._sighted[sighting] = _Seen(seq, time)
            self._last_at[_short(str(path_b64))] = sighting

    def check_facts(self, facts: Mapping[str, str]) -> None:
        """What the case says of itself is what it said when it was made."""
        for name, recorded in self._facts.items():
            if facts.get(name) != recorded:
                self._differs(0, f"The case's {name}")

    def check_keys(self, keys: Iterable[tuple[str, int]]) -> None:
        """The announced keys are those of the events that announce one."""
        found = dict(keys)
        for vkey, seq in found.items():
            if self._keys.get(vkey) != seq:
                self._fault(None, "unlogged", f"No event announces the key {vkey[:200]!a}.")
        for vkey, seq in self._keys.items():
            if vkey not in found:
                self._fault(seq, "missing", "The key announced here is gone from the case.")

    def check_exhibit(self, exhibit: str, size: int, taken_in: str) -> None:
        """An exhibit stands in the database, so an event must have taken it in."""
        seq, recorded, time = self._ingested.pop(exhibit, (None, "", None))
        if seq is None:
            self._fault(None, "unlogged", f"No event took in {exhibit}, which the case holds.")
        elif recorded != str(size):
            self._differs(seq, f"The size of {exhibit}")
        elif time not in {None, taken_in}:
            self._differs(seq, f"The time at which {exhibit} was taken in")

    def check_sighting(self, found: FoundSighting) -> None:
        """A sighting must be one that was logged."""
        identity = " ".join([found.exhibit, *map(str, found.identity)])
        sighting = _short(f"{identity} {found.path_b64}")
        logged = self._sighted.get(sighting)
        if logged is not None:
            self._met.add(sighting)
            if logged.time not in {None, found.seen}:
                self._differs(logged.seq, f"The time at which {found.exhibit} was seen")
        elif identity in self._without_path:
            sighting = b""  # where the opening was destroyed, any path fits
        else:
            self._differs(None, f"A place where {found.exhibit} was seen")
        if found.current:
            self._current.setdefault(_short(found.path_b64), []).append(sighting)

    @cached_property
    def _without_path(self) -> set[str]:
        return {identity for identity, _ in self._withheld.values()}

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

    def check_claims(self, exhibit: str, rows: list[tuple[str, Any]]) -> None:
        """All claims of an exhibit must be those that the log records, each under its field."""
        claims = [claim for _, claim in rows]
        if any(not isinstance(claim, dict) or claim.get("field") != name for name, claim in rows):
            self._differs(None, f"The metadata of {exhibit}")
        examined = self._examined.get(exhibit)
        if examined is None or examined.claims_event is None:
            self._differs(None, f"The metadata of {exhibit}")
        elif examined.claims is not None:
            if examined.claims != claims_sha256(claims):
                self._differs(examined.claims_event, f"The metadata of {exhibit}")
            examined.claims = None

    def check_match(self, pair: Pair, found: str, *, whole: bool) -> None:
        """A match must be the last one that the log records of the pair, in all its columns."""
        self._matched.add(pair)
        seq, recorded = self._matches.get(pair, (None, ""))
        if recorded != found or not whole:
            self._differs(seq, f"The match of {pair[0]} with {pair[1]}")

    def check_decision(self, seq: int, found: str, *, whole: bool) -> None:
        """A decision must be the one that its event records, in all its columns."""
        if seq not in self._decisions:
            self._fault(None, "unlogged", f"No event {seq} records the decision kept under it.")
        elif self._decisions.pop(seq) != found or not whole:
            self._differs(seq, "The decision")

    def check_rest(self) -> None:
        """What the log records must have been met; matches alone are dropped when outdated."""
        for exhibit, (seq, _, _) in self._ingested.items():
            self._fault(seq, "missing", f"The case no longer holds {exhibit}, taken in here.")
        self._check_places()
        for exhibit, examined in self._examined.items():
            if examined.sha256 or examined.fingerprints:
                self._fault(examined.seq, "missing", f"What was found in {exhibit} is not whole.")
            if examined.claims not in {None, claims_sha256([])}:
                self._fault(examined.claims_event, "missing", f"The metadata of {exhibit} is gone.")

        for seq in self._decisions:
            self._fault(seq, "missing", "The decision is gone from the case.")
        for pair, (seq, _) in self._matches.items():
            if pair not in self._matched and not any(map(self._examined_since(seq), pair[:2])):
                self._fault(seq, "missing", f"The match of {pair[0]} with {pair[1]} is gone.")

    def _check_places(self) -> None:
        """Every place that was recorded is still there, and the last one at a path is current."""
        for sighting, logged in self._sighted.items():
            if sighting not in self._met:
                says = "The place where its exhibit was seen is gone from the case."
                self._fault(logged.seq, "missing", says)
        for path, sighting in self._last_at.items():
            if sighting in self._met and self._current.get(path) not in ([sighting], [b""]):
                self._differs(self._sighted[sighting].seq, "What lies at a place now")

    def _examined_since(self, seq: int) -> Callable[[str], bool]:
        """Whether an exhibit was examined after an event: that may undo its matches."""

        def is_later(exhibit: str) -> bool:
            examined = self._examined.get(exhibit)
            return examined is not None and examined.seq > seq

        return is_later

    def _differs(self, seq: int | None, what: str) -> None:
        self._fault(seq, "differs", f"{what} is not what the log records.")

    def _fault(self, seq: int | None, kind: str, says: str) -> None:
        self.faults.append(Fault(seq, kind, says if seq is None else f"Event {seq}: {says}"))


def _short(text: str) -> bytes:
    """A digest to compare by, because a case may have millions of sightings."""
    return sha256(text.encode()).digest()[:16]
