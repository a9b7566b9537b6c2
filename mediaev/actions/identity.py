"""Identity: whose a case is, and the key that its log is signed with."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from mediaev.store import CaseStore
from mediaev.store.keyring import key_file, trusted_vkeys


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
    private_key: bytes
    """Absolute path; outside the case."""
    public_key: str
    """As a vkey of C2SP signed-note: name, key id and key."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key's text, short enough to be read out over the phone."""
        return sha256(self.public_key.encode()).hexdigest()


def identity(store: CaseStore) -> Identity:
    """The identity of a case that was made on this machine. Raises UsageError."""
    [public_key, *_] = sorted(trusted_vkeys(store.vault)) or [""]
    return Identity(
        bytes(store.folder.absolute()),
        store.vault,
        store.operator,
        store.organisation,
        store.number,
        bytes(key_file(store.vault).absolute()),
        public_key,
    )
