"""Targets: derived files that are written whole, and never over anything that is not ours."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from mediaev.errors import UsageError
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown


def require_free(target: Path, *, replaceable: Callable[[Path], bool] | None = None) -> None:
    """Raise UsageError unless a file can be made here.

    Where something lies already, `replaceable` says whether it may be replaced; by default
    nothing may.
    """
    name = shown(os.fsencode(target))
    try:
        status = target.lstat()
    except FileNotFoundError:
        if target.parent.is_dir():
            return
        raise UsageError(f"{name} cannot be made: there is no such folder") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{name} cannot be made: {said}") from error
    if replaceable is None:
        raise UsageError(f"{name} exists; nothing is overwritten")
    if not stat.S_ISREG(status.st_mode) or not replaceable(target):
        raise UsageError(
            f"{name} exists and was not made by this verb; nothing else is overwritten",
            advice="Name another file.",
        )


def write_whole(target: Path, content: bytes, *, replace: bool = False) -> Digest:
    """Write a file that is there whole or not at all; returns its digest. Raises UsageError.

    Without `replace`, a file that came into being meanwhile is left alone.
    """
    name = shown(os.fsencode(target))
    try:
        descriptor, beside = tempfile.mkstemp(".part", ".mediaev-", target.parent)
        part = Path(beside)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(descriptor, 0o644)
                _write(file, content)
            _place(part, target, content, replace=replace)
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError as error:
        raise UsageError(f"{name} exists; nothing is overwritten") from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"{name} cannot be written: {said}", advice="Name a file on another disk."
        ) from error
    return Digest("sha256", hashlib.sha256(content).digest())


def _place(part: Path, target: Path, content: bytes, *, replace: bool) -> None:
    if replace:
        part.replace(target)
        return
    try:
        # A link fails where a file stands already, unlike a rename.
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        with target.open("xb") as file:
            _write(file, content)


def _write(file: IO[bytes], content: bytes) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())
