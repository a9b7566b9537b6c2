"""Where a bag is written to: a folder, or a zip with one folder in it.

Both take one file after another, and give a file back that turned out wrong. A zip has no
compression, since media have none left to gain and since the bytes that a compressor makes
depend on its version; all times in it are the one that it is given.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from mediaev.export.targets import new_file, new_folder

Write = Callable[[bytes], object]


class BagSink(Protocol):
    """Takes the files of one bag."""

    def file(self, path: str) -> contextlib.AbstractContextManager[Write]:
        """Write a new file by its path in the bag; an exception inside leaves nothing of it."""
        ...


@contextlib.contextmanager
def bag_sink(target: Path, base: str, time: str) -> Iterator[BagSink]:
    """A sink that becomes the target when the block ends without an error.

    A target whose name ends in `.zip` is a zip, in which the bag lies in the folder `base` and
    everything is of `time` (RFC 3339).
    """
    if target.name.lower().endswith(".zip"):
        with new_file(target) as part, part.open("wb") as file:
            sink = _Zip(file, base, time)
            try:
                yield sink
            except BaseException:
                with contextlib.suppress(OSError, ValueError):
                    sink.close()  # or it would try to once the file is gone
                raise
            sink.close()
            file.flush()
            os.fsync(file.fileno())
    else:
        with new_folder(target) as part:
            (part / "data").mkdir()
            yield _Folder(part)


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    @contextlib.contextmanager
    def file(self, path: str) -> Iterator[Write]:
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("xb") as file:
                yield file.write
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            target.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                target.parent.rmdir()  # only if nothing else lies in it
            raise


class _Zip:
    def __init__(self, file: BinaryIO, base: str, time: str) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True)
        self._base = base
        self._time = _zip_time(time)
        self._zip.writestr(self._told(f"{base}/data/", 0o40755), b"")

    def _told(self, name: str, mode: int) -> zipfile.ZipInfo:
        told = zipfile.ZipInfo(name, self._time)
        told.create_system = 3  # Unix, whatever this machine is
        told.external_attr = mode << 16 | (0x10 if name.endswith("/") else 0)
        return told

    @contextlib.contextmanager
    def file(self, path: str) -> Iterator[Write]:
        told = self._told(f"{self._base}/{path}", 0o100644)
        start = self._zip.start_dir
        try:
            # Always with 64-bit sizes: how long a file is shows only at its end.
            with self._zip.open(told, "w", force_zip64=True) as file:
                yield file.write
        except BaseException:
            if told in self._zip.filelist:
                self._zip.filelist.remove(told)
                del self._zip.NameToInfo[told.filename]
            self._file.seek(start)
            self._file.truncate()
            self._zip.start_dir = start
            raise

    def close(self) -> None:
        self._zip.close()


def _zip_time(time: str) -> tuple[int, int, int, int, int, int]:
    """A time as zips have it: from 1980 on; their first one if it is none."""
    try:
        made = datetime.fromisoformat(time)
    except ValueError:
        return 1980, 1, 1, 0, 0, 0
    year = min(max(made.year, 1980), 2107)
    return year, made.month, made.day, made.hour, made.minute, made.second
