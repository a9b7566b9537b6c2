"""What all parts of the store stand on: the open database, the log, the folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from mediaev.errors import UsageError
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft
from mediaev.store.checkpoints import Checkpoints
from mediaev.store.database import Database
from mediaev.store.event_log import EventLog
from mediaev.store.folder import CaseFolder

REASON_LIMIT = 1000
"""Characters of a reason that enter the log."""


class Shelf:
    """Base of the store's parts. Each part writes its rows and their custody events at once."""

    def __init__(self, folder: CaseFolder, database: Database, log: EventLog) -> None:
        self._folder = folder
        self._database = database
        self._log = log
        self._checkpoints = Checkpoints(folder, database, log)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is recorded inside; durable when it ends without an error.

        May be nested: inner ones join the outer one. Many records in one transaction cost
        hardly more than one.
        """
        with self._log.transaction():
            yield

    def append(self, drafts: Sequence[EventDraft]) -> list[int]:
        """Append custody events; returns their numbers. Raises UsageError for malformed ones."""
        with self.transaction():
            return self._log.append(drafts)


def unknown(digest: Digest) -> UsageError:
    """The error for an exhibit that the case does not hold."""
    return UsageError(f"The case holds no exhibit {digest}.", advice="Scan the file first.")
