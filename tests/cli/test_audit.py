import json

import pytest


@pytest.fixture
def evidence(tmp_path, cli, monkeypatch):
    """A folder with a hostile name in it, scanned into a case of its own."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "plain.txt").write_text("plain")
    (folder / "two\nlines\u202e.txt").write_text("hostile")
    monkeypatch.setenv("MEDIAEV_CASE", str(tmp_path / "case"))
    assert cli("scan", folder).code == 0
    return folder


def test_what_is_as_recorded_makes_it_0_and_show_tells_of_it(cli, evidence):
    assert "never audited" in cli("show", evidence / "plain.txt").out
    done = cli("audit")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("2 places: 2 matched\n2 exhibits: 2 intact\n")
    assert ": matched (event " in cli("show", evidence / "plain.txt").out
    document = json.loads(cli("show", evidence / "plain.txt", "--json").out)
    [check] = document["audits"]
    assert (check["state"], check["all_places"]) == ("matched", True)
    assert "audit ends: 2 intact" in cli("log").out


def test_a_hostile_name_is_told_so_that_it_deceives_nobody_and_survives(cli, evidence):
    (evidence / "two\nlines\u202e.txt").rename(evidence / "an\x1b[31mother")
    done = cli("audit")
    assert done.code == 0
    assert "two\\nlines\\u202e.txt" in done.out
    assert "an\\x1b[31mother" in done.out
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    [found] = json.loads(cli("audit", "--json").out)["places"]
    assert (found["path"], found["to"]) == (
        str(evidence / "two\nlines\u202e.txt"),
        str(evidence / "an\x1b[31mother"),
    )


def test_a_change_makes_it_4_and_names_both_digests(cli, evidence):
    (evidence / "plain.txt").write_text("Plain")
    done = cli("audit", evidence)
    assert done.code == 4
    lines = [line.split() for line in done.out.splitlines()]
    assert [words[1][:7] for words in lines if words[:1] in (["expected"], ["found"])] == [
        "sha256:"
    ] * 2
    *places, audit = map(json.loads, cli("audit", evidence, "--jsonl").out.splitlines())
    assert [each["state"] for each in places] == ["changed"]
    assert audit["type"] == "audit"
    assert audit["counts"] == {"matched": 1, "changed": 1}
    assert ": changed (event " in cli("show", evidence / "plain.txt").out


def test_v_tells_of_all_and_mistakes_are_told(cli, evidence, tmp_path):
    assert "matched (as recorded):" in cli("audit", "-v").out
    assert cli("audit", "--sample", "7").code == 2
    assert cli("audit", tmp_path / "nowhere").code == 2
    assert cli("-C", tmp_path / "none", "audit").code == 10
