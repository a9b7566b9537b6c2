"""Exhibits and sightings: the bytes, and the places they were seen."""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from mediaev.model.digest import Digest


class Kind(StrEnum):
    """What the bytes are, judged by their content and never by the file's name."""

    STILL = "still"
    VIDEO = "video"
    AUDIO = "audio"
    OTHER = "other"


class Status(StrEnum):
    """What became of one file of a scan. Every file that was met gets exactly one."""

    NEW = "new"
    """Taken in and examined in this run."""
    KNOWN = "known"
    """Bytes that the case already holds, met at a place not seen before."""
    UNCHANGED = "unchanged"
    """Seen before at this place: the same size, times and inode, or the same bytes read again."""
    PARTIAL = "partial"
    """Taken in; only a part of it could be decoded (the reason says which)."""
    NOT_MEDIA = "not-media"
    """Taken in as bytes; no picture, video or sound, so nothing to compare."""
    FAILED = "failed"
    """Could not be read, or its examination failed; the reason says why."""
    CHANGED = "changed"
    """Changed while it was being read, so nothing of it was recorded as whole."""
    REFUSED = "refused"
    """A pipe, device, socket, another case, or a link that was named itself: never opened."""
    SKIPPED = "skipped"
    """Hidden or system file, a link, or the case's own folder: passed over and counted."""

    @property
    def is_failure(self) -> bool:
        """Whether the file is listed as one that could not be read (exit code 3)."""
        return self in {Status.PARTIAL, Status.FAILED, Status.CHANGED, Status.REFUSED}


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What the file system says of an open file; equal before and after a read that counts."""

    device: int
    inode: int
    size: int
    """Bytes."""
    mtime_ns: int
    ctime_ns: int
    links: int = 1


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One sequence of bytes, known by its SHA-256."""

    digest: Digest
    size: int
    """Bytes."""
    kind: Kind
    taken_in: str
    """When this case first saw the bytes, RFC 3339 UTC."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One place where an exhibit's bytes were seen."""

    exhibit: Digest
    path: bytes
    """Absolute path, exactly the bytes that the file system gave."""
    identity: FileIdentity
    seen: str
    """RFC 3339 UTC."""
    superseded: bool = False
    """Whether something else was seen there later, or the same bytes in a file made anew."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one path in one scan."""

    path: bytes
    status: Status
    reason: str = ""
    exhibit: Digest | None = None


_MARKS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def shown(path: bytes | str) -> str:
    r"""A name as it may be printed: control, bidi and undecodable characters as escapes.

    Two different names never print alike: a backslash prints doubled.

    >>> shown(b"a\nb.mp4")
    'a\\nb.mp4'
    """
    text = path.decode("utf-8", "surrogateescape") if isinstance(path, bytes) else path
    return "".join(_shown_character(character) for character in text)


def _shown_character(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if 0xDC80 <= ord(character) <= 0xDCFF:  # surrogateescape: a byte that is not UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    if unicodedata.category(character) in _MARKS:
        return character.encode("unicode_escape").decode("ascii")
    return character


def path_base64(path: bytes) -> str:
    """The exact bytes of a name, for JSON (standard base64)."""
    return base64.b64encode(path).decode("ascii")
