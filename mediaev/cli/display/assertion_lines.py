"""What others assert, for people: always with whose words it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mediaev.actions.record_documents import StoredAssertion
from mediaev.actions.record_import import ImportedRecords
from mediaev.cli.display.wording import count
from mediaev.model.exhibit import shown

_FEW = 10
"""Unfit rows that are named unless all are asked for."""
_NAMES = {
    "time": "",
    "agent": "by ",
    "outcome": "outcome: ",
    "name": "file ",
    "url": "",
    "note": "",
}
"""What is told of an assertion besides the act, in order, and what stands before it."""


def told(asserted: Mapping[str, Any]) -> str:
    """What is asserted, on one line; the log may hold anything."""
    parts = [shown(str(asserted.get("act", "")))]
    parts += [
        before + shown(" ".join(str(asserted[name]).split()))
        for name, before in _NAMES.items()
        if asserted.get(name)
    ]
    return ", ".join(parts)


def assertion_lines(found: Iterable[StoredAssertion]) -> Iterator[str]:
    """Each assertion about an exhibit, with whose words it is and where they came from."""
    for each in found:
        origin = f"row {each.row} of the file of event {each.source}; event {each.event}"
        if each.asserted is None:
            yield f"(withheld)  ({origin})"
            continue
        yield f"asserted by {shown(str(each.asserted.get('by', '')))}: {told(each.asserted)}"
        yield f"  ({origin}, imported {each.imported})"


def import_lines(imported: ImportedRecords, *, all_of_them: bool) -> Iterator[str]:
    """What became of one file, and every row that could not be taken in."""
    name = shown(imported.path)
    if imported.error is not None:
        yield f"{name}: not taken in: {imported.error.message}"
        if imported.error.advice:
            yield f"  {imported.error.advice}"
        return
    if imported.before:
        yield f"{name}: imported before (event {imported.event}); nothing was added"
        return
    records = count(imported.taken, "record")
    yield f"{name}: {records} taken in, asserted by {shown(imported.by)} ({imported.format})"
    yield f"  {imported.about:,} about exhibits of the case; event {imported.event} of the log"
    if imported.known:
        yield f"  {count(imported.known, 'record')} that the log had already, not added again"
    if not imported.unfit_count:
        return
    yield f"  {count(imported.unfit_count, 'record')} could not be taken in:"
    rows = imported.unfit if all_of_them else imported.unfit[:_FEW]
    for each in rows:
        yield f"    row {each.row}: {shown(each.says)}"
    if len(rows) < imported.unfit_count:
        yield f"    and {imported.unfit_count - len(rows):,} more (-v names up to 1,000)"
