"""The case: creating, opening and closing it; everything else stands on its shelves."""

from __future__ import annotations

import re
import uuid
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from mediaev.custody.checkpoint import origin
from mediaev.errors import NoCaseError, TamperedCaseError, UsageError
from mediaev.model.event import EventDraft, Private
from mediaev.store import clock, schema
from mediaev.store.assertions import AssertionShelf
from mediaev.store.columns import storable
from mediaev.store.database import Database
from mediaev.store.decisions import DecisionShelf
from mediaev.store.event_log import EventLog
from mediaev.store.examinations import ExaminationShelf
from mediaev.store.facts import CaseFacts, read_facts, write_facts
from mediaev.store.fixity import FixityShelf
from mediaev.store.folder import CaseFolder
from mediaev.store.guard import file_errors
from mediaev.store.hash_lists import HashListShelf
from mediaev.store.integrity import IntegrityShelf
from mediaev.store.key_changes import KeyShelf
from mediaev.store.keyring import forget_keys, make_keys
from mediaev.store.lock import WriterLock
from mediaev.store.outgoing import OutgoingShelf
from mediaev.store.people import PeopleShelf
from mediaev.store.places import index_notes_folder
from mediaev.store.redaction import RedactionShelf

_VAULT = re.compile(r"[0-9a-f]{32}")


class CaseStore(
    FixityShelf,
    ExaminationShelf,
    DecisionShelf,
    HashListShelf,
    AssertionShelf,
    OutgoingShelf,
    PeopleShelf,
    RedactionShelf,
    KeyShelf,
    IntegrityShelf,
):
    """Everything that one case keeps. Closes itself at the end of a `with` block."""

    def __init__(self, folder: CaseFolder, database: Database, facts: CaseFacts) -> None:
        """Wrap what is open; use `create` or `open`."""
        log = EventLog(database, vault=facts.vault, number=facts.number)
        super().__init__(folder, database, log)
        self._facts = facts
        self._open = ExitStack()

    @classmethod
    def create(
        cls, folder: Path, *, operator: str = "", organisation: str = "", number: str = ""
    ) -> Self:
        """Make a case and its key, and open it for writing.

        Raises UsageError if there is a case already, or anything else in the folder, and
        TamperedCaseError where a case has lost its database.
        """
        place = CaseFolder(folder)
        facts = CaseFacts(
            vault=uuid.uuid4().hex,
            operator=storable(operator),
            organisation=storable(organisation),
            number=storable(number),
            created=clock.now(),
        )
        with ExitStack() as opened, file_errors(folder):
            place.claim()
            opened.callback(WriterLock(folder).release)
            place.refuse_links()
            if not place.database.exists():
                place.refuse_lost_database()
            database = Database(place.database, write=True)
            opened.callback(database.close)
            if not database.is_empty():
                raise UsageError(
                    f"There is a case in {folder} already.",
                    advice="Name another folder with -C CASE, or `mediaev scan` into this one.",
                )
            place.refuse_lost_database()
            store = cls(place, database, facts)
            store._begin()
            store._open = opened.pop_all()
        return store

    def _begin(self) -> None:
        """Write the first transaction of a new case."""
        facts = self._facts
        try:
            signers = make_keys(facts.vault, origin(facts.vault))
            self._use_keys(signers)
            with self._database.transaction():
                self._database.create_schema()
                write_facts(self._database, facts)
                with self.transaction():
                    self.append([_creation(facts)])
                    for signer in signers:
                        self._announce(signer, "made with the case", facts.operator)
        except Exception:
            forget_keys(facts.vault)
            raise
        self._folder.furnish(self._announced())
        self.sign()

    @classmethod
    def open(cls, folder: Path, *, write: bool = False) -> Self:
        """Open a case to read, or as its only writer.

        Raises NoCaseError, CaseTooNewError, TamperedCaseError; for writing also
        CaseInUseError, and RollbackError if a newer state of the log has been seen.
        """
        place = CaseFolder(folder)
        with ExitStack() as opened, file_errors(folder):
            place.check()
            if write:
                opened.callback(WriterLock(folder).release)
            database = Database(place.database, write=write)
            opened.callback(database.close)
            try:
                facts = read_facts(database)
            except NoCaseError:
                place.refuse_lost_database()
                raise
            store = cls(place, database, facts)
            store._prepare(write=write)
            store._open = opened.pop_all()
        return store

    def _prepare(self, *, write: bool) -> None:
        """Check what was opened; for writing, make it ready."""
        if self._facts.version < schema.VERSION:
            self._update(write=write)
        changed = self._database.differences()
        if any(write or difference.kind == "table" for difference in changed):
            raise TamperedCaseError(
                f"The structure of the case database was changed: {changed[0].says}."
            )
        if write:
            self._load_keys()
            self._checkpoints.refuse_older()
            self._folder.furnish(self._announced())

    def _update(self, *, write: bool) -> None:
        """Bring the tables of an older case up to date."""
        facts = self._facts
        if not write:
            raise UsageError(
                f"The case's tables are of version {facts.version}, older than {schema.VERSION}.",
                advice="Open it once for writing, for example with `mediaev scan`.",
            )
        with self.transaction():
            self._database.migrate(facts.version)
            self._facts = replace(facts, version=schema.VERSION)
            write_facts(self._database, self._facts)
            detail = {"schema": [facts.version, schema.VERSION]}
            self.append([EventDraft("config.change", detail)])

    def close(self) -> None:
        """Close the database and let others write. May be called twice."""
        self._open.close()

    @property
    def folder(self) -> Path:
        """The case's folder."""
        return self._folder.root

    def index_places(self) -> tuple[Path, Path] | None:
        """The index's folder in the cache, and that of this machine's notes on it.

        None where there can be no such folders: then the index lives in memory alone.
        """
        folder = self._folder.cache("index")
        if folder is None or not _VAULT.fullmatch(self.vault):
            return None
        try:
            return folder, index_notes_folder(self.vault)
        except UsageError:
            return None

    @property
    def writable(self) -> bool:
        """Whether the case was opened for writing."""
        return self._database.writable

    @property
    def vault(self) -> str:
        """The name of the log: 32 hexadecimal digits."""
        return self._facts.vault

    @property
    def operator(self) -> str:
        """Who keeps the case; may be empty."""
        return self._facts.operator

    @property
    def organisation(self) -> str:
        """For whom it is kept; may be empty."""
        return self._facts.organisation

    @property
    def number(self) -> str:
        """The case's number, as people cite it; may be empty."""
        return self._facts.number

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _creation(facts: CaseFacts) -> EventDraft:
    detail = {
        "operator": Private(facts.operator),
        "organisation": facts.organisation,
        "number": facts.number,
        "created": facts.created,
    }
    return EventDraft("vault.create", detail)
