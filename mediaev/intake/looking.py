"""Looking at one place for an audit: what lies there, read once and never through a link."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

from mediaev.errors import EvidenceError, RefusedFileError
from mediaev.intake.opened import digest, forget_cached, open_once
from mediaev.model.exhibit import shown
from mediaev.model.fixity import Found, RecordedPlace, Sight

_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}
NOTHING = "there is no such file"


def look_at(path: bytes, expected: int | None = None, *, below: bytes | None = None) -> Found:
    """Read the file at a path, from the disk; `expected` is the size that was recorded.

    No folder under `below` may be a symbolic link. Whatever stands in the way becomes the
    result: nothing is raised.
    """
    if below is not None and (link := link_on_the_way(path, below)) is not None:
        reason = f"a symbolic link stands at {shown(link)}, which is not followed"
        return Found(Sight.GONE, reason=reason)
    try:
        with open_once(path) as opened:
            forget_cached(opened)
            return Found(Sight.HELD, digest(opened)[0])
    except RefusedFileError:
        return Found(Sight.GONE, reason=_instead(path))
    except EvidenceError as error:
        return _unread(path, expected, _without_path(error, path), error.__cause__)


def _unread(path: bytes, expected: int | None, reason: str, cause: BaseException | None) -> Found:
    """What a file is that could not be read: its size alone may tell that it was changed."""
    try:
        status = os.lstat(path)
    except OSError as error:
        absent = error.errno in _ABSENT
        return (
            Found(Sight.GONE, reason=NOTHING) if absent else Found(Sight.UNREADABLE, reason=reason)
        )
    if not stat.S_ISREG(status.st_mode):
        return Found(Sight.GONE, reason=_instead(path))
    if isinstance(cause, OSError) and cause.errno in _ABSENT:
        return Found(Sight.UNREADABLE, reason="it was made just now; audit again")
    if expected is not None and status.st_size != expected:
        sizes = f"it has {status.st_size:,} bytes, {expected:,} are recorded"
        return Found(Sight.OTHER, reason=f"{sizes}; not read as a whole: {reason}")
    return Found(Sight.UNREADABLE, reason=reason)


def _instead(path: bytes) -> str:
    """What stands in a file's place."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return NOTHING
    if stat.S_ISLNK(mode):
        return "a symbolic link stands there, which is not followed"
    return f"{'a folder' if stat.S_ISDIR(mode) else 'a special file'} stands there"


def _without_path(error: EvidenceError, path: bytes) -> str:
    """The error's message without the path that it begins with: the finding has it."""
    return error.message.removeprefix(shown(path)).strip()


def link_on_the_way(path: bytes, below: bytes = b"/") -> bytes | None:
    """The first folder on the way from `below` down to a path that is a symbolic link."""
    parents = []
    folder = os.path.dirname(path)
    while len(folder) >= len(below) and folder != os.path.dirname(folder):
        parents.append(folder)
        folder = os.path.dirname(folder)
    for each in reversed(parents):
        with suppress(OSError):
            if stat.S_ISLNK(os.lstat(each).st_mode):
                return each
    return None


def absolute(path: bytes) -> bytes:
    """A path from the root, as the walk gives it: without `..`, not resolved through links."""
    return os.path.abspath(path)


def size_of(path: bytes) -> int:
    """The size of what lies at a path, without opening it; -1 where that cannot be told."""
    try:
        return os.lstat(path).st_size
    except OSError:
        return -1


def is_gone(path: bytes) -> bool:
    """Whether certainly no file lies at a path, without opening it."""
    try:
        return not stat.S_ISREG(os.lstat(path).st_mode)
    except OSError as error:
        return error.errno in _ABSENT


def is_untouched(place: RecordedPlace, since_ns: int, *, below: bytes | None = None) -> bool:
    """Whether a file is still of its size, and nothing was done to it since a moment."""
    if below is not None and link_on_the_way(place.path, below) is not None:
        return False
    try:
        status = os.lstat(place.path)
    except OSError:
        return False
    return (
        stat.S_ISREG(status.st_mode)
        and status.st_size == place.size
        and max(status.st_ctime_ns, status.st_mtime_ns) < since_ns
    )
