"""`mediaev init`: make a case."""

from __future__ import annotations

import click

from mediaev.cli.options import Choices, verb


@verb(example='mediaev -C cases/42 init --operator "K. Horn" --number KH-1')
@click.option("--operator", default="", metavar="NAME", help="Who keeps the case.")
@click.option("--organisation", default="", metavar="NAME", help="For whom it is kept.")
@click.option("--number", default="", metavar="NUMBER", help="The case's number, as you cite it.")
def command(choices: Choices, operator: str, organisation: str, number: str) -> int:
    """Make a case: a folder for evidence, with a signing key of its own.

    The private key lies outside the case, in your own settings. It is encrypted by a
    passphrase, asked for at a terminal or taken from the environment variable
    MEDIAEV_KEY_PASSPHRASE, now and whenever the case is written to. Write the public key's
    fingerprint down on paper: with it anyone can tell later whether the log was signed by you.
    The operator's name and all paths are private values of the log; organisation and number
    stand in it openly. `scan` makes a case by itself where there is none.
    """
    from mediaev.actions.case import Case
    from mediaev.actions.documents import identity_document
    from mediaev.actions.identity import identity
    from mediaev.actions.passphrases import asking_for_new
    from mediaev.cli.display import output
    from mediaev.model.exhibit import shown

    with (
        asking_for_new(),
        Case.create(
            choices.folder, operator=operator, organisation=organisation, number=number
        ) as case,
    ):
        found = identity(case.store)
    if choices.form != "text":
        output.document(choices, identity_document(found))
        return 0
    output.line(f"case         {shown(found.folder)}")
    output.line(f"private key  {shown(found.private_key)}")
    output.line(f"public key   {found.public_key}")
    output.line()
    output.line("For paper, the fingerprint (SHA-256) of the public key's line above:")
    output.line(f"  {_in_groups(found.fingerprint)}")
    output.note(choices, "keep a copy of the private key; without it the log cannot go on signed")
    return 0


def _in_groups(digits: str) -> str:
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))
