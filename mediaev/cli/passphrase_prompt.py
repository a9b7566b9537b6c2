"""Asks for passphrases at the terminal, without echo; never on a command line."""

from __future__ import annotations

import sys

import click

from mediaev.errors import UsageError


def install() -> None:
    """Ask for the passphrases of keys, if there is a terminal to ask at."""
    if sys.stdin.isatty() and sys.stderr.isatty():
        # Not above: what is loaded without need makes every start slower.
        from mediaev.actions.passphrases import ask_by

        ask_by(ask)


def ask(what: str, new: bool) -> bytes:  # noqa: FBT001 - the form that the store asks for
    """The passphrase of a key; may be empty for a new one. Raises UsageError."""
    empty = " (empty for none)" if new else ""
    try:
        typed: str = click.prompt(
            f"Passphrase of {what}{empty}",
            hide_input=True,
            confirmation_prompt=new,
            default="",
            show_default=False,
            err=True,
        )
    except click.Abort:
        raise UsageError("No passphrase was given.") from None
    return typed.encode("utf-8", "surrogateescape")
