"""The custody log's storage: appending events, and reading them in order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert, select, type_coerce
from sqlalchemy.types import NullType

from mediaev.custody import event as custody_event
from mediaev.custody.commitment import SALT_BYTES
from mediaev.custody.event import Stamp
from mediaev.custody.note import Signer
from mediaev.custody.verify import LogRow
from mediaev.errors import TamperedCaseError, UsageError
from mediaev.model.digest import Digest
from mediaev.model.event import Disclosure, EventDraft, StoredEvent
from mediaev.store import clock, schema
from mediaev.store.database import Database

AS_FOUND = [type_coerce(column, NullType()) for column in schema.event.c]
"""The columns of `event` without any check or change: a verification judges them itself."""
_PAGE = 2000
"""Events read at a time."""
_LAST_OF_ITEM = (
    select(schema.event.c.seq, schema.event.c.leaf_hash)
    .where(schema.event.c.item == bindparam("about"))
    .order_by(schema.event.c.seq.desc())
    .limit(1)
)
_HEADS = 20_000
"""How many items' last events are kept in memory."""
_Rows = Select[*tuple[Any, ...]]
ItemHead = tuple[int, bytes]
"""Number and leaf hash of the last event about an item."""


@dataclass(slots=True)
class _Batch:
    """What an open transaction has appended so far."""

    next_seq: int
    events: list[dict[str, Any]] = field(default_factory=list)
    openings: list[dict[str, Any]] = field(default_factory=list)


