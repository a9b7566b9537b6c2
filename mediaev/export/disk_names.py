"""Disk names: any file name made safe for every disk, archive and terminal, and told back.

What could do harm is written as `=` and two hexadecimal digits a byte, as quoted-printable
does; `=` itself is too. The percent sign is no mark here but one of the bytes that are marked:
BagIt 1.0 wants `%` in a manifest written `%25`, and the most used validator (bagit-python 1.9)
does not undo that. A name without `%`, CR and LF is read alike by all.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

LONGEST = 150
"""Bytes of a disk name at most: with its folder it stays below what old systems allow."""
_CUT = "=~"
"""Stands in a name that was too long, before the first digits of the whole name's SHA-256."""
_HARMFUL = frozenset('=%/\\:*?"<>|')
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_MARKED = re.compile(rb"=([0-9A-F]{2})")


def disk_name(name: bytes) -> str:
    r"""A name for the disk that means just this one.

    It is UTF-8 in NFC, printable, without control and bidi marks, path separators, a leading
    `-` or `.` or space, a trailing `.` or space, and no device of old systems.

    >>> disk_name(b"100%\n.mp4"), disk_name(b"-rf"), disk_name(b"caf\xe9.jpg"), disk_name(b"CON")
    ('100=25=0A.mp4', '=2Drf', 'caf=E9.jpg', '=43ON')
    """
    text = name.decode("utf-8", "surrogateescape")
    plain = text == unicodedata.normalize("NFC", text)
    last = len(text) - 1
    written = "".join(
        each if _is_safe(each, plain=plain, first=place == 0, last=place == last) else _mark(each)
        for place, each in enumerate(text)
    )
    if _RESERVED.match(written):
        written = _mark(written[0]) + written[1:]
    return written if 0 < len(written.encode()) <= LONGEST else _shortened(written, name)


def original_name(disk: str) -> bytes | None:
    """The name that a disk name means; None if that was too long to be told by it."""
    if _CUT in disk:
        return None
    encoded = disk.encode("utf-8", "surrogateescape")
    return _MARKED.sub(lambda found: bytes.fromhex(found[1].decode()), encoded)


def neutral_name(sha256_hex: str, form: str) -> str:
    """A name that tells of the bytes alone: first digits of their digest, and their format."""
    ending = re.sub(r"[^a-z0-9]", "", form.partition(",")[0].lower())[:8]
    return f"{sha256_hex[:12]}.{ending or 'bin'}"


def _is_safe(character: str, *, plain: bool, first: bool, last: bool) -> bool:
    if character.isascii():
        if character in _HARMFUL or not character.isprintable():
            return False
        return not ((first and character in "-. ~") or (last and character in ". "))
    return plain and unicodedata.category(character) not in _UNSEEN and not character.isspace()


def _mark(character: str) -> str:
    return "".join(f"={byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))


def _shortened(written: str, name: bytes) -> str:
    """The beginning of a name, a mark, and its ending if it has a short one."""
    stem, dot, ending = written.rpartition(".")
    if not stem or not ending.isascii() or not ending.isalnum() or len(ending) > 8:
        stem, dot, ending = written, "", ""
    mark = f"{_CUT}{sha256(name).hexdigest()[:8]}{dot}{ending}"
    kept = stem.encode()[: LONGEST - len(mark)].decode("utf-8", "ignore")
    return re.sub(r"=[0-9A-F]?$", "", kept) + mark
