"""Damaged and hostile databases give a project error, never a traceback."""

import os
import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from mediaev.errors import CaseInUseError, MediaevError, NoCaseError, TamperedCaseError
from mediaev.store import CaseStore


def read_everything(folder, samples):
    """Use every way of reading; returns the first error, or what verification says."""
    try:
        with CaseStore.open(folder) as case:
            for read in (
                case.exhibits,
                case.sightings_by_path,
                case.examination_status,
                case.facts,
                case.matches,
                case.clusters,
                case.outcomes,
                lambda: case.claims("make"),
                lambda: list(case.events()),
                lambda: case.disclosures(2),
                lambda: case.compared("engine"),
                lambda: list(case.fingerprints(samples.descriptor)),
                lambda: case.examination(samples.digest(0)),
                lambda: case.sightings(samples.digest(0)),
                lambda: case.find_exhibits("0"),
                case.schema_differences,
            ):
                read()
            return case.verify().error()
    except MediaevError as error:
        return error


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\0", b"\0" * 4096])
def test_bytes_that_are_no_database(filled, content):
    (filled / "case.db").write_bytes(content)
    for write in (False, True):
        with pytest.raises(MediaevError):
            CaseStore.open(filled, write=write)


def test_an_empty_file_and_a_foreign_database_are_no_cases(tmp_path):
    (tmp_path / "case.db").write_bytes(b"")
    with pytest.raises(NoCaseError):
        CaseStore.open(tmp_path)
    with closing(sqlite3.connect(tmp_path / "case.db")) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    for write in (False, True):
        with pytest.raises(NoCaseError):
            CaseStore.open(tmp_path, write=write)


def test_a_truncated_database_is_never_taken_for_whole(filled, samples):
    whole = (filled / "case.db").read_bytes()
    for share in range(20):
        (filled / "case.db").write_bytes(whole[: len(whole) * share // 20])
        assert read_everything(filled, samples) is not None


def test_flipped_bytes_anywhere_end_in_an_error_or_in_a_verdict(filled, samples):
    whole = (filled / "case.db").read_bytes()
    chance = random.Random(4)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 1, 20])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (filled / "case.db").write_bytes(damaged)
        error = read_everything(filled, samples)
        assert error is None or isinstance(error, MediaevError)


def _rebuild(folder, name, definition):
    """Put another definition in the place of a table, with its rows."""
    with closing(sqlite3.connect(folder / "case.db")) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA legacy_alter_table=ON")
        connection.execute(f'CREATE TABLE kept AS SELECT * FROM "{name}"')
        connection.execute(f'DROP TABLE "{name}"')
        connection.execute(definition)
        connection.commit()


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("exhibit", "CREATE VIEW exhibit AS SELECT * FROM kept"),
        ("event", "CREATE VIEW event AS SELECT * FROM kept"),
        ("match", "CREATE TABLE IF NOT EXISTS other (x)"),
        ("exhibit", "CREATE TABLE exhibit (digest, size, kind, taken_in)"),
        ("claim", "CREATE TABLE claim (x)"),
        ("fingerprint", "CREATE VIEW fingerprint AS SELECT load_extension('x') AS descriptor"),
    ],
)
def test_tables_that_are_missing_views_or_others(filled, name, definition):
    _rebuild(filled, name, definition)
    for write in (False, True):
        with pytest.raises(TamperedCaseError, match="structure"):
            CaseStore.open(filled, write=write)


def test_added_triggers_and_tables_are_reported_and_stop_writing(filled, tamper, samples):
    tamper(
        filled,
        "CREATE TRIGGER hidden AFTER INSERT ON exhibit BEGIN DELETE FROM sighting; END",
        guards=True,
    )
    with CaseStore.open(filled) as case:
        assert case.schema_differences() == [
            "there is a trigger 'hidden' that mediaev did not make"
        ]
    with pytest.raises(TamperedCaseError, match="hidden"):
        CaseStore.open(filled, write=True)


