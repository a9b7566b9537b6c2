"""The Python API: a case, and what can be done with it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from mediaev.actions import find as finding
from mediaev.actions import pair
from mediaev.actions import scan as scanning
from mediaev.actions.anchored_case import AnchoredCase
from mediaev.actions.boilerplate import boilerplate, proposed
from mediaev.actions.case_people import CasePeople
from mediaev.actions.decide import Decided, decide
from mediaev.actions.deriving import derive_clip
from mediaev.actions.doctor import versions
from mediaev.actions.exporting import Exports
from mediaev.actions.list_import import Imported, import_list
from mediaev.actions.list_search import ListAnswer, ListSearch
from mediaev.actions.list_subjects import exhibit_subjects
from mediaev.actions.marking import known_places, marked
from mediaev.actions.members import told_apart
from mediaev.actions.path_like import PathLike
from mediaev.actions.pending import Pending, pending
from mediaev.actions.progress import Listener, silent
from mediaev.actions.sheets import Sheet, draw_sheet
from mediaev.compare.listed import SHARE
from mediaev.compare.testimony import ENGINE
from mediaev.custody.verify import LogRow, Verdict
from mediaev.derive import Derived
from mediaev.errors import NoCaseError, UsageError
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.cluster import Cluster
from mediaev.model.decision import Place, StoredDecision
from mediaev.model.difference import Difference
from mediaev.model.digest import Digest
from mediaev.model.event import Disclosure
from mediaev.model.examination import Examination
from mediaev.model.exhibit import Exhibit, FileOutcome, Sighting
from mediaev.model.hash_list import HashList
from mediaev.ports import Executor
from mediaev.store import CaseStore, StoredMatch


class Case(AnchoredCase, CasePeople, Exports):
    """One folder of evidence: exhibits, sightings, matches and the custody log.

    >>> with Case.open("my-case") as case:                      # doctest: +SKIP
    ...     for answer in case.find(["clip.mp4"]):
    ...         print(answer.matches)
    """

    def __init__(self, store: CaseStore) -> None:
        """Wrap an open store; use `Case.open`, `Case.create` or `Case.open_or_create`."""
        self._store = store

    @classmethod
    def create(
        cls, folder: PathLike, *, operator: str = "", organisation: str = "", number: str = ""
    ) -> Case:
        """Make a new case and its key. Raises UsageError where one is already."""
        return cls(
            CaseStore.create(
                _path(folder), operator=operator, organisation=organisation, number=number
            )
        )

    @classmethod
    def open(cls, folder: PathLike, *, write: bool = False) -> Case:
        """Open a case; for writing, nobody else may be. Raises NoCaseError, CaseInUseError."""
        return cls(CaseStore.open(_path(folder), write=write))

    @classmethod
    def open_or_create(cls, folder: PathLike) -> tuple[Case, bool]:
        """Open a case for writing, or make it; says whether it was made."""
        try:
            return cls.open(folder, write=True), False
        except NoCaseError:
            return cls.create(folder), True

    @property
    def folder(self) -> Path:
        """The case's folder."""
        return self._store.folder

    @property
    def store(self) -> CaseStore:
        """The room below, for those who need more than the verbs."""
        return self._store

    def close(self) -> None:
        """Give the case free."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def scan(
        self,
        paths: Iterable[PathLike],
        options: scanning.ScanOptions | None = None,
        *,
        executor: Executor | None = None,
        listen: Listener = silent,
    ) -> scanning.ScanReport:
        """Take in files and folders, examine what is new, compare and cluster everything."""
        roots = [os.fsencode(path) for path in paths]
        if not roots:
            raise UsageError("scan needs at least one file or folder")
        with self._store.session("scan", sys.argv, versions(), paths=roots) as session:
            return scanning.scan(
                self._store, session, roots, options, executor=executor, listen=listen
            )

    def find(
        self,
        paths: Iterable[PathLike],
        *,
        executor: Executor | None = None,
        learned: str | None = None,
        listen: Listener = silent,
    ) -> Iterator[finding.Answer]:
        """Answer for each file whether the case holds anything of it; takes nothing in."""
        names = [os.fsencode(path) for path in paths]
        return finding.find(self._store, names, executor=executor, learned=learned, listen=listen)

    def compare(
        self,
        a: PathLike,
        b: PathLike,
        *,
        executor: Executor | None = None,
        learned: str | None = None,
    ) -> pair.Comparison:
        """Relate two files, or exhibits named by the first digits of their digests."""
        names = os.fsencode(a), os.fsencode(b)
        return pair.compare(*names, store=self._store, executor=executor, learned=learned)

    def clip(self, exhibit: Exhibit, target: PathLike, start: float, end: float) -> Derived:
        """Cut seconds `start` to `end` of an exhibit into a new MP4 file, and log it."""
        with self._store.session("clip", sys.argv, versions()):
            return derive_clip(self._store, exhibit.digest, _path(target), start, end)

    def import_lists(
        self,
        paths: Iterable[PathLike],
        *,
        name: str = "",
        owner: str = "",
        listen: Listener = silent,
    ) -> list[Imported]:
        """Take hash lists of others in, each as a claim of its owner; a bad file fails alone."""
        names = [os.fsencode(path) for path in paths]
        with self._store.session("hashes import", sys.argv, versions()):
            return [
                import_list(self._store, path, name=name, owner=owner, listen=listen)
                for path in dict.fromkeys(names)
            ]

    def lists(self) -> list[HashList]:
        """The hash lists of others, in the order of their import."""
        return self._store.hash_lists()

    def list_hits(
        self,
        lists: Iterable[HashList] | None = None,
        *,
        share: float = SHARE,
        listen: Listener = silent,
    ) -> ListAnswer:
        """Where exhibits are on lists, or on some of them.

        `share` is how much of one of two videos must meet the other, 0..1.
        """
        numbers = None if lists is None else [each.number for each in lists]
        if not (search := ListSearch(self._store, numbers, share=share)):
            return ListAnswer()
        return search.ask(exhibit_subjects(self._store, None, search.algorithms), listen)

    def sheet(
        self,
        about: StoredMatch | pair.Comparison,
        target: PathLike,
        *,
        executor: Executor | None = None,
    ) -> Sheet:
        """Draw a match as a picture for people, write it as a new PNG file, and log it.

        Raises UsageError, EvidenceError.
        """
        with self._store.session("sheet", sys.argv, versions()):
            return draw_sheet(about, _path(target), self._store, executor)

    def exhibits(self) -> list[Exhibit]:
        """All exhibits, in the order they were taken in."""
        return self._store.exhibits()

    def exhibit(self, prefix: str) -> Exhibit:
        """The one exhibit whose digest starts so. Raises UsageError if there is not just one."""
        found = self._store.find_exhibits(prefix)
        if len(found) != 1:
            many = f"{len(found)} exhibits start so" if found else "no such exhibit"
            raise UsageError(f"{prefix}: {many}", advice="Give more digits of the digest.")
        return found[0]

    def sightings(self, digest: Digest) -> list[Sighting]:
        """Where an exhibit's bytes were seen, the earliest first."""
        return self._store.sightings(digest)

    def examination(self, digest: Digest) -> Examination | None:
        """What examining an exhibit brought to light."""
        return self._store.examination(digest)

    def matches(self, digest: Digest | None = None) -> list[StoredMatch]:
        """All matches, or those of one exhibit, the surest first.

        One that rests on confirmed boilerplate alone says so in its evidence.
        """
        return marked(self._store.matches(digest, engine=ENGINE), known_places(self._store))

    def match(self, name: str) -> StoredMatch | None:
        """The match that goes by an id `m-…`, if there is one."""
        found = marked(self._store.matches_with_id(name), known_places(self._store))
        return next(iter(found), None)

    def differences(self, matches: Iterable[StoredMatch]) -> dict[str, tuple[Difference, ...]]:
        """What was done to either copy of each match, by the match's id; seen from `a`."""
        return told_apart(self._store, matches)

    def boilerplate(self) -> list[Boilerplate]:
        """Intervals that recur in recordings with nothing else in common, proposals first."""
        return boilerplate(self._store)

    def boilerplate_on(self, digest: Digest) -> list[tuple[str, Place]]:
        """Where confirmed boilerplate lies in an exhibit, with its ids."""
        return known_places(self._store).on(digest)

    def proposed_boilerplate(self) -> int:
        """How many such intervals wait for a decision."""
        return proposed(self._store)

    def decide(self, subject: str, verdict: str, *, reason: str = "") -> Decided:
        """Log a decision about a subject such as `b-…`, and cluster the case anew."""
        with self._store.session("decide", sys.argv, versions()):
            return decide(self._store, subject, verdict, reason=reason)

    def decisions(self) -> list[StoredDecision]:
        """All decisions, in the order in which they were taken."""
        return self._store.decisions()

    def clusters(self) -> list[Cluster]:
        """The clusters of the last scan, largest first."""
        return self._store.clusters()

    def pending(self) -> Pending:
        """What an interrupted scan left undone: until then no answer is complete."""
        return pending(self._store)

    def outcomes(self) -> list[FileOutcome]:
        """What became of each path that the last scans met."""
        return self._store.outcomes()

    def events(
        self, digest: Digest | None = None, *, after: int = -1, limit: int | None = None
    ) -> Iterator[LogRow]:
        """The custody log, or the events about one exhibit, in order."""
        return self._store.events(digest, after=after, limit=limit)

    def disclosures(self, seq: int) -> list[Disclosure]:
        """The openings of an event's private values that are still held."""
        return self._store.disclosures(seq)

    def verify(self) -> Verdict:
        """Recompute the whole log and say what does not fit."""
        return self._store.verify()


