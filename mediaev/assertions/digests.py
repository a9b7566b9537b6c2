"""Digests as records spell them."""

from __future__ import annotations

import re

from mediaev.model.digest import Digest

_LENGTHS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_KNOWN = {
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "sha512": "sha512",
    "sha3256": "sha3_256",
}
_SPELLED = re.compile(r"(?:([A-Za-z][A-Za-z0-9_/ -]{1,15})[:=]\s*)?([0-9A-Fa-f]+)")


class NoDigestError(ValueError):
    """A text that is no digest of a kind that is known."""


def digest_of(text: str, algorithm: str = "") -> Digest | None:
    """The digest that a text spells, alone or as `SHA-256:…`; None for one of another kind.

    Raises NoDigestError for what is no digest at all, or has another length than its kind.
    """
    spelled = _SPELLED.fullmatch(text.strip())
    if spelled is None:
        raise NoDigestError(f"{text.strip()[:24]!a} is no digest")
    name = re.sub(r"[^a-z0-9]", "", (spelled[1] or algorithm).lower())
    if not name:
        name = _LENGTHS.get(len(spelled[2]), "")
        if not name:
            raise NoDigestError(f"{len(spelled[2])} digits are no digest of a kind that is known")
    known = _KNOWN.get(name)
    if known is None:
        return None
    try:
        return Digest(known, bytes.fromhex(spelled[2]))
    except ValueError as error:
        raise NoDigestError(f"{len(spelled[2])} digits are no {known}") from error
