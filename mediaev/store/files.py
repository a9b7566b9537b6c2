"""Small files, written whole and durable, and read with suspicion."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from mediaev.errors import TamperedCaseError


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Replace a file at one stroke: after a crash it holds the old content or the new.

    Only one process at a time may write in a folder; links in the way are never followed.
    """
    beside = path.with_name(f".{path.name}.new")
    with suppress(FileNotFoundError):
        beside.unlink()  # left by a writer that was killed, or laid there by a stranger
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder as durable as the files behind them."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_small(path: Path, limit: int) -> bytes | None:
    """The content of a regular file of at most `limit` bytes; None if there is none.

    Raises TamperedCaseError for links, special files and larger ones, OSError for the rest.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError:
        if path.is_symlink():
            raise TamperedCaseError(f"{path} is a link; mediaev makes files there.") from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)  # Python itself would not make a file of a folder
        raise TamperedCaseError(f"{path} is not an ordinary file.")
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise TamperedCaseError(f"{path} is larger than {limit} bytes.")
    return content


def refuse_link(path: Path, *, folder: bool) -> None:
    """Raise TamperedCaseError if the path exists and is not a file (or folder) itself."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    expected = stat.S_ISDIR(mode) if folder else stat.S_ISREG(mode)
    if not expected:
        kind = "folder" if folder else "file"
        raise TamperedCaseError(f"{path} is not an ordinary {kind}.")


def make_folders(base: Path, folder: Path) -> None:
    """Make what is missing of the folders from `base` down. Raises TamperedCaseError for links."""
    for relative in [*reversed(folder.relative_to(base).parents[:-1]), folder.relative_to(base)]:
        path = base / relative
        refuse_link(path, folder=True)
        if not path.exists():
            path.mkdir()
            sync_folder(path.parent)
