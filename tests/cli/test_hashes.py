import hashlib
import json
import os
import shutil

import pytest

LISTED = "0" * 32


@pytest.fixture
def own(library, tmp_path, monkeypatch):
    """A copy of the scanned library's case that may be written to."""
    shutil.copytree(library.case, tmp_path / "case")
    monkeypatch.setenv("MEDIAEV_CASE", str(tmp_path / "case"))
    return library


@pytest.fixture
def partner(tmp_path, own):
    """A list that names `long.mp4` and a mirrored part of it by frames, with hostile cells."""
    digest = hashlib.sha256((own.folder / "long.mp4").read_bytes()).hexdigest()
    path = tmp_path / "partner\x1b[31m.csv"
    path.write_text(
        f'sha256,filename,tags\n{digest},"=cmd()|a.mp4",\x1b[31mred\u202e\n'
        f"{'0' * 64},b.mp4,\nnonsense\n{'0' * 63},c.mp4,\n"
    )
    return path


def test_what_was_imported_and_what_could_not_be_is_said_line_by_line(cli, own, partner):
    done = cli("hashes", "import", partner, "--owner", "Newsroom \x1b[1mB")
    assert done.code == 3
    assert done.out.splitlines() == [
        r"l-1 “partner\x1b[31m.csv” of Newsroom \x1b[1mB",
        "  read as table: 2 sha256",
        "  2 lines could not be read:",
        "    line 4: sha256 has 64 hexadecimal digits, 'nonsense' has 8 characters",
        f"    line 5: sha256 has 64 hexadecimal digits, '{'0' * 24}'… has 63 characters",
        "",
        r"on list l-1 “partner\x1b[31m.csv” of Newsroom \x1b[1mB: 1 exhibit with the same sha256",
    ]
    assert "mediaev hashes match" in done.err


def test_of_many_lines_that_cannot_be_read_the_first_are_told_and_with_v_all(cli, own, tmp_path):
    (tmp_path / "bad").write_text(f"{LISTED}\n" * 30 + "nonsense\n" * 20)
    done = cli("hashes", "import", tmp_path / "bad")
    assert "    line 40: " in done.out
    assert "    line 41: " not in done.out
    assert "    and 10 more; -v tells up to 1,000" in done.out
    done = cli("hashes", "import", tmp_path / "bad", "--owner", "B", "-v")
    assert "    line 50: " in done.out
    assert " more" not in done.out


def test_a_list_that_was_read_whole_is_exit_code_0_and_a_bad_file_3(cli, own, tmp_path):
    (tmp_path / "good").write_text(f"{LISTED}\n")
    (tmp_path / "bad").write_text("Dear all,\n")
    done = cli("hashes", "import", tmp_path / "good", "--name", "May")
    assert (done.code, done.out.splitlines()[0]) == (0, "l-1 “May”")
    assert "No exhibit of the case is on what was imported." in done.out
    done = cli("hashes", "import", tmp_path / "bad", tmp_path / "good", "--name", "May")
    assert done.code == 3
    assert "not imported: it is in no format that is known: line 1 begins" in done.out
    assert "Forms that are read: " in done.out
    assert "the case has this list already" in done.out


def test_matches_say_by_what_and_whose_claim_it_is(cli, own, partner):
    cli("hashes", "import", partner, "--owner", "B")
    done = cli("hashes", "match")
    assert done.code == 0
    head, place, how = done.out.splitlines()
    assert head.startswith(f"{own.folder}/long.mp4  ")
    assert place == (
        r"  on l-1 “partner\x1b[31m.csv” of B, line 2: =cmd()|a.mp4, \x1b[31mred\u202e"
    )
    assert how == "    the same sha256"


def test_nothing_on_any_list_is_exit_code_1(cli, own, tmp_path):
    assert cli("hashes", "match").code == 1
    (tmp_path / "list").write_text(f"{LISTED}\n")
    cli("hashes", "import", tmp_path / "list")
    done = cli("hashes", "match", "--json")
    assert done.code == 1
    document = json.loads(done.out)
    assert document == {"exhibits": [], "below_share": 0, "cut_off": 0, "unchecked": {}}


def test_an_unknown_list_is_named_with_advice(cli, own):
    done = cli("hashes", "match", "l-9")
    assert (done.code, done.out) == (2, "")
    assert "l-9 is no list of this case" in done.err
    assert "hashes list" in done.err


def test_frames_are_told_with_shares_times_and_mirroring(cli, own, tmp_path):
    listed = tmp_path / "ours.txt"
    assert (
        cli("hashes", "export", "--format", "vpdq", "-o", listed, own.folder / "long.mp4").code == 0
    )
    cli("hashes", "import", listed)
    done = cli("hashes", "match")
    assert "100% of its frames and 100% of the entry's met" in done.out
    assert "    in the exhibit: 00:00:00.000 - 00:00:0" in done.out
    assert "    in the entry: 00:00:00.000 - 00:00:0" in done.out
    (mirrored,) = [
        each
        for each in map(json.loads, cli("hashes", "match", "--jsonl").out.splitlines())
        if each["paths"] == [str(own.folder / "part.mp4")]
    ]
    (hit,) = mirrored["lists"]
    assert hit["mirrored"] is True
    assert (hit["by"], hit["limit"], hit["bits"]) == ("vpdq", 31, 256)
    assert hit["shares"]["exhibit"] > 0.2
    assert hit["at"]
    assert hit["entry_at"]


