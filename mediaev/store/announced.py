"""The log's keys as its events have it: which were announced, and which were ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select

from mediaev.custody.algorithms import Algorithm
from mediaev.custody.leaf import fields
from mediaev.custody.note import NoteError, Signer, Verifier
from mediaev.model.event import EventDraft, Private
from mediaev.store import schema
from mediaev.store.columns import storable
from mediaev.store.shelf import Shelf

_ENDING = ("key.rotate", "key.revoke", "vault.recover")


class AnnouncedShelf(Shelf):
    """The public keys that the log tells of."""

    def announced_keys(self) -> list[str]:
        """The public keys that the log announced, the first one first."""
        return self._announced()

    def keys_in_use(self) -> list[str]:
        """Those that no event ended."""
        ended = self._ended()
        return [vkey for vkey in self._announced() if vkey not in ended]

    def _announced(self) -> list[str]:
        """The public keys that the log announced, the first one first."""
        ordered = select(schema.key).order_by("seq")
        return self._database.select(ordered, lambda row: str(row.vkey))

    def _algorithms_in_use(self) -> set[Algorithm]:
        """What the keys in use compute with, as far as they can be read."""
        found = {algorithm_of(vkey) for vkey in self.keys_in_use()}
        return {algorithm for algorithm in found if algorithm is not None}

    def _ended(self) -> set[str]:
        """Keys that the log replaced or revoked."""
        table = schema.event
        chosen = select(table.c.body).where(
            table.c.item.is_(None),
            table.c.type.in_(_ENDING),  # the first is indexed
        )
        return {vkey for each in self._database.select(chosen, _ended_by) for vkey in each}

    def _added(self) -> set[str]:
        """Keys of the log that neither follow from another one nor replace a lost one."""
        key, event = schema.key, schema.event
        joined = key.join(event, key.c.seq == event.c.seq)
        chosen = select(key.c.vkey).select_from(joined).where(event.c.type == "key.add")
        return set(self._database.select(chosen, lambda row: str(row.vkey)))

    def _announce(self, signer: Signer, reason: str, operator: str) -> None:
        detail: dict[str, object] = {"vkey": signer.vkey, "reason": reason}
        if operator:
            detail["operator"] = Private(storable(operator))
        [seq] = self._log.append([EventDraft("key.add", detail)])
        self._list_key(signer, seq)

    def _list_key(self, signer: Signer, seq: int) -> None:
        """Keep which event announces a key."""
        self._log.settle()
        self._database.run(insert(schema.key), [{"vkey": signer.vkey, "seq": seq}])


def algorithm_of(vkey: str) -> Algorithm | None:
    """What a public key computes with; None if it is none that is known here."""
    try:
        return Verifier.parse(vkey).algorithm
    except NoteError:
        return None


def _ended_by(row: Row[Any]) -> list[str]:
    detail = fields(row.body).detail
    lost = detail.get("lost")
    if isinstance(lost, list):
        return [str(each) for each in lost]
    return [str(detail.get("old", detail.get("vkey")))]
