"""Changes of the log's key: rotation, recovery of a lost one, revocation.

The order of a change survives a crash between any two steps: the new key lies beside the old one
before the log announces it, and is moved into its place after that, now or when the case is next
opened.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select

from mediaev.custody.checkpoint import origin
from mediaev.custody.leaf import fields
from mediaev.custody.note import Signer
from mediaev.errors import UsageError
from mediaev.model.event import EventDraft, Private
from mediaev.store import schema
from mediaev.store.columns import storable
from mediaev.store.history import HistoryShelf
from mediaev.store.keyring import (
    load_key,
    make_next_key,
    use_next_key,
)
from mediaev.store.shelf import REASON_LIMIT

_ENDING = ("key.rotate", "key.revoke", "vault.recover")


class KeyShelf(HistoryShelf):
    """The log's key, and what may take its place."""

    def rotate_key(self, reason: str) -> str:
        """Put a new key in the place of this machine's; both sign it. Returns the new vkey.

        Raises UsageError without a key that the log announces.
        """
        old = self._signer
        if old is None:
            raise UsageError(
                "This machine has no key to hand on from.",
                advice="Was it lost? `mediaev key recover` makes one that takes its place.",
            )
        detail = {"vkey": "", "old": old.vkey, "reason": Private(_checked(reason))}
        return self._replace("key.rotate", detail, [old])

    def recover_key(self, reason: str) -> str:
        """Put a new key in the place of all that the log announced, which are lost.

        Nothing but its own word ties the new key to the log before: who checks the log has to
        learn it from its keeper. Raises UsageError if this machine has the key.
        """
        if self._signer is not None:
            raise UsageError(
                "This machine has the log's key; it is not lost.",
                advice="`mediaev key rotate` puts a new one in its place, which is worth more.",
            )
        lost = [vkey for vkey in self._announced() if vkey not in self._ended()]
        detail = {"vkey": "", "lost": lost, "reason": Private(_checked(reason))}
        return self._replace("vault.recover", detail, [])

    def revoke_key(self, vkey: str, reason: str) -> int:
        """End a key of the log, such as a stolen one: what it signs from now on does not count.

        Raises UsageError for a key that is not in use, and for one's own.
        """
        in_use = [each for each in self._announced() if each not in self._ended()]
        found = [each for each in in_use if vkey and (each == vkey or f"+{vkey}" in each)]
        if len(found) != 1:
            raise UsageError(f"{vkey[:200]!a} is no key of this log that is in use.")
        if self._signer is not None and found[0] == self._signer.vkey:
            raise UsageError(
                "This is the key that this machine signs with.",
                advice="`mediaev key rotate` ends it and puts a new one in its place.",
            )
        detail = {"vkey": found[0], "reason": Private(_checked(reason))}
        [seq] = self.append([EventDraft("key.revoke", detail)])
        return seq

    def _replace(self, kind: str, detail: dict[str, Any], old: list[Signer]) -> str:
        vault = self._log.vault
        new = make_next_key(vault, origin(vault))
        detail["vkey"] = new.vkey
        with self.transaction():
            seq = self._log.append_signed(EventDraft(kind, detail), [*old, new])
            self._log.settle()
            self._database.run(insert(schema.key), [{"vkey": new.vkey, "seq": seq}])
        use_next_key(vault, new.vkey)
        self._use_key(new)
        self._folder.furnish(self._announced())
        return new.vkey

    def _load_key(self) -> None:
        """Take up this machine's key; one that the log announced already moves into its place."""
        vault = self._log.vault
        usable = set(self._announced()) - self._ended()
        for vkey in usable:
            use_next_key(vault, vkey)
        signer = load_key(vault, origin(vault))
        if signer is not None and signer.vkey in usable:
            self._use_key(signer)

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


def _ended_by(row: Row[Any]) -> list[str]:
    detail = _detail(row)
    if "lost" in detail:
        return [str(each) for each in detail["lost"]]
    return [str(detail.get("old", detail["vkey"]))]


def _detail(row: Row[Any]) -> dict[str, Any]:
    return dict(fields(row.body).detail)


def _checked(reason: str) -> str:
    if not reason.strip() or len(reason) > REASON_LIMIT:
        raise UsageError(f"Say why, in at most {REASON_LIMIT} characters.")
    return storable(reason)
