"""Steps that bring the tables of an older case up to date.

A step leaves the tables as `schema` makes them anew (rebuild a table rather than alter it):
their definitions are compared when a case is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select, update

from mediaev.errors import TamperedCaseError
from mediaev.store import schema


def _add_footage(connection: Connection) -> None:
    """Version 1 kept no local features and no films; exhibits are examined anew for them."""
    for table in (schema.features, schema.film):
        table.create(connection)


def _add_decisions(connection: Connection) -> None:
    """Version 2 kept no decisions, and no notes about earlier copies with its clusters."""
    for table in (schema.decision, schema.boilerplate):
        table.create(connection)
    clusters = connection.execute(select(schema.cluster)).all()
    for name, cluster in clusters:
        if not isinstance(cluster, dict):
            raise TypeError(f"a cluster expected, found {cluster!r:.80}")
        whole = {**cluster, **_NEW_IN_CLUSTERS}
        mine = schema.cluster.c.id == name
        connection.execute(update(schema.cluster).where(mine).values(cluster=whole))


_NEW_IN_CLUSTERS = {"apart": 0, "earlier": []}


def _add_hash_lists(connection: Connection) -> None:
    """Version 3 knew no hash lists of others."""
    for table in (schema.hash_list, schema.list_block):
        table.create(connection)


STEPS: Mapping[int, Callable[[Connection], None]] = {
    1: _add_footage,
    2: _add_decisions,
    3: _add_hash_lists,
}
"""By the version that a step starts from; each leads to the next version."""


def migrate(connection: Connection, version: int) -> None:
    """Run every step from a version to the current one, in the open transaction."""
    for start in range(version, schema.VERSION):
        step = STEPS.get(start)
        if step is None:
            raise TamperedCaseError(f"The case claims version {start}, which never existed.")
        step(connection)
