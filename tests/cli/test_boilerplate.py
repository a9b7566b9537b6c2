import json
import shutil

import pytest
from media_factory import ffmpeg

from mediaev import Case
from mediaev.compare.testimony import ENGINE
from mediaev.jobs import SerialExecutor
from mediaev.model.match import Match, Relation, Segment


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """A folder with a case of three short videos, in which matches are made up."""
    top = tmp_path_factory.mktemp("channel")
    (top / "folder").mkdir()
    for source in ("testsrc2", "mandelbrot", "life"):
        film = ("-f", "lavfi", "-i", f"{source}=s=160x90:r=10", "-t", 4, "-pix_fmt", "yuv420p")
        ffmpeg(*film, top / "folder" / f"{source}.mp4")
    shared = Match(Relation.OVERLAPS, 0.8, (Segment((0.0, 1.5), (0.0, 1.5)),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(top / "config"))
        patch.setenv("XDG_STATE_HOME", str(top / "state"))
        with Case.create(top / "case") as case:
            case.scan([top / "folder"], executor=SerialExecutor())
            assert case.clusters() == []
            digests = [each.digest for each in case.exhibits()]
            for number, digest in enumerate(digests):
                found = [(other, shared) for other in digests[:number]]
                case.store.record_matches(digest, ENGINE, found)
    return top


@pytest.fixture
def channel(scanned, tmp_path, monkeypatch):
    """A copy of it as this test's default case."""
    shutil.copytree(scanned, tmp_path / "own")
    for name, own in (
        ("MEDIAEV_CASE", "case"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CONFIG_HOME", "config"),
    ):
        monkeypatch.setenv(name, str(tmp_path / "own" / own))


def test_a_case_in_which_nothing_recurs_says_so(cli, case):
    done = cli("boilerplate")
    assert done.code == 0
    assert "Nothing recurs" in done.out
    assert json.loads(cli("boilerplate", "--json").out) == {"boilerplate": []}
    assert cli("boilerplate", "--jsonl").out == ""


def test_proposals_are_listed_with_their_grounds(cli, channel):
    done = cli("boilerplate")
    assert done.code == 0
    for words in ("b-", "proposed", "intro", "1.5 s", "3 recordings", "00:00:00.000"):
        assert words in done.out
    assert "decide b-" in done.err
    (found,) = json.loads(cli("boilerplate", "--json").out)["boilerplate"]
    assert [json.loads(cli("boilerplate", "--jsonl").out)] == [found]
    assert (found["state"], found["where"], found["recordings"]) == ("proposed", "intro", 3)
    assert len({each["exhibit"] for each in found["places"]}) == 3
    assert all(each["interval"] == [0.0, 1.5] and each["paths"] for each in found["places"])
    assert found["for"]
    shown = cli("show", found["boilerplate"])
    assert shown.code == 0
    for place in found["places"]:
        assert place["paths"][0] in shown.out
    document = json.loads(cli("show", "--json", found["boilerplate"]).out)
    assert document == {"type": "boilerplate", **found}


def test_a_decision_is_told_and_logged_and_taken_back(cli, channel):
    shared = json.loads(cli("boilerplate", "--jsonl").out)
    name = shared["boilerplate"]
    done = cli("decide", name, "boilerplate", "--reason", "channel X")
    assert done.code == 0
    assert f"{name}: boilerplate" in done.out
    assert "cluster" in done.out
    assert json.loads(cli("boilerplate", "--jsonl").out)["state"] == "boilerplate"
    match = next(
        each
        for each in json.loads(cli("show", "--json", shared["places"][0]["exhibit"]).out)["matches"]
        if each["engine"] == ENGINE
    )
    assert match["rests_on_boilerplate"] is True
    assert match["accepted"] is False
    exhibit = json.loads(cli("show", "--json", shared["places"][0]["exhibit"]).out)
    assert exhibit["boilerplate"] == [{"boilerplate": name, "interval": [0.0, 1.5]}]
    assert f"boilerplate {name} from" in cli("show", shared["places"][0]["exhibit"]).out
    assert "rests on boilerplate alone: b-" in cli("show", match["match"]).out
    assert "channel X" in cli("log", "--limit", "3").out
    assert "decided" in cli("show", name).out

    told = json.loads(cli("decide", "--json", name, "undecided").out)
    assert (told["subject"], told["verdict"], told["about"]) == (name, "undecided", "boilerplate")
    assert json.loads(cli("boilerplate", "--jsonl").out)["state"] == "proposed"
    assert cli("verify").code == 0


@pytest.mark.parametrize("name", ["b-000000000000", "b-\x1b[31m", "", "c-000000000000", "x" * 9000])
def test_what_is_not_there_cannot_be_decided(cli, channel, name):
    done = cli("decide", name, "boilerplate")
    assert (done.code, done.out) == (2, "")
    assert "\x1b" not in done.err
    assert cli("show", "b-000000000000").code == 2


def test_a_verdict_that_there_is_not_is_refused(cli, channel):
    done = cli("decide", "b-000000000000", "nonsense")
    assert done.code == 2
    assert "VERDICT" in done.err


def test_deciding_makes_no_case(cli, tmp_path):
    assert cli("-C", tmp_path / "none", "decide", "b-000000000000", "boilerplate").code == 10
    assert not (tmp_path / "none").exists()