def test_find_gets_a_line_and_an_added_key(cli, own, partner):
    plain = json.loads(cli("find", "--jsonl", own.unrelated).out)
    assert "lists" not in plain
    cli("hashes", "import", partner, "--owner", "B")
    done = cli("find", own.folder / "long.mp4")
    assert r"  on list l-1 “partner\x1b[31m.csv” of B, line 2: the same sha256: =cmd()" in done.out
    answer = json.loads(cli("find", "--jsonl", own.folder / "long.mp4").out)
    (hit,) = answer["lists"]
    assert (hit["list"], hit["line"], hit["by"], hit["distance"]) == ("l-1", 2, "sha256", None)
    nothing = cli("find", "--jsonl", own.unrelated)
    assert (nothing.code, json.loads(nothing.out)["lists"]) == (1, [])


def test_scan_gets_a_line_too(cli, own, partner):
    assert "on list" not in cli("scan", own.folder).out
    cli("hashes", "import", partner, "--owner", "B")
    done = cli("scan", own.folder)
    assert "of B: 1 exhibit with the same sha256" in done.out
    document = json.loads(cli("scan", "--json", own.folder).out)
    assert [each["by"] for each in document["lists"]] == ["sha256"]
    lines = map(json.loads, cli("scan", "--jsonl", own.folder).out.splitlines())
    assert [each["line"] for each in lines if each["type"] == "list-hit"] == [2]


def test_lists_are_listed(cli, own, partner):
    assert cli("hashes", "list").out == "The case has no hash lists.\n"
    cli("hashes", "import", partner, "--owner", "B")
    done = cli("hashes", "list")
    assert r"partner\x1b[31m.csv" in done.out
    assert "2 lines could not be read" in done.out
    (each,) = json.loads(cli("hashes", "list", "--json").out)["lists"]
    assert (each["list"], each["owner"], each["unfit"]) == ("l-1", "B", 2)
    assert each["entries"] == {"sha256": 2}


def test_an_export_says_what_it_left_out_and_is_logged(cli, own, tmp_path):
    target = tmp_path / "ours.txt"
    done = cli("hashes", "export", "--format", "pdq", "-o", target)
    assert done.code == 0
    assert done.out.startswith(f"{target}  sha256:")
    assert "  not listed: 4 exhibits: no picture, or a video: see vpdq" in done.out
    assert os.fsencode(own.folder) not in target.read_bytes()
    again = cli("hashes", "export", "--format", "pdq", "-o", target)
    assert again.code == 2
    assert "nothing is overwritten" in again.err
    log = cli("log").out
    assert f"list of 3 exhibits written to {target} (pdq)" in log


def test_the_log_tells_of_imports_in_words(cli, own, partner):
    cli("hashes", "import", partner, "--owner", "B")
    assert r"list l-1 imported: “partner\x1b[31m.csv” of B, 2 sha256" in cli("log").out


def test_json_of_imports_and_exports(cli, own, partner, tmp_path):
    (each,) = json.loads(cli("hashes", "import", partner, "--json").out)["files"]
    assert (each["status"], each["exhibits_on_it"]) == ("new", 1)
    assert [one["line"] for one in each["unfit_lines"]] == [4, 5]
    made = json.loads(
        cli("hashes", "export", "--format", "csv", "-o", tmp_path / "x.csv", "--json").out
    )
    assert made["exhibits"] == 7
    assert made["path"] == str(tmp_path / "x.csv")


def test_lists_need_a_case_and_files(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDIAEV_CASE", str(tmp_path / "none"))
    (tmp_path / "list").write_text(f"{LISTED}\n")
    assert cli("hashes", "import", tmp_path / "list").code == 10
    assert cli("hashes", "import", tmp_path).code == 2
    assert cli("hashes", "imprt", tmp_path).code == 2
    assert cli("hashes").code == 2


def test_an_export_without_a_format_says_which_there_are(cli, tmp_path):
    done = cli("hashes", "export", "-o", tmp_path / "x")
    assert done.code == 2
    assert "Choose from: sha256, pdq, vpdq, csv, threatexchange" in done.err


@pytest.mark.parametrize("name", ["import", "list", "match", "export"])
def test_every_subverb_has_shared_options_and_an_example(cli, name):
    done = cli("hashes", name, "--help")
    assert done.code == 0
    assert "--jsonl" in done.out
    assert f"mediaev hashes {name}" in done.out.rpartition("Example:")[2]