def test_added_indexes_and_views_disturb_nobody(filled, tamper):
    tamper(filled, "CREATE INDEX mine ON claim (place)", guards=True)
    tamper(filled, "CREATE VIEW my_view AS SELECT count(*) FROM exhibit", guards=True)
    with CaseStore.open(filled, write=True) as case:
        assert case.schema_differences() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE exhibit SET kind = 'unheard of'",
        "UPDATE sighting SET inode = 'many'",
        "UPDATE sighting SET mtime_ns = ''",
        "UPDATE outcome SET status = 'fine'",
        "UPDATE examination SET facts = '{}'",
        "UPDATE examination SET facts = '['",
        "UPDATE examination SET facts = replace(facts, '640', '\"640\"')",
        "UPDATE examination SET readers = '[[[]]]'",
        "UPDATE claim SET claim = '3'",
        "UPDATE claim SET claim = '" + "[" * 100_000 + "'",
        "UPDATE fingerprint SET quality = x'0102'",
        "UPDATE fingerprint SET time_base = '1/0'",
        "UPDATE fingerprint SET box = '[]'",
        "UPDATE fingerprint SET region = 'left' WHERE region = 'full'",
        "UPDATE match SET match = 'null'",
        "UPDATE cluster SET cluster = '{}'",
        "UPDATE disclosure SET value = 'nothing'",
        "UPDATE meta SET value = '../../keys' WHERE key = 'vault'",
        "UPDATE meta SET value = 'one' WHERE key = 'schema'",
        "DELETE FROM meta WHERE key = 'operator'",
    ],
)
def test_values_that_mediaev_never_writes_are_a_damaged_case(filled, tamper, samples, change):
    with CaseStore.open(filled, write=True) as case:
        case.record_outcomes(0, [samples.outcome(0)])
        case.record_clusters([samples.cluster(0, 1)])
    assert tamper(filled, change) > 0
    assert isinstance(read_everything(filled, samples), TamperedCaseError)


def test_values_of_another_type_than_the_column_are_a_damaged_case(filled, tamper, samples):
    strict = "UPDATE sqlite_master SET sql = replace(sql, ' STRICT', '') WHERE name = 'exhibit'"
    with closing(sqlite3.connect(filled / "case.db", isolation_level=None)) as connection:
        [made_by] = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'exhibit'"
        ).fetchone()
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(strict)
    with closing(sqlite3.connect(filled / "case.db", isolation_level=None)) as connection:
        connection.execute("UPDATE exhibit SET size = 'large'")
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'exhibit'", (made_by,))
    assert isinstance(read_everything(filled, samples), TamperedCaseError)


@pytest.mark.parametrize("note", [b"", b"x" * 10, b"\xff", b"x" * (2 << 20)])
def test_damaged_notes_in_the_log_folder(filled, note, samples):
    (filled / "log" / "checkpoint").write_bytes(note)
    (filled / "log" / "checkpoints" / "2.txt").write_bytes(note)
    (filled / "log" / "checkpoints" / "nonsense").mkdir()
    assert isinstance(read_everything(filled, samples), TamperedCaseError)
    with pytest.raises(TamperedCaseError):
        CaseStore.open(filled, write=True)


def test_folders_in_the_place_of_notes(filled, samples):
    (filled / "log" / "checkpoints" / "9.txt").mkdir()
    assert isinstance(read_everything(filled, samples), TamperedCaseError)
    (filled / "log" / "checkpoint").unlink()
    (filled / "log" / "checkpoint").mkdir()
    with pytest.raises(TamperedCaseError):
        CaseStore.open(filled, write=True)


def test_a_pipe_in_the_place_of_a_file_does_not_hang(filled, samples):
    shutil.move(filled / "case.db", filled / "away")
    os.mkfifo(filled / "case.db")
    for write in (False, True):
        with pytest.raises(TamperedCaseError):
            CaseStore.open(filled, write=write)


def test_another_program_that_locks_the_database_is_named_as_in_use(filled, monkeypatch):
    monkeypatch.setattr("mediaev.store.sqlite._PRAGMAS", ("foreign_keys=ON", "busy_timeout=0"))
    with (
        CaseStore.open(filled, write=True) as case,
        closing(sqlite3.connect(filled / "case.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CaseInUseError), case.transaction():
            pass
