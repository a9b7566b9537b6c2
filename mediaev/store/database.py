"""The case's database: snapshots to read from, one transaction at a time to write in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, Row

from mediaev.errors import CaseInUseError, UsageError
from mediaev.store import migrations, sqlite
from mediaev.store.guard import database_errors, reading_rows

T = TypeVar("T")


class Database:
    """An open database. Reading never waits for writing, nor the other way round."""

    def __init__(self, path: Path, *, write: bool) -> None:
        """Open the file. Raises a project error if that cannot be done."""
        self._connection: Connection | None = None
        self._snapshot: Connection | None = None
        self._broken = False
        self._folder = path.parent
        with database_errors():
            self._writer: Engine | None = sqlite.writing_engine(path) if write else None
            self._reader: Engine = sqlite.reading_engine(path)

    def close(self) -> None:
        """Close all connections; the last one to write tidies the journal away."""
        with database_errors():
            self._reader.dispose()
            if self._writer is not None:
                self._writer.dispose()

    def is_empty(self) -> bool:
        """Whether nothing was ever committed, as when the making of a case was cut short."""
        with self.reading() as connection:
            return sqlite.is_empty(connection)

    def create_schema(self) -> None:
        """Make the tables and what guards them, in the open transaction."""
        with self.transaction() as connection:
            sqlite.create_schema(connection)

    def migrate(self, version: int) -> None:
        """Bring tables of an older version up to date, in the open transaction."""
        with self.transaction() as connection, reading_rows():
            migrations.migrate(connection, version)

    def scrub(self) -> None:
        """Write the file anew, so that deleted rows leave no bytes behind, and empty the journal.

        Raises CaseInUseError while others read.
        """
        if self._writer is None or self._connection is not None:
            raise UsageError("Only a case that is open for writing can be written anew.")
        self._reader.dispose()
        with database_errors(), self._writer.connect() as connection:
            driver = connection.connection.driver_connection
            ended = driver is not None and sqlite.rebuild(driver, self._folder)
        if not ended:
            raise CaseInUseError(
                "Another program reads the case, so traces of what was removed are left in "
                "case.db-wal.",
                advice="End it, and run the same command again: it finishes the removal.",
            )

    def missing_tables(self) -> list[str]:
        """Tables that the database should have and does not."""
        with self.reading() as connection:
            return sqlite.missing_tables(connection)

    def differences(self) -> list[sqlite.Difference]:
        """How the database's structure differs from what `create_schema` makes."""
        with self.reading() as connection:
            return sqlite.differences(connection)

    def damages(self) -> list[str]:
        """What the database engine itself finds wrong with the file."""
        with self.reading() as connection:
            return sqlite.damages(connection)

    @property
    def writable(self) -> bool:
        """Whether transactions may be begun."""
        return self._writer is not None

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, so that what it wrote may yet be undone."""
        return self._connection is not None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing of what is written inside; on the disk when it ends without error.

        Inner ones join the outer one, which is undone as a whole if anything inside failed.
        """
        if self._connection is not None:
            try:
                yield self._connection
            except BaseException:
                self._broken = True
                raise
            return
        if self._writer is None:
            raise UsageError("The case was opened for reading only.")
        with database_errors(), self._writer.begin() as connection:
            self._connection, self._broken = connection, False
            try:
                yield connection
            finally:
                self._connection = None
            if self._broken:
                raise RuntimeError("an error inside this transaction was passed over")

    def run(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> int:
        """Execute a statement in the open transaction, once for each row; say how many changed."""
        if self._connection is None:
            raise RuntimeError("writing needs a transaction")
        if rows is not None and not rows:
            return 0
        with database_errors():
            return self._connection.execute(statement, rows).rowcount

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from: that of the open transaction, else a snapshot."""
        with database_errors():
            if (joined := self._connection or self._snapshot) is not None:
                yield joined
            else:
                with self._reader.connect() as connection:
                    yield connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside is of one moment, whatever others write meanwhile."""
        with self.reading() as connection:
            self._snapshot = connection
            try:
                yield
            finally:
                self._snapshot = None

    def stream(self, statement: Executable, make: Callable[[Row[Any]], T]) -> Iterator[T]:
        """Like `select`, a row at a time; inside `snapshot` only, and to be read to its end."""
        with self.reading() as connection, reading_rows():
            rows = connection.execute(statement, execution_options={"yield_per": 1000})
            for row in rows:
                yield make(row)

    def select(
        self,
        statement: Executable,
        make: Callable[[Row[Any]], T],
        values: Mapping[str, Any] | None = None,
    ) -> list[T]:
        """What `make` makes of each row. Raises TamperedCaseError if it cannot."""
        with self.reading() as connection, reading_rows():
            return [make(row) for row in connection.execute(statement, values)]
