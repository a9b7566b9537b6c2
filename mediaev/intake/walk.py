"""Walking folders: every entry is met once and comes out with what it is.

Symbolic links are never followed, special files never opened, hidden and system files
passed over; each of them is still named, so that nothing is left out in silence.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from mediaev.model.exhibit import shown

_SYSTEM_NAMES = {b"thumbs.db", b"desktop.ini", b"$recycle.bin", b"system volume information"}
_CASE_NAMES = {b"case.db", b"log", b"VERIFY.txt"}
"""What a case of mediaev holds in any state: its thumbnails would match the evidence."""


class EntryKind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    LINK = "symbolic link"
    SPECIAL = "special file"
    HIDDEN = "hidden or system file or folder"
    CASE = "the case's own folder"
    OTHER_CASE = "the folder of another case"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path that the walk met; folders themselves do not come out."""

    path: bytes
    """Absolute, not resolved through links."""
    kind: EntryKind
    says: str = ""
    asked: bool = False
    """Whether it was named itself, and did not just lie in a folder."""


def walk(roots: Iterable[bytes], *, leave_out: Iterable[bytes] = ()) -> Iterator[Entry]:
    """Meet everything under `roots` in the order of names, each path once.

    A root that is itself a link or hidden is taken as the user's explicit wish: a hidden
    one is walked, a link is reported and not followed. Folders in `leave_out` (the case's
    own) and those of other cases are named and passed over. Never raises for what it meets.
    """
    own = {_identity(path) for path in leave_out} - {None}
    seen: set[bytes] = set()
    tops = dict.fromkeys(map(os.path.abspath, roots))
    for top in tops:
        for entry in _walk(top, own, tops.keys()):
            if entry.path not in seen:
                seen.add(entry.path)
                yield entry


def _walk(
    path: bytes, own: set[tuple[int, int] | None], roots: Collection[bytes]
) -> Iterator[Entry]:
    pending = [path]
    while pending:
        current = pending.pop()
        asked = current in roots
        name = os.path.basename(current)
        try:
            status = os.lstat(current)
        except OSError as error:
            yield Entry(current, EntryKind.UNREADABLE, error.strerror or str(error))
            continue
        kind = _kind(name, status, own, asked=asked)
        if kind is not None:
            yield Entry(current, kind, _says(kind, status, current), asked=asked)
            continue
        try:
            with os.scandir(current) as children:
                names = sorted((child.name for child in children), reverse=True)
        except OSError as error:
            says = f"the folder cannot be read, so nothing in it was met: {error.strerror}"
            yield Entry(current, EntryKind.UNREADABLE, says)
            continue
        if _CASE_NAMES.issubset(names):
            says = "another case of mediaev; name the folder objects in it to scan its copies"
            yield Entry(current, EntryKind.OTHER_CASE, says, asked=asked)
            continue
        pending += [os.path.join(current, child) for child in names]


def _kind(
    name: bytes, status: os.stat_result, own: set[tuple[int, int] | None], *, asked: bool
) -> EntryKind | None:
    """What an entry is; None for a folder that is to be walked."""
    if (status.st_dev, status.st_ino) in own:
        return EntryKind.CASE
    if not asked and (name.startswith(b".") or name.lower() in _SYSTEM_NAMES):
        return EntryKind.HIDDEN
    if stat.S_ISLNK(status.st_mode):
        return EntryKind.LINK
    if stat.S_ISDIR(status.st_mode):
        return None
    return EntryKind.FILE if stat.S_ISREG(status.st_mode) else EntryKind.SPECIAL


def _says(kind: EntryKind, status: os.stat_result, path: bytes) -> str:
    if kind is EntryKind.LINK:
        return f"symbolic links are not followed; it leads to {_target(path)}"
    if kind is not EntryKind.SPECIAL:
        return ""
    names = [
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISBLK, "a block device"),
        (stat.S_ISCHR, "a character device"),
    ]
    says = next((says for test, says in names if test(status.st_mode)), "not a regular file")
    return f"{says} is never opened"


def _target(path: bytes) -> str:
    """Where a link leads, without going there: the place may not answer."""
    try:
        return shown(os.path.join(os.path.dirname(path), os.readlink(path)))
    except OSError as error:
        return f"an unknown place ({error.strerror})"


def _identity(path: bytes) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
