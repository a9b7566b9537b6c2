"""Passphrases of private keys: from the environment, or from a person at a terminal.

They are never taken from a command line, where others could read them. The command line sets
`prompt`; without it, as from Python, nobody is asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENCRYPTED = b"ENCRYPTED PRIVATE KEY"

Prompt = Callable[[str, bool], bytes]
"""Asks for the passphrase of something; True for a new one, which is asked for twice."""

prompt: Prompt | None = None
"""How to ask a person; None where nobody can be asked."""
_for_new = False


@contextmanager
def asking_for_new() -> Iterator[None]:
    """Ask for the passphrases of keys that are made inside, if somebody can be asked."""
    global _for_new  # noqa: PLW0603 - one process has one terminal
    before, _for_new = _for_new, True
    try:
        yield
    finally:
        _for_new = before


def new_one(variable: str, what: str) -> bytes | None:
    """The passphrase for a key that is made now; None for none."""
    given = os.environb.get(variable.encode())
    if given is None and prompt is not None and _for_new:
        given = prompt(what, True)  # noqa: FBT003
    return given or None


def asked(pem: bytes, variable: str, what: str) -> bytes | None:
    """The passphrase that opens a key; None if it needs none, or nobody knows it."""
    given = os.environb.get(variable.encode())
    if not given and ENCRYPTED in pem and prompt is not None:
        given = prompt(what, False)  # noqa: FBT003
    return given or None
