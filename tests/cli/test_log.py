import base64
import json
import os
import shutil
import sqlite3
from contextlib import closing

from mediaev.model.exhibit import shown


def events(done):
    return [json.loads(each) for each in done.out.splitlines()]


def test_every_event_is_a_line_with_a_sentence(cli, case):
    done = cli("log")
    assert done.code == 0
    lines = done.out.splitlines()
    assert "vault.create" in lines[0]
    assert "case made" in lines[0]
    for words in (
        f"took in {case.folder}/long.mp4",
        f"seen again {case.folder}/",
        f"not taken in: {case.folder}/pipe.mp4: a named pipe",
        "recognised as still (png)",
        "described: ",
        "score 0.",
        "scan began",
    ):
        assert words in done.out
    assert "\x1b" not in done.out
    assert shown(os.fsencode(case.folder) + b"/\xff\xfe.png") in done.out


def test_jsonl_holds_the_leaf_and_what_is_disclosed(cli, case):
    found = events(cli("log", "--jsonl"))
    assert [each["seq"] for each in found] == list(range(len(found)))
    ingest = next(each for each in found if each["type"] == "item.ingest")
    assert "$c" in ingest["detail"]["path_b64"]
    path = base64.b64decode(ingest["disclosed"]["detail.path_b64"])
    assert path.startswith(os.fsencode(case.folder))
    assert json.loads(cli("log", "--json").out)["events"] == found


def test_a_file_or_a_digest_has_only_its_events(cli, case):
    of_path = events(cli("log", "--jsonl", case.folder / "long.mp4"))
    (item,) = {each["item"] for each in of_path}
    assert [each["type"] for each in of_path][:2] == ["item.ingest", "item.identify"]
    assert events(cli("log", "--jsonl", item[7:20])) == of_path


def test_a_limit_gives_the_newest(cli, case):
    everything = events(cli("log", "--jsonl"))
    assert events(cli("log", "--jsonl", "--limit", "3")) == everything[-3:]
    assert events(cli("log", "--jsonl", "--limit", "999999")) == everything
    assert cli("log", "--limit", "0").code == 2


def test_what_the_case_has_never_seen_has_no_log(cli, case):
    assert cli("log", case.query).code == 2


def test_a_forged_name_is_not_shown_as_the_recorded_one(cli, case, tmp_path):
    """Openings lie beside the log; only what opens its commitment is part of it."""
    shutil.copytree(case.case, tmp_path / "case")
    with sqlite3.connect(tmp_path / "case" / "case.db") as database:
        forged = json.dumps(base64.b64encode(b"/innocent.mp4").decode())
        database.execute("UPDATE disclosure SET value = ? WHERE path = 'detail.path_b64'", [forged])
    database.close()
    done = cli("-C", tmp_path / "case", "log")
    assert "innocent" not in done.out
    assert "took in (withheld)" in done.out


def test_a_row_that_is_no_event_is_said_to_be_none(cli, case, tmp_path):
    shutil.copytree(case.case, tmp_path / "case")
    with sqlite3.connect(tmp_path / "case" / "case.db") as database:
        (trigger,) = database.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'event_no_update'"
        ).fetchone()
        database.execute("DROP TRIGGER event_no_update")
        database.execute("UPDATE event SET body = ? WHERE seq = 1", [b"{\x1b[31m"])
        database.execute(trigger)
    database.close()
    done = cli("-C", tmp_path / "case", "log")
    assert done.code == 0
    assert "cannot be read" in done.out.splitlines()[1]
    assert "\x1b" not in done.out
    lines = events(cli("-C", tmp_path / "case", "log", "--jsonl"))
    assert lines[1]["seq"] == 1
    assert lines[1]["error"]


def test_the_log_is_written_out_as_tiles(cli, tmp_path):
    case, folder = tmp_path / "case", tmp_path / "published"
    assert cli("-C", case, "init", "--operator", "Anna Ops").code == 0
    done = cli("-C", case, "log", "--tiles", folder)
    assert done.code == 0
    assert "3 events in 3 files" in done.out
    assert (folder / "checkpoint").read_bytes() == (case / "log" / "checkpoint").read_bytes()
    bundle = (folder / "tile" / "entries" / "000.p" / "3").read_bytes()
    assert b"vault.create" in bundle
    assert b"Anna" not in bundle
    again = cli("-C", case, "log", "--tiles", folder)
    assert (again.code, again.out) == (2, "")
    assert "not empty" in again.err
    document = json.loads(cli("-C", case, "log", "--tiles", tmp_path / "b", "--json").out)
    assert (document["events"], document["files"]) == (3, 3)
    assert cli("-C", case, "log", "--tiles", tmp_path / "c", "--limit", "2").code == 2
    assert cli("-C", case, "log", "--tiles", tmp_path / "no" / "c").code == 2
    assert not (tmp_path / "c").exists()


def test_a_log_that_is_not_what_was_signed_gets_no_checkpoint(cli, tmp_path):
    case, folder = tmp_path / "case", tmp_path / "published"
    assert cli("-C", case, "init").code == 0
    with closing(sqlite3.connect(case / "case.db")) as database, database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE event SET body = CAST(body || ' ' AS BLOB) WHERE seq = 1")
    done = cli("-C", case, "log", "--tiles", folder)
    assert done.code == 4
    assert not (folder / "checkpoint").exists()
