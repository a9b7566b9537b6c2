"""Copies of originals, kept read-only under their digest: `objects/sha256/ab/cd/<hex>`."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mediaev.errors import (
    ChangedFileError,
    InterruptedRunError,
    TamperedCaseError,
    UnreadableFileError,
)
from mediaev.model.digest import Digest
from mediaev.store.files import make_folders, refuse_link, sync_folder

_CHUNK = 4 << 20
_FICLONE = 0x40049409
"""Linux ioctl: share the source's blocks (Btrfs, XFS, bcachefs)."""


def object_path(digest: Digest) -> str:
    """Where a copy lies, relative to the case's folder."""
    return f"objects/{digest.algorithm}/{digest.hex[:2]}/{digest.hex[2:4]}/{digest.hex}"


def keep(descriptor: int, digest: Digest, folder: Path) -> tuple[str, str]:
    """Copy an open file's bytes into the case, read-only, and check the copy on the disk.

    Reads by offset, so the descriptor's position stays. Returns the copy's path relative to
    the case's folder, and the method: `reflink`, `copy`, or `present` if a good copy is
    there already. Raises ChangedFileError if the bytes are not
    those of the digest, TamperedCaseError if a copy that is there is not.
    """
    relative = object_path(digest)
    target = folder / relative
    try:
        make_folders(folder, target.parent)
        if target.is_symlink() or target.exists():
            _check_present(target, digest)
            return relative, "present"
        return relative, _copy(descriptor, digest, target)
    except OSError as error:
        raise InterruptedRunError(
            f"The copy {target} could not be written: {error.strerror}.",
            advice="Free some space or check the disk, then run the same command again.",
        ) from error


def _copy(descriptor: int, digest: Digest, target: Path) -> str:
    beside = target.with_name(f".{target.name}.new")
    beside.unlink(missing_ok=True)  # left by a process that was killed
    try:
        copy = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            method = _fill(copy, descriptor)
            os.fchmod(copy, 0o444)
            os.fsync(copy)
            if hasattr(os, "posix_fadvise"):  # read back from the disk, not from memory
                os.posix_fadvise(copy, 0, 0, os.POSIX_FADV_DONTNEED)
            if _digest_of(copy, digest.algorithm) != digest.value:
                raise ChangedFileError(f"The bytes copied are not those of {digest}.")
        finally:
            os.close(copy)
        _place(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(target.parent)
    return method


def _fill(copy: int, source: int) -> str:
    with suppress(OSError):  # another file system, or one that cannot share blocks
        fcntl.ioctl(copy, _FICLONE, source)
        return "reflink"
    for chunk in _chunks(source):
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(copy, rest) :]
    return "copy"


def _place(beside: Path, target: Path) -> None:
    """Give the copy its name, without ever replacing a file."""
    try:
        target.hardlink_to(beside)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        beside.rename(target)


def _check_present(target: Path, digest: Digest) -> None:
    refuse_link(target, folder=False)
    descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        found = _digest_of(descriptor, digest.algorithm)
    finally:
        os.close(descriptor)
    if found != digest.value:
        raise TamperedCaseError(f"The copy {target} does not hold the bytes that it is named for.")


def _digest_of(descriptor: int, algorithm: str) -> bytes:
    digest = hashlib.new(algorithm)
    for chunk in _chunks(descriptor):
        digest.update(chunk)
    return digest.digest()


def _chunks(descriptor: int) -> Iterator[bytes]:
    offset = 0
    while True:
        try:
            chunk = os.pread(descriptor, _CHUNK, offset)
        except OSError as error:
            raise UnreadableFileError(f"Reading stopped: {error.strerror}.") from error
        if not chunk:
            return
        yield chunk
        offset += len(chunk)
