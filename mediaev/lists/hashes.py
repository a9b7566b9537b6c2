"""Hashes as they are spelled in lists: what they are called, and how long they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mediaev.model.hash_list import EntryKind

HEX = re.compile(r"[0-9a-fA-F]{16,128}")
BARE_KINDS: Mapping[int, EntryKind] = {
    16: EntryKind.PHASH_OR_DHASH,
    32: EntryKind.MD5,
    40: EntryKind.SHA1,
    64: EntryKind.SHA256_OR_PDQ,
    128: EntryKind.SHA512,
}
"""What a hash is of which nothing is known but its number of digits."""

_CALLED = {
    EntryKind.MD5: ("md5", "hashmd5", "videomd5", "photomd5", "hashvideomd5", "md5sum", "md5hash"),
    EntryKind.SHA1: ("sha1", "hashsha1", "sha1sum", "sha1hash"),
    EntryKind.SHA256: ("sha256", "hashsha256", "sha256sum", "sha256hash"),
    EntryKind.SHA512: ("sha512", "hashsha512", "sha512sum", "sha512hash"),
    EntryKind.PDQ: ("pdq", "hashpdq", "imagepdq", "pdqhash", "pdq256", "photopdq"),
    EntryKind.VPDQ: ("vpdq", "videovpdq", "hashvideovpdq", "hashvpdq"),
    EntryKind.PHASH: ("phash", "hashphash", "imagehashphash"),
    EntryKind.DHASH: ("dhash", "hashdhash", "imagehashdhash"),
    EntryKind.SHA256_OR_PDQ: ("sha256orpdq",),
    EntryKind.PHASH_OR_DHASH: ("phashordhash",),
}
_NAMES = {name: kind for kind, names in _CALLED.items() for name in names}


class NoHashError(ValueError):
    """A text that is not the hash that it should be; says why."""


def plain(name: str) -> str:
    """A name of a column, an algorithm or a type without what spellings differ in.

    >>> plain("SHA-256"), plain("HASH_PDQ")
    ('sha256', 'hashpdq')
    """
    return "".join(letter for letter in name[:64].casefold() if letter.isalnum())


@lru_cache(1000)
def kind_named(name: str) -> EntryKind | None:
    """The kind that goes by a name; None for a name that is not known."""
    return _NAMES.get(plain(name))


def is_hash(text: str) -> bool:
    """Whether a text that nothing is known of must be a hash: numbers of 16 digits are none."""
    return _has_form(text) and (len(text) > 16 or not text.isdigit())


def parse(text: str, kind: EntryKind | None = None) -> tuple[EntryKind, bytes]:
    """Read a hash in hexadecimal; `sha256:…` names its kind itself. Raises NoHashError."""
    digits = text.strip()
    named, colon, rest = digits.partition(":")
    if colon and kind_named(named) is not None:
        kind, digits = kind_named(named), rest.strip()
    if kind is None:
        if not _has_form(digits):
            raise NoHashError(f"{_quoted(digits)} is no hash of a length that is known")
        kind = BARE_KINDS[len(digits)]
    if len(digits) != 2 * kind.width:
        raise NoHashError(
            f"{kind.value} has {2 * kind.width} hexadecimal digits, {_quoted(digits)} has "
            f"{len(digits)} characters"
        )
    if HEX.fullmatch(digits) is None:
        raise NoHashError(f"{_quoted(digits)} is not hexadecimal")
    return kind, bytes.fromhex(digits)


def _has_form(text: str) -> bool:
    return len(text) in BARE_KINDS and HEX.fullmatch(text) is not None


def _quoted(text: str) -> str:
    return f"{text[:24]!a}{'…' if len(text) > 24 else ''}"
