"""Private keys, outside all cases, among the user's settings.

A log has two: `<vault>.pem` (Ed25519) and, where this machine can make one,
`<vault>.ml-dsa-44.pem`. Both are encrypted alike. `<vault>.vkey` holds the public keys to trust.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from mediaev.custody.algorithms import Algorithm, available
from mediaev.custody.note import NoteError, Signer, Verifier, load_signer, new_signer
from mediaev.errors import MediaevError, UsageError
from mediaev.store.files import read_small, sync_folder, write_whole
from mediaev.store.passphrase import ENCRYPTED, asked, new_one
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
    return make_some(vault, name, filter(available, Algorithm))


def make_some(vault: str, name: str, algorithms: Iterable[Algorithm]) -> list[Signer]:
    """Make and keep new keys under one passphrase.

    Raises UsageError if there is one, or they cannot be written.
    """
    wanted = list(algorithms)
    for path in (key_file(vault, each) for each in wanted):
        if path.exists():
            raise UsageError(f"{path} is there already; a key is never replaced.")
    made = [new_signer(name, each) for each in wanted]
    _keep(vault, {key_file(vault, one.verifier.algorithm): one for one in made})
    return made


def make_next_keys(vault: str, name: str, algorithms: Iterable[Algorithm]) -> list[Signer]:
    """Make keys that are to take the place of a log's; trusted here from now on.

    Raises UsageError if they cannot be written.
    """
    made = [new_signer(name, each) for each in algorithms]
    _keep(vault, {_next_file(vault, one.verifier): one for one in made})
    return made


def use_next_key(vault: str, vkey: str) -> None:
    """Put a key that the log announces into the place of the old one, which is no more.

    Where that was done already, nothing happens. Raises UsageError.
    """
    try:
        verifier = Verifier.parse(vkey)
    except NoteError:
        return  # the log announces it; it is no key that was made here
    path = _next_file(vault, verifier)
    try:
        if path.exists():
            path.replace(key_file(vault, verifier.algorithm))
            sync_folder(keys_folder())
    except OSError as error:
        raise _unusable(path, error) from error


def load_keys(vault: str, name: str) -> list[Signer]:
    """The private keys of a log that this machine has and can use, Ed25519 first.

    Raises UsageError.
    """
    pems = {each: pem for each in Algorithm if available(each) and (pem := _pem(vault, each))}
    # All of them are under one passphrase: a person types it once.
    secret = asked(b"".join(pems.values()), PASSPHRASE, "the signing key")
    return [_opened(vault, name, each, pem, secret) for each, pem in pems.items()]


def load_key(vault: str, name: str, algorithm: Algorithm) -> Signer | None:
    """The private key of a log, or None if this machine has none. Raises UsageError."""
    pem = _pem(vault, algorithm)
    if pem is None:
        return None
    return _opened(vault, name, algorithm, pem, asked(pem, PASSPHRASE, "the signing key"))


def _pem(vault: str, algorithm: Algorithm) -> bytes | None:
    path = key_file(vault, algorithm)
    try:
        return read_small(path, _LIMIT)
    except (OSError, MediaevError) as error:
        raise _unusable(path, error) from error


def _opened(
    vault: str, name: str, algorithm: Algorithm, pem: bytes, secret: bytes | None
) -> Signer:
    path = key_file(vault, algorithm)
    try:
        signer = load_signer(name, pem, secret if ENCRYPTED in pem else None)
    except UsageError as error:
        given = "is not the right one" if secret else "may be wanted"
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


def _keep(vault: str, made: dict[Path, Signer]) -> None:
    """Write new private keys, and trust them from now on."""
    if not made:
        return
    trusted = trusted_vkeys(vault)
    folder = keys_folder()
    algorithms = {signer.verifier.algorithm for signer in made.values()}
    secret = new_one(PASSPHRASE, "the new signing key")
    if secret is None and Algorithm.ED25519 not in algorithms:
        secret = _secret_of_first(vault)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        for path, signer in made.items():
            write_whole(path, signer.private_pem(secret), mode=0o600)
        vkeys = [*trusted, *(signer.vkey for signer in made.values())]
        write_whole(_public_file(vault), "".join(f"{vkey}\n" for vkey in vkeys).encode())
    except OSError as error:
        raise _unusable(folder, error) from error


def _secret_of_first(vault: str) -> bytes | None:
    """The passphrase of the first key: a second one is not kept in the open beside a sealed one."""
    first = Algorithm.ED25519
    pem = _pem(vault, first)
    if pem is None or ENCRYPTED not in pem:
        return None
    secret = asked(pem, PASSPHRASE, "the signing key")
    _opened(vault, "", first, pem, secret)
    return secret


def _next_file(vault: str, verifier: Verifier) -> Path:
    # The id in the name tells, without a passphrase, which key it is.
    return keys_folder() / f"{vault}.next-{verifier.key_id.hex()}.pem"


def _public_file(vault: str) -> Path:
    return keys_folder() / f"{vault}.vkey"


def _unusable(path: Path, error: Exception) -> UsageError:
    why = error.strerror if isinstance(error, OSError) else error
    return UsageError(
        f"The signing key {path} cannot be read or written: {why}",
        advice="Check the folder's permissions, or set XDG_CONFIG_HOME to another place.",
    )
