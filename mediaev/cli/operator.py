"""`mediaev operator`: people with keys of their own."""

from __future__ import annotations

import click

from mediaev.actions.case import Case
from mediaev.actions.passphrases import asking_for_new
from mediaev.actions.people import ROLES, Operator, operator_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.tables import table
from mediaev.cli.options import group, verb
from mediaev.model.exhibit import shown


@group(
    example="mediaev operator add 'K. Horn' --role reviewer\n"
    "mediaev operator list\n"
    "mediaev operator revoke 3f9a02c4 --reason 'left us'"
)
def command() -> None:
    """Give people keys of their own, for what they answer for.

    Holds, approvals and hand-overs are signed by a person's key, apart from the key that signs
    the log. It belongs to one person in one case and stays on this machine, outside the case;
    the log announces its public half, and the name as a private value.
    """


@verb(example="mediaev operator add 'K. Horn' --role reviewer")
@click.argument("name", metavar="NAME")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default=ROLES[0],
    metavar="ROLE",
    help=f"{', '.join(ROLES[:-1])} or {ROLES[-1]}; the first is the default.",
)
def add(choices: Choices, name: str, role: str) -> int:
    """Make a key for a person and announce it in the log.

    It is encrypted by a passphrase, which is asked for at a terminal or taken from the
    environment variable MEDIAEV_OPERATOR_PASSPHRASE.
    """
    with Case.open(choices.folder, write=True) as case, asking_for_new():
        made = case.add_operator(name, role=role)
    if choices.form != "text":
        output.document(choices, operator_document(made))
    else:
        output.line(f"operator    {made.id}  {made.role}  {shown(name)}")
        output.line(f"public key  {made.vkey}")
    return 0


@verb(example="mediaev operator list --json")
def list_(choices: Choices) -> int:
    """Show who has a key in the case."""
    with Case.open(choices.folder) as case:
        found = case.operators()
    if choices.form != "text":
        output.documents(choices, "operators", map(operator_document, found))
    elif not found:
        output.line("Nobody has a key of their own in this case.")
    else:
        table(("id", "role", "name", "since", "key"), map(_row, found), names=[2])
    return 0


def _row(each: Operator) -> tuple[str, ...]:
    name = "(destroyed)" if each.name is None else shown(each.name)
    where = "here" if each.here else "elsewhere"
    state = where if each.ended is None else f"revoked by event {each.ended}"
    return each.id, shown(each.role), name, f"event {each.seq}", state


@verb(example="mediaev operator revoke 3f9a02c4 --reason 'left us'")
@click.argument("operator", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept in the log as private.")
def revoke(choices: Choices, operator: str, reason: str) -> int:
    """End a person's key: what it signed until now still counts, and nothing from now on."""
    with Case.open(choices.folder, write=True) as case:
        seq = case.revoke_operator(operator, reason=reason)
    if choices.form != "text":
        output.document(choices, {"event": seq})
    else:
        output.line(f"The key is revoked by event {seq} of the log.")
    return 0


command.add_command(add, "add")
command.add_command(list_, "list")
command.add_command(revoke, "revoke")
