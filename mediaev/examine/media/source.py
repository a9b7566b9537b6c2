"""An open file as a stream without a name, read by offset.

Decoders look at a stream's name: FFmpeg takes a real PNG called `x%01d.png` for a pattern
and decodes its neighbours. What has no name can only be judged by its bytes.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER = 1 << 16


class ByteSource(io.RawIOBase):
    """A seekable raw stream over a file descriptor that it never closes nor moves.

    Its size is the file's at the start: what a growing file gains meanwhile is not read.
    """

    def __init__(self, fd: int, size: int | None = None) -> None:
        """`size`: bytes that count, by default all that the file has now."""
        super().__init__()
        self._fd = fd
        self._place = 0
        self.size = os.fstat(fd).st_size if size is None else size
        """Bytes."""

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` from the current place; 0 at the end."""
        with memoryview(buffer).cast("B") as view:
            wanted = min(len(view), max(0, self.size - self._place))
            count = os.preadv(self._fd, [view[:wanted]], self._place) if wanted else 0
        self._place += count
        return count

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move; never before the start."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def tell(self) -> int:
        """The current place."""
        return self._place

    def fresh(self) -> ByteSource:
        """Another stream over the same bytes, at their start."""
        return ByteSource(self._fd, self.size)

    def buffered(self) -> io.BufferedReader:
        """A buffered reader of its own over the same bytes, at their start."""
        return io.BufferedReader(self.fresh(), _BUFFER)

    def head(self, count: int) -> bytes:
        """The first `count` bytes, fewer if there are no more."""
        return os.pread(self._fd, min(count, self.size), 0)
