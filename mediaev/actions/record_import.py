"""Importing custody records of others: what they assert, with whose words it is."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mediaev.actions.case import Case
from mediaev.actions.doctor import versions
from mediaev.actions.path_like import PathLike
from mediaev.actions.progress import Listener, Progress, silent
from mediaev.assertions import FILE_BYTES, read
from mediaev.errors import EvidenceError, UnfitRecordsError, UsageError
from mediaev.intake.opened import OpenedFile, digest, open_once
from mediaev.model.assertion import Assertion, UnfitRecord
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown
from mediaev.store import CaseStore, RecordFile
from mediaev.store.assertions import assertion_digest

UNFIT_NAMED = 1000
"""Unfit records that are named one by one; beyond them they are counted."""
_WEAKER = ("sha512", "sha1", "md5")
"""Digests by which an exhibit is found where a record has no SHA-256, the surest first."""


@dataclass(frozen=True, slots=True)
class ImportedRecords:
    """What became of one file that was given as custody records."""

    path: bytes
    by: str
    format: str = ""
    event: int | None = None
    """The event about the file; None where nothing was taken in."""
    taken: int = 0
    """Records that came into the log."""
    about: int = 0
    """Those of them that are about an exhibit of the case."""
    known: int = 0
    """Records that the log had already, word for word, asserted by the same one."""
    unfit: tuple[UnfitRecord, ...] = ()
    """The first records that could not be taken in."""
    unfit_count: int = 0
    before: bool = False
    """Whether the same file was imported before: nothing was added."""
    error: EvidenceError | None = None

    @property
    def whole(self) -> bool:
        """Whether every record was understood."""
        return self.error is None and not self.unfit_count


def import_records(
    case: Case, paths: Iterable[PathLike], *, by: str, listen: Listener = silent
) -> list[ImportedRecords]:
    """Take custody records of others in as what `by` asserts; a bad file fails alone.

    The case must be open for writing. Raises UsageError where nobody is named.
    """
    if not by.strip():
        raise UsageError(
            "It must be said who asserts what the records say.",
            advice="Name the person or organisation with --by.",
        )
    store = case.store
    names = dict.fromkeys(os.fsencode(path) for path in paths)
    with store.session("import", sys.argv, versions()):
        return [_import_file(store, path, by.strip(), listen) for path in names]


def _import_file(store: CaseStore, path: bytes, by: str, listen: Listener) -> ImportedRecords:
    try:
        with open_once(path) as opened:
            return _import(store, opened, by, listen)
    except EvidenceError as error:
        return ImportedRecords(path, by, error=error)


def _import(store: CaseStore, opened: OpenedFile, by: str, listen: Listener) -> ImportedRecords:
    size = opened.identity.size
    if size > FILE_BYTES:
        raise UnfitRecordsError(
            f"it has {size:,} bytes; records of up to {FILE_BYTES:,} are read",
            advice="Split it into several files.",
        )
    [made_of] = digest(opened)
    name = shown(opened.path.rpartition(b"/")[2])
    before = store.record_import(RecordFile(made_of, size, name, "", by))
    if before is not None:
        return ImportedRecords(opened.path, by, event=before, before=True)
    with os.fdopen(os.dup(opened.fd), "rb") as file:
        file.seek(0)
        reading = read(file, size)
        records, unfit = _take(reading.records, listen, shown(opened.path))
    opened.check_unchanged()
    if not records:
        raise UnfitRecordsError(_why_not(reading.format, unfit))
    known = store.known_assertions()
    new: dict[bytes, Assertion] = {}
    for record in records:
        new.setdefault(assertion_digest(by, record), record)
    chosen = [record for key, record in new.items() if key not in known]
    held = _Held(store, chosen)
    about = [(record, held.exhibit_of(record)) for record in chosen]
    made = RecordFile(made_of, size, name, reading.format, by)
    event = store.record_assertions(made, about, known=len(records) - len(chosen), unfit=len(unfit))
    return ImportedRecords(
        opened.path,
        by,
        reading.format,
        event,
        len(chosen),
        sum(1 for _, item in about if item in held.exhibits),
        len(records) - len(chosen),
        tuple(unfit[:UNFIT_NAMED]),
        len(unfit),
    )


def _take(
    found: Iterable[Assertion | UnfitRecord], listen: Listener, note: str
) -> tuple[list[Assertion], list[UnfitRecord]]:
    records: list[Assertion] = []
    unfit: list[UnfitRecord] = []
    for number, record in enumerate(found):
        if isinstance(record, Assertion):
            records.append(record)
        else:
            unfit.append(record)
        if number % 1000 == 0:
            listen(Progress("records", number, 0, note))
    return records, unfit


def _why_not(form: str, unfit: Sequence[UnfitRecord]) -> str:
    told = "; ".join(f"row {each.row}: {each.says}" for each in unfit[:3])
    return f"read as {form}, it asserts nothing{f' ({told})' if told else ''}"


class _Held:
    """Which exhibit a record is about."""

    def __init__(self, store: CaseStore, records: Sequence[Assertion]) -> None:
        self.exhibits = {exhibit.digest for exhibit in store.exhibits()}
        self._by: dict[Digest, set[Digest]] = defaultdict(set)
        named = {each.algorithm for record in records for each in record.digests}
        for exhibit, digests in store.recorded_digests(named & set(_WEAKER)).items():
            for algorithm, value in digests.items():
                self._by[Digest(algorithm, value)].add(exhibit)

    def exhibit_of(self, record: Assertion) -> Digest | None:
        """By SHA-256, whether the case holds it or not; else by another recorded digest."""
        told = {each.algorithm: each for each in record.digests}
        if "sha256" in told:
            return told["sha256"]
        for algorithm in _WEAKER:
            found = self._by.get(told[algorithm], set()) if algorithm in told else set()
            if len(found) == 1:
                return next(iter(found))
        return None
