"""Export: a case, or some of its exhibits, in a form for others; logged before it is there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from mediaev import plugins
from mediaev.actions.bag import NotGiven, copy_originals, places_of, seal
from mediaev.actions.doctor import versions
from mediaev.actions.documents import path_text
from mediaev.actions.outgoing import OutgoingLog
from mediaev.actions.progress import Listener, silent
from mediaev.errors import MediaevError, UsageError
from mediaev.export.bag_sinks import bag_sink
from mediaev.export.bag_writing import ALGORITHMS, BagWriter
from mediaev.export.targets import new_file, require_free
from mediaev.intake.opened import identity_of
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Exhibit
from mediaev.model.export import COURT_ONLY, CaseRecord, ExhibitRecord, Letting, State
from mediaev.ports import Exporter
from mediaev.store import CaseStore, ExportDraft, GivenOut

BAG = "bag"
_TELLING = {"gps_latitude": "state where they were taken", "body_serial": "name one camera"}
"""Claims whose exhibits tell of people by their own bytes, which no profile can withhold."""
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that was made, or with `dry_run` one that could be."""

    kind: str
    letting: Letting
    path: Path | None
    """None for standard output."""
    exhibits: int
    """How many were asked for."""
    size: int
    """Events of the log that it tells of."""
    digest: Digest | None = None
    """Of the document, or of a bag's tagmanifest-sha256.txt; None if nothing was made."""
    states: dict[str, int] = field(default_factory=dict)
    """Exhibits of a bag by what became of their bytes."""
    bytes: int = 0
    """Of the exhibits that were asked for."""
    failed: tuple[NotGiven, ...] = ()
    notes: tuple[str, ...] = ()
    """What the user should know, in sentences without a full stop."""


def kinds() -> dict[str, Exporter | None]:
    """What can be exported; a bag is no document, so no exporter stands for it."""
    return {BAG: None, **{each.kind: each for each in plugins.exporters()}}


def export(
    store: CaseStore,
    kind: str,
    target: Path | None,
    exhibits: Sequence[Exhibit] | None = None,
    letting: Letting = COURT_ONLY,
    *,
    out: Callable[[bytes], None] | None = None,
    listen: Listener = silent,
) -> Exported:
    """Make an export of all exhibits, or of some; opens a session of its own.

    A document goes to the target, or piece by piece to `out`; a bag needs a target. Raises
    UsageError where the target exists or lies in the case, TamperedCaseError for a log that
    does not hold together; then nothing is made.
    """
    exporter = _exporter(kind)
    if target is not None:
        require_free(target, store.folder)
    if exporter is None:
        if target is None:
            raise UsageError("a bag needs a place", advice="Name a new folder or zip with -o.")
        return _export_bag(store, target, exhibits, letting=letting, listen=listen)
    return _export_document(store, exporter, target, exhibits=exhibits, letting=letting, out=out)


def plan(
    store: CaseStore,
    kind: str,
    target: Path | None,
    exhibits: Sequence[Exhibit] | None = None,
    letting: Letting = COURT_ONLY,
) -> Exported:
    """What `export` would give out, by a look at the places but not at the bytes; logs nothing."""
    exporter = _exporter(kind)
    if target is not None:
        require_free(target, store.folder)
    _, size = OutgoingLog(store, letting).gather()
    chosen = store.exhibits() if exhibits is None else exhibits
    failed = []
    states: Counter[str] = Counter()
    if exporter is None:
        wanted = {each.digest for each in chosen} if letting.originals else set()
        for each in store.exhibits():
            absent = each.digest in wanted and not _is_there(store, each)
            state = State.MISSING if absent else State.HELD
            states[state.value if each.digest in wanted else State.WITHHELD.value] += 1
            if absent:
                says = "no place where it was seen has a file of its size"
                failed.append(NotGiven(each.digest, state, says))
    return Exported(
        kind,
        letting,
        target,
        len(chosen),
        size,
        states=dict(states),
        bytes=sum(each.size for each in chosen),
        failed=tuple(failed),
        notes=tuple(_warnings(store, chosen, letting) if exporter is None else ()),
    )


def _exporter(kind: str) -> Exporter | None:
    known = kinds()
    if kind not in known:
        raise UsageError(f"{kind!a} is no kind of export", advice=", ".join(known))
    return known[kind]


def _is_there(store: CaseStore, each: Exhibit) -> bool:
    found = (identity_of(place) for place in places_of(store, each.digest))
    return any(identity is not None and identity.size == each.size for identity in found)


