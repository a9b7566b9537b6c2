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
    is broken one day. The private keys lie outside the case, in your own settings; with a
    passphrase in the environment variable MEDIAEV_KEY_PASSPHRASE, now and whenever the case is
    written to, they are encrypted. Write the public keys' fingerprints down on paper: with them
    anyone can tell later whether the log was signed by you. `scan` makes a case by itself where
    there is none.
    """
    from mediaev.actions.case import Case
    from mediaev.actions.documents import identity_document
    from mediaev.actions.identity import identity
    from mediaev.cli.display import output
    from mediaev.model.exhibit import shown

    with Case.create(
        choices.folder, operator=operator, organisation=organisation, number=number
    ) as case:
        found = identity(case.store)
    if choices.form != "text":
        output.document(choices, identity_document(found))
        return 0
    output.line(f"case         {shown(found.folder)}")
    for key in found.keys:
        output.line(f"private key  {shown(key.private_key)}")
    output.line(f"public key   {found.keys[0].public_key}")
    if len(found.keys) > 1:
        output.line("             and a longer one, of the second key, in log/vkey.txt")
    output.line()
    output.line("For paper, the fingerprint (SHA-256) of each line of log/vkey.txt:")
    for key in found.keys:
        output.line(f"  {key.algorithm:<9}  {_in_groups(key.fingerprint)}")
    if found.lacking:
        output.note(choices, f"this machine cannot sign with {' and '.join(found.lacking)}")
    output.note(
        choices, "keep copies of the private keys; without them the log cannot go on signed"
    )
    return 0


def _in_groups(digits: str) -> str:
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))
