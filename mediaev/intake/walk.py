"""Walking folders: every entry is met once and comes out with what it is.

Symbolic links are never followed, special files never opened, hidden and system files
passed over; each of them is still named, so that nothing is left out in silence.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

_SYSTEM_NAMES = {b"thumbs.db", b"desktop.ini", b"$recycle.bin", b"system volume information"}


class EntryKind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    LINK = "symbolic link"
    SPECIAL = "special file"
    HIDDEN = "hidden or system file"
    CASE = "the case's own folder"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path that the walk met; folders themselves do not come out."""

    path: bytes
    """Absolute, not resolved through links."""
    kind: EntryKind
    says: str = ""


def walk(roots: Iterable[bytes], *, leave_out: Iterable[bytes] = ()) -> Iterator[Entry]:
    """Meet everything under `roots` in the order of names, each path once.

    A root that is itself a link or hidden is taken as the user's explicit wish: a hidden
    one is walked, a link is reported and not followed. Folders in `leave_out` (the case's
    own) are named and passed over. Never raises for what it meets.
    """
    own = {_identity(path) for path in leave_out} - {None}
    seen: set[bytes] = set()
    for root in roots:
        top = os.path.abspath(root)
        for entry in _walk(top, own, explicit=True):
            if entry.path not in seen:
                seen.add(entry.path)
                yield entry


def _walk(path: bytes, own: set[tuple[int, int] | None], *, explicit: bool) -> Iterator[Entry]:
    pending = [(path, explicit)]
    while pending:
        current, wished = pending.pop()
        name = os.path.basename(current)
        try:
            status = os.lstat(current)
        except OSError as error:
            yield Entry(current, EntryKind.UNREADABLE, error.strerror or str(error))
            continue
        kind = _kind(name, status, own, wished=wished)
        if kind is not None:
            yield Entry(current, kind, _says(kind, status))
            continue
        try:
            with os.scandir(current) as children:
                names = sorted((child.name for child in children), reverse=True)
        except OSError as error:
            yield Entry(current, EntryKind.UNREADABLE, error.strerror or str(error))
            continue
        pending += [(os.path.join(current, child), False) for child in names]


def _kind(
    name: bytes, status: os.stat_result, own: set[tuple[int, int] | None], *, wished: bool
) -> EntryKind | None:
    """What an entry is; None for a folder that is to be walked."""
    if (status.st_dev, status.st_ino) in own:
        return EntryKind.CASE
    if not wished and (name.startswith(b".") or name.lower() in _SYSTEM_NAMES):
        return EntryKind.HIDDEN
    if stat.S_ISLNK(status.st_mode):
        return EntryKind.LINK
    if stat.S_ISDIR(status.st_mode):
        return None
    return EntryKind.FILE if stat.S_ISREG(status.st_mode) else EntryKind.SPECIAL


def _says(kind: EntryKind, status: os.stat_result) -> str:
    if kind is not EntryKind.SPECIAL:
        return {EntryKind.LINK: "symbolic links are not followed"}.get(kind, "")
    names = [
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISBLK, "a block device"),
        (stat.S_ISCHR, "a character device"),
    ]
    says = next((says for test, says in names if test(status.st_mode)), "not a regular file")
    return f"{says} is never opened"


def _identity(path: bytes) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
