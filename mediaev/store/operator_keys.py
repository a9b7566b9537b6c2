"""Keys of people who answer for acts: `<vault>.operator-<id>.pem`, apart from the log's own."""

from __future__ import annotations

import re
from pathlib import Path

from mediaev.custody.note import Signer, load_signer, new_signer
from mediaev.errors import MediaevError, UsageError
from mediaev.store.files import read_small, write_whole
from mediaev.store.passphrase import asked, new_one
from mediaev.store.places import keys_folder

OPERATOR_PASSPHRASE = "MEDIAEV_OPERATOR_PASSPHRASE"  # noqa: S105
"""The environment variable that opens the keys of people; they may not be the log's keepers."""
_LIMIT = 64 << 10
_FILE = re.compile(r"[0-9a-f]{32}\.operator-([0-9a-f]{8})\.pem")


def operator_key_file(vault: str, key_id: str) -> Path:
    """Where this machine keeps a person's key for one case."""
    return keys_folder() / f"{vault}.operator-{key_id}.pem"


def make_operator_key(vault: str, name: str) -> Signer:
    """Make and keep the key of a person for one case. Raises UsageError."""
    signer = new_signer(name)
    path = operator_key_file(vault, signer.verifier.key_id.hex())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = new_one(OPERATOR_PASSPHRASE, "the operator's new key")
        write_whole(path, signer.private_pem(secret), mode=0o600)
    except OSError as error:
        raise _unusable(path, error) from error
    return signer


def operator_key_ids(vault: str) -> set[str]:
    """The ids of the people's keys that this machine has for a case."""
    folder = keys_folder()
    try:
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    except OSError as error:
        raise _unusable(folder, error) from error
    found = (_FILE.fullmatch(name) for name in names if name.startswith(vault))
    return {match.group(1) for match in found if match}


def load_operator_key(vault: str, name: str, key_id: str) -> Signer:
    """A person's key. Raises UsageError if it is not here or cannot be opened."""
    path = operator_key_file(vault, key_id)
    try:
        pem = read_small(path, _LIMIT)
    except (OSError, MediaevError) as error:
        raise _unusable(path, error) from error
    if pem is None:
        raise UsageError(
            f"The key {key_id} is not on this machine.",
            advice="`mediaev operator list` says which are; the person signs where the key is.",
        )
    signer = load_signer(name, pem, asked(pem, OPERATOR_PASSPHRASE, f"the key {key_id}"))
    if signer.verifier.key_id.hex() != key_id:
        raise UsageError(f"{path} holds another key than its name says.")
    return signer


def _unusable(path: Path, error: Exception) -> UsageError:
    why = error.strerror if isinstance(error, OSError) else error
    return UsageError(f"{path} cannot be read or written: {why}")
