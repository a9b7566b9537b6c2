"""The Python API of a case: its keys, its people, and what they sign."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mediaev.actions import people
from mediaev.actions import redact as redacting
from mediaev.actions.doctor import versions
from mediaev.actions.identity import KeyPair, key_pairs
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Exhibit
from mediaev.model.redaction import Redaction
from mediaev.store import CaseStore, Operator


class CasePeople:
    """What people answer for in a case."""

    _store: CaseStore

    def add_operator(self, name: str, *, role: str = people.ROLES[0]) -> Operator:
        """Make a key for a person and announce it; the name stays private."""
        with self._store.session("operator add", sys.argv, versions()):
            return self._store.add_operator(name, role)

    def operators(self) -> list[Operator]:
        """Everybody with a key in this case."""
        return self._store.operators()

    def revoke_operator(self, operator: str, *, reason: str) -> int:
        """End a person's key, named by its id; returns the event."""
        with self._store.session("operator revoke", sys.argv, versions()):
            return self._store.revoke_operator(self._store.operator_named(operator), reason)

    def hold(
        self, exhibits: Sequence[Exhibit], *, ground: str, lift: bool = False, operator: str = ""
    ) -> people.Signed:
        """Set or lift a legal hold on exhibits, or on the whole case; an operator signs it."""
        with self._store.session("hold", sys.argv, versions()):
            return people.hold(self._store, exhibits, ground, lift=lift, operator=operator)

    def holds(self) -> dict[Digest | None, int]:
        """The legal holds in force, each with its event; None stands for the whole case."""
        return self._store.holds()

    def approve(
        self, named: Sequence[tuple[str, people.Approvable]], note: str = "", *, operator: str = ""
    ) -> people.Signed:
        """Sign that matches, decisions or exhibits were reviewed as they are now."""
        with self._store.session("approve", sys.argv, versions()):
            return people.approve(self._store, named, note, operator)

    def rotate_key(self, *, reason: str) -> tuple[KeyPair, ...]:
        """Put new keys in the place of the log's; old and new sign it. Ed25519 comes first."""
        with self._store.session("key rotate", sys.argv, versions()):
            return key_pairs(self._store, self._store.rotate_key(reason))

    def recover_key(self, *, reason: str) -> tuple[KeyPair, ...]:
        """Make new keys in the place of lost ones. Ed25519 comes first."""
        with self._store.session("key recover", sys.argv, versions()):
            return key_pairs(self._store, self._store.recover_key(reason))

    def revoke_key(self, vkey: str, *, reason: str) -> int:
        """End a key of the log that another machine has; returns the event."""
        with self._store.session("key revoke", sys.argv, versions()):
            return self._store.revoke_key(vkey, reason)

    def plan_redaction(
        self,
        exhibits: Sequence[Exhibit] = (),
        events: Sequence[int] = (),
        values: Sequence[str] = (),
    ) -> Redaction:
        """What a redaction would destroy; changes nothing. See `redact`."""
        return redacting.plan(self._store, exhibits, events, values)

    def redact(self, planned: Redaction, *, ground: str, authority: str) -> list[int]:
        """Destroy private values for good; returns the events that log it.

        Where nothing is left to destroy, what an earlier run could not finish is finished.
        """
        logged: list[int] = []
        if planned.openings:
            # The arguments may name what is to be forgotten.
            with self._store.session("redact", [*sys.argv[:1], "redact"], versions()):
                logged = redacting.redact(self._store, planned, ground, authority)
        self._store.scrub()
        return logged
