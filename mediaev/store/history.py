"""The case's history: sessions, keys, signatures, and reading the log."""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy import select

from mediaev.custody import proof as tlog_proof
from mediaev.custody.algorithms import Algorithm, available
from mediaev.custody.checkpoint import Checkpoint, origin, parse
from mediaev.custody.leaf import fields
from mediaev.custody.note import NoteError, Signer
from mediaev.custody.proof import Proof
from mediaev.custody.verify import LogRow
from mediaev.errors import InterruptedRunError, MediaevError, TamperedCaseError, UsageError
from mediaev.model.digest import Digest
from mediaev.model.event import Disclosure, EventDraft, Private
from mediaev.model.exhibit import path_base64
from mediaev.store import schema
from mediaev.store.announced import AnnouncedShelf
from mediaev.store.checkpoints import StoredCheckpoint
from mediaev.store.columns import storable
from mediaev.store.keyring import (
    key_file,
    load_key,
    load_keys,
    make_next_keys,
    make_some,
    use_next_key,
)
from mediaev.store.log_tree import LogTree

_LATELY = 100
"""Runs of the program that are looked back on."""
_ARGUMENTS_LIMIT = 32_000
"""Characters of a command line that enter the log."""


class HistoryShelf(AnnouncedShelf):
    """Who did what when, and the signatures over it."""

    _signers: Sequence[Signer] = ()
    """This machine's keys that the log announces, Ed25519 first."""
    _tree: LogTree | None = None

    @contextmanager
    def session(
        self,
        verb: str,
        argv: Sequence[str],
        tool: Mapping[str, str],
        *,
        paths: Sequence[bytes] = (),
    ) -> Iterator[int]:
        """Frame one run of a verb in the log, and sign when it ends, however it ends.

        `tool` says which versions of which libraries, and other facts about the host; `paths`
        are the files and folders that a scan takes in. Yields the number of `session.start`,
        which all events inside point to.
        """
        if self._log.session is not None:
            raise UsageError("A session is open already.")
        [start] = self.append([_start(verb, argv, tool, paths)])
        self._log.session = start
        try:
            self._add_second_key()
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
        return self._checkpoints.sign(self._signers) if self._signers else None

    @property
    def key_warning(self) -> str:
        """Why new events stay unsigned, or signed by half; empty if they do not."""
        vault = self._log.vault
        if not self._signers:
            return (
                f"This machine has no signing key that the case's log announces, so new events "
                f"stay unsigned. Copy the keys to {key_file(vault)} and beside it, or, if they "
                "are lost, make new ones with `mediaev key recover`."
            )
        lacking = [each for each in Algorithm if each not in map(_algorithm, self._signers)]
        if not lacking:
            return ""
        name, path = lacking[0].value, key_file(vault, lacking[0])
        why = f"{path} is missing, or is no key that the log announces; copy it from where it is"
        if not available(lacking[0]):
            why = f"the library cryptography, as it is built here, lacks {name}"
        elif lacking[0] not in self._algorithms_in_use():
            why = f"no {name} key has been made yet; the next session makes {path} if it can"
        return f"New heads of the log bear no {name} signature: {why}."

    def adopt_key(self, *, operator: str = "") -> str:
        """Make keys for this machine and announce them in the log.

        For a case that came from elsewhere and is to go on here. Returns the public text of the
        first one. Raises UsageError if there is a key already.
        """
        if self._signers:
            raise UsageError("This machine has a signing key for this case already.")
        signers = self._own_keys(filter(available, Algorithm))
        self._use_keys(signers)
        announced = self._announced()
        with self.transaction():
            for signer in signers:
                if signer.vkey not in announced:
                    self._announce(signer, "adopted on another machine", operator)
        self._take_up(signers)
        self.sign()
        return signers[0].vkey

    def _add_second_key(self) -> None:
        """Give a log that knows Ed25519 alone an ML-DSA-44 key, where this machine can."""
        second = Algorithm.ML_DSA_44
        if not self._signers or not available(second) or second in self._algorithms_in_use():
            return
        try:
            [signer] = self._own_keys([second])
        except UsageError:
            return  # the case goes on with the key it has; `key_warning` tells
        with self.transaction():
            self._announce(signer, "added beside the Ed25519 key", "")
        self._take_up([*self._signers, signer])

    def _own_keys(self, algorithms: Iterable[Algorithm]) -> list[Signer]:
        """This machine's keys that the log did not end, made where there is none."""
        vault, name = self._log.vault, origin(self._log.vault)
        wanted, ended = list(algorithms), self._ended()
        # A key that is there but was never announced was made by a run that was killed.
        there = {each: load_key(vault, name, each) for each in wanted}
        lacking = [each for each, found in there.items() if found is None]
        over = [each for each, found in there.items() if found and found.vkey in ended]
        made = make_some(vault, name, lacking) + make_next_keys(vault, name, over)
        there |= {signer.verifier.algorithm: signer for signer in made}
        return [signer for signer in there.values() if signer]

    def _take_up(self, signers: Sequence[Signer]) -> None:
        """Sign with keys that the log announces by now."""
        for signer in signers:
            use_next_key(self._log.vault, signer.vkey)
        self._use_keys(signers)
        self._folder.furnish(self._announced())

    def _load_keys(self) -> None:
        """Take up those of this machine's keys that the log announces and did not end.

        One that waits beside the key before it moves into its place. The second key never signs
        alone: who knows the first one only must be able to check.
        """
        vault, in_use = self._log.vault, self.keys_in_use()
        for vkey in in_use:
            use_next_key(vault, vkey)
        found = load_keys(vault, origin(vault))
        usable = [signer for signer in found if signer.vkey in in_use]
        if usable and _algorithm(usable[0]) is Algorithm.ED25519:
            self._use_keys(usable)

    def _use_keys(self, signers: Sequence[Signer]) -> None:
        """Sign with keys from now on, and act in the first's name: people's names are private."""
        self._signers = tuple(signers)
        self._log.actor = f"key-{signers[0].verifier.key_id.hex()}"

    def checkpoints(self) -> list[StoredCheckpoint]:
        """The signed heads of the log, smallest first."""
        return self._checkpoints.stored()

    @property
    def tree(self) -> LogTree:
        """The log's Merkle tree, to make proofs from."""
        if self._tree is None:
            self._tree = LogTree(self._folder, self._log)
        return self._tree

    def proof(self, seq: int, signed: StoredCheckpoint) -> bytes:
        """An event's C2SP tlog-proof under a signed head.

        Raises UsageError if the head covers no such event, and TamperedCaseError if the log is
        not what was signed.
        """
        try:
            hashes = self.tree.inclusion(seq, parse(signed.note))
            return tlog_proof.write(Proof(seq, tuple(hashes), signed.note))
        except IndexError:
            raise UsageError(f"No event {seq} is under the head of {signed.size}.") from None
        except NoteError as error:
            raise TamperedCaseError(f"The checkpoint of {signed.size} events: {error}.") from error

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


def _algorithm(signer: Signer) -> Algorithm:
    return signer.verifier.algorithm


def _start(
    verb: str, argv: Sequence[str], tool: Mapping[str, str], paths: Sequence[bytes]
) -> EventDraft:
    detail: dict[str, object] = {
        "verb": verb,
        "argv": Private(_shortened(argv)),
        "tool": dict(tool),
        "os": platform.platform(),
        "python": platform.python_version(),
        "host": Private(storable(socket.gethostname())),
    }
    if paths:
        # An audit looks there again; what was typed says it only to who knows the folder of then.
        whole = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - links stay
        detail["paths_b64"] = Private([path_base64(path) for path in dict.fromkeys(whole)])
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
