"""The main job: take in files and folders, examine what is new, compare, cluster."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from mediaev.actions.examining import Looked, look, may_end_otherwise
from mediaev.actions.learned import chosen_for
from mediaev.actions.list_search import ListAnswer, ListSearch
from mediaev.actions.list_subjects import exhibit_subjects
from mediaev.actions.matching import cluster_all, match_new
from mediaev.actions.progress import Listener, Progress, silent
from mediaev.errors import ChangedFileError, RefusedFileError, UsageError
from mediaev.intake.opened import OpenedFile, identity_of
from mediaev.intake.walk import Entry, EntryKind, walk
from mediaev.model.cluster import Cluster
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, ExaminationStatus, ExamineSettings
from mediaev.model.exhibit import Exhibit, FileOutcome, Kind, Sighting, Status, shown
from mediaev.ports import Executor
from mediaev.store import CaseStore, keep, now


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What a scan may be told."""

    settings: ExamineSettings = field(default_factory=ExamineSettings)
    keep: bool = False
    """Copy originals into the case."""
    digests: tuple[str, ...] = ()
    """Further digests besides SHA-256, MD5 and SHA-1; those that lists of the case have come
    by themselves."""
    rehash: bool = False
    """Read files again although size, times and inode say that nothing changed, and examine
    again what failed."""
    learned: str | None = None
    """A learned model to describe pictures with too: a file, the name of a model that an
    installed package carries, `none`, or None for $MEDIAEV_LEARNED or what the case has."""


LOOKED_UP_BY = ("md5", "sha1")
"""Recorded of every file, because other people's lists go by them: they prove nothing."""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What one scan did and found."""

    outcomes: tuple[FileOutcome, ...]
    """Every path that was met, in the order of paths."""
    examined: int
    """Exhibits examined in this run."""
    clusters: tuple[Cluster, ...]
    """All clusters of the case, largest first."""
    lists: ListAnswer | None = None
    """What others' lists say of the exhibits that were met; None where the case has no lists."""

    @property
    def counts(self) -> dict[Status, int]:
        """How many paths had each outcome."""
        return dict(Counter(outcome.status for outcome in self.outcomes))

    @property
    def failures(self) -> list[FileOutcome]:
        """The paths that could not be read, or only in part."""
        return [outcome for outcome in self.outcomes if outcome.status.is_failure]


def scan(
    store: CaseStore,
    session: int,
    paths: Sequence[bytes],
    options: ScanOptions | None = None,
    *,
    executor: Executor | None = None,
    listen: Listener = silent,
) -> ScanReport:
    """Take in everything under `paths`; `session` is the store's, open around the call.

    Incremental: a path with the same size, times and inode as at its last sighting is not
    read again, unless its examination failed for a cause that may lie with the machine.
    Resumable: each file is committed when it is done. Raises UsageError for a path that
    does not exist; anything that a file does becomes that file's outcome.
    """
    require(paths)
    options = options or ScanOptions()
    chosen = chosen_for(store, options.learned, executor)
    if chosen is not None:
        settings = replace(options.settings, learned=chosen.model.id)
        options = replace(options, settings=settings)
    run = _Scan(store, session, options, listen)
    entries = run.meet(paths)
    lists = ListSearch(store)
    looked = look(
        entries,
        settings=run.options.settings,
        executor=executor,
        algorithms=tuple(dict.fromkeys([*LOOKED_UP_BY, *run.options.digests, *lists.algorithms])),
        wanted=run.take_in,
        learned=chosen.for_exhibits() if chosen is not None else (),
    )
    for each in looked:
        run.record(each)
    match_new(store, listen)
    listen(Progress("cluster", 0, 1))
    found = cluster_all(store)
    listen(Progress("cluster", 1, 1))
    outcomes = run.finish()
    said = _listed(store, lists, outcomes, listen) if lists else None
    return ScanReport(outcomes, run.examined, tuple(found), said)


def _listed(
    store: CaseStore, lists: ListSearch, outcomes: Sequence[FileOutcome], listen: Listener
) -> ListAnswer:
    """What lists say of the exhibits that a scan met."""
    met = {each.exhibit for each in outcomes if each.exhibit is not None}
    return lists.ask(exhibit_subjects(store, met, lists.algorithms), listen)


def require(paths: Iterable[str | bytes]) -> None:
    """Raise UsageError for a path that does not exist; one that cannot be read is a finding."""
    for path in paths:
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            raise UsageError(
                f"{shown(os.fsencode(path))}: there is no such file or folder"
            ) from None
        except OSError:
            continue


