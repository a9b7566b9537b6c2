"""Private keys, outside all cases, among the user's settings.

A log has two: `<vault>.pem` (Ed25519) and, where this machine can make one,
`<vault>.ml-dsa-44.pem`. Both are encrypted alike. `<vault>.vkey` holds the public keys to trust.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from mediaev.custody.algorithms import Algorithm, available
from mediaev.custody.note import Signer, load_signer, new_signer
from mediaev.errors import MediaevError, UsageError
from mediaev.store.files import read_small, write_whole
from mediaev.store.places import keys_folder

PASSPHRASE = "MEDIAEV_KEY_PASSPHRASE"  # noqa: S105
"""The environment variable that opens the keys, and that new ones are encrypted with."""
_LIMIT = 64 << 10


def key_file(vault: str, algorithm: Algorithm = Algorithm.ED25519) -> Path:
    """Where this machine keeps a private key of a log."""
    kind = "" if algorithm is Algorithm.ED25519 else f".{algorithm.value.lower()}"
    return keys_folder() / f"{vault}{kind}.pem"


def make_keys(vault: str, name: str) -> list[Signer]:
    """Make and keep a new key of each algorithm that this machine has, Ed25519 first.

    Raises UsageError if there is one, or they cannot be written.
    """
    return [make_key(vault, name, algorithm) for algorithm in Algorithm if available(algorithm)]


def make_key(vault: str, name: str, algorithm: Algorithm) -> Signer:
    """Make and keep a new key. Raises UsageError if there is one, or it cannot be written."""
    path = key_file(vault, algorithm)
    if path.exists():
        raise UsageError(f"{path} is there already; a key is never replaced.")
    signer = new_signer(name, algorithm)
    trusted = trusted_vkeys(vault)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        write_whole(path, signer.private_pem(_passphrase()), mode=0o600)
        lines = "".join(f"{vkey}\n" for vkey in [*trusted, signer.vkey])
        write_whole(_public_file(vault), lines.encode())
    except OSError as error:
        raise _unusable(path, error) from error
    return signer


def load_keys(vault: str, name: str) -> list[Signer]:
    """The private keys of a log that this machine has and can use, Ed25519 first.

    Raises UsageError.
    """
    found = (load_key(vault, name, each) for each in Algorithm if available(each))
    return [signer for signer in found if signer is not None]


def load_key(vault: str, name: str, algorithm: Algorithm) -> Signer | None:
    """The private key of a log, or None if this machine has none. Raises UsageError."""
    path = key_file(vault, algorithm)
    try:
        pem = read_small(path, _LIMIT)
    except (OSError, MediaevError) as error:
        raise _unusable(path, error) from error
    if pem is None:
        return None
    try:
        signer = load_signer(name, pem, _passphrase())
    except UsageError as error:
        given = "is not the right one" if _passphrase() else "may be wanted"
        raise UsageError(
            f"The signing key {path} cannot be opened.",
            advice=f"A passphrase in the environment variable {PASSPHRASE} {given}, or the file "
            f"is not the one made with the case. ({error.message})",
        ) from error
    if signer.verifier.algorithm is not algorithm:
        raise UsageError(f"The signing key {path} is not an {algorithm.value} key.")
    return signer


def trusted_vkeys(vault: str) -> list[str]:
    """The public keys of a log that this machine knows apart from the case: `<vault>.vkey`.

    Written with each key that is made here. A key that was learnt on paper or by phone may
    be added by hand, one a line. Raises UsageError.
    """
    path = _public_file(vault)
    try:
        found = (read_small(path, _LIMIT) or b"").decode("ascii").split()
    except (OSError, MediaevError, UnicodeDecodeError) as error:
        raise _unusable(path, error) from error
    return list(dict.fromkeys(found))


def forget_keys(vault: str) -> None:
    """Remove keys that never signed anything, after their case could not be made."""
    for path in (*(key_file(vault, each) for each in Algorithm), _public_file(vault)):
        with suppress(OSError):
            path.unlink()


def _public_file(vault: str) -> Path:
    return keys_folder() / f"{vault}.vkey"


def _passphrase() -> bytes | None:
    return os.environb.get(PASSPHRASE.encode()) or None


def _unusable(path: Path, error: Exception) -> UsageError:
    why = error.strerror if isinstance(error, OSError) else error
    return UsageError(
        f"The signing key {path} cannot be read or written: {why}",
        advice="Check the folder's permissions, or set XDG_CONFIG_HOME to another place.",
    )
