"""The written form of what stands in notes, keys and proofs: names, numbers and base64."""

from __future__ import annotations

import base64
import binascii
import re

HASH_SIZE = 32
"""Bytes of a SHA-256."""
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


class NoteError(ValueError):
    """Bytes that are no note, key or proof as they must be, or a signature that does not hold."""


def is_name(name: str) -> bool:
    """Whether a key may have that name: no spaces, no plus sign, and it can be written."""
    return bool(name) and not any(
        character.isspace() or character == "+" or "\ud800" <= character <= "\udfff"
        for character in name
    )


def in_base64(value: bytes) -> str:
    """Standard base64, with padding."""
    return base64.b64encode(value).decode("ascii")


def from_base64(text: str) -> bytes:
    """Decode standard base64, refusing every spelling but the one that encodes so.

    Raises NoteError.
    """
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise NoteError("not base64") from None
    if in_base64(value) != text:
        raise NoteError("not base64 as it would be written")
    return value


def hash_from(text: str) -> bytes:
    """A SHA-256 in base64. Raises NoteError."""
    value = from_base64(text)
    if len(value) != HASH_SIZE:
        raise NoteError("not a SHA-256 in base64")
    return value


def number_from(text: str) -> int:
    """A number of events in decimal, below 10¹⁸, as it would be written. Raises NoteError."""
    if not _NUMBER.fullmatch(text):
        raise NoteError("not a decimal number")
    return int(text)
