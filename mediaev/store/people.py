"""People: who answers for acts, with keys of their own, and what they sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, select

from mediaev.custody.checkpoint import origin
from mediaev.custody.commitment import fitting
from mediaev.custody.keys import actor_id
from mediaev.custody.leaf import fields
from mediaev.errors import UsageError
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.store import schema
from mediaev.store.columns import storable
from mediaev.store.operator_keys import load_operator_key, make_operator_key, operator_key_ids
from mediaev.store.shelf import REASON_LIMIT, Shelf

ROLES = ("operator", "reviewer", "custodian")
_OF_KEYS = ("key.add", "key.revoke", "key.rotate", "vault.recover")
_HOLDS = ("legal_hold.set", "legal_hold.lift")


@dataclass(frozen=True, slots=True)
class Operator:
    """A person with a key in this case."""

    id: str
    """The key's id: 8 hexadecimal digits."""
    role: str
    name: str | None
    """None if it was destroyed."""
    vkey: str
    seq: int
    """The event that announced the key."""
    here: bool
    """Whether this machine has the private key."""
    ended: int | None = None
    """The event that revoked the key."""


class PeopleShelf(Shelf):
    """Operators, and events that they sign."""

    def add_operator(self, name: str, role: str) -> Operator:
        """Make a key for a person and announce it; it signs its own announcement.

        Raises UsageError for a role that there is not, or where there is no name.
        """
        if role not in ROLES:
            raise UsageError(f"There is no role {role!a}; there are {', '.join(ROLES)}.")
        if not name.strip() or len(name) > REASON_LIMIT:
            raise UsageError("An operator has a name; it stays private.")
        signer = make_operator_key(self._log.vault, self._key_name)
        detail = {
            "vkey": signer.vkey,
            "role": role,
            "reason": "signs for a person",
            "operator": Private(storable(name)),
        }
        with self.transaction():
            draft = EventDraft("key.add", detail)
            self._log.append_signed(draft, [signer], actor_id(signer.vkey), role)
        return next(each for each in self.operators() if each.vkey == signer.vkey)

    @property
    def _key_name(self) -> str:
        return f"{origin(self._log.vault)}/operator"

    def operators(self) -> list[Operator]:
        """Everybody with a key in this case, the first one first."""
        here = operator_key_ids(self._log.vault)
        found: dict[str, Operator] = {}
        for seq, kind, detail in self._key_events():
            vkey = str(detail.get("vkey"))
            if kind == "key.add" and "role" in detail:
                key_id = actor_id(vkey).removeprefix("key-")
                name = self._name(seq, detail)
                found.setdefault(
                    vkey, Operator(key_id, str(detail["role"]), name, vkey, seq, key_id in here)
                )
            elif kind == "key.revoke" and vkey in found:
                found[vkey] = replace(found[vkey], ended=seq)
        return list(found.values())

    def _name(self, seq: int, detail: dict[str, Any]) -> str | None:
        """Whose key it is, if what is told of it is what was recorded."""
        for each in fitting(detail, self._log.disclosures(seq)):
            if each.path == "detail.operator" and isinstance(each.value, str):
                return each.value
        return None

    def _key_events(self) -> list[tuple[int, str, dict[str, Any]]]:
        table = schema.event
        chosen = select(table.c.seq, table.c.type, table.c.body).where(
            table.c.item.is_(None),
            table.c.type.in_(_OF_KEYS),  # the first is indexed
        )
        return self._database.select(chosen.order_by(table.c.seq), _detailed)

    def operator_named(self, name: str) -> Operator:
        """The operator that an id, or its first digits, mean; who has a key here, if empty.

        Raises UsageError if that is not just one whose key is in use.
        """
        usable = [each for each in self.operators() if each.ended is None]
        found = [each for each in usable if (each.id.startswith(name) if name else each.here)]
        if len(found) == 1:
            return found[0]
        if name:
            many = "more than one operator goes" if found else "no operator goes"
            raise UsageError(f"{name!a}: {many} by that id.", advice=_LIST)
        if not found:
            raise UsageError("No operator has a key on this machine.", advice=_ADD)
        raise UsageError(
            "Several operators have keys here: say which one with --as ID.", advice=_LIST
        )

    def sign_off(self, drafts: Sequence[EventDraft], operator: Operator) -> list[int]:
        """Append events that a person answers for and signs. Raises UsageError."""
        signer = load_operator_key(self._log.vault, self._key_name, operator.id)
        who = actor_id(signer.vkey), operator.role
        with self.transaction():
            return [self._log.append_signed(draft, [signer], *who) for draft in drafts]

    def revoke_operator(self, operator: Operator, reason: str) -> int:
        """End a person's key: what it signed until now still counts."""
        detail = {"vkey": operator.vkey, "reason": Private(storable(reason)[:REASON_LIMIT])}
        [seq] = self.append([EventDraft("key.revoke", detail)])
        return seq

    def holds(self) -> dict[Digest | None, int]:
        """The legal holds that are in force, each with its event; None is the whole case."""
        table = schema.event
        chosen = select(table.c.seq, table.c.type, table.c.item).where(table.c.type.in_(_HOLDS))
        held: dict[Digest | None, int] = {}
        for seq, kind, about in self._database.select(chosen.order_by(table.c.seq), _with_item):
            if kind == "legal_hold.set":
                held[about] = seq
            else:
                held.pop(about, None)
        return held

    def event_of_match(self, exhibit: Digest, match: str) -> tuple[int, bytes] | None:
        """Number and leaf hash of the event that recorded a match last."""
        table = schema.event
        chosen = select(table).where(table.c.item == str(exhibit), table.c.type == "item.match")
        latest = chosen.order_by(table.c.seq.desc())
        for seq, leaf, detail in self._database.select(latest, _with_leaf):
            if detail.get("match") == match:
                return seq, leaf
        return None

    def last_event_of(self, exhibit: Digest) -> tuple[int, bytes] | None:
        """Number and leaf hash of the last event about an exhibit."""
        table = schema.event
        about = select(table).where(table.c.item == str(exhibit))
        found = self._database.select(about.order_by(table.c.seq.desc()).limit(1), _with_leaf)
        return found[0][:2] if found else None

    def event_numbered(self, seq: int) -> tuple[int, bytes] | None:
        """Number and leaf hash of an event, if there is one."""
        found = self._database.select(
            select(schema.event).where(schema.event.c.seq == seq), _with_leaf
        )
        return found[0][:2] if found else None


_LIST = "`mediaev operator list` lists them."
_ADD = "`mediaev operator add NAME` makes one."


def _detailed(row: Row[Any]) -> tuple[int, str, dict[str, Any]]:
    return row.seq, row.type, dict(fields(row.body).detail)


def _with_item(row: Row[Any]) -> tuple[int, str, Digest | None]:
    return row.seq, row.type, None if row.item is None else Digest.parse(row.item)


def _with_leaf(row: Row[Any]) -> tuple[int, bytes, dict[str, Any]]:
    return row.seq, row.leaf_hash, dict(fields(row.body).detail)
