import json
import os
from hashlib import sha256

import pytest

CONTENT = b"what was filmed"
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture
def evidence(tmp_path, cli, monkeypatch):
    """One file, scanned into a case of its own."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "a.txt").write_bytes(CONTENT)
    monkeypatch.setenv("MEDIAEV_CASE", str(tmp_path / "case"))
    assert cli("scan", folder).code == 0
    return folder / "a.txt"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "records.csv"
    path.write_text(
        "event,time,agent,sha256,name\n"
        f"capture,2024-05-02T12:00:00+02:00,Anna Secret,{DIGEST},evil\u202e\x1b[31m.mp4\n"
        f"accession,2024-05-03,Anna Secret,{'0' * 64},b.mp4\n"
    )
    return path


def test_records_come_in_as_what_somebody_asserts(cli, evidence, table):
    done = cli("import", table, "--by", "Newsroom B")
    assert (done.code, done.err) == (0, "")
    assert "2 records taken in, asserted by Newsroom B (table)" in done.out
    assert "1 about exhibits of the case" in done.out
    shown = cli("show", evidence).out
    assert "Asserted by others, not observed here:" in shown
    assert "asserted by Newsroom B: capture, 2024-05-02T12:00:00+02:00, by Anna Secret" in shown
    assert "evil\\u202e\\x1b[31m.mp4" in shown
    log = cli("log").out
    assert log.count("[asserted]  asserted by Newsroom B, not observed here") == 0
    assert log.count("[asserted] asserted by Newsroom B, not observed here") == 2
    assert "\x1b" not in log + shown
    [asserted] = json.loads(cli("show", evidence, "--json").out)["asserted_by_others"]
    assert (asserted["by"], asserted["row"]) == ("Newsroom B", 2)
    assert asserted["asserted"]["name"] == "evil\u202e\x1b[31m.mp4"


def test_no_name_and_no_word_of_it_stands_openly_in_the_log(cli, evidence, table):
    cli("import", table, "--by", "Newsroom B")
    events = json.loads(cli("log", "--json").out)["events"]
    mine = [each["detail"] for each in events if each["type"] == "import.asserted"]
    text = json.dumps(mine)
    for secret in ("Newsroom", "Anna", "records.csv", "evil"):
        assert secret not in text
    assert [each.get("act") for each in mine] == [None, "capture", "accession"]
    assert mine[1]["time"] == "2024-05-02T10:00:00.000000Z"
    assert (mine[1]["row"], mine[2]["row"]) == (2, 3)
    opened = [each["disclosed"] for each in events if each["type"] == "import.asserted"]
    assert opened[0]["detail.file"] == f"sha256:{sha256(table.read_bytes()).hexdigest()}"


def test_the_same_file_twice_adds_nothing_and_a_grown_one_only_what_is_new(cli, evidence, table):
    cli("import", table, "--by", "B")
    count = len(json.loads(cli("log", "--json").out)["events"])
    done = cli("import", table, "--by", "B")
    assert (done.code, "nothing was added" in done.out) == (0, True)
    events = json.loads(cli("log", "--json").out)["events"][count:]
    assert {each["type"] for each in events} == {"session.start", "session.end"}
    with table.open("a") as file:
        file.write(f"transfer,2024-06-01,Anna Secret,{DIGEST},a\n")
    [grown] = json.loads(cli("import", table, "--by", "B", "--json").out)["files"]
    assert (grown["taken"], grown["known"]) == (1, 2)
    # Another one's words are another assertion.
    [other] = json.loads(cli("import", table, "--by", "C", "--json").out)["files"]
    assert (other["status"], other["taken"]) == ("new", 3)


def test_bad_rows_are_named_and_make_it_3_and_the_others_come_in(cli, evidence, table, tmp_path):
    with table.open("a") as file:
        file.write("capture,2024-06-01,Anna,nonsense,a\n")
    (tmp_path / "no.txt").write_text("nothing")
    done = cli("import", table, tmp_path / "no.txt", tmp_path / "gone", "--by", "B")
    assert done.code == 3
    assert "row 4: 'nonsense' is no digest" in done.out
    assert "2 records taken in" in done.out
    assert done.out.count("not taken in:") == 2
    kinds = [
        each["status"]
        for each in json.loads(
            cli("import", table, tmp_path / "no.txt", "--by", "B", "--json").out
        )["files"]
    ]
    assert kinds == ["known", "failed"]


def test_what_others_assert_is_no_observation(cli, evidence, table, tmp_path):
    before = json.loads(cli("verify", "--json").out)
    cli("import", table, "--by", "B")
    document = json.loads(cli("verify", "--json").out)
    assert document["sound"]
    assert document["warnings"] == before["warnings"]
    # An exhibit that is only asserted is none: nothing shows it, nothing audits it.
    assert cli("show", "0" * 64).code == 2
    assert json.loads(cli("audit", "--json").out)["exhibits"]["looked_at"] == 1
    assert "ingest" not in [
        each.get("act") for each in json.loads(cli("log", "--json").out)["events"]
    ]


def test_a_record_by_md5_is_about_the_exhibit_that_has_it(cli, evidence, tmp_path):
    md5 = next(
        each["detail"]["digests"]["md5"]
        for each in json.loads(cli("log", "--json").out)["events"]
        if each["type"] == "item.ingest"
    )
    (tmp_path / "md5.csv").write_text(f"event,md5\ncapture,{md5}\n")
    assert "1 about exhibits" in cli("import", tmp_path / "md5.csv", "--by", "B").out
    assert "asserted by B: capture" in cli("show", evidence).out


def test_mistakes_are_told(cli, evidence, table, tmp_path):
    assert cli("import", table).code == 2
    assert cli("import", table, "--by", " ").code == 2
    assert cli("import", tmp_path, "--by", "B").code == 2
    link = tmp_path / "link.csv"
    link.symlink_to(table)
    assert cli("import", link, "--by", "B").code == 3
    os.mkfifo(tmp_path / "pipe.csv")
    assert cli("import", tmp_path / "pipe.csv", "--by", "B").code == 3
