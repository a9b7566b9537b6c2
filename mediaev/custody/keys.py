"""Keys: every rule about who may sign what, from the events that announce and end keys.

Log keys sign checkpoints. `key.add` announces one, `key.rotate` puts a new one in the place of
an old one of the same algorithm (signed by both), `vault.recover` a new one in the place of lost
ones (signed by the new one alone, so nothing but its own word ties it to the log before),
`key.revoke` ends one.

A `key.add` with a `role` announces the key of a person, who signs events and no checkpoints. The
signatures of an event stand in its field `sig`: each is over the canonical body without `sig`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mediaev.custody import canonical
from mediaev.custody.algorithms import SignatureType
from mediaev.custody.canonical import CanonicalError
from mediaev.custody.form import NoteError, from_base64, in_base64
from mediaev.custody.leaf import SIG
from mediaev.custody.note import Signer, Verifier
from mediaev.custody.verdict import Findings

SIGN_OFFS = frozenset(
    {
        "transfer.offer",
        "transfer.accept",
        "transfer.refuse",
        "legal_hold.set",
        "legal_hold.lift",
        "review.approve",
    }
)
"""Types of events that a person answers for, with a key apart from the log's."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The key of a person, as the log announces it."""

    vkey: str
    role: str
    seq: int

    @property
    def id(self) -> str:
        """What the field `actor` of signed events says."""
        return actor_id(self.vkey)


def actor_id(vkey: str) -> str:
    """How events name who acts by a key: people's names are private."""
    return f"key-{_key_id(vkey)}"


def signatures(record: dict[str, Any], signers: Iterable[Signer]) -> list[dict[str, str]]:
    """The field `sig` of an event, whose other fields `record` holds."""
    unsigned = canonical.encode(record)
    return [
        {"key": one.verifier.key_id.hex(), "value": in_base64(one.sign_bytes(unsigned))}
        for one in signers
    ]


