"""The log on its way out: read once more, checked, and opened as far as a profile lets it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mediaev import __version__
from mediaev.custody.checkpoint import origin
from mediaev.custody.leaf import fields
from mediaev.custody.tree import Frontier, leaf_hash
from mediaev.errors import TamperedCaseError
from mediaev.export.gathering import Gathering, event_record, let_out
from mediaev.model.event import Disclosure
from mediaev.model.export import CaseRecord, EventRecord, ExhibitRecord, Letting
from mediaev.store import CaseStore

TOOL = f"mediaev {__version__}"


class Outgoing(NamedTuple):
    """One event on its way out."""

    body: bytes
    """As stored: its leaf hash is right, and it holds no line break."""
    record: EventRecord
    openings: tuple[Disclosure, ...]
    """Those that the profile lets out; each opens its commitment."""


class OutgoingLog:
    """Reads a case's log for an export, and refuses one that does not hold together."""

    def __init__(self, store: CaseStore, letting: Letting) -> None:
        self._store = store
        self._letting = letting
        self.root = b""
        """Merkle root over all events, once they were gathered."""

    def walk(self) -> Iterator[Outgoing]:
        """All events in order. Raises TamperedCaseError at the first that does not fit."""
        for expected, (row, openings) in enumerate(self._store.log_with_openings()):
            body = row.body
            if row.seq != expected or not isinstance(body, bytes):
                raise _unfit(expected, "its row is missing or out of order")
            hashed = leaf_hash(body)
            if row.leaf_hash != hashed:
                raise _unfit(expected, "its bytes were changed")
            try:
                view = fields(body)
            except ValueError as error:
                raise _unfit(expected, str(error)) from error
            told = let_out(view, openings, self._letting)
            yield Outgoing(body, event_record(view, hashed, told), told)

    def gather(self) -> tuple[Gathering, int]:
        """What the log says of exhibits, and its size; its roots are those that were signed."""
        heads = {each.size: each.root for each in self._store.checkpoints()}
        gathering, frontier = Gathering(), Frontier()
        for event in self.walk():
            gathering.take(event.record)
            frontier.append(bytes.fromhex(event.record.leaf_hash))
            signed = heads.pop(frontier.size, None)
            if signed is not None and signed != frontier.root():
                raise _unfit(frontier.size - 1, "up to it, the log is not the one that was signed")
        if any(heads):
            raise _unfit(frontier.size, "it is missing, though a checkpoint covers it")
        self.root = frontier.root()
        return gathering, frontier.size

    def record(self, exhibits: Sequence[ExhibitRecord]) -> CaseRecord:
        """The case as exporters see it, with what is already known of its exhibits."""
        found, size = self.gather()
        return CaseRecord(
            vault=self._store.vault,
            origin=origin(self._store.vault),
            created=found.created,
            number=found.number,
            organisation=found.organisation,
            operator=found.operator,
            letting=self._letting,
            tool=TOOL,
            size=size,
            time=found.time,
            exhibits=tuple(exhibits),
            events=lambda: (each.record for each in self.walk()),
        )


def opening_lines(log: OutgoingLog) -> Iterator[bytes]:
    """The openings that are let out, one canonical JSON object a line, in order."""
    for event in log.walk():
        for each in event.openings:
            salt = base64.urlsafe_b64encode(each.salt).rstrip(b"=").decode()
            told = {"path": each.path, "salt": salt, "seq": each.seq, "value": each.value}
            text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            yield f"{text}\n".encode()


def body_lines(log: OutgoingLog) -> Iterator[bytes]:
    """The log itself, byte for byte, one event a line."""
    for event in log.walk():
        yield event.body + b"\n"


def _unfit(seq: int, says: str) -> TamperedCaseError:
    return TamperedCaseError(f"Event {seq}: {says}; nothing is exported from such a log.")
