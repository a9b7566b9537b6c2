import json
import zipfile

import pytest


@pytest.fixture
def own(cases, monkeypatch):
    folder = cases.make([b"a.mp4", b"\x1b[31mred.jpg"])
    monkeypatch.setenv("MEDIAEV_CASE", str(folder))
    return cases


def test_a_bag_is_told_with_the_digest_to_compare(cli, own, tmp_path):
    done = cli("export", "bag", "-o", tmp_path / "bag.zip")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0].startswith(f"{tmp_path}/bag.zip  sha256:")
    assert "  profile court; tells of " in done.out
    assert lines[-2:] == ["  held: 2 exhibits", "  asked for: 2 exhibits, 30 bytes"]
    assert zipfile.is_zipfile(tmp_path / "bag.zip")


def test_exhibits_that_are_gone_are_named_and_exit_code_3(cli, own, tmp_path):
    own.footage.joinpath("\x1b[31mred.jpg").unlink()
    done = cli("export", "bag", "-o", tmp_path / "bag")
    assert done.code == 3
    assert "missing: 1 exhibit" in done.out
    assert r"\x1b[31mred.jpg cannot be opened" in done.err
    assert "\x1b" not in done.err


def test_documents_go_to_standard_output_as_they_are(cli, own):
    done = cli("export", "jsonl", "a.mp4", "--profile", "full")
    assert done.code == 2  # no such path from here
    done = cli("export", "jsonl", own.footage / "a.mp4", "--profile", "full")
    assert done.code == 0
    [document] = map(json.loads, done.out.splitlines())
    assert document["size"] == 10


def test_a_dry_run_tells_and_writes_nothing(cli, own, tmp_path):
    done = cli("export", "bag", "-o", tmp_path / "bag", "--dry-run")
    assert done.code == 0
    assert "would tell of" in done.out
    assert "held: 2 exhibits" in done.out
    assert not (tmp_path / "bag").exists()
    assert "case.export" not in cli("log").out


def test_json_tells_the_same(cli, own, tmp_path):
    done = cli("export", "csv", "-o", tmp_path / "x.csv", "--json")
    document = json.loads(done.out)
    assert (document["kind"], document["profile"], document["exhibits"]) == ("csv", "court", 2)
    assert document["path"] == str(tmp_path / "x.csv")
    assert cli("export", "csv", "--json").code == 2


def test_the_log_tells_of_it_in_words(cli, own, tmp_path):
    cli("export", "bag", "-o", tmp_path / "bag", "--names")
    out = cli("log").out
    assert f"export of bag to {tmp_path}/bag, profile court, with names (2 held)" in out
    assert "bytes for the export of event" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "bag"),
        ("export", "pdf"),
        ("export", "csv", "-o", ""),
        ("export", "csv", "--profile", "all"),
        ("export", "csv", "nothing-like-this"),
    ],
)
def test_what_makes_no_sense_is_exit_code_2(cli, own, arguments):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err
