"""The tables of a case.

`event` is the custody log and the only table that cannot be rebuilt; `checkpoint` holds its
signed heads, `disclosure` the openings of its commitments. All others describe evidence so
that it can be searched. What each column means: `docs/formats/case.md`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, MetaData, Table
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from mediaev.store.columns import (
    Bytes,
    DigestText,
    ExactFraction,
    Floating,
    Number,
    Structured,
    WideNumber,
    Words,
)

VERSION = 4
"""Rises with every change of the tables; `migrations` holds the steps."""

tables = MetaData()


def _table(name: str, *parts: SchemaItem) -> Table:
    return Table(name, tables, *parts, sqlite_strict=True)


def _exhibit(name: str = "exhibit", *, primary_key: bool = False) -> Column[Any]:
    """A column that names an exhibit."""
    target = ForeignKey("exhibit.digest")
    return Column(name, DigestText, target, primary_key=primary_key, nullable=False)


def _required(name: str, kind: type[TypeEngine[Any]]) -> Column[Any]:
    return Column(name, kind, nullable=False)


meta = _table("meta", Column("key", Words, primary_key=True), _required("value", Words))
"""The case's facts, one a row: `schema`, `vault`, `created`, `operator` and the like."""

event = _table(
    "event",
    Column("seq", Number, primary_key=True, autoincrement=False),
    _required("body", Bytes),
    _required("leaf_hash", Bytes),
    _required("type", Words),
    Column("item", Words(optional=True)),
    Column("session", Number(optional=True)),
    _required("time", Words),
    Index("event_by_item", "item", "seq"),
)
"""The custody log. The last four columns repeat the body so that it can be searched."""

checkpoint = _table(
    "checkpoint",
    Column("size", Number, primary_key=True, autoincrement=False),
    _required("root", Bytes),
    _required("note", Bytes),
    _required("time", Words),
)

key = _table(
    "key",
    Column("vkey", Words, primary_key=True),
    Column("seq", Number, ForeignKey("event.seq"), nullable=False),
)
"""The public keys that the log announced, and where."""

disclosure = _table(
    "disclosure",
    Column("seq", Number, ForeignKey("event.seq"), primary_key=True),
    Column("path", Words, primary_key=True),
    _required("salt", Bytes),
    _required("value", Structured),
)
"""Openings of the log's commitments; a row may be destroyed, and the log stays whole."""

exhibit = _table(
    "exhibit",
    Column("digest", DigestText, primary_key=True),
    _required("size", Number),
    _required("kind", Words),
    _required("taken_in", Words),
)

sighting = _table(
    "sighting",
    Column("id", Number, primary_key=True),
    _exhibit(),
    _required("path", Bytes),
    _required("device", WideNumber),
    _required("inode", WideNumber),
    _required("size", Number),
    _required("mtime_ns", WideNumber),
    _required("ctime_ns", WideNumber),
    _required("links", Number),
    _required("seen", Words),
    _required("superseded", Number),
    Index("sighting_by_exhibit", "exhibit"),
    # PostgreSQL's B-trees refuse keys as long as a path may be.
    Index("sighting_by_path", "path", postgresql_using="hash"),
)

outcome = _table(
    "outcome",
    Column("id", Number, primary_key=True),
    _required("path", Bytes),
    _required("status", Words),
    _required("reason", Words),
    Column("exhibit", DigestText(optional=True)),  # a file that changed was not taken in
    _required("session", Number),
    Index("outcome_by_path", "path", postgresql_using="hash"),
)
"""What became of each path in the last scan that met it."""

examination = _table(
    "examination",
    _exhibit(primary_key=True),
    _required("status", Words),
    _required("reason", Words),
    _required("settings", Words),
    _required("facts", Structured),
    _required("flags", Structured),
    _required("readers", Structured),
    _required("libraries", Structured),
)

claim = _table(
    "claim",
    _exhibit(primary_key=True),
    Column("place", Number, primary_key=True),
    _required("field", Words),
    _required("claim", Structured),
    Index("claim_by_field", "field"),
)
"""Metadata claims in the readers' order."""

fingerprint = _table(
    "fingerprint",
    Column("descriptor", Words, primary_key=True),
    _exhibit(primary_key=True),
    Column("region", Words, primary_key=True),
    _required("time_base", ExactFraction),
    _required("box", Structured),
    _required("ticks", Bytes),
    _required("bits", Bytes),
    _required("quality", Bytes),
    Index("fingerprint_by_exhibit", "exhibit"),
)

features = _table(
    "features",
    Column("descriptor", Words, primary_key=True),
    _exhibit(primary_key=True),
    _required("time_base", ExactFraction),
    _required("width", Number),
    _required("height", Number),
    _required("ticks", Bytes),
    _required("counts", Bytes),
    _required("places", Bytes),
    _required("codes", Bytes),
    Index("features_by_exhibit", "exhibit"),
)
"""Local features of keyframes."""

film = _table(
    "film",
    _exhibit(primary_key=True),
    _required("codec", Words),
    _required("time_base", ExactFraction),
    _required("ticks", Bytes),
    _required("width", Number),
    _required("height", Number),
    _required("aspect", Floating),
    _required("packed", Bytes),
)
"""Small grey moving pictures, to see what moves."""

compared = _table(
    "compared",
    Column("engine", Words, primary_key=True),
    _exhibit(primary_key=True),
)
"""Which exhibits an engine has compared with all others of this table."""

match = _table(
    "match",
    _exhibit("a", primary_key=True),
    _exhibit("b", primary_key=True),
    Column("engine", Words, primary_key=True),
    _required("id", Words),
    _required("relation", Words),
    _required("score", Floating),
    _required("match", Structured),
    Index("match_by_b", "b"),
    Index("match_by_id", "id"),
)
"""One row a pair and engine, seen from the exhibit with the smaller digest."""

cluster = _table(
    "cluster",
    Column("id", Words, primary_key=True),
    _required("cluster", Structured),
)
"""Derived from the matches, replaced as a whole."""

decision = _table(
    "decision",
    Column("seq", Number, ForeignKey("event.seq"), primary_key=True, autoincrement=False),
    _required("about", Words),
    _required("subject", Words),
    _required("verdict", Words),
    _required("decision", Structured),
)
"""What people decided, one row an event; a later one may reverse an earlier one."""

boilerplate = _table(
    "boilerplate",
    Column("place", Number, primary_key=True),
    _required("id", Words),
    _exhibit(),
    _required("start", Floating),
    _required("end", Floating),
    Index("boilerplate_by_exhibit", "exhibit"),
)
"""Where confirmed boilerplate lies: derived from decisions and matches, replaced as a whole."""

hash_list = _table(
    "hash_list",
    Column("number", Number, primary_key=True, autoincrement=False),
    _required("name", Words),
    _required("owner", Words),
    _required("digest", DigestText),
    _required("size", Number),
    _required("format", Words),
    _required("imported", Words),
    _required("counts", Structured),
    _required("left_out", Structured),
    _required("unfit", Number),
)
"""Lists of others' hashes: claims of their owners."""

list_block = _table(
    "list_block",
    Column("list", Number, primary_key=True, autoincrement=False),
    Column("place", Number, primary_key=True, autoincrement=False),
    _required("kind", Words),
    _required("entries", Bytes),
    _required("lines", Bytes),
    _required("bits", Bytes),
    _required("quality", Bytes),
    _required("ticks", Bytes),
    _required("labels", Structured),
)
"""Their entries, packed; a list has its row once all of them are there."""
