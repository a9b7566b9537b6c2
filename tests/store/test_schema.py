"""The tables: the same on SQLite and PostgreSQL, guarded, and brought up to date in steps."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from mediaev.errors import TamperedCaseError, UsageError
from mediaev.store import CaseStore, migrations, schema

PORTABLE = {"TEXT", "BYTEA", "BIGINT", "BIGSERIAL", "DOUBLE PRECISION"}


@pytest.mark.parametrize("table", schema.tables.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_stand_on_postgresql(table):
    dialect = postgresql.dialect()
    assert "STRICT" not in str(CreateTable(table).compile(dialect=dialect))
    for column in table.columns:
        assert str(column.type.compile(dialect=dialect)) in PORTABLE
    for index in table.indexes:
        assert str(CreateIndex(index).compile(dialect=dialect))


def test_every_table_of_a_case_is_strict(filled):
    with closing(sqlite3.connect(filled / "case.db")) as connection:
        rows = connection.execute("SELECT name, strict FROM pragma_table_list WHERE schema='main'")
        strict = {name: flag for name, flag in rows if not name.startswith("sqlite_")}
    assert strict == dict.fromkeys(schema.tables.tables, 1)


def test_connections_are_durable_and_careful(case):
    with case._database.transaction() as connection:
        wanted = {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "trusted_schema": 0,
            "recursive_triggers": 1,
            "cell_size_check": 1,
        }
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
    assert found == wanted


@pytest.fixture
def next_version(monkeypatch):
    """Pretend that the tables have one version more, reached by one step."""

    def step(connection):
        columns = "path, status, reason, session"
        values = "x'2f61', 'new', 'migrated', 0"
        connection.execute(text(f"INSERT INTO outcome ({columns}) VALUES ({values})"))

    monkeypatch.setattr(migrations, "STEPS", {schema.VERSION: step})
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)


def test_an_older_case_is_brought_up_to_date_when_it_is_written_to(filled, next_version):
    with pytest.raises(UsageError, match="older"):
        CaseStore.open(filled)
    for _ in range(2):
        with CaseStore.open(filled, write=True) as case:
            assert [one.reason for one in case.outcomes()] == ["migrated"]
            assert [row.type for row in case.events()].count("config.change") == 1
            case.sign()
    with CaseStore.open(filled) as case:
        assert case.verify().error() is None


def test_a_step_that_fails_leaves_the_case_as_it_was(filled, next_version, monkeypatch):
    def broken(connection):
        connection.execute(text("DELETE FROM outcome"))
        connection.execute(text("UPDATE no_such_table SET x = 1"))

    monkeypatch.setattr(migrations, "STEPS", {schema.VERSION - 1: broken})
    with pytest.raises(TamperedCaseError):
        CaseStore.open(filled, write=True)
    monkeypatch.setattr(schema, "VERSION", schema.VERSION - 1)
    with CaseStore.open(filled) as case:
        assert len(list(case.events())) == case.verify().signed_size


def test_a_version_that_never_existed_is_refused(filled, tamper):
    tamper(filled, "UPDATE meta SET value = '0' WHERE key = 'schema'")
    with pytest.raises(TamperedCaseError):
        CaseStore.open(filled, write=True)
