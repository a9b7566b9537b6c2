"""Time-stamping authorities: `$XDG_CONFIG_HOME/mediaev/authorities/<name>.toml`.

Trust lies outside all cases, like keys. A file names the address that is asked and the roots
that answers must lead to; the certificates lie beside it as PEM.
"""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mediaev.custody import chain
from mediaev.custody.verify import Authority
from mediaev.errors import MediaevError, UsageError
from mediaev.store.anchor_folder import NAME
from mediaev.store.files import read_small
from mediaev.store.places import authorities_folder

HASHES = ("sha256", "sha512")
"""What a request may be made with."""
_LIMIT = 1 << 20
_KEYS = {"name", "url", "roots", "between", "policy", "hash", "note"}
_MOST = 64


@dataclass(frozen=True, slots=True)
class ConfiguredAuthority:
    """An authority that may be asked, and whose answers are trusted."""

    trust: Authority
    url: str
    hash_name: str
    policy: str | None
    note: str
    """What its keeper wrote down of it: its terms, whether it is qualified."""
    root_files: tuple[Path, ...]
    between_files: tuple[Path, ...]

    @property
    def name(self) -> str:
        """Names its files in a case."""
        return self.trust.name

    @property
    def address(self) -> str:
        """The address without the name and password that may stand in it."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    @property
    def user(self) -> str:
        """The user name in the address; empty if there is none."""
        return urlsplit(self.url).username or ""

    @property
    def root_digests(self) -> list[str]:
        """Hex SHA-256 of each pinned root."""
        return [sha256(each).hexdigest() for each in self.trust.roots]


def read_authorities() -> tuple[list[ConfiguredAuthority], list[str]]:
    """The authorities by name, and a sentence for each file that cannot be used.

    Raises UsageError where the folder cannot be read at all.
    """
    folder = authorities_folder()
    try:
        files = sorted(folder.glob("*.toml"))[: _MOST + 1]
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}.") from error
    found: dict[str, ConfiguredAuthority] = {}
    problems = [f"{folder} holds more than {_MOST} files."] if len(files) > _MOST else []
    for path in files[:_MOST]:
        try:
            authority = _read(path)
        except (OSError, ValueError, TypeError, RecursionError, MediaevError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            problems.append(f"{path} cannot be used: {why}.".replace("..", "."))
            continue
        if authority.name in found:
            problems.append(f"{path} cannot be used: another file names {authority.name} as well.")
        else:
            found[authority.name] = authority
    return list(found.values()), problems


def _read(path: Path) -> ConfiguredAuthority:
    settings = tomllib.loads((read_small(path, _LIMIT) or b"").decode())
    if unknown := sorted(settings.keys() - _KEYS):
        raise ValueError(f"{unknown[0]!a} is no setting of an authority")
    name = _text(settings, "name", path.stem)
    if not NAME.fullmatch(name):
        raise ValueError(f"{name[:80]!a} is no name: lower-case letters, digits, dots and dashes")
    policy = _text(settings, "policy", "") or None
    hash_name = _text(settings, "hash", HASHES[0])
    if hash_name not in HASHES:
        raise ValueError(f"the hash is one of {', '.join(HASHES)}")
    if policy is not None:
        x509.ObjectIdentifier(policy)  # raises ValueError
    root_files, between_files = _paths(settings, path, "roots"), _paths(settings, path, "between")
    roots, between = _certificates(root_files), _certificates(between_files)
    pinned = tuple(_der(each) for each in roots if chain.is_root(each))
    if not pinned:
        raise ValueError("its roots hold no root: no certificate that names itself as its issuer")
    others = (each for each in [*roots, *between] if not chain.is_root(each))
    trust = Authority(name, pinned, tuple(map(_der, others)), (policy,) if policy else ())
    return ConfiguredAuthority(
        trust,
        _address(_text(settings, "url", "")).geturl(),
        hash_name,
        policy,
        _text(settings, "note", ""),
        tuple(root_files),
        tuple(between_files),
    )


def _text(settings: Mapping[str, Any], key: str, otherwise: str) -> str:
    value = settings.get(key, otherwise)
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    return value


def _address(url: str) -> SplitResult:
    """A web address. Raises ValueError."""
    parts = urlsplit(url)
    printable = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in {"http", "https"} or not parts.hostname or not printable:
        raise ValueError("its url is no address that begins with http:// or https://")
    _ = parts.port  # raises ValueError
    return parts


def _paths(settings: Mapping[str, Any], path: Path, key: str) -> list[Path]:
    """The files that a setting names, one or several, beside the file of the settings."""
    named = settings.get(key, [])
    named = [named] if isinstance(named, str) else named
    if not isinstance(named, list) or not all(isinstance(each, str) and each for each in named):
        raise TypeError(f"{key} is no list of files")
    return [path.parent / Path(each).expanduser() for each in named]


def _certificates(files: list[Path]) -> list[x509.Certificate]:
    found: list[x509.Certificate] = []
    for path in files:
        content = read_small(path, _LIMIT)
        if content is None:
            raise ValueError(f"{path} is not there")
        try:
            with warnings.catch_warnings(action="ignore"):  # of what is bad style in one
                found += x509.load_pem_x509_certificates(content)
        except chain.UNREADABLE:
            raise ValueError(f"{path} holds no certificates in PEM") from None
    return found


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
