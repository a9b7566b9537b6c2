"""The bag: exhibits copied out, and beside them the log and all that vouches for it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from mediaev import plugins
from mediaev.actions.outgoing import OutgoingLog, body_lines, opening_lines
from mediaev.actions.progress import Listener, Progress
from mediaev.errors import ChangedFileError, EvidenceError
from mediaev.export.bag_notice import VERIFY_TXT
from mediaev.export.bag_writing import ALGORITHMS, BagWriter, Written
from mediaev.export.disk_names import disk_name, neutral_name
from mediaev.export.json_lines import json_line
from mediaev.intake.opened import OpenedFile, chunks, open_once
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown
from mediaev.model.export import CaseRecord, ExhibitRecord, Letting, State
from mediaev.store import CaseStore, object_path

_TOLD = 3
"""Places that are named when none of them holds the bytes."""


@dataclass(frozen=True, slots=True)
class NotGiven:
    """An exhibit that was to go into a bag and could not."""

    exhibit: Digest
    state: State
    says: str
    """Why, with the places that were tried: for the user's eyes, never for the bag."""


def places_of(store: CaseStore, exhibit: Digest) -> list[bytes]:
    """Where an exhibit's bytes may lie: where they were seen last first, the case's copy last."""
    seen = store.sightings(exhibit)
    current = [each.path for each in seen if not each.superseded]
    earlier = [each.path for each in seen if each.superseded]
    copy = store.folder / object_path(exhibit)
    kept = [bytes(copy)] if copy.exists() else []
    return list(dict.fromkeys([*current, *earlier, *kept]))


def copy_originals(
    store: CaseStore,
    exhibits: Sequence[ExhibitRecord],
    chosen: set[Digest],
    *,
    letting: Letting,
    writer: BagWriter,
    listen: Listener,
) -> tuple[list[ExhibitRecord], list[NotGiven]]:
    """Copy what is to go into the bag; returns all exhibits with what became of each."""
    records: list[ExhibitRecord] = []
    failed: list[NotGiven] = []
    for done, each in enumerate(exhibits):
        if each.digest not in chosen or not letting.originals:
            records.append(replace(each, state=State.WITHHELD))
            continue
        listen(Progress("export", done, len(exhibits), each.digest.hex[:12]))
        path = path_of(each)
        copied = _copy(store, each, path, writer)
        if isinstance(copied, NotGiven):
            records.append(replace(each, state=copied.state))
            failed.append(copied)
        else:
            digests = {**each.digests, **dict(zip(ALGORITHMS, copied.digests, strict=True))}
            records.append(replace(each, state=State.HELD, path=path, digests=digests))
    return records, failed


def path_of(each: ExhibitRecord) -> str:
    """Where an exhibit lies in a bag: its name is told only if the profile lets it."""
    digits = each.digest.hex
    name = disk_name(each.names[0]) if each.names else neutral_name(digits, each.format)
    return f"data/{digits}/{name}"


def _copy(
    store: CaseStore, each: ExhibitRecord, path: str, writer: BagWriter
) -> Written | NotGiven:
    """Copy from the first place that still holds the bytes."""
    tried: list[str] = []
    state = State.MISSING
    for place in places_of(store, each.digest):
        try:
            with open_once(place) as opened:
                return writer.payload(path, _pieces(opened, each.size), each.digest)
        except ChangedFileError:
            state = State.CHANGED
            tried.append(f"{shown(place)} holds other bytes now")
        except EvidenceError as error:
            tried.append(error.message)
    more = f"; and {len(tried) - _TOLD} more" if len(tried) > _TOLD else ""
    says = "; ".join(tried[:_TOLD]) or "the case knows no place where it was seen"
    return NotGiven(each.digest, state, says + more)


def _pieces(opened: OpenedFile, size: int) -> Iterator[bytes]:
    if opened.identity.size != size:
        raise ChangedFileError(f"{shown(opened.path)} has another size now")
    yield from chunks(opened)


def seal(
    store: CaseStore,
    log: OutgoingLog,
    exhibits: Sequence[ExhibitRecord],
    writer: BagWriter,
    *,
    say: Callable[[str], None],
) -> tuple[CaseRecord, Digest]:
    """Write the folder `custody` and close the bag; returns the digest of its tag manifest."""
    case = log.record(exhibits)
    writer.tag("custody/events.jsonl", body_lines(log))
    writer.tag("custody/disclosures.jsonl", opening_lines(log))
    _write_heads(store, writer)
    for exporter in plugins.exporters():
        if exporter.in_bag:
            writer.tag(f"custody/{exporter.in_bag}", exporter.write(case, say))
    writer.tag("custody/names.jsonl", _names(exhibits))
    if heads := store.checkpoints():
        for each in exhibits:
            if each.ingest < heads[-1].size:
                proof = store.proof(each.ingest, heads[-1])
                writer.tag(f"custody/proofs/{each.digest.hex}.tlog-proof", [proof])
    writer.tag("custody/VERIFY.txt", [VERIFY_TXT.encode()])
    return case, writer.seal(_info(case, log))


def _write_heads(store: CaseStore, writer: BagWriter) -> None:
    heads = store.checkpoints()
    for head in heads:
        writer.tag(f"custody/checkpoints/{head.size}.txt", [head.note])
    if heads:
        writer.tag("custody/checkpoint", [heads[-1].note])
    vkeys = "".join(f"{vkey}\n" for vkey in store.announced_keys())
    writer.tag("custody/vkey.txt", [vkeys.encode()])
    for name, content in store.files_beside_log():
        writer.tag(f"custody/{name}", [content])


def _names(exhibits: Sequence[ExhibitRecord]) -> Iterator[bytes]:
    """What each file in the bag was called, by the exact bytes; nothing where that is withheld."""
    for each in exhibits:
        if each.path and each.names:
            names = [base64.b64encode(name).decode() for name in each.names]
            yield json_line({"names_b64": names, "path": each.path})


def _info(case: CaseRecord, log: OutgoingLog) -> list[tuple[str, str]]:
    return [
        ("Source-Organization", case.organisation),
        ("Contact-Name", case.operator),
        ("External-Identifier", case.number),
        ("Internal-Sender-Identifier", case.origin),
        ("Bagging-Date", case.time[:10]),
        ("Bag-Software-Agent", case.tool),
        ("Mediaev-Profile", str(case.letting)),
        ("Mediaev-Log-Size", str(case.size)),
        ("Mediaev-Log-Root", log.root.hex()),
    ]