class EventLog:
    """One case's log. Events get their numbers, times and links here and nowhere else."""

    def __init__(self, database: Database, *, vault: str, number: str) -> None:
        self._database = database
        self._batch: _Batch | None = None
        self._heads: dict[Digest, ItemHead] = {}
        """The last events of items lately met; true as long as nobody else can write."""
        self.vault = vault
        self.number = number
        """The case's number, as people cite it; may be empty."""
        self.actor = "no-key"
        """Who acts: the name of the signing key, since people's names are private."""
        self.session: int | None = None
        """`seq` of the session that is open, if one is."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction of the database, which ends with the appended events in place."""
        try:
            with self._database.transaction():
                if self._batch is not None:
                    yield
                    return
                self._batch = _Batch(self.size())
                try:
                    yield
                    self.settle()
                finally:
                    self._batch = None
        except BaseException:
            self._heads.clear()
            raise
        if len(self._heads) > _HEADS:
            self._heads.clear()

    def append(self, drafts: Sequence[EventDraft]) -> list[int]:
        """Build events in the open transaction; returns their numbers.

        Raises UsageError for a draft that the log's format does not allow.
        """
        if self._batch is None:
            raise RuntimeError("appending needs a transaction")
        return [self._append(self._batch, draft) for draft in drafts]

    def append_signed(
        self, draft: EventDraft, signers: Sequence[Signer], actor: str = "", role: str = "operator"
    ) -> int:
        """Build one event that is signed, by its actor unless it is about the log's own keys."""
        if self._batch is None:
            raise RuntimeError("appending needs a transaction")
        return self._append(self._batch, draft, signers, actor=actor, role=role)

    def _append(
        self,
        batch: _Batch,
        draft: EventDraft,
        signers: Sequence[Signer] = (),
        *,
        actor: str = "",
        role: str = "operator",
    ) -> int:
        stamp = self._stamp(batch, draft, actor or self.actor, role)
        try:
            stored, openings = custody_event.build(draft, stamp, _new_salt, signers)
        except ValueError as error:
            raise UsageError(f"The log cannot hold this event of {draft.type}: {error}") from error
        batch.next_seq += 1
        if draft.item is not None:
            self._heads[draft.item] = (stored.seq, stored.leaf_hash)
        batch.events.append(_event_row(stored, draft, stamp))
        batch.openings += map(_opening_row, openings)
        return stored.seq

    def _stamp(self, batch: _Batch, draft: EventDraft, actor: str, role: str) -> Stamp:
        return Stamp(
            vault=self.vault,
            seq=batch.next_seq,
            time=clock.now(),
            boot=clock.boot(),
            mono_ns=clock.monotonic(),
            sync="unknown",
            actor_id=actor,
            actor_role=role,
            session=self.session,
            case=self.number or None,
            prev_item=self._item_head(draft.item),
        )

    def _item_head(self, item: Digest | None) -> ItemHead | None:
        if item is None:
            return None
        if item not in self._heads:
            found = self._database.select(_LAST_OF_ITEM, tuple, {"about": str(item)})
            if not found:
                return None
            self._heads[item] = found[0]
        return self._heads[item]

    def settle(self) -> None:
        """Give the database what was appended: two statements serve a whole transaction."""
        if self._batch is not None:
            self._database.run(insert(schema.event), self._batch.events)
            self._database.run(insert(schema.disclosure), self._batch.openings)
            self._batch.events.clear()
            self._batch.openings.clear()

    def size(self) -> int:
        """How many events there are."""
        self.settle()
        last = select(func.coalesce(func.max(schema.event.c.seq), -1).label("last"))
        return self._database.select(last, lambda row: int(row.last))[0] + 1

    def events(
        self, item: Digest | None = None, *, after: int = -1, limit: int | None = None
    ) -> Iterator[LogRow]:
        """Rows in order, all or those about one item, after a number, at most `limit`."""
        self.settle()
        chosen = select(*AS_FOUND).order_by(schema.event.c.seq)
        if item is not None:
            chosen = chosen.where(schema.event.c.item == str(item))
        left = limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(_PAGE, left)
            page = self._database.select(_after(chosen, after).limit(size), log_row)
            yield from page
            if len(page) < size:
                return
            after, left = _advanced(after, page[-1].seq), None if left is None else left - size

    def leaf_hashes(self, after: int, *, before: int) -> Iterator[tuple[int, bytes]]:
        """Numbers and leaf hashes of the events between two numbers, in order."""
        self.settle()
        table = schema.event
        chosen = select(table.c.seq, table.c.leaf_hash).order_by(table.c.seq).limit(_PAGE)
        chosen = chosen.where(table.c.seq < before)
        while page := self._database.select(_after(chosen, after), tuple):
            yield from page
            after = _advanced(after, page[-1][0])

    def disclosures(self, seq: int) -> list[Disclosure]:
        """The openings that are still kept of one event's commitments."""
        self.settle()
        table = schema.disclosure
        of_it = select(table).where(table.c.seq == seq).order_by(table.c.path)
        return self._database.select(of_it, opening)


def _after(chosen: _Rows, seq: int) -> _Rows:
    return chosen.where(schema.event.c.seq > seq)


def _advanced(after: int, last: object) -> int:
    """The number to read on from; a damaged index could lead in a circle."""
    if not isinstance(last, int) or last <= after:
        raise TamperedCaseError("The events of the case database are out of order.")
    return last


def _new_salt() -> bytes:
    return os.urandom(SALT_BYTES)


def _event_row(stored: StoredEvent, draft: EventDraft, stamp: Stamp) -> dict[str, Any]:
    return {
        "seq": stored.seq,
        "body": stored.body,
        "leaf_hash": stored.leaf_hash,
        "type": draft.type,
        "item": None if draft.item is None else str(draft.item),
        "session": stamp.session,
        "time": stamp.time,
    }


def _opening_row(opening: Disclosure) -> dict[str, Any]:
    return {
        "seq": opening.seq,
        "path": opening.path,
        "salt": opening.salt,
        "value": opening.value,
    }


def log_row(row: Row[Any]) -> LogRow:
    """The row of `event` as it was found."""
    return LogRow._make(row)


def opening(row: Row[Any]) -> Disclosure:
    """The opening that a row of `disclosure` holds."""
    return Disclosure(row.seq, row.path, row.salt, row.value)
