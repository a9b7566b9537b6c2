"""Verification finds every change of the log and of the evidence, and never cries wolf."""

import itertools
import json
import os
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from mediaev.errors import RollbackError, TamperedCaseError
from mediaev.model.event import EventDraft
from mediaev.model.examination import ExaminationStatus
from mediaev.model.exhibit import Kind
from mediaev.store import CaseStore

SIGHTING = (
    "exhibit, path, device, inode, size, mtime_ns, ctime_ns, links, seen, superseded"  # but for id
)


def verdict_of(folder):
    with CaseStore.open(folder) as case:
        return case.verify()


def kinds(verdict):
    return {fault.kind for fault in verdict.faults}


def test_an_unharmed_case_has_no_fault_and_no_warning(filled):
    verdict = verdict_of(filled)
    assert (verdict.faults, verdict.warnings) == ((), ())
    assert verdict.level.name == "SIGNED"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET body = CAST(replace(body, 'scan', 'scam') AS BLOB) WHERE seq = 3",
        "UPDATE event SET leaf_hash = zeroblob(32) WHERE seq = 3",
        "UPDATE event SET type = 'item.note' WHERE seq = 3",
        "UPDATE event SET item = NULL WHERE seq = 4",
        "UPDATE event SET session = 1 WHERE seq = 3",
        "UPDATE event SET time = '2020' WHERE seq = 3",
        "DELETE FROM event WHERE seq = 3",
        "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
        "UPDATE event SET seq = -1 WHERE seq = 0",
        "UPDATE checkpoint SET note = CAST(replace(note, 'A', 'B') AS BLOB)",
        "UPDATE checkpoint SET root = zeroblob(32)",
        "UPDATE checkpoint SET size = size + 1 WHERE size = (SELECT max(size) FROM checkpoint)",
        "UPDATE disclosure SET value = '\"somebody else\"' WHERE path = 'detail.operator'",
        "UPDATE disclosure SET salt = zeroblob(16)",
    ],
)
def test_a_changed_log_is_tampering(filled, tamper, change):
    assert tamper(filled, change) > 0
    verdict = verdict_of(filled)
    assert isinstance(verdict.error(), TamperedCaseError)
    assert verdict.level.name == "READABLE"


def test_the_first_event_that_does_not_fit_is_named(filled, tamper):
    tamper(filled, "UPDATE event SET body = CAST(body || ' ' AS BLOB) WHERE seq IN (5, 9)")
    assert verdict_of(filled).first_fault.seq == 5


def test_an_event_changed_with_its_hash_does_not_fit_the_signature(filled, tamper):
    with CaseStore.open(filled) as case:
        [*_, last] = case.events()
    body = last.body.replace(b'"outcome":"ok"', b'"outcome":"no"')
    leaf_hash = sha256(b"\0" + body).digest()
    change = "UPDATE event SET body = ?, leaf_hash = ? WHERE seq = ?"
    assert tamper(filled, change, body, leaf_hash, last.seq) == 1
    assert isinstance(verdict_of(filled).error(), TamperedCaseError)


