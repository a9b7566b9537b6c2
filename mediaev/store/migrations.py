"""Steps that bring the tables of an older case up to date.

A step leaves the tables as `schema` makes them anew (rebuild a table rather than alter it):
their definitions are compared when a case is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from mediaev.errors import TamperedCaseError
from mediaev.store import schema

STEPS: Mapping[int, Callable[[Connection], None]] = {}
"""By the version that a step starts from; each leads to the next version."""


def migrate(connection: Connection, version: int) -> None:
    """Run every step from a version to the current one, in the open transaction."""
    for start in range(version, schema.VERSION):
        step = STEPS.get(start)
        if step is None:
            raise TamperedCaseError(f"The case claims version {start}, which never existed.")
        step(connection)
