import json
import os

import pytest


@pytest.fixture
def cluster(cli, case):
    lines = map(json.loads, cli("clusters", "--jsonl").out.splitlines())
    return next(each for each in lines if "long.mp4" in str(each))


def test_a_cluster_in_full(cli, case, cluster):
    done = cli("show", cluster["cluster"])
    assert done.code == 0
    for words in ("2 copies", "longest", "long.mp4", "part.mp4", "excerpt-of", "mirrored", "m-"):
        assert words in done.out
    document = json.loads(cli("show", "--json", cluster["cluster"]).out)
    assert document["type"] == "cluster"
    assert [each["relation"] for each in document["matches"]]


def test_a_match_in_full(cli, case, cluster):
    name = json.loads(cli("show", "--json", cluster["cluster"]).out)["matches"][0]["match"]
    done = cli("show", name)
    assert done.code == 0
    for words in (name, "A to B", "motion_agreement", "long.mp4", "part.mp4", "there"):
        assert words in done.out
    document = json.loads(cli("show", "--jsonl", name).out)
    assert (document["type"], document["match"]) == ("match", name)
    assert {document["a"]["exhibit"], document["b"]["exhibit"]} == {
        each["exhibit"] for each in cluster["members"]
    }


def test_an_exhibit_goes_by_path_or_digest(cli, case, cluster, monkeypatch):
    exhibit = cluster["closest_to_source"]
    by_path = cli("show", case.folder / "long.mp4")
    assert by_path.code == 0
    for name in (exhibit, exhibit[7:], exhibit[7:20], exhibit[7:20].upper()):
        assert cli("show", name).out == by_path.out
    monkeypatch.chdir(case.folder)
    assert cli("show", "long.mp4").out == by_path.out
    for words in (exhibit, "video", "320×180", "00:00:08.000", cluster["cluster"], "fingerprint"):
        assert words in by_path.out
    document = json.loads(cli("show", "--json", exhibit).out)
    assert document["cluster"] == cluster["cluster"]
    assert document["examination"]["facts"]["width"] == 320


def test_a_path_that_is_no_utf8(cli, case):
    done = cli("show", os.fsencode(case.folder) + b"/\xff\xfe.png")
    assert done.code == 0
    assert "\\xff\\xfe.png" in done.out
    assert "photo.png" in done.out


@pytest.mark.parametrize("name", ["c-000000000000", "m-0", "zzz", "", "\x1b[31m", "0" * 65])
def test_a_name_that_means_nothing_is_refused(cli, case, name):
    done = cli("show", name)
    assert (done.code, done.out) == (2, "")
    assert "\x1b" not in done.err


def test_too_few_digits_are_said_to_be_too_few(cli, case):
    firsts = [
        json.loads(cli("show", "--json", case.folder / name).out)["exhibit"][7]
        for name in ("long.mp4", "part.mp4", "photo.png", "notes.txt", "bad.mp4")
    ]
    shared = next((each for each in firsts if firsts.count(each) > 1), None)
    if shared is None:
        pytest.skip("no two digests begin alike on this machine")
    done = cli("show", shared)
    assert done.code == 2
    assert "more digits" in done.err


def test_a_path_that_was_refused_says_why(cli, case):
    done = cli("show", case.folder / "pipe.mp4")
    assert done.code == 2
    assert "named pipe" in done.err
