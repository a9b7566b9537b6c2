"""`mediaev redact` asks, says what it does, and does just that."""

import json
import os
import shutil

import pytest

WHY = ("--ground", "the source is at risk", "--authority", "the editor")


@pytest.fixture
def copied(case, tmp_path, monkeypatch):
    """The library as a case of this test's own, with the key that signs it."""
    shutil.copytree(case.case, tmp_path / "case")
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        shutil.copytree(os.environ[name], tmp_path / name)
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("MEDIAEV_CASE", str(tmp_path / "case"))
    return case


def test_it_says_what_would_go_and_changes_nothing(cli, copied):
    before = cli("log", "--jsonl").out
    done = cli("redact", copied.folder / "long.mp4", "--dry-run")
    assert done.code == 0
    assert "detail.path_b64" in done.out
    assert "detail.argv" not in done.out  # the folder alone was named there
    assert "Nothing was changed." in done.out
    assert str(copied.folder) not in done.out
    assert cli("log", "--jsonl").out == before


def test_nobody_is_asked_where_nobody_is(cli, copied):
    done = cli("redact", copied.folder / "long.mp4", *WHY)
    assert done.code == 2
    assert "--yes" in done.err
    assert cli("redact", copied.folder / "long.mp4", "--yes").code == 2
    assert cli("redact", "--yes", *WHY).code == 2
    assert f"took in {copied.folder}/long.mp4" in cli("log").out


def test_what_was_redacted_is_told_nowhere_and_everything_still_works(cli, copied):
    path = copied.folder / "long.mp4"
    [item] = {
        each["item"] for each in map(json.loads, cli("log", "--jsonl", path).out.splitlines())
    }
    done = cli("redact", path, "--yes", "--json", *WHY)
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document["done"]
    assert document["rows"] == {"sighting": 1, "outcome": 1, "claim": 1}
    assert {each["item"] for each in document["openings"]} == {item}
    assert cli("verify", "--level", "2").code == 0
    for verb in (
        ("log",),
        ("clusters",),
        ("show", item[7:20]),
        ("log", "--json"),
        ("scan", "--help"),
    ):
        done = cli(*verb)
        assert done.code == 0
        assert "long.mp4" not in done.out
    found = cli("find", copied.query, "--json")
    assert found.code == 0, found.err
    assert "long.mp4" not in found.out
    assert item in found.out
    assert cli("show", path).code == 2
    assert "destroyed what opened" in cli("log", item[7:20]).out
    assert cli("log", item[7:20], "--json").out.count("the source is at risk") == 1
    again = cli("redact", item[7:20], "--yes", *WHY)
    assert "no value is left" in again.out
    # A new scan of the same file is a new fact, and told as such.
    assert cli("scan", path).code == 0
    assert f"seen again {path}" in cli("log").out