class _Scan:
    """The state of one scan: what was known before, and what became of each path."""

    def __init__(
        self, store: CaseStore, session: int, options: ScanOptions, listen: Listener
    ) -> None:
        self.store = store
        self.options = options
        self.examined = 0
        self._listen = listen
        self._session = session
        self._outcomes: dict[bytes, FileOutcome] = {}
        self._before = {outcome.path: outcome for outcome in store.outcomes()}
        self._total = self._read = 0
        self._sightings = store.sightings_by_path()
        self._examinations = store.examination_status()
        self._known = {
            digest
            for digest, (status, _, _) in self._examinations.items()
            if status is not ExaminationStatus.FAILED
        }
        """Examined with success before this run; they may be examined in another way."""
        self._waiting: dict[Digest, list[bytes]] = {}
        self._tried: set[Digest] = set()
        """Examined in this run, so not again, whatever came of it."""

    def meet(self, paths: Sequence[bytes]) -> list[bytes]:
        """Walk the paths; settle what needs no reading, return the files to read."""
        self._listen(Progress("walk", 0, 0))
        to_read = []
        for entry in walk(paths, leave_out=[bytes(self.store.folder)]):
            if entry.kind is not EntryKind.FILE:
                self._settle(_unopened(entry))
            elif not self._unchanged(entry.path):
                to_read.append(entry.path)
        self._total = len(to_read)
        self._listen(Progress("walk", self._total, self._total))
        return to_read

    def _unchanged(self, path: bytes) -> bool:
        """Settle a path that nothing was done to since it was last seen and examined."""
        sighting = self._sightings.get(path)
        if sighting is None or self.options.rehash:
            return False
        if self._is_open(sighting.exhibit) or identity_of(path) != sighting.identity:
            return False
        status, _, reason = self._examinations[sighting.exhibit]
        self._settle(_outcome(path, sighting.exhibit, status, reason, Status.UNCHANGED))
        return True

    def _is_open(self, digest: Digest) -> bool:
        """Whether an exhibit is to be examined: never was, in another way, or for another try."""
        if digest in self._tried:
            return False
        if digest not in self._examinations:
            return True
        status, settings, reason = self._examinations[digest]
        again = self.options.rehash and status is ExaminationStatus.FAILED
        as_wanted = self.options.settings.is_met_by(settings)
        return not as_wanted or again or may_end_otherwise(status, reason)

    def take_in(self, opened: OpenedFile, digests: Sequence[Digest]) -> bool:
        """Record the bytes and the sighting; say whether they still need an examination."""
        digest = digests[0]
        with self.store.transaction():
            self.store.take_in(
                Exhibit(digest, opened.identity.size, Kind.OTHER, now()),
                Sighting(digest, opened.path, opened.identity, now()),
                digests=digests[1:],
            )
            if self.options.keep:
                place, method = keep(opened.fd, digest, self.store.folder)
                self.store.record_kept(digest, place, method)
        if not self._is_open(digest):
            return False
        first = digest not in self._waiting
        self._waiting.setdefault(digest, []).append(opened.path)
        return first

    def record(self, looked: Looked) -> None:
        """Settle one file that was read, and all that wait for the same bytes."""
        digest = looked.digests[0] if looked.digests else None
        if looked.error is not None:
            self._unread(looked, digest)
        elif looked.examination is not None and digest is not None:
            self._examined(digest, looked.path, looked.examination)
        elif digest is not None and digest not in self._waiting:
            status, _, reason = self._examinations[digest]
            usual = self._met_before(looked.path, digest)
            self._settle(_outcome(looked.path, digest, status, reason, usual))
        self._read += 1
        self._listen(Progress("examine", self._read, self._total, shown(looked.path)))

    def _examined(self, digest: Digest, path: bytes, examination: Examination) -> None:
        with self.store.transaction():
            self.store.record_examination(digest, examination)
        self.examined += 1
        self._tried.add(digest)
        status, reason = examination.status, examination.reason
        self._examinations[digest] = (status, examination.settings, reason)
        for each in self._waiting.pop(digest):
            first = each == path and digest not in self._known
            usual = Status.NEW if first else self._met_before(each, digest)
            self._settle(_outcome(each, digest, status, reason, usual))

    def _met_before(self, path: bytes, digest: Digest) -> Status:
        """The status of bytes that the case holds: from this place, or from elsewhere."""
        before = self._sightings.get(path)
        here = before is not None and before.exhibit == digest
        return Status.UNCHANGED if here else Status.KNOWN

    def _unread(self, looked: Looked, digest: Digest | None) -> None:
        """Settle a file that could not be read as a whole."""
        status = Status.FAILED
        if isinstance(looked.error, ChangedFileError):
            status = Status.CHANGED
        elif isinstance(looked.error, RefusedFileError):
            status = Status.REFUSED
        self._settle(FileOutcome(looked.path, status, str(looked.error), digest))
        for each in self._waiting.pop(digest, []) if digest else []:
            reason = "not examined: another place of the same bytes changed meanwhile; scan again"
            self._settle(FileOutcome(each, Status.FAILED, reason, digest))

    def _settle(self, outcome: FileOutcome) -> None:
        """Give a path its one outcome; log what was refused, unless it was logged before."""
        if outcome.path in self._outcomes:
            return
        self._outcomes[outcome.path] = outcome
        examined = outcome.exhibit is not None and outcome.exhibit in self._examinations
        news = self._before.get(outcome.path) != outcome
        if outcome.status.is_failure and not examined and news:
            with self.store.transaction():
                self.store.refuse(outcome)

    def finish(self) -> tuple[FileOutcome, ...]:
        """Keep the outcomes as the last scan's, and return them in the order of paths."""
        outcomes = tuple(self._outcomes[path] for path in sorted(self._outcomes))
        with self.store.transaction():
            self.store.record_outcomes(self._session, outcomes)
        return outcomes


def _outcome(
    path: bytes, digest: Digest, examined: ExaminationStatus, reason: str, usual: Status
) -> FileOutcome:
    """The outcome of a path whose bytes were examined, now or earlier."""
    status = {
        ExaminationStatus.PARTIAL: Status.PARTIAL,
        ExaminationStatus.NOT_MEDIA: Status.NOT_MEDIA,
        ExaminationStatus.FAILED: Status.FAILED,
    }.get(examined, usual)
    return FileOutcome(path, status, reason, digest)


def _unopened(entry: Entry) -> FileOutcome:
    """The outcome of what the walk met but never opens."""
    reason = entry.says or entry.kind.value
    if entry.kind is EntryKind.UNREADABLE:
        return FileOutcome(entry.path, Status.FAILED, reason)
    # Nobody shall believe that what he named himself was looked at, nor a whole folder.
    loud = entry.asked or entry.kind in {EntryKind.SPECIAL, EntryKind.OTHER_CASE}
    return FileOutcome(entry.path, Status.REFUSED if loud else Status.SKIPPED, reason)
