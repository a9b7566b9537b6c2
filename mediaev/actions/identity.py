"""Identity: whose a case is, and the keys that its log is signed with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from mediaev.custody.algorithms import Algorithm
from mediaev.custody.note import Verifier
from mediaev.store import CaseStore
from mediaev.store.keyring import key_file, trusted_vkeys


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key that signs the log's heads."""

    algorithm: str
    private_key: bytes
    """Absolute path; outside the case."""
    public_key: str
    """As a vkey of C2SP signed-note: name, key id and key."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key's text, short enough to be read out over the phone."""
        return sha256(self.public_key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Identity:
    """What to write down of a case, away from the machine that holds it."""

    folder: bytes
    """Absolute path."""
    vault: str
    """Names the log."""
    operator: str
    organisation: str
    number: str
    keys: tuple[KeyPair, ...]
    """Ed25519 first."""

    @property
    def lacking(self) -> tuple[str, ...]:
        """Algorithms that this machine cannot sign with."""
        have = {key.algorithm for key in self.keys}
        return tuple(each.value for each in Algorithm if each.value not in have)


def identity(store: CaseStore) -> Identity:
    """The identity of a case that was made on this machine. Raises UsageError."""
    in_use = set(store.keys_in_use())
    known = [vkey for vkey in trusted_vkeys(store.vault) if vkey in in_use]
    return Identity(
        bytes(store.folder.absolute()),
        store.vault,
        store.operator,
        store.organisation,
        store.number,
        key_pairs(store, known),
    )


def key_pairs(store: CaseStore, vkeys: Iterable[str]) -> tuple[KeyPair, ...]:
    """Keys of this machine that sign a case's log, with where they lie."""
    return tuple(_pair(store.vault, vkey) for vkey in vkeys)


def _pair(vault: str, vkey: str) -> KeyPair:
    algorithm = Verifier.parse(vkey).algorithm
    return KeyPair(algorithm.value, bytes(key_file(vault, algorithm).absolute()), vkey)
