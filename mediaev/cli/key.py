"""`mediaev key`: the keys that sign the log, and what may take their place."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mediaev.actions.case import Case
from mediaev.actions.documents import keys_document
from mediaev.actions.identity import KeyPair
from mediaev.actions.passphrases import asking_for_new
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.key_lines import key_lines
from mediaev.cli.options import group, verb

_REASON = click.option(
    "--reason", required=True, metavar="TEXT", help="Why; kept in the log as private."
)


@group(
    example="mediaev key rotate --reason 'yearly'\n"
    "mediaev key recover --reason 'the disk with the key is gone'\n"
    "mediaev key revoke 1226607d --reason 'laptop stolen'"
)
def command() -> None:
    """Change the keys that sign the log: hand on, recover, revoke.

    Whoever checks the log has to learn new public keys from its keeper, by another way than
    the case: write them down, read them out. After a rotation each old one vouches for its new
    one.
    """


@verb(example="mediaev key rotate --reason 'yearly'")
@_REASON
def rotate(choices: Choices, reason: str) -> int:
    """Put new keys in the place of the old ones; old and new sign the change.

    Both keys change together. The old private keys are removed from this machine.
    """
    with Case.open(choices.folder, write=True) as case, asking_for_new():
        return _told(choices, case.rotate_key(reason=reason), "The old keys vouch for them.")


@verb(example="mediaev key recover --reason 'the disk with the key is gone'")
@_REASON
def recover(choices: Choices, reason: str) -> int:
    """Make new keys where the old ones are lost.

    What the old keys signed stays as good as it was. For what comes, nothing but the log itself
    vouches for the new ones: give them to those who check the log, and have the log anchored
    soon.
    """
    with Case.open(choices.folder, write=True) as case, asking_for_new():
        return _told(choices, case.recover_key(reason=reason), "Nobody vouches for them but you.")


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


def _told(choices: Choices, keys: Sequence[KeyPair], says: str) -> int:
    if choices.form != "text":
        output.document(choices, keys_document(keys))
        return 0
    for line in key_lines(keys):
        output.line(line)
    output.line(says)
    output.note(choices, "keep copies of the private keys, and give out the public ones anew")
    return 0


command.add_command(rotate, "rotate")
command.add_command(recover, "recover")
command.add_command(revoke, "revoke")
