"""Targets: derived files that are written whole, and never over anything."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from mediaev.errors import UsageError
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown


def require_free(target: Path) -> None:
    """Raise UsageError unless a new file can be made here."""
    name = shown(os.fsencode(target))
    try:
        target.lstat()
    except FileNotFoundError:
        if target.parent.is_dir():
            return
        raise UsageError(f"{name} cannot be made: there is no such folder") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{name} cannot be made: {said}") from error
    raise _exists(name)


def write_whole(target: Path, content: bytes) -> Digest:
    """Write a file that is there whole or not at all; returns its digest. Raises UsageError."""
    name = shown(os.fsencode(target))
    try:
        with target.open("xb") as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                target.unlink()
                raise
    except FileExistsError as error:
        raise _exists(name) from error
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"{name} cannot be written: {said}", advice="Name a file on another disk."
        ) from error
    return Digest("sha256", hashlib.sha256(content).digest())


def _exists(name: str) -> UsageError:
    return UsageError(f"{name} exists; nothing is overwritten", advice="Name another file.")