class Keys:
    """Takes the events in order; what it found stands in `findings`."""

    def __init__(self, findings: Findings) -> None:
        self.announced: dict[str, int] = {}
        """The log keys by vkey, each with the `seq` of its event."""
        self.ended: dict[str, int] = {}
        """Keys that were replaced or revoked, with the `seq` of that event."""
        self.recovered: set[str] = set()
        """Log keys that nothing but `vault.recover` announces."""
        self._successors: dict[str, list[str]] = {}
        self._actors: dict[str, dict[str, Actor]] = {}
        """People's keys by what `actor` says of them, and by vkey."""
        self._findings = findings
        self._unchecked: set[str] = set()

    def take(self, seq: int, record: dict[str, Any]) -> None:
        """Check who signed an event, and learn what it says of keys."""
        kind, vkey = record["type"], record["detail"].get("vkey")
        if kind in _LEARN and isinstance(vkey, str):
            _LEARN[kind](self, seq, record, vkey)
        elif SIG in record:
            self._check_actor(seq, record)
        elif kind in SIGN_OFFS:
            says = f"Event {seq}: {kind} is signed by nobody but the log."
            self._findings.warn(seq, "no-actor-signature", says)

    def _add(self, seq: int, record: dict[str, Any], vkey: str) -> None:
        role = record["detail"].get("role")
        if role is None:
            if SIG in record:
                self._check_actor(seq, record)
            self.announced.setdefault(vkey, seq)
        elif self._signed_by(seq, record, [vkey]):
            actor = Actor(vkey, str(role), seq)
            self._actors.setdefault(actor.id, {}).setdefault(vkey, actor)

    def _rotate(self, seq: int, record: dict[str, Any], vkey: str) -> None:
        old = str(record["detail"].get("old"))
        if old not in self.announced or old in self.ended:
            self._fault(seq, "actor-key", "it replaces a key that was not in use")
        elif _type_of(old) != _type_of(vkey):
            # Else whoever breaks one algorithm could vouch for keys of the other as well.
            self._fault(seq, "actor-key", "the key and the one before it are of two kinds")
        elif self._signed_by(seq, record, [old, vkey]):
            self.announced.setdefault(vkey, seq)
            self._successors.setdefault(old, []).append(vkey)
            self.ended[old] = seq

    def _recover(self, seq: int, record: dict[str, Any], vkey: str) -> None:
        if self._signed_by(seq, record, [vkey]) and vkey not in self.announced:
            self.announced[vkey] = seq
            self.recovered.add(vkey)
        lost = record["detail"].get("lost")
        for each in lost if isinstance(lost, list) else []:
            self.ended.setdefault(str(each), seq)

    def _revoke(self, seq: int, record: dict[str, Any], vkey: str) -> None:
        if SIG in record:
            self._check_actor(seq, record)
        self.ended.setdefault(vkey, seq)

    def trusted_by(self, vkeys: Iterable[str]) -> list[str]:
        """Keys to trust if these are: they, and what they handed on to by `key.rotate`."""
        found: dict[str, None] = {}
        waiting = list(vkeys)
        while waiting:
            vkey = waiting.pop()
            if vkey not in found:
                found[vkey] = None
                waiting += self._successors.get(vkey, ())
        return list(found)

    def _signed_by(self, seq: int, record: dict[str, Any], vkeys: list[str]) -> bool:
        """Whether all of these keys signed, and nothing is there of others."""
        sig = record.get(SIG, [])
        wanted = {_key_id(vkey): vkey for vkey in vkeys}
        if {one["key"] for one in sig} != wanted.keys():
            self._fault(seq, "actor-signature", "the keys that it names did not sign it")
            return False
        if all(self._passes(seq, record, one, wanted[one["key"]]) for one in sig):
            return True
        self._fault(seq, "actor-signature", "a signature does not hold")
        return False

    def _check_actor(self, seq: int, record: dict[str, Any]) -> None:
        """The signatures of an event that is about no key: by its actor, whose keys are known."""
        actor = record["actor"]
        ids = {f"key-{one['key']}" for one in record[SIG]}
        if actor["id"] not in ids:
            self._fault(seq, "actor-signature", "it was signed by another than its actor")
        for one in record[SIG]:
            known = list(self._actors.get(f"key-{one['key']}", {}).values())
            usable = [each for each in known if each.vkey not in self.ended]
            if not known:
                self._fault(seq, "actor-key", "no earlier event announces the key that signed it")
            elif not usable:
                by = self.ended[known[0].vkey]
                self._fault(seq, "actor-key", f"the key that signed it ended with event {by}")
            elif not any(self._passes(seq, record, one, each.vkey) for each in usable):
                self._fault(seq, "actor-signature", "a signature does not hold")
            elif all(each.role != actor["role"] for each in usable):
                self._fault(seq, "actor-key", "its actor's role is not the one of the key")

    def _passes(self, seq: int, record: dict[str, Any], one: dict[str, str], vkey: str) -> bool:
        """Whether a signature holds, or cannot be checked here, which is told."""
        lacking = _lacking(vkey)
        if lacking and lacking not in self._unchecked:
            self._unchecked.add(lacking)
            says = f"Event {seq} has {lacking} signatures, which this machine cannot check."
            self._findings.warn(seq, "unchecked-signature", says)
        return bool(lacking) or _holds(record, one, vkey)

    def _fault(self, seq: int, kind: str, says: str) -> None:
        self._findings.fault(seq, kind, f"Event {seq}: {says}.")


def _holds(record: dict[str, Any], one: dict[str, str], vkey: str) -> bool:
    unsigned = {name: value for name, value in record.items() if name != SIG}
    try:
        verifier, value = Verifier.parse(vkey), from_base64(one["value"])
        return one["key"] == verifier.key_id.hex() and verifier.verify_bytes(
            canonical.encode(unsigned), value
        )
    except (NoteError, CanonicalError):
        return False


def _type_of(vkey: str) -> SignatureType | None:
    """What a key signs; None for what is no key."""
    try:
        return Verifier.parse(vkey).type
    except NoteError:
        return None


def _lacking(vkey: str) -> str:
    """The algorithm of a key, if this machine cannot check what it signs."""
    try:
        verifier = Verifier.parse(vkey)
    except NoteError:
        return ""
    return "" if verifier.usable else verifier.algorithm.value


def _key_id(vkey: str) -> str:
    """The key id that a vkey names; empty for what is no vkey."""
    parts = vkey.split("+", 2)
    return parts[1] if len(parts) == 3 else ""


_LEARN: Mapping[str, Callable[[Keys, int, dict[str, Any], str], None]] = MappingProxyType(
    {
        "key.add": Keys._add,  # noqa: SLF001
        "key.rotate": Keys._rotate,  # noqa: SLF001
        "key.revoke": Keys._revoke,  # noqa: SLF001
        "vault.recover": Keys._recover,  # noqa: SLF001
    }
)
"""What is learnt from the events about keys."""
