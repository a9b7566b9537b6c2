"""Where bags lie: a folder or a zip of one, read with suspicion and never written to."""

from __future__ import annotations

import contextlib
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mediaev.errors import EvidenceError, RefusedFileError, UnreadableFileError
from mediaev.export.bag_reading import BagEntry, BagSource
from mediaev.model.exhibit import shown

_CHUNK = 1 << 20
_DEEPEST = 64
_GROWTH = 50
"""How many times its own size a zip may claim to hold, on top of `_FREE`."""
_FREE = 1 << 30
_LINK = "it is a link, which no bag may hold"
_SPECIAL = "it is neither a file nor a folder"


@contextlib.contextmanager
def open_bag(path: Path) -> Iterator[BagSource]:
    """A bag by its path, closed afterwards. Raises RefusedFileError, UnreadableFileError."""
    try:
        status = path.lstat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        yield FolderSource(path)
    elif stat.S_ISREG(status.st_mode):
        with _opened(path) as file, _unzipped(path, file) as archive:
            yield ZipSource(path, archive)
    else:
        raise RefusedFileError(
            f"{_name(path)} is neither a folder nor a zip",
            advice="Name the bag itself, not a link.",
        )


class FolderSource:
    """A bag in a folder. Links are never followed, whatever is put in a file's place."""

    def __init__(self, path: Path) -> None:
        """Take a folder; nothing is opened yet."""
        self._path = path

    def entries(self) -> Iterator[BagEntry]:
        """Everything in the folder but folders, sorted."""
        yield from self._below("", 0)

    def _below(self, prefix: str, depth: int) -> Iterator[BagEntry]:
        if depth > _DEEPEST:
            yield BagEntry(prefix.rstrip("/"), 0, f"it lies deeper than {_DEEPEST} folders")
            return
        try:
            with os.scandir(self._path / prefix) as found:
                inner = sorted(found, key=lambda each: each.name)
        except OSError as error:
            if not prefix:
                raise _unreadable(self._path, error) from error
            yield BagEntry(prefix.rstrip("/"), 0, f"it cannot be read ({error.strerror})")
            return
        for each in inner:
            path = prefix + each.name
            if not each.is_symlink() and each.is_dir(follow_symlinks=False):
                yield from self._below(f"{path}/", depth + 1)
            else:
                yield _entry(path, each)

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes of one file, opened without following links in any step of its path."""
        *folders, name = path.split("/")
        held = -1
        try:
            held = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
            for folder in folders:
                inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=held)
                os.close(held)
                held = inner
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            with os.fdopen(os.open(name, flags, dir_fd=held), "rb", buffering=0) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise RefusedFileError(f"{shown(path)} is no regular file")
                while piece := file.read(_CHUNK):
                    yield piece
        except (OSError, ValueError) as error:
            raise UnreadableFileError(f"{shown(path)} cannot be read: {_why(error)}") from error
        finally:
            if held >= 0:
                os.close(held)


def _entry(path: str, found: os.DirEntry[str]) -> BagEntry:
    """What lies in a folder and is none itself."""
    try:
        status = found.stat(follow_symlinks=False)
    except OSError as error:
        return BagEntry(path, 0, f"it cannot be read ({error.strerror})")
    if stat.S_ISLNK(status.st_mode):
        return BagEntry(path, 0, _LINK)
    return BagEntry(path, status.st_size, "" if stat.S_ISREG(status.st_mode) else _SPECIAL)


class ZipSource:
    """A bag in a zip: in one folder there, or at its top."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        """Look over an open zip. Raises RefusedFileError for a bomb."""
        self._zip = archive
        held = [each for each in self._zip.infolist() if not each.is_dir()]
        claimed, size = sum(each.file_size for each in held), path.stat().st_size
        if claimed > size * _GROWTH + _FREE:
            raise RefusedFileError(f"{_name(path)} claims to hold {claimed:,} bytes in {size:,}")
        self._base = _base([each.filename for each in held])
        self._held = {each.filename.removeprefix(self._base): each for each in held}
        self._entries = held

    def entries(self) -> Iterator[BagEntry]:
        """Everything in the zip but folders, in its order, twins included."""
        for each in self._entries:
            path = each.filename.removeprefix(self._base)
            mode = each.external_attr >> 16
            fault = ""
            if stat.S_ISLNK(mode):
                fault = _LINK
            elif stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
                fault = _SPECIAL
            elif each.flag_bits & 1:
                fault = "it is encrypted"
            yield BagEntry(path, each.file_size, fault)

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes of one file; its CRC is checked, and its length is no more than was told."""
        try:
            with self._zip.open(self._held[path]) as file:
                while piece := file.read(_CHUNK):
                    yield piece
        except (
            OSError,
            ValueError,
            KeyError,
            RuntimeError,
            EOFError,
            zlib.error,
            zipfile.BadZipFile,
            NotImplementedError,
        ) as error:
            raise UnreadableFileError(f"{shown(path)} cannot be read: {_why(error)}") from error


def _opened(path: Path) -> BinaryIO:
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        return os.fdopen(os.open(path, flags), "rb")
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unzipped(path: Path, file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise _unreadable(path, error) from error


def _base(names: list[str]) -> str:
    """The one folder in which everything lies, with its slash; empty if there is none."""
    if any(name == "bagit.txt" for name in names):
        return ""
    tops = {name.partition("/")[0] for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in names) else ""


def _name(path: Path) -> str:
    return shown(os.fsencode(path))


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _unreadable(path: Path, error: Exception) -> EvidenceError:
    return UnreadableFileError(
        f"{_name(path)} cannot be read as a bag: {_why(error)}",
        advice="A bag is a folder with bagit.txt in it, or a zip of one.",
    )


__all__ = ["FolderSource", "ZipSource", "open_bag"]
