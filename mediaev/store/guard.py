"""Turns what goes wrong in a database into the project's errors."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from mediaev.errors import (
    CaseInUseError,
    InterruptedRunError,
    MediaevError,
    TamperedCaseError,
    UsageError,
)

_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_NOT_ALLOWED = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_AUTH,
}
_NO_SPACE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO}
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What converting a row raises if it holds something else than mediaev would write."""
_FREE_SPACE = "Free some space or check the disk, then run the same command again."


@contextmanager
def database_errors() -> Iterator[None]:
    """Raise a project error for every error of the database inside."""
    try:
        yield
    except UnicodeDecodeError as error:  # also when the driver spells an error message
        raise TamperedCaseError("The case database holds text that is not UTF-8.") from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise project_error(error) from error


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Raise a project error for every error of the file system inside."""
    try:
        yield
    except OSError as error:
        if error.errno in _DISK:
            raise InterruptedRunError(
                f"The disk did not take or give {path}: {error.strerror}.", advice=_FREE_SPACE
            ) from error
        raise UsageError(
            f"{path} cannot be used: {error.strerror or error}.",
            advice="Check the folder's permissions and the disk, or work on a copy.",
        ) from error


@contextmanager
def reading_rows() -> Iterator[None]:
    """Like `database_errors`; values that make no sense are a damaged case as well."""
    try:
        with database_errors():
            yield
    except _UNREADABLE as error:
        raise TamperedCaseError(
            f"The case database holds a value that mediaev never wrote: {error}"
        ) from error


def project_error(error: Exception) -> MediaevError:
    """The project's error for an error of SQLAlchemy or of the database's driver."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the rest is the extended code
    if code in _IN_USE:
        return CaseInUseError("Another program holds the case database locked.")
    if code in _NOT_ALLOWED:
        return UsageError(
            f"The case database cannot be opened or written: {cause}.",
            advice="Check the permissions of the case folder, or work on a copy of it.",
        )
    if code in _NO_SPACE:
        return InterruptedRunError(
            f"The disk did not take or give the case's data: {cause}.",
            advice=_FREE_SPACE,
        )
    if isinstance(error, IntegrityError):
        return TamperedCaseError(f"The case database refused a row: {cause}.")
    return TamperedCaseError(f"The case database is damaged: {cause}.")
