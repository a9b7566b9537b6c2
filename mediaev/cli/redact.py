"""`mediaev redact`: destroy private values for good."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from mediaev.actions.case import Case
from mediaev.actions.naming import exhibit_named
from mediaev.actions.redact import REMAINS, redaction_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.wording import count, short
from mediaev.cli.options import verb
from mediaev.errors import UsageError
from mediaev.model.exhibit import shown
from mediaev.model.redaction import Redaction

_TOLD = 20
"""Openings that are listed without -v."""
_ROWS = {
    "sighting": ("place where a file was seen", "places where files were seen"),
    "outcome": ("outcome of a scan", "outcomes of scans"),
    "claim": ("exhibit's metadata claims", "exhibits' metadata claims"),
    "meta": ("name of the operator", ""),
    "hash_list": ("hash list's name, owner, file or labels", "hash lists' names, owners or labels"),
}
"""Words for rows, one and many."""


@verb(
    example="mediaev redact 3f9a02c4 --dry-run\n"
    'mediaev redact 3f9a02c4 --value detail.claims --ground "source at risk" '
    '--authority "Editor, letter of 3 May"\n'
    "mediaev redact --event 41 --ground ... --authority ... --yes"
)
@click.argument("items", nargs=-1, metavar="[FILE|ID]...")
@click.option(
    *("--event", "events"),
    multiple=True,
    type=click.IntRange(min=0),
    metavar="N",
    help="What this event of the log tells; may be given again.",
)
@click.option(
    *("--value", "values"),
    multiple=True,
    metavar="PATH",
    help="Only values at this place of events, e.g. detail.claims; may be given again.",
)
@click.option("--ground", default="", metavar="TEXT", help="Why; kept in the log as private.")
@click.option("--authority", default="", metavar="TEXT", help="By whose decision; as private.")
@click.option("--dry-run", is_flag=True, help="Say what would be destroyed, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(
    choices: Choices,
    *,
    items: tuple[str, ...],
    events: tuple[int, ...],
    values: tuple[str, ...],
    ground: str,
    authority: str,
    dry_run: bool,
    yes: bool,
) -> int:
    """Destroy private values, such as where a file lay, for good.

    The log holds private values as commitments only; what opens them lies beside it. This
    destroys the openings of the exhibits and events that are named, wherever else the case tells
    the same (other events, tables), and their bytes in the database. The log, its signatures and
    proofs stay valid; ground and authority are logged. It cannot be undone, and it does not
    reach what was handed out. Try --dry-run first.
    """
    if not dry_run and not (ground.strip() and authority.strip()):
        raise UsageError("Say --ground and --authority: nothing is destroyed without them.")
    with Case.open(choices.folder, write=not dry_run) as case:
        exhibits = [exhibit_named(case, item) for item in items]
        planned = case.plan_redaction(exhibits, events, values)
        if choices.form == "text":
            output.lines(_lines(planned, all_of_them=choices.verbosity > 0))
        logged = None
        if not dry_run:
            if planned.openings and not yes:
                _ask(len(planned.openings))
            if case.store.key_warning:
                output.note(choices, f"warning: {case.store.key_warning}")
            logged = case.redact(planned, ground=ground, authority=authority)
    if choices.form != "text":
        output.document(choices, redaction_document(planned, logged))
    else:
        output.lines(_outcome(planned, logged))
    return 0


def _ask(number: int) -> None:
    if not sys.stdin.isatty():
        raise UsageError(
            "Nobody is there to be asked, so nothing was destroyed.",
            advice="Look at --dry-run, then say --yes.",
        )
    output.flush()
    if not click.confirm(f"Destroy {count(number, 'value')} for good?", err=True):
        raise UsageError("Nothing was destroyed.", advice="You did not say yes.")


def _lines(planned: Redaction, *, all_of_them: bool) -> Iterator[str]:
    if not planned.openings:
        yield "Nothing is told of it any more: no value is left to destroy."
        return
    chosen = {(each.seq, each.path) for each in planned.chosen}
    listed = planned.openings if all_of_them else planned.openings[:_TOLD]
    for each in listed:
        again = "" if (each.seq, each.path) in chosen else "  (tells the same)"
        item = short(each.item) if each.item else ""
        yield f"{each.seq:>6}  {shown(each.type):<16}  {item:<12}  {shown(each.path)}{again}"
    if len(listed) < len(planned.openings):
        yield f"        ... and {len(planned.openings) - len(listed)} more, which -v lists"
    for name, rows in planned.rows.items():
        yield f"and beside the log: {count(rows, *_ROWS[name])}"
    for other in planned.namesakes:
        yield f"Not touched: {short(other)}, whose file has the same name elsewhere."


def _outcome(planned: Redaction, logged: list[int] | None) -> Iterator[str]:
    if logged is None:
        yield "Nothing was changed."
        return
    if logged:
        where = ", ".join(map(str, logged))
        yield f"Destroyed {count(len(planned.openings), 'value')}; logged as event {where}."
    yield "The database was written anew: nothing of what was removed is left in it."
    yield "Not reached:"
    yield from (f"  {each}" for each in REMAINS)