@contextlib.contextmanager
def case_if_any(folder: PathLike, *, write: bool = False) -> Iterator[Case | None]:
    """The case in a folder, opened for reading or writing, or None where there is none."""
    try:
        case = Case.open(folder, write=write)
    except NoCaseError:
        yield None
        return
    with case:
        yield case


def compare_files(
    a: PathLike, b: PathLike, *, executor: Executor | None = None, learned: str | None = None
) -> pair.Comparison:
    """Relate two files without any case."""
    return pair.compare(os.fsencode(a), os.fsencode(b), executor=executor, learned=learned)


def sheet_of_files(
    comparison: pair.Comparison, target: PathLike, *, executor: Executor | None = None
) -> Sheet:
    """Draw what two files share as a picture for people, and write it as a new PNG file.

    As `Case.sheet`, for files that were compared without a case; nothing is logged.
    """
    return draw_sheet(comparison, _path(target), None, executor)


def scan(
    folder: PathLike,
    paths: Sequence[PathLike],
    options: scanning.ScanOptions | None = None,
    *,
    listen: Listener = silent,
) -> scanning.ScanReport:
    """Scan into the case at `folder`, which is made if there is none."""
    case, _ = Case.open_or_create(folder)
    with case:
        return case.scan(paths, options, listen=listen)


def _path(folder: PathLike) -> Path:
    return Path(os.fsdecode(folder))
