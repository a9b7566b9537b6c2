"""The folder of segments: files that appear whole, never change, and may vanish at any time.

Nothing here ever fails for the cache's sake: where a file cannot be read or written, the index
is made again in memory, as if there were no cache.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mediaev.index.segment import BrokenSegmentError, Covered, Section, Segment, opened, write
from mediaev.index.trust import NAME, Notes

_MOST = 1024
"""Files that are looked at; there are hardly ever more than twenty."""
_LEFT = 3600.0
"""Seconds after which a file that is still being written has lost its writer."""


@dataclass(frozen=True, slots=True)
class SegmentFolder:
    """The segments of one case."""

    folder: Path
    notes: Notes
    """What this machine noted of the segments that it made."""
    settings: str
    """What segments must be made with to be of use."""

    def names(self) -> list[str]:
        """Names of all segments, whoever made them."""
        with contextlib.suppress(OSError), self._open() as folder:
            return [name for name in _entries(folder) if NAME.fullmatch(name)][:_MOST]
        return []

    def segments(self, names: Sequence[str]) -> list[Segment]:
        """Those of some segments that can be believed and read, the largest first."""
        found = []
        with contextlib.suppress(OSError), self._open() as folder:
            for name in names:
                with contextlib.suppress(OSError, BrokenSegmentError):
                    found.append(self._segment(folder, name))
        return sorted(found, key=lambda each: (-each.size, each.name))

    def _segment(self, folder: int, name: str) -> Segment:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(name, flags, dir_fd=folder)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise BrokenSegmentError("it is not an ordinary file")
            if not self.notes.believe(name, descriptor):
                raise BrokenSegmentError("this machine did not make it")
            return opened(descriptor, self.settings, name)
        finally:
            os.close(descriptor)

    def write(self, covered: Sequence[Covered], sections: Mapping[str, Section]) -> Segment | None:
        """Make a segment; None where that cannot be done."""
        name = f"{secrets.token_hex(16)}.segment"
        beside = f".{name}"
        with contextlib.suppress(OSError, BrokenSegmentError), self._open() as folder:
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
                descriptor = os.open(beside, flags, 0o644, dir_fd=folder)
                with os.fdopen(descriptor, "wb", buffering=0) as file:
                    checksum = write(file, self.settings, covered, sections)
                    os.fsync(descriptor)
                # The note comes first: whoever sees the file finds it.
                self.notes.write(name, checksum)
                os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
                os.fsync(folder)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(beside, dir_fd=folder)
                raise
            return self._segment(folder, name)
        return None

    def drop(self, names: Sequence[str]) -> None:
        """Delete segments that are of no use; who has them open keeps them."""
        with contextlib.suppress(OSError), self._open() as folder:
            for name in names:
                with contextlib.suppress(OSError):
                    os.unlink(name, dir_fd=folder)
                    self.notes.forget(name)

    def sweep(self) -> None:
        """Delete what writers left that were killed, and notes on segments long gone."""
        with contextlib.suppress(OSError), self._open() as folder:
            for name in _entries(folder):
                if name.startswith(".") and NAME.fullmatch(name[1:]):
                    with contextlib.suppress(OSError):
                        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                        if time.time() - found.st_mtime > _LEFT:
                            os.unlink(name, dir_fd=folder)
        self.notes.prune()

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other process tidies the folder, for as long as the block lasts."""
        with contextlib.ExitStack() as held:
            free = False
            with contextlib.suppress(OSError):
                folder = held.enter_context(self._open())
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                free = True
            yield free

    @contextlib.contextmanager
    def _open(self) -> Iterator[int]:
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _entries(folder: int) -> list[str]:
    """Names in an open folder."""
    return os.listdir(folder)
