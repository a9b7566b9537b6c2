"""Targets: new files and folders that are there whole or not at all, and never over anything."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mediaev.errors import InterruptedRunError, UsageError
from mediaev.model.exhibit import shown

_ELSEWHERE = "Name another one with -o."


def require_free(target: Path, case: Path) -> None:
    """Raise UsageError unless something new can be made here, outside of the case."""
    name = shown(os.fsencode(target))
    try:
        if target.is_symlink() or target.exists():
            raise UsageError(f"{name} exists; nothing is overwritten", advice=_ELSEWHERE)
        if not target.parent.is_dir():
            raise UsageError(f"{name} cannot be made: there is no such folder", advice=_ELSEWHERE)
        place, inside = target.parent.resolve(), case.resolve()
    except (OSError, ValueError) as error:
        raise UsageError(f"{name} cannot be made: {_why(error)}", advice=_ELSEWHERE) from error
    if inside in {place, *place.parents}:
        raise UsageError(
            f"{name} lies in the case; exports belong outside of it", advice=_ELSEWHERE
        )


@contextlib.contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A file beside the target to write into; it takes the target's name if all goes well.

    Raises UsageError where the target is there by then, InterruptedRunError where the disk
    fails. What was written so far is removed then.
    """
    with _failures(target):
        descriptor, name = tempfile.mkstemp(".part", f".{_short(target)}.", target.parent)
        os.close(descriptor)
        part = Path(name)
        try:
            yield part
            _sync(part)
            try:
                target.hardlink_to(part)  # never replaces anything
            except FileExistsError:
                raise
            except OSError:  # a disk without hard links
                os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        _sync(target.parent)


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """The same for a folder."""
    with _failures(target):
        part = Path(tempfile.mkdtemp(".part", f".{_short(target)}.", target.parent))
        try:
            yield part
            for folder, _, _ in os.walk(part, topdown=False):
                _sync(Path(folder))
            target.mkdir()  # fails if anything is there by now
            part.replace(target)  # onto our own empty folder
        finally:
            shutil.rmtree(part, ignore_errors=True)
        _sync(target.parent)


@contextlib.contextmanager
def _failures(target: Path) -> Iterator[None]:
    name = shown(os.fsencode(target))
    try:
        yield
    except FileExistsError as error:
        raise UsageError(f"{name} exists; nothing is overwritten", advice=_ELSEWHERE) from error
    except PermissionError as error:
        raise UsageError(f"{name} cannot be made: {_why(error)}", advice=_ELSEWHERE) from error
    except OSError as error:
        raise InterruptedRunError(
            f"{name} could not be written: {_why(error)}; nothing of it was left",
            advice="Free some space or name a place on another disk, then run the command again.",
        ) from error


def _short(target: Path) -> str:
    """The beginning of a name, so that the longer one beside it is not too long for the disk."""
    return os.fsdecode(os.fsencode(target.name)[:100])


def _sync(path: Path) -> None:
    """Make a file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
