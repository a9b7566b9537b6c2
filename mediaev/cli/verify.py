"""`mediaev verify`: does the custody log hold?"""

from __future__ import annotations

from collections.abc import Iterator

import click

from mediaev.actions.case import Case
from mediaev.actions.documents import verdict_document
from mediaev.cli.display import output
from mediaev.cli.display.wording import count
from mediaev.cli.options import Choices, verb
from mediaev.custody.verify import Fault, Level, Verdict

_LEVELS = {
    Level.READABLE: "readable: the log could be read, but it does not hold together",
    Level.CONSISTENT: "consistent: everything in the log fits together, but no known key signed it",
    Level.SIGNED: "signed: everything fits together, and a known key signed it",
    Level.ANCHORED: "anchored: signed, and a third party's time stamp covers it",
    Level.WITNESSED: "witnessed: anchored, and a witness co-signed it",
}


@verb(example="mediaev verify\nmediaev verify --level 2 --json")
@click.option(
    "--level",
    type=click.IntRange(int(Level.CONSISTENT), int(Level.WITNESSED)),
    default=int(Level.CONSISTENT),
    metavar="N",
    help="What to ask for: 1 consistent (the default), 2 signed, 3 anchored, 4 witnessed.",
)
def command(choices: Choices, level: int) -> int:
    """Recompute the whole custody log and say what does not fit.

    Exit code 4 means tampered or damaged, 6 that it is an older or shorter copy than one
    seen before, 5 that the level asked for was not reached.
    """
    with Case.open(choices.folder) as case:
        verdict = case.verify()
    if choices.form == "json":
        output.json_document(verdict_document(verdict))
    elif choices.form == "jsonl":
        output.json_line(verdict_document(verdict))
    else:
        output.lines(_lines(verdict))
    if error := verdict.error(Level(level)):
        output.flush()
        raise error
    return 0


def _lines(verdict: Verdict) -> Iterator[str]:
    yield _LEVELS[verdict.level]
    yield f"  events  {verdict.events:,}"
    yield f"  signed  {_signed(verdict)}"
    yield f"  root    {verdict.root.hex()}"
    if verdict.faults:
        yield f"{count(len(verdict.faults), 'fault')}, the first one first:"
        yield from map(_fault, verdict.faults)
    if verdict.warnings:
        yield f"{count(len(verdict.warnings), 'warning')}, which break nothing:"
        yield from map(_fault, verdict.warnings)


def _signed(verdict: Verdict) -> str:
    if verdict.signed_size == verdict.events:
        return "all"
    return f"the first {verdict.signed_size:,}"


def _fault(fault: Fault) -> str:
    where = "" if fault.seq is None else f"event {fault.seq}, "
    return f"  {where}{fault.kind}: {fault.says}"
