"""The walk: every rule about one event and those before it, in one pass over the rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from mediaev.custody import canonical
from mediaev.custody.canonical import CanonicalError
from mediaev.custody.event import ANNOUNCED, TYPES
from mediaev.custody.keys import Keys
from mediaev.custody.leaf import flaw, moment, unknown_fields
from mediaev.custody.openings import Openings
from mediaev.custody.tree import EMPTY_ROOT, Frontier, leaf_hash
from mediaev.custody.verdict import Findings, LogRow

TOKEN = "anchor.token"  # noqa: S105
CLOCK_TOLERANCE = 2.0
"""Seconds that the wall clock may fall behind the monotonic one between two events."""


@dataclass(slots=True)
class Stretch:
    """Events between which no head was stamped: all of them have the same bracket of time."""

    first: int
    earliest: tuple[float, int]
    """The earliest wall clock of an event in it, in seconds since 1970, and which event's."""
    latest: tuple[float, int]


@dataclass(frozen=True, slots=True)
class TokenEvent:
    """What an `anchor.token` event records."""

    seq: int
    response: str
    """Hex SHA-256."""
    request: str | None
    found: str
    """What the response was found to be when it came in."""


class Walk:
    """Reads rows in the order of the database; what it found stands in `findings`.

    Memory: one entry an item, a session and an open announcement; nothing else grows.
    """

    def __init__(
        self, vault: str, sizes: Collection[int], openings: Openings, findings: Findings
    ) -> None:
        self.frontier = Frontier()
        self.roots = {0: EMPTY_ROOT}
        """The recomputed root at each of `sizes` that the log reaches."""
        self.signing = Keys(findings)
        """The keys that the log announces, and whether they signed what they should."""
        self.tokens: dict[tuple[int, str], TokenEvent] = {}
        """The time stamps that the log records, by size and file; the first of each counts."""
        self.stretches: list[Stretch] = []
        self._vault = vault
        self._sizes = frozenset(sizes)
        self._openings = openings
        self._findings = findings
        self._next = 0
        self._last_of_item: dict[bytes, tuple[int, bytes]] = {}
        self._open_sessions: set[int] = set()
        self._closed_sessions: set[int] = set()
        self._announced: set[int] = set()
        self._clocks: dict[str, tuple[float, int]] = {}

    @property
    def keys(self) -> dict[str, int]:
        """The vkeys that the log announces for its heads, each with the `seq` of its event."""
        return self.signing.announced

    @property
    def events(self) -> int:
        """How many rows were read."""
        return self.frontier.size

    def take(self, row: LogRow) -> None:
        """Check the next row."""
        seq = self._numbered(row.seq)
        body = row.body if isinstance(row.body, bytes) else b""
        hashed = leaf_hash(body)
        self.frontier.append(hashed)
        if self.frontier.size in self._sizes:
            self.roots[self.frontier.size] = self.frontier.root()
        if row.leaf_hash != hashed:
            self._findings.fault(seq, "leaf-hash", f"Event {seq}: its bytes were changed.")
        try:
            record = canonical.decode(body)
        except CanonicalError as error:
            self._unreadable(seq, str(error))
            return
        if says := flaw(record):
            self._unreadable(seq, says)
            return
        self._check_columns(seq, row, record)
        self._check_place(seq, record)
        self._check_item(seq, record, hashed)
        self._check_session(seq, record)
        self._check_clock(seq, record)
        self._learn(seq, record)
        self._openings.check(seq, record["detail"], record["private"])

    def end(self) -> None:
        """Note what was begun and never ended."""
        if not self.events:
            self._findings.fault(None, "empty", "The log holds no event at all.")
        self._openings.end()
        for seq in sorted(self._open_sessions):
            self._findings.warn(
                seq, "session-open", f"Session {seq} never ended: a crash, or it still runs."
            )
        for seq in sorted(self._announced):
            self._findings.warn(
                seq, "act-open", f"Event {seq} announces an act that no later event completes."
            )

    def _numbered(self, seq: object) -> int:
        """The number of the row at hand; a gap or a repetition is a fault."""
        expected = self._next
        if type(seq) is not int or not 0 <= seq < 2**63:
            self._findings.fault(expected, "seq", f"Event {expected}: its row has no number.")
            seq = expected
        elif seq > expected:
            last = f" to {seq - 1}" if seq > expected + 1 else ""
            self._findings.fault(expected, "gap", f"Event {expected}{last}: missing.")
        elif seq < expected:
            self._findings.fault(seq, "order", f"Event {seq}: there twice, or out of order.")
        self._next = max(expected, seq + 1)
        return seq

    def _unreadable(self, seq: int, says: str) -> None:
        self._findings.fault(seq, "body", f"Event {seq}: it cannot be read: {says}.")
        self._closed_sessions.add(seq)  # it may have begun one: one fault is enough
        self._openings.check(seq, {})

    def _check_columns(self, seq: int, row: LogRow, record: dict[str, Any]) -> None:
        """The columns beside the body repeat it."""
        columns = (row.seq, row.type, row.item, row.session, row.time)
        repeated = tuple(record[name] for name in ("seq", "type", "item", "session", "time"))
        if columns != repeated or isinstance(row.session, float | bool):
            self._findings.fault(
                seq, "column", f"Event {seq}: the columns of its row contradict its body."
            )

    def _check_place(self, seq: int, record: dict[str, Any]) -> None:
        """The event is of this log, and the log begins with its creation."""
        if record["vault"] != self._vault:
            self._findings.fault(seq, "vault", f"Event {seq}: it belongs to another log.")
        if self.frontier.size == 1 and record["type"] != "vault.create":
            self._findings.fault(
                seq, "first-event", f"Event {seq}: the log does not begin with vault.create."
            )
        if record["type"] not in TYPES:
            self._findings.warn(
                seq, "unknown-type", f"Event {seq}: {record['type'][:40]!a} is not known here."
            )
        for name in unknown_fields(record):
            self._findings.warn(
                seq, "unknown-field", f"Event {seq}: its field {name[:40]!a} is not known here."
            )

    def _check_item(self, seq: int, record: dict[str, Any], hashed: bytes) -> None:
        """`prev_item` names the last event about the same item, by number and leaf hash."""
        if record["item"] is None:
            return
        item = bytes.fromhex(record["item"].removeprefix("sha256:"))
        last = self._last_of_item.get(item)
        if record["prev_item"] != (last and [last[0], last[1].hex()]):
            self._findings.fault(
                seq, "prev-item", f"Event {seq}: it does not follow its exhibit's last event."
            )
        self._last_of_item[item] = (seq, hashed)

    def _check_session(self, seq: int, record: dict[str, Any]) -> None:
        """`session` names an earlier session.start."""
        session = record["session"]
        known = session in self._open_sessions or session in self._closed_sessions
        if session is not None and not known:
            self._findings.fault(
                seq, "session", f"Event {seq}: no session began with event {session}."
            )
            self._closed_sessions.add(session)
        if record["type"] == "session.start":
            self._open_sessions.add(seq)
        elif record["type"] == "session.end" and session in self._open_sessions:
            self._open_sessions.remove(session)
            self._closed_sessions.add(session)

    def _check_clock(self, seq: int, record: dict[str, Any]) -> None:
        """Within one boot, the wall clock advances at least as the monotonic one does."""
        boot = record["clock"]["boot"]
        wall, mono = moment(record["time"]), int(record["clock"]["mono_ns"])
        last_wall, last_mono = self._clocks.get(boot, (wall, mono))
        behind = (mono - last_mono) / 1e9 - (wall - last_wall)
        if behind > CLOCK_TOLERANCE:
            self._findings.warn(
                seq, "clock", f"Event {seq}: the clock was set back by {behind:.1f} seconds."
            )
        elif mono < last_mono:
            self._findings.warn(seq, "clock", f"Event {seq}: it is older than the one before it.")
        self._clocks[boot] = (wall, mono)
        self._place_in_time(seq, record["type"], wall)

    def _place_in_time(self, seq: int, type_: str, wall: float) -> None:
        """Note the wall clock of an event; a new stretch begins where a bracket may change."""
        here = wall, seq
        begins = type_ == TOKEN or self.frontier.size - 1 in self._sizes
        if begins or not self.stretches:
            self.stretches.append(Stretch(seq, here, here))
            return
        stretch = self.stretches[-1]
        if here < stretch.earliest:
            stretch.earliest = here
        elif here > stretch.latest:
            stretch.latest = here

    def _learn(self, seq: int, record: dict[str, Any]) -> None:
        """Remember what later events and checkpoints build on."""
        self._announced.discard(record["intent"])
        if record["outcome"] == ANNOUNCED:
            self._announced.add(seq)
        if record["type"] == "disclosure.destroy":
            self._openings.learn(seq, record["detail"])
        self.signing.take(seq, record)
        if record["type"] == TOKEN:
            self._learn_token(seq, record["detail"])

    def _learn_token(self, seq: int, detail: dict[str, Any]) -> None:
        size, file, response, request = map(detail.get, ("size", "file", "sha256", "request"))
        found = detail.get("found")
        if (
            type(size) is int
            and isinstance(file, str)
            and isinstance(response, str)
            and isinstance(request, str | None)
        ):
            self.tokens.setdefault((size, file), TokenEvent(seq, response, request, str(found)))