def test_openings_that_are_gone_break_nothing_and_are_told(filled, tamper):
    assert tamper(filled, "DELETE FROM disclosure")
    verdict = verdict_of(filled)
    assert verdict.faults == ()
    assert {warning.kind for warning in verdict.warnings} == {"opening-gone"}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE fingerprint SET bits = zeroblob(length(bits))", "differs"),
        ("UPDATE fingerprint SET ticks = zeroblob(length(ticks))", "differs"),
        ("UPDATE fingerprint SET quality = zeroblob(length(quality))", "differs"),
        ("UPDATE fingerprint SET time_base = '1/25'", "differs"),
        ("UPDATE fingerprint SET box = replace(box, '0.1', '0.2')", "differs"),
        ("UPDATE fingerprint SET descriptor = 'other'", "differs missing"),
        ("DELETE FROM fingerprint WHERE region = 'inner'", "missing"),
        ("UPDATE claim SET claim = replace(claim, '48.2', '48.3')", "differs"),
        ("UPDATE claim SET place = 1 - place + 10", "differs"),
        ("DELETE FROM claim WHERE place = 0", "differs"),
        ("DELETE FROM claim", "missing"),
        ("UPDATE examination SET facts = replace(facts, '640', '641')", "differs"),
        ("UPDATE examination SET status = 'partial'", "differs"),
        ("DELETE FROM examination", "missing"),
        ("UPDATE exhibit SET kind = 'still'", "differs"),
        ("UPDATE exhibit SET size = size + 1", "differs"),
        ("UPDATE sighting SET path = x'2f61'", "differs missing"),
        ("UPDATE sighting SET inode = '7'", "differs missing"),
        ("UPDATE sighting SET mtime_ns = '7'", "differs missing"),
        ("UPDATE match SET match = replace(match, '0.875', '0.125')", "differs"),
        ("UPDATE sighting SET seen = '1999-01-01T00:00:00.000000Z'", "differs"),
        ("UPDATE sighting SET superseded = 1", "differs"),
        ("DELETE FROM sighting WHERE id = 2", "missing"),
        ("DELETE FROM sighting", "missing"),
        (f"INSERT INTO sighting SELECT 99, {SIGHTING} FROM sighting WHERE id = 1", "differs"),
        ("UPDATE exhibit SET taken_in = '1999-01-01T00:00:00.000000Z'", "differs"),
        ("UPDATE match SET engine = 'other'", "differs missing"),
        ("UPDATE match SET relation = 'same-scene'", "differs"),
        ("UPDATE match SET score = 0.1", "differs"),
        ("UPDATE match SET id = 'm-000000000000'", "differs"),
        ("DELETE FROM match", "missing"),
        ("UPDATE claim SET field = 'latitude'", "differs"),
        ("UPDATE meta SET value = 'Eve' WHERE key = 'operator'", "differs"),
        ("UPDATE meta SET value = 'Eve' WHERE key = 'organisation'", "differs"),
        ("UPDATE meta SET value = 'KH-2' WHERE key = 'number'", "differs"),
        ("UPDATE meta SET value = '1999' WHERE key = 'created'", "differs"),
        ("DELETE FROM key", "missing"),
        ("INSERT INTO key VALUES ('mediaev.invalid/eve+00000000+AAAA', 0)", "unlogged"),
        (
            "INSERT INTO exhibit VALUES ('sha256:' || hex(zeroblob(32)), 1, 'other', '2026')",
            "unlogged",
        ),
    ],
)
def test_evidence_that_differs_from_the_log_is_a_fault(filled, tamper, change, found):
    assert tamper(filled, change) > 0
    verdict = verdict_of(filled)
    assert kinds(verdict) == set(found.split())
    assert isinstance(verdict.error(), TamperedCaseError)


def test_a_lost_exhibit_is_a_fault_of_the_event_that_took_it_in(filled, tamper, samples):
    name = str(samples.digest(2))
    for table, column in (
        ("claim", "exhibit"),
        ("fingerprint", "exhibit"),
        ("examination", "exhibit"),
        ("sighting", "exhibit"),
        ("exhibit", "digest"),
    ):
        assert tamper(filled, f"DELETE FROM {table} WHERE {column} = ?", name)
    with CaseStore.open(filled) as case:
        [ingest, *_] = case.events(samples.digest(2))
        fault = case.verify().first_fault
    assert (fault.kind, fault.seq) == ("missing", ingest.seq)


def test_a_second_examination_replaces_the_first_without_false_alarm(filled, samples):
    with CaseStore.open(filled, write=True) as case:
        failed = samples.examination(
            0,
            status=ExaminationStatus.FAILED,
            kind=Kind.OTHER,
            reason="broken",
            fingerprints=(),
            claims=(),
            readers=(),
        )
        case.record_examination(samples.digest(0), failed)
        assert case.verify().error() is None
        case.record_examination(samples.digest(0), samples.examination(5))
        assert case.verify().error() is None


def test_a_place_that_changed_hands_and_back_is_no_false_alarm(filled, samples):
    place = b"/footage/0.mp4"
    with CaseStore.open(filled, write=True) as case:
        for number in (1, 0, 1, 1):
            case.take_in(samples.exhibit(number), samples.sighting(number, place))
            assert case.verify().error() is None


def test_a_superseded_sighting_in_the_place_of_the_last_one_is_a_fault(filled, samples, tamper):
    place = b"/footage/0.mp4"
    with CaseStore.open(filled, write=True) as case:
        case.take_in(samples.exhibit(1), samples.sighting(1, place))
    assert tamper(filled, "UPDATE sighting SET superseded = 1 - superseded WHERE path = ?", place)
    assert kinds(verdict_of(filled)) == {"differs"}


def test_a_private_path_that_was_destroyed_everywhere_is_no_fault(filled, tamper):
    assert tamper(filled, "DELETE FROM disclosure WHERE path LIKE 'detail.%_b64'")
    assert tamper(filled, "UPDATE sighting SET path = x'2f61' WHERE id = 2")
    assert tamper(filled, "DELETE FROM sighting WHERE id = 3")
    assert verdict_of(filled).error() is None


