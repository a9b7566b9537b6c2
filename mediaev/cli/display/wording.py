"""Wording: numbers, times and foreign text as people read them."""

from __future__ import annotations

from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown
from mediaev.model.timecode import clock

__all__ = ["clock", "count", "said", "short", "size"]


def said(text: str) -> str:
    """A line of text with control and bidi characters as escapes.

    Backslashes stay as they are: names in it went through `shown` already.
    """
    if text.isprintable():
        return text
    return "\\".join(map(shown, text.split("\\")))


def count(number: int, thing: str, things: str = "") -> str:
    """A number of things.

    >>> count(1, "copy", "copies"), count(2000, "file")
    ('1 copy', '2,000 files')
    """
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def size(number: int) -> str:
    """A number of bytes.

    >>> size(999), size(12_345_678)
    ('999 bytes', '12.3 MB (12,345,678 bytes)')
    """
    exact = count(number, "byte")
    for factor, unit in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if number >= factor:
            return f"{number / factor:.1f} {unit} ({exact})"
    return exact


def short(digest: Digest | str) -> str:
    """The first digits of a digest, enough to name an exhibit with."""
    return str(digest).partition(":")[2][:12]