def _warnings(store: CaseStore, chosen: Sequence[Exhibit], letting: Letting) -> list[str]:
    """What exhibits tell of people by themselves: no profile alters their bytes."""
    if not letting.originals:
        return []
    wanted = {each.digest for each in chosen}
    found = []
    for claim, what in _TELLING.items():
        number = len(wanted & store.claims(claim).keys())
        if number:
            found.append(f"exhibits whose own bytes {what}, which no profile alters: {number:,}")
    return found


def _export_bag(
    store: CaseStore,
    target: Path,
    exhibits: Sequence[Exhibit] | None,
    *,
    letting: Letting,
    listen: Listener,
) -> Exported:
    log = OutgoingLog(store, letting)
    gathered, _ = log.gather()
    known = gathered.exhibits()
    chosen = store.exhibits() if exhibits is None else exhibits
    wanted = {each.digest for each in chosen}
    draft = ExportDraft(BAG, letting.profile.value, letting.names, path_text(bytes(target)))
    notes = _warnings(store, chosen, letting)
    base = f"mediaev-{store.vault[:12]}"
    with _noted(store, draft) as announced, bag_sink(target, base, gathered.created) as sink:
        writer = BagWriter(sink)
        with store.session("export", sys.argv, versions()):
            announced.append(store.announce_export(draft))
            records, failed = copy_originals(
                store, known, wanted, letting=letting, writer=writer, listen=listen
            )
            states = Counter(each.state.value for each in records if each.state)
            given_out = [_given_out(each) for each in records if each.state is not State.WITHHELD]
            made = replace(draft, counts=dict(states), made=str(writer.payload_digest()))
            store.record_export(made, given_out, announced[0])
        case, digest = seal(store, log, records, writer, say=notes.append)
    if store.key_warning:
        notes.append("the last events are not signed, since this machine has no key for the case")
    return Exported(
        BAG,
        letting,
        target,
        len(chosen),
        case.size,
        digest,
        dict(states),
        sum(each.size for each in chosen),
        tuple(failed),
        tuple(notes),
    )


def _given_out(each: ExhibitRecord) -> GivenOut:
    """What the log says of an exhibit that was to go into a bag."""
    if each.state is not State.HELD:
        return GivenOut(each.digest, each.state.value if each.state else "")
    made = {name: digits for name, digits in each.digests.items() if name in ALGORITHMS}
    return GivenOut(each.digest, "ok", made)


def _export_document(
    store: CaseStore,
    exporter: Exporter,
    target: Path | None,
    *,
    exhibits: Sequence[Exhibit] | None,
    letting: Letting,
    out: Callable[[bytes], None] | None,
) -> Exported:
    log = OutgoingLog(store, letting)
    known = log.gather()[0].exhibits()
    if exhibits is not None:
        wanted = {each.digest for each in exhibits}
        known = [each for each in known if each.digest in wanted]
    case = log.record(known)
    name = "" if target is None else path_text(bytes(target))
    draft = ExportDraft(exporter.kind, letting.profile.value, letting.names, name)
    notes: list[str] = []
    with contextlib.ExitStack() as stack:
        announced = stack.enter_context(_noted(store, draft))
        session = store.session("export", sys.argv, versions())
        if target is None:
            file: BinaryIO = stack.enter_context(tempfile.TemporaryFile())
        else:
            file = stack.enter_context(stack.enter_context(new_file(target)).open("w+b"))
        digest = _written(exporter, case, file, notes)
        with session:
            made = replace(draft, counts={"told": len(known)}, made=str(digest))
            announced.append(store.record_export(made, ()))
        if target is None and out is not None:
            file.seek(0)
            while piece := file.read(_PIECE):
                out(piece)
    size = sum(each.size for each in known)
    return Exported(
        exporter.kind, letting, target, len(known), case.size, digest, {}, size, (), tuple(notes)
    )


def _written(exporter: Exporter, case: CaseRecord, file: BinaryIO, notes: list[str]) -> Digest:
    whole = hashlib.sha256()
    for piece in exporter.write(case, notes.append):
        whole.update(piece)
        file.write(piece)
    file.flush()
    os.fsync(file.fileno())
    return Digest("sha256", whole.digest())


@contextlib.contextmanager
def _noted(store: CaseStore, draft: ExportDraft) -> Iterator[list[int]]:
    """Let the log say so if an export of which it tells did not come to be after all.

    Yields a list for the number of the event that announced or recorded it.
    """
    announced: list[int] = []
    try:
        yield announced
    except BaseException as error:
        if announced:
            with contextlib.suppress(MediaevError):  # the first error is the one to hear of
                store.record_failed_export(draft, announced[0], type(error).__name__)
                store.sign()
        raise
