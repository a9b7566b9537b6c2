"""SQLite: how connections behave, what guards the log's tables, whether the schema is ours.

The only module with SQL that no other database understands.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from mediaev.errors import MissingProgramError, NoCaseError
from mediaev.store import schema

OLDEST = (3, 37, 0)
"""The first SQLite that knows STRICT tables."""
APPLICATION_ID = 0x6D656476
"""`medv` in ASCII, in the file's header."""
_PRAGMAS = (
    "foreign_keys=ON",
    "trusted_schema=OFF",  # a foreign schema may call no function with side effects
    "recursive_triggers=ON",  # else INSERT OR REPLACE deletes without asking the triggers
    "cell_size_check=ON",
    "secure_delete=ON",  # what is deleted is overwritten
    "busy_timeout=5000",  # milliseconds
)
_DURABLE = ("journal_mode=WAL", "synchronous=FULL")
_LIST_OBJECTS = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"

# In a BEFORE INSERT trigger a row that brings no key has the key -1, so it is refused as well.
_TRIGGERS = (
    *(
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the custody log is append-only'); END"
        for table in ("event", "checkpoint")
        for act in ("update", "delete")
    ),
    """CREATE TRIGGER event_next_only BEFORE INSERT ON event
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), -1) + 1 FROM event)
    BEGIN SELECT RAISE(ABORT, 'an event may only follow the last one'); END""",
    """CREATE TRIGGER checkpoint_larger_only BEFORE INSERT ON checkpoint
    WHEN NEW.size <= (SELECT coalesce(max(size), -1) FROM checkpoint)
    BEGIN SELECT RAISE(ABORT, 'a checkpoint may only follow a smaller one'); END""",
)


def writing_engine(path: Path) -> Engine:
    """Connections that write: WAL, every commit on the disk, the write lock from the start."""
    engine = _engine(path, "mode=rwc", "BEGIN IMMEDIATE", (*_DURABLE, *_PRAGMAS))
    engine.connect().close()  # makes the file, or finds that it is no database
    return engine


def reading_engine(path: Path) -> Engine:
    """Connections that cannot write, also where the folder itself cannot be written.

    Raises NoCaseError if the folder is read-only and the last writer did not end properly:
    without its journal SQLite would show an older state and call it whole.
    """
    engine = _engine(path, "mode=ro", "BEGIN", _PRAGMAS)
    try:
        _read_once(engine)
    except OperationalError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            raise
        engine.dispose()
        return _recovered(path) if os.access(path.parent, os.W_OK) else _immutable(path)
    return engine


def _read_once(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(_LIST_OBJECTS).all()


def _recovered(path: Path) -> Engine:
    """Connections to read with, after what a killed writer left half done was undone."""
    writer = _engine(path, "mode=rw", "BEGIN", _PRAGMAS)
    try:
        _read_once(writer)
    finally:
        writer.dispose()
    return _engine(path, "mode=ro", "BEGIN", _PRAGMAS)


def _immutable(path: Path) -> Engine:
    """Connections to read with that need no file beside the database."""
    for journal in (path.with_name(f"{path.name}{end}") for end in ("-wal", "-journal")):
        if journal.exists() and journal.stat().st_size:
            raise NoCaseError(
                f"{path.parent} cannot be read where it lies: its last changes still wait in "
                f"{journal.name}.",
                advice="Copy the whole folder to a place that can be written, and open that.",
            )
    return _engine(path, "mode=ro&immutable=1", "BEGIN", _PRAGMAS)


def _engine(path: Path, mode: str, begin: str, pragmas: tuple[str, ...]) -> Engine:
    if sqlite3.sqlite_version_info < OLDEST:
        raise MissingProgramError(
            f"This Python brings SQLite {sqlite3.sqlite_version}; 3.37 or later is needed.",
            advice="Use a newer Python.",
        )
    uri = f"file:{quote(os.fsencode(path.absolute()))}?{mode}"

    def connect() -> sqlite3.Connection:
        # With isolation level None the driver starts no transactions of its own.
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()
        return connection

    engine = create_engine("sqlite:///case.db", creator=connect)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def is_empty(connection: Connection) -> bool:
    """Whether the database holds nothing, like one whose making was cut short."""
    return not connection.exec_driver_sql(_LIST_OBJECTS).all()


def create_schema(connection: Connection) -> None:
    """Make the tables and the triggers that guard the log, in the current transaction."""
    schema.tables.create_all(connection, checkfirst=False)
    for trigger in _TRIGGERS:
        connection.exec_driver_sql(trigger)
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")


class Difference(NamedTuple):
    """One way in which a database's structure is not what mediaev makes."""

    kind: str
    """`table`, `index`, `trigger` or `view`."""
    says: str


def differences(connection: Connection) -> list[Difference]:
    """How the database's structure differs from what `create_schema` makes.

    Indexes and views that someone added are no difference: they cannot change a row.
    """
    found, expected = _objects(connection), _expected_objects()
    changed = [
        Difference(kind, f"the {kind} {name} is {_how(found.get((kind, name)))}")
        for (kind, name), definition in expected.items()
        if found.get((kind, name)) != definition
    ]
    added = [
        Difference(kind, f"there is a {kind} {name!a} that mediaev did not make")
        for kind, name in sorted(found.keys() - expected.keys())
        if kind in {"trigger", "table"}
    ]
    return changed + added


def _how(found: tuple[str, str] | None) -> str:
    return "missing" if found is None else "not as mediaev makes it"


def damages(connection: Connection) -> list[str]:
    """What SQLite's own check finds: pages, rows and types that cannot be."""
    found = connection.exec_driver_sql("PRAGMA quick_check(10)").scalars()
    return [str(line) for line in found if line != "ok"]


def rebuild(connection: sqlite3.Connection, folder: Path) -> bool:
    """Write the whole file anew and empty its journal; false if a reader kept that from ending.

    Copies of rows that were moved between pages, and pages freed by earlier versions, are gone
    after it. What SQLite needs to lay down meanwhile lies in `folder`, not in a public place.
    """
    with suppress(UnicodeEncodeError):  # a folder whose name is no text
        quoted = str(folder.absolute()).replace("'", "''")
        connection.execute(f"PRAGMA temp_store_directory = '{quoted}'").close()
    try:
        connection.execute("VACUUM").close()
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute("PRAGMA temp_store_directory = ''").close()
    return not busy


def missing_tables(connection: Connection) -> list[str]:
    """Tables of the schema that the database lacks, or has as something else than a table."""
    found = {name for kind, name in _objects(connection) if kind == "table"}
    return sorted(schema.tables.tables.keys() - found)


def _objects(connection: Connection) -> dict[tuple[str, str], tuple[str, str]]:
    rows = connection.exec_driver_sql(_LIST_OBJECTS)
    # Without spaces and quotes, because SQLAlchemy may one day set them otherwise.
    return {
        (str(kind), str(name)): (str(table), re.sub(r'[\s"]+', "", str(sql)).lower())
        for kind, name, table, sql in rows
    }


@cache
def _expected_objects() -> dict[tuple[str, str], tuple[str, str]]:
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            create_schema(connection)
            return _objects(connection)
    finally:
        engine.dispose()
