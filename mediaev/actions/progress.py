"""Progress: what a long action tells whoever is listening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage of an action has come."""

    stage: str
    """`walk`, `examine`, `index`, `compare`, `cluster`, `export`, `list` (reading one), `lists`
    (searching them), `audit` (places that the log knows), `audit-others` (all other files) or
    `records`."""
    done: int
    total: int
    """0 when it is not known yet."""
    note: str = ""
    """The name of what is being worked on, fit to be printed."""
    warning: str = ""
    """What the user should know, in a sentence without its full stop; empty most of the time."""


Listener = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Listen to nothing."""
