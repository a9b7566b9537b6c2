"""`mediaev hold`: legal holds."""

from __future__ import annotations

import click

from mediaev.actions.case import Case
from mediaev.actions.naming import exhibit_named
from mediaev.actions.people import signed_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.wording import short
from mediaev.cli.options import group, verb


@group(
    example="mediaev hold set 3f9a02c4 --ground 'court order 12/26'\n"
    "mediaev hold list\n"
    "mediaev hold lift 3f9a02c4 --ground 'order of 3 May'"
)
def command() -> None:
    """Forbid that anything of an exhibit or of the case is destroyed, or allow it again.

    A hold is signed by an operator's own key (`mediaev operator add`). As long as one is in
    force, `mediaev redact` destroys nothing of what it is about.
    """


def _signing(choices: Choices, items: tuple[str, ...], ground: str, as_: str, *, lift: bool) -> int:
    with Case.open(choices.folder, write=True) as case:
        exhibits = [exhibit_named(case, item) for item in items]
        signed = case.hold(exhibits, ground=ground, lift=lift, operator=as_)
        if case.store.key_warning:
            output.note(choices, f"warning: {case.store.key_warning}")
    if choices.form != "text":
        output.document(choices, signed_document(signed))
    else:
        what = ", ".join(short(each.digest) for each in exhibits) or "the whole case"
        where = ", ".join(map(str, signed.events))
        done = "no longer held" if lift else "held"
        output.line(f"{what}: {done}; signed by operator {signed.operator.id}, event {where}")
    return 0


@verb(example="mediaev hold set 3f9a02c4 --ground 'court order 12/26'")
@click.argument("items", nargs=-1, metavar="[FILE|ID]...")
@click.option("--ground", required=True, metavar="TEXT", help="Why; kept in the log as private.")
@click.option("--as", "as_", default="", metavar="ID", help="Which operator signs.")
def set_(choices: Choices, items: tuple[str, ...], ground: str, as_: str) -> int:
    """Put exhibits under a legal hold, or the whole case where none is named."""
    return _signing(choices, items, ground, as_, lift=False)


@verb(example="mediaev hold lift 3f9a02c4 --ground 'order of 3 May'")
@click.argument("items", nargs=-1, metavar="[FILE|ID]...")
@click.option("--ground", required=True, metavar="TEXT", help="Why; kept in the log as private.")
@click.option("--as", "as_", default="", metavar="ID", help="Which operator signs.")
def lift(choices: Choices, items: tuple[str, ...], ground: str, as_: str) -> int:
    """End legal holds, or the one on the whole case where no exhibit is named."""
    return _signing(choices, items, ground, as_, lift=True)


@verb(example="mediaev hold list")
def list_(choices: Choices) -> int:
    """Show the legal holds that are in force."""
    with Case.open(choices.folder) as case:
        held = sorted(case.holds().items(), key=lambda each: each[1])
    documents = [{"item": None if item is None else str(item), "event": seq} for item, seq in held]
    if choices.form != "text":
        output.documents(choices, "holds", documents)
    elif not held:
        output.line("Nothing is under a legal hold.")
    else:
        for item, seq in held:
            what = "the whole case" if item is None else short(item)
            output.line(f"{what}  since event {seq}")
    return 0


command.add_command(set_, "set")
command.add_command(lift, "lift")
command.add_command(list_, "list")
