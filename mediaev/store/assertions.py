"""Custody records of others in the log: `import.asserted`, never an observation of one's own.

An import begins with an event about the file, which says openly how many records came in; each
record is an event that points to it. Who asserts it and what is asserted are commitments. There
is no table: the log and its openings are all there is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from mediaev.custody import canonical
from mediaev.custody.commitment import fitting
from mediaev.custody.event import TYPES
from mediaev.model.assertion import Assertion
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.store import schema
from mediaev.store.columns import storable
from mediaev.store.event_log import opening
from mediaev.store.shelf import Shelf

ASSERTED = "import.asserted"
_ACTS = {name for name in TYPES.values() if name} | {"capture", "compression", "validation"}
"""Acts that are told openly, since these words identify nobody."""
_AT_ONCE = 1000
"""Events that are handed to the database at a time."""
_EVENT = schema.event.c
_OPENED = (
    select(schema.disclosure)
    .select_from(schema.disclosure.join(schema.event))
    .where(_EVENT.type == ASSERTED)
    .order_by(schema.disclosure.c.seq)
)


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A file of custody records, as it was given."""

    digest: Digest
    size: int
    name: str
    format: str
    by: str
    """Who asserts what it says."""


@dataclass(frozen=True, slots=True)
class StoredAssertion:
    """One record of others in the log."""

    event: int
    imported: str
    """When it was imported, RFC 3339 UTC."""
    source: int
    """The event about the file."""
    row: int
    asserted: Mapping[str, Any] | None
    """`by` and what is asserted; None where the opening was destroyed."""


class AssertionShelf(Shelf):
    """What others assert."""

    def record_import(self, file: RecordFile) -> int | None:
        """The event about a file that was imported before, as the same one's records."""
        wanted = {"detail.file": str(file.digest), "detail.by": storable(file.by)}
        found: dict[int, dict[str, object]] = {}
        for each in self._database.select(_OPENED, opening):
            found.setdefault(each.seq, {})[each.path] = each.value
        for seq, told in found.items():
            if wanted.items() <= told.items():
                return seq
        return None

    def known_assertions(self) -> set[bytes]:
        """A digest of each record in the log whose opening is kept, with who asserts it."""
        only = _OPENED.where(schema.disclosure.c.path == "detail.asserted")
        return {_digest(each.value) for each in self._database.select(only, opening)}

    def record_assertions(
        self,
        file: RecordFile,
        records: Sequence[tuple[Assertion, Digest | None]],
        *,
        known: int = 0,
        unfit: int = 0,
    ) -> int:
        """Log a file's records, each with the exhibit it is about; the event about the file.

        All or nothing. `known` and `unfit` are how many records were not taken in.
        """
        detail = {
            "format": file.format,
            "size": str(file.size),
            "records": len(records),
            "known": known,
            "unfit": unfit,
            "by": Private(storable(file.by)),
            "file": Private(str(file.digest)),
            "name": Private(storable(file.name)),
        }
        with self.transaction():
            [source] = self.append([EventDraft(ASSERTED, detail)])
            for first in range(0, len(records), _AT_ONCE):
                batch = records[first : first + _AT_ONCE]
                self.append([_draft(file, source, record, item) for record, item in batch])
                self._log.settle()
        return source

    def assertions_about(self, digest: Digest) -> list[StoredAssertion]:
        """What others assert of an exhibit, in the order of import."""
        table = schema.event
        about = (
            select(table.c.seq, table.c.time, table.c.body)
            .where(table.c.type == ASSERTED, table.c.item == str(digest))
            .order_by(table.c.seq)
        )
        return list(self._assertions(self._database.select(about, tuple)))

    def _assertions(self, rows: Sequence[Any]) -> Iterator[StoredAssertion]:
        """Events that cannot be read tell nothing here; `verify` names them."""
        for seq, time, body in rows:
            with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
                detail = json.loads(body)["detail"]
                fit = fitting(detail, self._log.disclosures(seq))
                values = [each.value for each in fit if each.path == "detail.asserted"]
                asserted = values[0] if values and isinstance(values[0], dict) else None
                yield StoredAssertion(seq, time, detail["source"], detail["row"], asserted)


def asserted_value(by: str, record: Assertion) -> dict[str, object]:
    """The private value of a record: who asserts it, and all that it says."""
    return {"by": storable(by), **_clean(record.texts())}


def assertion_digest(by: str, record: Assertion) -> bytes:
    """What tells whether the log has a record already, asserted by the same one."""
    return _digest(asserted_value(by, record))


def _digest(value: object) -> bytes:
    return sha256(canonical.encode(value)).digest()


def _clean(value: Any) -> Any:
    """Text that the log can hold, in keys and values; keys are no steps of a path here."""
    if isinstance(value, Mapping):
        pairs = ((storable(str(key)), _clean(each)) for key, each in value.items())
        return {key.encode("ascii", "backslashreplace").decode(): each for key, each in pairs}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return storable(value) if isinstance(value, str) else value


def _draft(file: RecordFile, source: int, record: Assertion, item: Digest | None) -> EventDraft:
    detail: dict[str, Any] = {
        "source": source,
        "row": record.row,
        "asserted": Private(asserted_value(file.by, record)),
    }
    act = record.act.lower()
    if act in _ACTS:
        detail["act"] = act
    if time := _instant(record.time):
        detail["time"] = time
    return EventDraft(ASSERTED, detail, item=item, outcome="asserted")


def _instant(text: str) -> str:
    """A time with its zone in RFC 3339 and UTC; empty for what names no instant."""
    with suppress(ValueError, OverflowError):
        told = datetime.fromisoformat(text)
        if told.tzinfo is not None:
            return told.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return ""
