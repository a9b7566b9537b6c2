"""Signed heads of the log: made, kept, published and pinned, in this order.

Nothing is signed before it is on the disk, and nothing that contradicts an earlier checkpoint
of the case or one that this machine has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select

from mediaev.custody import checkpoint as custody_checkpoint
from mediaev.custody.checkpoint import Checkpoint, origin
from mediaev.custody.note import NoteError, Signer
from mediaev.custody.tree import Frontier
from mediaev.custody.verify import Pin
from mediaev.errors import RollbackError, TamperedCaseError, UsageError
from mediaev.store import clock, schema
from mediaev.store.database import Database
from mediaev.store.event_log import EventLog
from mediaev.store.folder import CaseFolder
from mediaev.store.pins import raise_pin, read_pin


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as the database holds it."""

    size: int
    root: bytes
    note: bytes
    """The signed note."""


class Checkpoints:
    """The signed heads of one case's log."""

    def __init__(self, folder: CaseFolder, database: Database, log: EventLog) -> None:
        self._folder = folder
        self._database = database
        self._log = log
        self._frontier = Frontier()
        self._roots: dict[int, bytes] = {}
        """Roots at the sizes that were asked for, noted as the frontier passed them."""

    def stored(self) -> list[StoredCheckpoint]:
        """The checkpoints in the database, smallest first."""
        ordered = select(schema.checkpoint).order_by(schema.checkpoint.c.size)
        return self._database.select(ordered, _stored)

    def refuse_older(self) -> None:
        """Raise RollbackError if the log is shorter than a state of it that was seen.

        TamperedCaseError if it is shorter than a checkpoint of its own database.
        """
        size = self._log.size()
        seen = {"this machine has seen": read_pin(self._log.vault), "log/ holds": self._published()}
        for place, pin in seen.items():
            if pin is not None and size < pin.size:
                raise RollbackError(
                    f"The log of {self._folder.root} ends after {size} events, but {place} a "
                    f"checkpoint of {pin.size}.",
                    advice="Is this an incomplete or older copy of the case? Look for the newer "
                    "one, and copy case.db together with case.db-wal. `mediaev verify` says more.",
                )
        newest = self._newest()
        if newest is not None and size < newest.size:
            raise TamperedCaseError(
                f"The log of {self._folder.root} ends after {size} events, but the database "
                f"itself holds a checkpoint of {newest.size}."
            )

    def sign(self, signers: Sequence[Signer]) -> Checkpoint:
        """Sign the log as it stands on the disk with each key, unless that has been done.

        Raises RollbackError if the log contradicts what this machine has seen of it, and
        TamperedCaseError if it contradicts its own last checkpoint. Then nothing is signed.
        """
        if self._database.in_transaction:
            raise UsageError("Nothing can be signed before its transaction has ended.")
        self.refuse_older()
        newest, pin = self._newest(), read_pin(self._log.vault)
        if newest is not None and self._root_at(newest.size) != newest.root:
            raise TamperedCaseError("The first events of the log are not those that were signed.")
        if pin is not None and self._root_at(pin.size) != pin.root:
            raise RollbackError(
                "The log does not continue the state of it that this machine has seen.",
                advice="Was the case restored from an older copy and written to? Look for the "
                "newer one. `mediaev verify` says more.",
            )
        size = self._log.size()
        checkpoint = Checkpoint(origin(self._log.vault), size, self._root_at(size))
        if newest is not None and newest.size == size:
            note = newest.note
        else:
            note = custody_checkpoint.sign(checkpoint, signers, clock.seconds())
            self._keep(checkpoint, note)
        self._folder.publish(size, note)
        raise_pin(self._log.vault, Pin(size, checkpoint.root))
        return checkpoint

    def _root_at(self, size: int) -> bytes:
        """The root over the first events. Reads only those that were not read before."""
        if size < self._frontier.size and size not in self._roots:
            self._frontier = Frontier()
        if size >= self._frontier.size:
            for seq, leaf_hash in self._log.leaf_hashes(self._frontier.size - 1, before=size):
                if seq != self._frontier.size:
                    raise TamperedCaseError(f"The log lacks its event {self._frontier.size}.")
                self._frontier.append(leaf_hash)
            if size != self._frontier.size:
                raise TamperedCaseError(f"The log lacks its event {self._frontier.size}.")
            self._roots[size] = self._frontier.root()
        return self._roots[size]

    def _keep(self, checkpoint: Checkpoint, note: bytes) -> None:
        row = {
            "size": checkpoint.size,
            "root": checkpoint.root,
            "note": note,
            "time": clock.now(),
        }
        with self._database.transaction():
            self._database.run(insert(schema.checkpoint), [row])

    def _newest(self) -> StoredCheckpoint | None:
        newest = select(schema.checkpoint).order_by(schema.checkpoint.c.size.desc()).limit(1)
        found = self._database.select(newest, _stored)
        return found[0] if found else None

    def _published(self) -> Pin | None:
        """The checkpoint in `log/`, whoever signed it."""
        note = self._folder.newest_note()
        if note is None:
            return None
        try:
            checkpoint = custody_checkpoint.parse(note)
        except NoteError as error:
            raise TamperedCaseError(f"{self._folder.root}/log/checkpoint: {error}.") from error
        return Pin(checkpoint.size, checkpoint.root)


def _stored(row: Row[Any]) -> StoredCheckpoint:
    return StoredCheckpoint(row.size, row.root, row.note)
