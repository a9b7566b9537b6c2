"""Assertions: what others say was done with a file, before or beside this log.

They are somebody's words. Nothing of them is an observation of one's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mediaev.model.digest import Digest

TEXT_LIMIT = 4000
"""Characters of one field that are kept; a longer one is cut, and says so."""
FIELDS_LIMIT = 40
"""Further fields of one record that are kept."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """One act, as a record tells it."""

    row: int
    """Row of a table (its heading is row 1), or the record's number, from 1."""
    act: str
    """What was done, in the record's own word."""
    time: str = ""
    """When, as the record has it."""
    agent: str = ""
    """Who did it."""
    digests: tuple[Digest, ...] = ()
    """Of the file it is about; not every record tells one."""
    name: str = ""
    url: str = ""
    outcome: str = ""
    note: str = ""
    further: Mapping[str, str] = field(default_factory=dict)
    """What else the record says, by the name that it has for it."""

    def texts(self) -> dict[str, object]:
        """All that it says, but for what is empty; JSON values."""
        said: dict[str, object] = {
            "act": self.act,
            "time": self.time,
            "agent": self.agent,
            "digests": [str(each) for each in self.digests],
            "name": self.name,
            "url": self.url,
            "outcome": self.outcome,
            "note": self.note,
            "further": dict(self.further),
        }
        return {name: value for name, value in said.items() if value}


class UnfitRecord(NamedTuple):
    """A record that cannot be taken as an assertion."""

    row: int
    says: str


Record = Assertion | UnfitRecord


def shortened(text: str) -> str:
    """A field as it is kept.

    >>> shortened(" a "), len(shortened("x" * 5000))
    ('a', 4026)
    """
    text = text.strip()
    if len(text) <= TEXT_LIMIT:
        return text
    return f"{text[:TEXT_LIMIT]} … (cut: {len(text):,} characters)"
