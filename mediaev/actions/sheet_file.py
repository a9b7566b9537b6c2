"""Sheet files: where a sheet may be written, and the custody events that tell of it."""

from __future__ import annotations

import os
from pathlib import Path

import mediaev
from mediaev.actions.documents import path_text
from mediaev.actions.pair import Comparison
from mediaev.actions.sheets import SheetOptions, of_comparison, of_match
from mediaev.derive.sheet.page import SHEET, is_sheet
from mediaev.derive.target import require_free, write_whole
from mediaev.errors import UsageError
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.model.exhibit import shown
from mediaev.ports import Executor
from mediaev.store import CaseStore, StoredMatch


def require_place(target: Path, *, replace: bool = False) -> None:
    """Raise UsageError unless a sheet can be written there.

    With `replace`, an earlier sheet may lie there; anything else is in the way all the same.
    """
    require_free(target, replaceable=is_sheet if replace else None)


def draw_sheet(
    about: StoredMatch | Comparison,
    target: Path,
    store: CaseStore | None,
    options: SheetOptions | None = None,
    *,
    replace: bool = False,
    executor: Executor | None = None,
) -> bytes:
    """Draw a match for a file that can be made; raises before anything is drawn if it cannot.

    Raises UsageError, and what drawing raises.
    """
    require_place(target, replace=replace)
    _refuse_evidence(about, target, store)
    chosen = options or SheetOptions()
    if isinstance(about, Comparison):
        return of_comparison(about, store, chosen, executor)
    if store is None:
        raise UsageError("a match of a case cannot be drawn without the case")
    return of_match(store, about, chosen, executor)


def keep_sheet(
    about: StoredMatch | Comparison,
    target: Path,
    drawn: bytes,
    store: CaseStore | None,
    *,
    replace: bool = False,
) -> Digest:
    """Write a sheet; with a store, inside a session, and an event for each exhibit it holds."""
    made = write_whole(target, drawn, replace=replace)
    if store is None:
        return made
    one, other, match = _sides(about)
    drafts = [
        EventDraft(
            "item.derive",
            {
                "made": str(made),
                "kind": "sheet",
                "with": str(beside),
                "match": match,
                "program": f"mediaev {mediaev.__version__}, {SHEET}",
                "target": Private(path_text(os.fsencode(target))),
            },
            item,
        )
        for item, beside in dict.fromkeys([(one, other), (other, one)])
        if store.find_exhibits(item.hex)
    ]
    with store.transaction():
        store.append(drafts)
    return made


def _sides(about: StoredMatch | Comparison) -> tuple[Digest, Digest, str | None]:
    if isinstance(about, Comparison):
        return about.a.digest, about.b.digest, None
    return about.a, about.b, about.id


def _refuse_evidence(
    about: StoredMatch | Comparison, target: Path, store: CaseStore | None
) -> None:
    """Raise UsageError where a sheet would take the place of evidence, or lie among it."""
    names = {Path(os.path.abspath(target)), target.parent.resolve() / target.name}  # noqa: PTH100
    name = shown(os.fsencode(target))
    given = []
    if isinstance(about, Comparison):
        given = [os.fsdecode(side.given) for side in (about.a, about.b) if side.is_file]
    if any(Path(each).exists() and target.exists() and target.samefile(each) for each in given):
        raise UsageError(f"{name} is one of the two files", advice="Name another file.")
    if store is None:
        return
    inside = store.folder.resolve()
    for each in names:
        if each.is_relative_to(inside):
            raise UsageError(f"{name} lies in the case itself", advice="Name a file elsewhere.")
        if store.sighting_at(bytes(each)) is not None:
            raise UsageError(f"{name} is evidence of this case", advice="Name another file.")