def test_a_public_key_that_the_log_does_not_announce_is_a_warning(filled):
    (filled / "log" / "vkey.txt").write_text("mediaev.invalid/eve+00000000+AAAA\n")
    verdict = verdict_of(filled)
    assert verdict.error() is None
    assert {fault.kind for fault in verdict.warnings} == {"vkey"}


def test_the_exit_codes_tell_tampering_from_rollback(filled, tmp_path, tamper):
    shutil.copy(filled / "case.db", tmp_path / "older.db")
    with CaseStore.open(filled, write=True) as case:
        case.append([EventDraft("item.note")])
        case.sign()
    shutil.copytree(filled, tmp_path / "cut")
    tamper(tmp_path / "cut", "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
    assert verdict_of(tmp_path / "cut").error().exit_code == 4
    shutil.copy(tmp_path / "older.db", filled / "case.db")
    assert verdict_of(filled).error().exit_code == 6


def test_a_log_rewritten_with_another_key_is_noticed_by_its_pin(filled, tmp_path, tamper):
    with CaseStore.open(filled) as case:
        vault = case.vault
    pins = Path(os.environ["XDG_STATE_HOME"]) / "mediaev" / "pins.json"
    with CaseStore.create(tmp_path / "forged") as forged:
        forged.append([EventDraft("item.note")] * 50)
        forged.sign()
        state = json.loads(pins.read_text())
        state[forged.vault] = state[vault]  # as if the forger had taken the vault's name
        pins.write_text(json.dumps(state))
        assert isinstance(forged.verify().error(), RollbackError)


def test_a_dropped_guard_is_a_warning_and_no_longer_written_to(filled, tamper):
    tamper(filled, "DROP TRIGGER event_no_update", guards=True)
    with CaseStore.open(filled) as case:
        assert case.schema_differences() == ["the trigger event_no_update is missing"]
        verdict = case.verify()
        assert (verdict.error(), [one.kind for one in verdict.warnings]) == (None, ["schema"])
    with pytest.raises(TamperedCaseError, match="event_no_update"):
        CaseStore.open(filled, write=True)


STRIDE = 1 if os.environ.get("CI") or os.environ.get("MEDIAEV_SLOW") else 5


@pytest.fixture
def small(tmp_path, samples):
    """The folder of a signed case with very few events, and a connection to its database."""
    with CaseStore.create(tmp_path / "small") as case, case.session("scan", [], {}):
        case.take_in(samples.exhibit(0), samples.sighting(0))
    with closing(sqlite3.connect(tmp_path / "small" / "case.db", isolation_level=None)) as other:
        triggers = other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for [name] in triggers:
            other.execute(f"DROP TRIGGER {name}")
        yield tmp_path / "small", other


def test_every_changed_byte_of_every_event_is_tampering(small):
    folder, other = small
    rows = other.execute("SELECT seq, body, leaf_hash FROM event").fetchall()
    with CaseStore.open(folder) as case:
        for seq, *contents in rows:
            for column, content in zip(("body", "leaf_hash"), contents, strict=True):
                change = f"UPDATE event SET {column} = ? WHERE seq = ?"
                for place in range(seq % STRIDE, len(content), STRIDE):
                    changed = bytearray(content)
                    changed[place] ^= 1 << (place % 8)
                    other.execute(change, (bytes(changed), seq))
                    error = case.verify().error()
                    assert isinstance(error, TamperedCaseError), (seq, column, place)
                other.execute(change, (content, seq))
        assert case.verify().error() is None


def test_every_removed_swapped_or_repeated_row_is_tampering(small):
    folder, other = small
    rows = other.execute("SELECT * FROM event").fetchall()
    numbers = range(len(rows))
    histories = [rows[:gone] + rows[gone + 1 :] for gone in numbers]
    histories += [rows[:end] for end in numbers]
    for one, another in itertools.combinations(numbers, 2):
        swapped = list(rows)
        swapped[one] = (one, *rows[another][1:])
        swapped[another] = (another, *rows[one][1:])
        histories.append(swapped)
    histories += [[*rows, (len(rows), *again[1:])] for again in rows]
    with CaseStore.open(folder) as case:
        other.execute("PRAGMA foreign_keys=OFF")
        for history in histories:
            other.execute("BEGIN")
            other.execute("DELETE FROM event")
            other.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", history)
            other.execute("COMMIT")
            assert isinstance(case.verify().error(), TamperedCaseError)
