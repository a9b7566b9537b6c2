"""Private keys, one a log, outside all cases: `<vault>.pem` among the user's settings."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from mediaev.custody.note import Signer, Verifier, load_signer, new_signer
from mediaev.errors import MediaevError, UsageError
from mediaev.store.files import read_small, sync_folder, write_whole
from mediaev.store.passphrase import asked, new_one
from mediaev.store.places import keys_folder

PASSPHRASE = "MEDIAEV_KEY_PASSPHRASE"  # noqa: S105
"""The environment variable that opens the keys, and that new ones are encrypted with."""
_LIMIT = 64 << 10


def key_file(vault: str) -> Path:
    """Where this machine keeps the private key of a log."""
    return keys_folder() / f"{vault}.pem"


def make_key(vault: str, name: str) -> Signer:
    """Make and keep a new key. Raises UsageError if there is one, or it cannot be written."""
    path = key_file(vault)
    if path.exists():
        raise UsageError(f"{path} is there already; a key is never replaced.")
    signer = new_signer(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        secret = new_one(PASSPHRASE, "the new signing key")
        write_whole(path, signer.private_pem(secret), mode=0o600)
        write_whole(_public_file(vault), f"{signer.vkey}\n".encode())
    except OSError as error:
        raise _unusable(path, error) from error
    return signer


def load_key(vault: str, name: str) -> Signer | None:
    """The private key of a log, or None if this machine has none. Raises UsageError."""
    path = key_file(vault)
    try:
        pem = read_small(path, _LIMIT)
    except (OSError, MediaevError) as error:
        raise _unusable(path, error) from error
    if pem is None:
        return None
    try:
        secret = asked(pem, PASSPHRASE, "the signing key")
        return load_signer(name, pem, secret)
    except UsageError as error:
        given = "is not the right one" if secret else "may be wanted"
        raise UsageError(
            f"The signing key {path} cannot be opened.",
            advice=f"A passphrase in the environment variable {PASSPHRASE} {given}, or the file "
            f"is not the one made with the case. ({error.message})",
        ) from error


def trusted_vkeys(vault: str) -> set[str]:
    """The public keys of a log that this machine knows apart from the case: `<vault>.vkey`.

    Written with each key that is made here. A key that was learnt on paper or by phone may
    be added by hand, one a line. Raises UsageError.
    """
    path = _public_file(vault)
    try:
        return set((read_small(path, _LIMIT) or b"").decode("ascii").split())
    except (OSError, MediaevError, UnicodeDecodeError) as error:
        raise _unusable(path, error) from error


def forget_key(vault: str) -> None:
    """Remove a key that never signed anything, after its case could not be made."""
    with suppress(OSError):
        key_file(vault).unlink()
        _public_file(vault).unlink()


def make_next_key(vault: str, name: str) -> Signer:
    """Make a key that is to take the place of a log's; trusted here from now on."""
    signer = new_signer(name)
    path = _next_file(vault, signer.vkey)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = {*trusted_vkeys(vault), signer.vkey}
        secret = new_one(PASSPHRASE, "the new signing key")
        write_whole(path, signer.private_pem(secret), mode=0o600)
        write_whole(_public_file(vault), "".join(f"{one}\n" for one in sorted(known)).encode())
    except OSError as error:
        raise _unusable(path, error) from error
    return signer


def use_next_key(vault: str, vkey: str) -> None:
    """Put a key that the log announces into the place of the old one, which is no more.

    Where that was done already, nothing happens.
    """
    path = _next_file(vault, vkey)
    try:
        if path.exists():
            path.replace(key_file(vault))
            sync_folder(keys_folder())
    except OSError as error:
        raise _unusable(path, error) from error


def _next_file(vault: str, vkey: str) -> Path:
    # The id in the name tells, without a passphrase, which key it is.
    return keys_folder() / f"{vault}.next-{Verifier.parse(vkey).key_id.hex()}.pem"


def _public_file(vault: str) -> Path:
    return keys_folder() / f"{vault}.vkey"


def _unusable(path: Path, error: Exception) -> UsageError:
    why = error.strerror if isinstance(error, OSError) else error
    return UsageError(
        f"The signing key {path} cannot be read or written: {why}",
        advice="Check the folder's permissions, or set XDG_CONFIG_HOME to another place.",
    )
