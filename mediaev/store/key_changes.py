"""Changes of the log's keys: rotation, recovery of lost ones, revocation.

The order of a change survives a crash between any two steps: the new keys lie beside the old ones
before the log announces them, and are moved into their place after that, now or when the case is
next opened. Each key is followed by one of its own algorithm, all of them in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mediaev.custody.algorithms import Algorithm, available
from mediaev.custody.checkpoint import origin
from mediaev.custody.note import Signer
from mediaev.errors import UsageError
from mediaev.model.event import EventDraft, Private
from mediaev.store.announced import algorithm_of
from mediaev.store.columns import storable
from mediaev.store.history import HistoryShelf
from mediaev.store.keyring import make_next_keys
from mediaev.store.shelf import REASON_LIMIT


class KeyShelf(HistoryShelf):
    """The log's keys, and what may take their place."""

    def rotate_key(self, reason: str) -> tuple[str, ...]:
        """Put new keys in the place of this machine's; old and new sign it.

        Returns the new vkeys, Ed25519 first. Raises UsageError without a key that the log
        announces.
        """
        if not self._signers:
            raise UsageError(
                "This machine has no key to hand on from.",
                advice="Was it lost? `mediaev key recover` makes one that takes its place.",
            )
        why = Private(_checked(reason))
        old = {each.verifier.algorithm: each for each in self._signers}
        details = {each: {"old": one.vkey, "reason": why} for each, one in old.items()}
        return self._replace("key.rotate", details, old)

    def recover_key(self, reason: str) -> tuple[str, ...]:
        """Put new keys in the place of all that the log announced, which are lost.

        Nothing but its own word ties a new key to the log before: who checks the log has to
        learn it from its keeper. Returns the new vkeys, Ed25519 first. Raises UsageError if this
        machine has the log's key.
        """
        if self._signers:
            raise UsageError(
                "This machine has the log's key; it is not lost.",
                advice="`mediaev key rotate` puts a new one in its place, which is worth more.",
            )
        why = Private(_checked(reason))
        lost: dict[Algorithm, list[str]] = {each: [] for each in Algorithm if available(each)}
        for vkey in self.keys_in_use():
            # Those of an algorithm that this machine lacks are lost with the first one.
            lost.get(algorithm_of(vkey) or Algorithm.ED25519, lost[Algorithm.ED25519]).append(vkey)
        details = {each: {"lost": vkeys, "reason": why} for each, vkeys in lost.items()}
        return self._replace("vault.recover", details, {})

    def revoke_key(self, vkey: str, reason: str) -> int:
        """End a key of the log, such as a stolen one: what it signs from now on does not count.

        Raises UsageError for a key that is not in use, and for one's own.
        """
        found = [each for each in self.keys_in_use() if vkey and _is_named(each, vkey)]
        if len(found) != 1:
            raise UsageError(f"{vkey[:200]!a} is no key of this log that is in use.")
        if any(found[0] == signer.vkey for signer in self._signers):
            raise UsageError(
                "This is a key that this machine signs with.",
                advice="`mediaev key rotate` ends it and puts a new one in its place.",
            )
        detail = {"vkey": found[0], "reason": Private(_checked(reason))}
        [seq] = self.append([EventDraft("key.revoke", detail)])
        return seq

    def _replace(
        self,
        kind: str,
        details: Mapping[Algorithm, Mapping[str, Any]],
        old: Mapping[Algorithm, Signer],
    ) -> tuple[str, ...]:
        """Announce a new key of each algorithm by an event with that detail, all or none."""
        vault = self._log.vault
        made: Sequence[Signer] = make_next_keys(vault, origin(vault), details)
        with self.transaction():
            for new in made:
                algorithm = new.verifier.algorithm
                detail = {"vkey": new.vkey, **details[algorithm]}
                signers = [old[algorithm], new] if algorithm in old else [new]
                seq = self._log.append_signed(EventDraft(kind, detail), signers)
                self._list_key(new, seq)
        self._take_up(made)
        return tuple(new.vkey for new in made)


def _is_named(vkey: str, name: str) -> bool:
    """Whether a key goes by that id, the first digits of it, or the whole text."""
    return vkey == name or f"+{name}" in vkey


def _checked(reason: str) -> str:
    if not reason.strip() or len(reason) > REASON_LIMIT:
        raise UsageError(f"Say why, in at most {REASON_LIMIT} characters.")
    return storable(reason)
