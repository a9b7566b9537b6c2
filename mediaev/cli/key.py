"""`mediaev key`: the key that signs the log, and what may take its place."""

from __future__ import annotations

import click

from mediaev.actions.case import Case
from mediaev.actions.passphrases import asking_for_new
from mediaev.cli.display import output
from mediaev.cli.options import SHARED, Choices, verb

_REASON = click.option(
    "--reason", required=True, metavar="TEXT", help="Why; kept in the log as private."
)


@click.group(
    params=SHARED,
    add_help_option=False,
    epilog="\b\nExample:\n"
    "  mediaev key rotate --reason 'yearly'\n"
    "  mediaev key recover --reason 'the disk with the key is gone'\n"
    "  mediaev key revoke 1226607d --reason 'laptop stolen'",
)
def command() -> None:
    """Change the key that signs the log: hand on, recover, revoke.

    Whoever checks the log has to learn a new public key from its keeper, by another way than
    the case: write it down, read it out. After a rotation the old one vouches for the new one.
    """


@verb(example="mediaev key rotate --reason 'yearly'")
@_REASON
def rotate(choices: Choices, reason: str) -> int:
    """Put a new key in the place of the old one; both sign the change.

    The old private key is removed from this machine.
    """
    with Case.open(choices.folder, write=True) as case, asking_for_new():
        return _told(choices, case.rotate_key(reason=reason), "The old key vouches for it.")


@verb(example="mediaev key recover --reason 'the disk with the key is gone'")
@_REASON
def recover(choices: Choices, reason: str) -> int:
    """Make a new key where the old one is lost.

    What the old key signed stays as good as it was. For what comes, nothing but the log itself
    vouches for the new key: give it to those who check the log, and have the log anchored soon.
    """
    with Case.open(choices.folder, write=True) as case, asking_for_new():
        return _told(choices, case.recover_key(reason=reason), "Nobody vouches for it but you.")


@verb(example="mediaev key revoke 1226607d --reason 'laptop stolen'")
@click.argument("key", metavar="KEY")
@_REASON
def revoke(choices: Choices, key: str, reason: str) -> int:
    """End a key of the log that another machine has; KEY is its id or its public text."""
    with Case.open(choices.folder, write=True) as case:
        seq = case.revoke_key(key, reason=reason)
    if choices.form != "text":
        output.document(choices, {"event": seq})
    else:
        output.line(f"The key is revoked by event {seq} of the log.")
    return 0


def _told(choices: Choices, vkey: str, says: str) -> int:
    if choices.form != "text":
        output.document(choices, {"public_key": vkey})
    else:
        output.line(f"public key  {vkey}")
        output.line(says)
        output.note(choices, "keep a copy of the private key, and give out the public one anew")
    return 0


command.add_command(rotate, "rotate")
command.add_command(recover, "recover")
command.add_command(revoke, "revoke")
