"""One writer a case: a lock on the case's folder that dies with the process that holds it."""

from __future__ import annotations

import errno
import fcntl
import os
import weakref
from pathlib import Path

from mediaev.errors import CaseInUseError, UsageError

_held: weakref.WeakSet[WriterLock] = weakref.WeakSet()


class WriterLock:
    """The right to write to a case, held by the kernel until `release` or the process ends."""

    def __init__(self, folder: Path) -> None:
        """Take the lock. Raises CaseInUseError if another process holds it."""
        self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
                raise CaseInUseError(f"Another mediaev is writing to {folder}.") from None
            raise UsageError(
                f"{folder} cannot be locked: {error.strerror}.",
                advice="Put the case on a local disk.",
            ) from error
        _held.add(self)

    def release(self) -> None:
        """Let others write."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _release_in_child() -> None:
    # A forked worker shares the lock and would keep it when the writer is killed. Closing its
    # copy of the descriptor leaves the writer's own untouched.
    for lock in list(_held):
        lock.release()


os.register_at_fork(after_in_child=_release_in_child)
