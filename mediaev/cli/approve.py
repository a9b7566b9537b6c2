"""`mediaev approve`: sign that something was reviewed."""

from __future__ import annotations

import click

from mediaev.actions.case import Case
from mediaev.actions.naming import named
from mediaev.actions.people import signed_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.options import verb


@verb(example="mediaev approve m-3f9a02c41b77\nmediaev approve b-3f9a02c41b77 --as 12a4bc0d")
@click.argument("items", nargs=-1, required=True, metavar="ID...")
@click.option("--note", default="", metavar="TEXT", help="What to add; kept in the log as private.")
@click.option("--as", "as_", default="", metavar="ID", help="Which operator signs.")
def command(choices: Choices, items: tuple[str, ...], note: str, as_: str) -> int:
    """Sign, with a person's own key, that something was reviewed.

    ID is a match (m-...), decided boilerplate (b-...), or an exhibit by its digest or path. The
    approval names the event of the log that recorded it last: what comes later is not approved.
    """
    with Case.open(choices.folder, write=True) as case:
        signed = case.approve([(item, named(case, item)) for item in items], note, operator=as_)
        if case.store.key_warning:
            output.note(choices, f"warning: {case.store.key_warning}")
    if choices.form != "text":
        output.document(choices, signed_document(signed))
    else:
        where = ", ".join(map(str, signed.events))
        output.line(f"Approved; signed by operator {signed.operator.id}, event {where} of the log.")
    return 0
