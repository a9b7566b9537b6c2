"""`mediaev init`: make a case."""

from __future__ import annotations

import click

from mediaev.cli.choices import Choices
from mediaev.cli.options import verb


@verb(example='mediaev -C cases/42 init --operator "K. Horn" --number KH-1')
@click.option("--operator", default="", metavar="NAME", help="Who keeps the case.")
@click.option("--organisation", default="", metavar="NAME", help="For whom it is kept.")
@click.option("--number", default="", metavar="NUMBER", help="The case's number, as you cite it.")
def command(choices: Choices, operator: str, organisation: str, number: str) -> int:
    """Make a case: a folder for evidence, with signing keys of its own.

    There are two: Ed25519, which every program knows, and ML-DSA-44, which is to hold when that
    is broken one day. The private keys lie outside the case, in your own settings. They are
    encrypted by a passphrase, asked for at a terminal or taken from the environment variable
    MEDIAEV_KEY_PASSPHRASE, now and whenever the case is written to. Write the public keys'
    fingerprints down on paper: with them anyone can tell later whether the log was signed by
    you. The operator's name and all paths are private values of the log; organisation and
    number stand in it openly. `scan` makes a case by itself where there is none.
    """
    from mediaev.actions.case import Case
    from mediaev.actions.documents import identity_document
    from mediaev.actions.identity import identity
    from mediaev.actions.passphrases import asking_for_new
    from mediaev.cli.display import output
    from mediaev.cli.display.key_lines import key_lines
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
    for line in key_lines(found.keys):
        output.line(line)
    if found.lacking:
        output.note(choices, f"this machine cannot sign with {' and '.join(found.lacking)}")
    output.note(
        choices, "keep copies of the private keys; without them the log cannot go on signed"
    )
    return 0
