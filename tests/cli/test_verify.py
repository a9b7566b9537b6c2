import json
import shutil
import sqlite3

import pytest


@pytest.fixture
def tampered(case, tmp_path):
    """A copy of the case in which one byte of event 3 is another one."""
    shutil.copytree(case.case, tmp_path / "case")
    with sqlite3.connect(tmp_path / "case" / "case.db") as database:
        (trigger,) = database.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'event_no_update'"
        ).fetchone()
        database.execute("DROP TRIGGER event_no_update")
        (body,) = database.execute("SELECT body FROM event WHERE seq = 3").fetchone()
        changed = body.replace(b'"time":"2', b'"time":"3')
        assert changed != body
        database.execute("UPDATE event SET body = ? WHERE seq = 3", [changed])
        database.execute(trigger)
    database.close()
    return tmp_path / "case"


def test_a_sound_log_is_called_signed(cli, case):
    done = cli("verify")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("signed: ")
    assert "signed  all" in done.out


def test_json_says_the_same(cli, case):
    document = json.loads(cli("verify", "--json").out)
    assert document["sound"] is True
    assert document["level"] == "signed"
    assert document["events"] == document["signed_events"] > 10
    assert len(document["root"]) == 64
    assert document["faults"] == []
    assert json.loads(cli("verify", "--jsonl").out) == document


def test_a_changed_byte_is_named_and_makes_it_4(cli, tampered):
    done = cli("-C", tampered, "verify")
    assert done.code == 4
    assert done.out.startswith("readable: ")
    assert "first one first:\n  event 3, " in done.out
    assert done.err.startswith("mediaev: error: ")
    document = json.loads(cli("-C", tampered, "verify", "--json").out)
    assert document["sound"] is False
    assert document["first_fault"]["event"] == 3
    assert document["first_fault"] == document["faults"][0]


def test_an_older_copy_makes_it_6(cli, tmp_path, library):
    first, older = tmp_path / "case", tmp_path / "older"
    cli("-C", first, "init")
    shutil.copytree(first, older)
    assert cli("-C", first, "scan", library.folder / "photo.png").code == 0
    done = cli("-C", older, "verify")
    assert done.code == 6
    assert "older" in done.err
    assert done.out.startswith("older or other: the log fits together in itself")
    assert "1 fault:\n" in done.out


def test_events_after_the_last_signature_are_not_called_signed(cli, case, tmp_path):
    """As after a kill between commit and signature; the key signs the rest at the next scan."""
    shutil.copytree(case.case, tmp_path / "case")
    (tmp_path / "in").mkdir()
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-keys"))
        assert cli("-C", tmp_path / "case", "scan", tmp_path / "in").code == 0
    done = cli("-C", tmp_path / "case", "verify")
    assert done.code == 0
    assert done.out.startswith("signed in part: ")
    assert "1 warning, which breaks nothing:" in done.out


def test_the_advice_is_not_to_run_the_same_again(cli, tampered, tmp_path):
    assert "run `mediaev verify`" not in cli("-C", tampered, "verify").err
    (tampered / "case.db").write_bytes(b"no database")
    done = cli("-C", tampered, "verify")
    assert done.code == 4
    assert "run `mediaev verify`" not in done.err
    assert "run `mediaev verify`" in cli("-C", tampered, "clusters").err


@pytest.mark.parametrize(("level", "code"), [(1, 0), (2, 0), (3, 5), (4, 5)])
def test_a_level_that_is_not_reached_makes_it_5(cli, case, level, code):
    done = cli("verify", "--level", str(level))
    assert done.code == code
    assert done.out.startswith("signed: ")


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(5000)])
def test_what_is_no_case_is_a_plain_error(cli, tmp_path, content):
    (tmp_path / "case.db").write_bytes(content)
    done = cli("-C", tmp_path, "verify")
    assert done.code in {4, 10}
    assert done.out == ""
    assert done.err.startswith("mediaev: error: ")
