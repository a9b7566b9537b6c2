"""The case's history: sessions, keys, signatures, and reading the log."""

from __future__ import annotations

import platform
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy import insert, select

from mediaev.custody.checkpoint import Checkpoint, origin
from mediaev.custody.leaf import fields
from mediaev.custody.note import Signer
from mediaev.custody.verify import LogRow
from mediaev.errors import InterruptedRunError, MediaevError, UsageError
from mediaev.model.digest import Digest
from mediaev.model.event import Disclosure, EventDraft, Private
from mediaev.store import schema
from mediaev.store.columns import storable
from mediaev.store.keyring import key_file, load_key, make_key
from mediaev.store.shelf import Shelf

_LATELY = 100
"""Runs of the program that are looked back on."""
_ARGUMENTS_LIMIT = 32_000
"""Characters of a command line that enter the log."""


class HistoryShelf(Shelf):
    """Who did what when, and the signatures over it."""

    _signer: Signer | None = None

    @contextmanager
    def session(self, verb: str, argv: Sequence[str], tool: Mapping[str, str]) -> Iterator[int]:
        """Frame one run of a verb in the log, and sign when it ends, however it ends.

        `tool` says which versions of which libraries, and other facts about the host. Yields
        the number of `session.start`, which all events inside point to.
        """
        if self._log.session is not None:
            raise UsageError("A session is open already.")
        [start] = self.append([_start(verb, argv, tool)])
        self._log.session = start
        try:
            yield start
        except BaseException as error:
            with suppress(MediaevError):  # the first error is the one to hear of
                self._end(error)
            raise
        else:
            self._end(None)
        finally:
            self._log.session = None

    def _end(self, error: BaseException | None) -> None:
        outcome = "ok"
        if error is not None:
            stopped = isinstance(error, KeyboardInterrupt | InterruptedRunError)
            outcome = "interrupted" if stopped else "failed"
        detail = {} if error is None else {"error": type(error).__name__}
        self.append([EventDraft("session.end", detail, outcome=outcome)])
        self.sign()

    def sign(self) -> Checkpoint | None:
        """Sign the log as it stands on the disk; None where this machine has no key for it.

        Raises RollbackError, and signs nothing, if the log contradicts what was seen of it.
        """
        return None if self._signer is None else self._checkpoints.sign(self._signer)

    @property
    def key_warning(self) -> str:
        """Why new events stay unsigned, in a sentence for a person; empty if they do not."""
        if self._signer is not None:
            return ""
        return (
            f"This machine has no signing key that the case's log announces, so new events stay "
            f"unsigned. Copy the key to {key_file(self._log.vault)}, or, if it is lost, make a "
            "new one with `mediaev key recover`."
        )

    def adopt_key(self, *, operator: str = "") -> str:
        """Make a key for this machine and announce it in the log; returns its public text.

        For a case that came from elsewhere and is to go on here. Raises UsageError if there
        is a key already.
        """
        if self._signer is not None:
            raise UsageError("This machine has a signing key for this case already.")
        name = origin(self._log.vault)
        # A key that is there but was never announced was made by a run that was killed.
        signer = load_key(self._log.vault, name) or make_key(self._log.vault, name)
        self._use_key(signer)
        with self.transaction():
            self._announce(signer, "adopted on another machine", operator)
        self._folder.furnish(self._announced())
        self.sign()
        return signer.vkey

    def _load_key(self) -> None:
        """Take up this machine's key, if there is one and the log announces it."""
        signer = load_key(self._log.vault, origin(self._log.vault))
        if signer is not None and signer.vkey in self._announced():
            self._use_key(signer)

    def _use_key(self, signer: Signer) -> None:
        """Sign with a key from now on, and act in its name: people's names are private."""
        self._signer = signer
        self._log.actor = f"key-{signer.verifier.key_id.hex()}"

    def _announce(self, signer: Signer, reason: str, operator: str) -> None:
        detail: dict[str, object] = {"vkey": signer.vkey, "reason": reason}
        if operator:
            detail["operator"] = Private(storable(operator))
        [seq] = self._log.append([EventDraft("key.add", detail)])
        self._log.settle()
        self._database.run(insert(schema.key), [{"vkey": signer.vkey, "seq": seq}])

    def _announced(self) -> list[str]:
        """The public keys that the log announced, the first one first."""
        ordered = select(schema.key).order_by("seq")
        return self._database.select(ordered, lambda row: str(row.vkey))

    def last_ended_well(self, verb: str) -> bool:
        """Whether the last run of a verb came to its end; true if there was none lately.

        Raises ValueError where the log cannot be read.
        """
        table = schema.event
        starts = select(table).where(table.c.type == "session.start")
        newest = starts.order_by(table.c.seq.desc()).limit(_LATELY)
        for seq, body in self._database.select(newest, lambda row: (row.seq, row.body)):
            if fields(body).detail.get("verb") == verb:
                ends = select(table).where(table.c.type == "session.end", table.c.session == seq)
                last = ends.order_by(table.c.seq.desc()).limit(1)  # soon found: it is a late one
                found = self._database.select(last, lambda row: fields(row.body).outcome)
                return found == ["ok"]
        return True

    def events(
        self, digest: Digest | None = None, *, after: int = -1, limit: int | None = None
    ) -> Iterator[LogRow]:
        """The custody log in order, or the events about one exhibit."""
        return self._log.events(digest, after=after, limit=limit)

    def log_size(self) -> int:
        """How many events the log has."""
        return self._log.size()

    def disclosures(self, seq: int) -> list[Disclosure]:
        """The openings that are still kept of one event's private values."""
        return self._log.disclosures(seq)


def _start(verb: str, argv: Sequence[str], tool: Mapping[str, str]) -> EventDraft:
    detail = {
        "verb": verb,
        "argv": Private(_shortened(argv)),
        "tool": dict(tool),
        "os": platform.platform(),
        "python": platform.python_version(),
        "host": Private(storable(socket.gethostname())),
    }
    return EventDraft("session.start", detail)


def _shortened(argv: Sequence[str]) -> list[str]:
    """The arguments as text, cut where they would not fit into an event."""
    kept: list[str] = []
    left = _ARGUMENTS_LIMIT
    for argument in map(storable, argv):
        left -= len(argument.encode())
        if left < 0:
            return [*kept, f"… and {len(argv) - len(kept)} more"]
        kept.append(argument)
    return kept
