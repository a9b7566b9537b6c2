"""Redact: destroy openings of private values for good, so that nobody can tell them any more.

The log itself stays as it is, and every proof over it holds: its leaves have commitments only.
"""

from __future__ import annotations

from collections.abc import Sequence

from mediaev.actions.documents import Document
from mediaev.actions.matching import cluster_all
from mediaev.actions.people import refuse_held
from mediaev.errors import UsageError
from mediaev.model.exhibit import Exhibit
from mediaev.model.redaction import Opening, Redaction
from mediaev.store import CaseStore

REMAINS = (
    "copies of the case, exports, reports, sheets and hash lists that were handed out or written",
    "backups, file-system snapshots, and what a disk keeps of blocks that it calls free",
    "the files themselves, where they lie, and thumbnails of them in cache/",
    "copies of the files in objects/, with all that they state about themselves",
)
"""What a redaction does not reach."""


def plan(
    store: CaseStore,
    exhibits: Sequence[Exhibit] = (),
    events: Sequence[int] = (),
    values: Sequence[str] = (),
) -> Redaction:
    """What would be destroyed of exhibits and events, or of certain values; changes nothing.

    `values` are dotted places such as `detail.path_b64`; they narrow what is chosen, and alone
    choose it from all events. Raises UsageError if nothing is named.
    """
    if not (exhibits or events or values):
        raise UsageError("Name exhibits, events or values to redact.")
    last = store.log_size() - 1
    if unknown := [seq for seq in events if not 0 <= seq <= last]:
        raise UsageError(f"The log has no event {unknown[0]}; its last one is {last}.")
    found: dict[tuple[int, str], Opening] = {}
    sources = [store.openings(item=each.digest) for each in exhibits]
    if events:
        sources.append(store.openings(events))
    if not sources:
        sources.append(store.openings())
    for each in (opening for source in sources for opening in source):
        if not values or any(_lies_in(each.path, value) for value in values):
            found[each.seq, each.path] = each
    return store.planned([found[key] for key in sorted(found)])


def redact(store: CaseStore, planned: Redaction, ground: str, authority: str) -> list[int]:
    """Destroy what was planned; must run inside a session. Returns the events that log it.

    Clusters are made anew where claims went, for their reasons may quote one. The bytes are
    gone only after `store.scrub()`, which has to wait until the session has ended. Raises
    UsageError for what is under a legal hold.
    """
    refuse_held(store, (each.item for each in planned.openings))
    with store.transaction():
        logged = store.destroy(planned, ground, authority)
        if "claim" in planned.rows:
            cluster_all(store)
    return logged


def _lies_in(path: str, value: str) -> bool:
    return path == value or path.startswith(f"{value}.")


def redaction_document(planned: Redaction, logged: Sequence[int] | None) -> Document:
    """What `redact --json` prints; `logged` is None if nothing was done."""
    chosen = {(each.seq, each.path) for each in planned.chosen}
    return {
        "done": logged is not None,
        "logged": list(logged or ()),
        "openings": [
            {
                "event": each.seq,
                "path": each.path,
                "type": each.type,
                "item": None if each.item is None else str(each.item),
                "repeats": (each.seq, each.path) not in chosen,
            }
            for each in planned.openings
        ],
        "rows": dict(planned.rows),
        "namesakes": [str(each) for each in planned.namesakes],
        "remains": list(REMAINS),
    }
