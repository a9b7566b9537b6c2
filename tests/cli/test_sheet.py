"""`--sheet` of `show` and `compare`, as a person calls it."""

import json
import shutil

import pytest
from PIL import Image


@pytest.fixture
def own(library, tmp_path, monkeypatch):
    """A copy of the scanned case, to write to; the files stay where they are."""
    shutil.copytree(library.case, tmp_path / "case")
    monkeypatch.setenv("XDG_CONFIG_HOME", library.settings["XDG_CONFIG_HOME"])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("MEDIAEV_CASE", str(tmp_path / "case"))
    return tmp_path


@pytest.fixture
def match(cli, own, library):
    """The id of the match of the two videos."""
    document = json.loads(cli("show", "--json", library.folder / "long.mp4").out)
    return document["matches"][0]["match"]


def test_a_match_is_drawn_and_told_as_ever(cli, own, match):
    done = cli("show", match, "--sheet", own / "s.png")
    assert done.code == 0, done.err
    assert "A to B" in done.out
    assert f"drew {own / 's.png'}  sha256:" in done.err
    with Image.open(own / "s.png") as image:
        assert image.width == 1600
    log = cli("log").out
    assert "sheet drawn of it and" in log
    assert str(own / "s.png") in log


def test_json_says_how_it_was_computed_and_where_the_sheet_is(cli, own, match, library):
    done = cli("show", match, "--sheet", own / "s.png", "--json", "-q")
    assert (done.code, done.err) == (0, "")
    document = json.loads(done.out)
    assert document["sheet"]["path"] == str(own / "s.png")
    computed = document["computed"]
    assert computed["engine"] == document["engine"]
    assert computed["thresholds"]["id"] == document["evidence"]["thresholds"]
    assert computed["thresholds"]["values"]["judge"]["TOGETHER"] > 0
    assert computed["tool"]["mediaev"]
    assert computed["tool"]["numpy"]
    for side in "ab":
        assert computed[side]["settings"].startswith("examine-")
        assert "sift-dct-32x4/1" in computed[side]["descriptors"]
        assert computed[side]["libraries"]["av"]
    event = next(
        each
        for each in map(json.loads, cli("log", "--jsonl").out.splitlines())
        if each["seq"] == computed["event"]
    )
    assert (event["type"], event["detail"]["match"]) == ("item.match", match)
    (run,) = document["evidence"]["visual"]["runs"]
    assert run["query"][1] > run["query"][0]
    assert len(run["placing"]) == 2


def test_two_files_are_drawn_without_a_case(cli, library, tmp_path):
    arguments = (library.query, library.folder / "long.mp4", "--sheet", tmp_path / "s.png")
    done = cli("-C", tmp_path / "none", "compare", *arguments)
    assert done.code == 0, done.err
    assert (tmp_path / "s.png").stat().st_size > 50_000
    again = cli("-C", tmp_path / "none", "compare", *arguments)
    assert (again.code, again.out) == (2, "")
    assert "exists" in again.err


def test_an_exhibit_that_is_compared_is_logged(cli, own, library):
    shown = json.loads(cli("show", "--json", library.folder / "long.mp4").out)
    before = len(cli("log", "--jsonl").out.splitlines())
    done = cli(
        "compare", library.query, shown["exhibit"][7:19], "--sheet", own / "s.png", "--jsonl"
    )
    assert done.code == 0, done.err
    assert json.loads(done.out)["computed"]["tool"]["mediaev"]
    events = [json.loads(each) for each in cli("log", "--jsonl").out.splitlines()[before:]]
    (derived,) = [each for each in events if each["type"] == "item.derive"]
    assert derived["item"] == shown["exhibit"]


def test_nothing_shared_is_nothing_drawn(cli, library, tmp_path):
    done = cli("compare", library.unrelated, library.query, "--sheet", tmp_path / "s.png", "--json")
    assert done.code == 1
    assert json.loads(done.out)["sheet"] is None
    assert "no sheet was drawn" in done.err
    assert not (tmp_path / "s.png").exists()


@pytest.mark.parametrize(
    "arguments",
    [["--sheet", name] for name in ("", "nowhere/s.png", ".", "x" * 300)],
)
def test_what_cannot_be_drawn_is_said_before_anything_is_done(cli, own, match, arguments):
    done = cli("show", match, *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("mediaev: error:")


def test_only_a_match_has_a_sheet(cli, own, library):
    done = cli("show", library.folder / "long.mp4", "--sheet", own / "s.png")
    assert (done.code, done.out) == (2, "")
    assert "lists its matches" in done.err
