"""The case's own facts, in the table `meta`: its log's name, its version, whose it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from mediaev.errors import CaseTooNewError, NoCaseError, TamperedCaseError
from mediaev.store import schema
from mediaev.store.database import Database

_VAULT = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case says of itself."""

    vault: str
    """Names the log, and the files of its key: 32 hexadecimal digits."""
    operator: str
    organisation: str
    number: str
    created: str
    """RFC 3339 UTC."""
    version: int = schema.VERSION
    """Of the tables."""


def read_facts(database: Database) -> CaseFacts:
    """Read them. Raises NoCaseError, CaseTooNewError or TamperedCaseError."""
    if "meta" in database.missing_tables():
        raise NoCaseError("The database there is not a case of mediaev.")
    found = dict(database.select(select(schema.meta), lambda row: (row.key, row.value)))
    try:
        version = int(found["schema"])
        facts = CaseFacts(
            found["vault"],
            found["operator"],
            found["organisation"],
            found["number"],
            found["created"],
            version,
        )
    except (KeyError, ValueError) as error:
        raise TamperedCaseError(f"The case does not say what it is: {error}.") from error
    if version > schema.VERSION:
        raise CaseTooNewError(
            f"The case has tables of version {version}; this mediaev knows {schema.VERSION}."
        )
    if not _VAULT.fullmatch(facts.vault):
        raise TamperedCaseError(f"The case's log has the impossible name {facts.vault!a}.")
    return facts


def write_facts(database: Database, facts: CaseFacts) -> None:
    """Write them, in the open transaction."""
    rows: Mapping[str, str] = {
        "schema": str(facts.version),
        "vault": facts.vault,
        "operator": facts.operator,
        "organisation": facts.organisation,
        "number": facts.number,
        "created": facts.created,
    }
    database.run(delete(schema.meta))
    database.run(insert(schema.meta), [{"key": key, "value": rows[key]} for key in rows])
