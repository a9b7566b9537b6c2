"""`mediaev verify`: does the custody log hold?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from mediaev.actions.case import Case
from mediaev.actions.documents import verdict_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.anchor_lines import anchor_line
from mediaev.cli.display.wording import count
from mediaev.cli.options import verb
from mediaev.custody.verify import Anchor, Fault, Level, Verdict
from mediaev.errors import MediaevError, VerificationError

_LEVELS = {
    Level.READABLE: "readable: the log could be read, but it does not hold together",
    Level.CONSISTENT: "consistent: everything in the log fits together, but no known key signed it",
    Level.SIGNED: "signed: everything fits together, and a known key signed it",
    Level.ANCHORED: "anchored: signed, and a third party's time stamp covers its beginning",
    Level.WITNESSED: "witnessed: anchored, and a witness co-signed it",
}
_ROLLED_BACK = "older or other: the log fits together in itself, but not with a state seen before"
_SIGNED_IN_PART = "signed in part: everything fits together, and a known key signed its beginning"
_NEWEST = 10
"""Time stamps that are listed at least."""
_ADVICE = "Keep the case as it is, copy it before all else, and look for an older whole copy."
"""Instead of the usual advice for such an error, which is to run this verb."""


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

    Reads the database and log/; the files that were scanned, and copies of them in objects/,
    are not read. Exit code 4 means tampered or damaged, 6 that it is an older or shorter copy
    than one seen before, 5 that the level asked for was not reached.
    """
    try:
        with Case.open(choices.folder) as case:
            verdict = case.verify()
    except VerificationError as error:
        raise _advised(error) from error
    if choices.form != "text":
        output.document(choices, verdict_document(verdict))
    else:
        output.lines(_lines(verdict, all_of_them=choices.verbosity > 0))
    if fault := verdict.error(Level(level)):
        output.flush()
        raise _advised(fault)
    return 0


def _advised(error: MediaevError) -> MediaevError:
    if error.advice == VerificationError.default_advice:
        error.advice = _ADVICE
    return error


def _lines(verdict: Verdict, *, all_of_them: bool) -> Iterator[str]:
    yield _headline(verdict)
    yield f"  events  {verdict.events:,}"
    yield f"  signed  {_covered(verdict, verdict.signed_size)}"
    yield f"  stamped {_covered(verdict, verdict.anchored_size)}"
    yield f"  root    {verdict.root.hex()}"
    yield from _time_stamps(verdict.anchors, all_of_them=all_of_them)
    if verdict.faults:
        order = ", the first one first" if len(verdict.faults) > 1 else ""
        yield f"{count(len(verdict.faults), 'fault')}{order}:"
        yield from map(_fault, verdict.faults)
    if verdict.warnings:
        breaks = "break" if len(verdict.warnings) > 1 else "breaks"
        yield f"{count(len(verdict.warnings), 'warning')}, which {breaks} nothing:"
        yield from map(_fault, verdict.warnings)


def _time_stamps(anchors: Sequence[Anchor], *, all_of_them: bool) -> Iterator[str]:
    """The newest, and whatever is not sound; the others are counted."""
    if not anchors:
        return
    yield f"{count(len(anchors), 'time stamp')}:"
    old = 0 if all_of_them else max(len(anchors) - _NEWEST, 0)
    left_out = sum(each.sound for each in anchors[:old])
    if left_out:
        yield f"  {count(left_out, 'earlier one')}, sound (-v lists all)"
    told = (each for place, each in enumerate(anchors) if place >= old or not each.sound)
    yield from (f"  {anchor_line(each)}" for each in told)


def _headline(verdict: Verdict) -> str:
    if verdict.rolled_back:
        return _ROLLED_BACK
    if verdict.level is Level.SIGNED and verdict.signed_size < verdict.events:
        return _SIGNED_IN_PART
    return _LEVELS[verdict.level]


def _covered(verdict: Verdict, size: int) -> str:
    if size == verdict.events:
        return "all"
    return f"the first {size:,}" if size else "nothing"


def _fault(fault: Fault) -> str:
    where = "" if fault.seq is None else f"event {fault.seq}, "
    return f"  {where}{fault.kind}: {fault.says}"
