import hashlib
import json
import re
from pathlib import Path

import pytest


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "case"


def test_it_says_where_case_and_key_are_and_what_to_write_down(cli, place):
    done = cli("-C", place, "init", "--operator", "K. Horn", "--number", "KH-1")
    assert done.code == 0
    public = re.search(r"public key +(\S+)", done.out)[1]
    private = [Path(path) for path in re.findall(r"private key +(\S+)", done.out)]
    assert str(place) in done.out
    vkeys = (place / "log" / "vkey.txt").read_text().split()
    assert public == vkeys[0]
    assert len(private) == len(vkeys) == 2
    for path in private:
        assert path.exists()
        assert place not in path.parents
        assert path.read_text().splitlines()[1] not in done.out
    for vkey in vkeys:
        assert hashlib.sha256(vkey.encode()).hexdigest() in done.out.replace(" ", "")


def test_json_says_the_same(cli, place):
    done = cli("init", "-C", place, "--organisation", "Archive", "--json")
    document = json.loads(done.out)
    assert document["case"] == str(place)
    assert (document["organisation"], document["operator"]) == ("Archive", None)
    assert [key["algorithm"] for key in document["keys"]] == ["Ed25519", "ML-DSA-44"]
    assert document["keys"][0]["public_key"] == document["public_key"]
    assert document["fingerprint"] == hashlib.sha256(document["public_key"].encode()).hexdigest()


def test_a_case_is_never_made_over_another_one(cli, place):
    assert cli("-C", place, "init").code == 0
    before = (place / "case.db").read_bytes()
    done = cli("-C", place, "init")
    assert (done.code, done.out) == (2, "")
    assert (place / "case.db").read_bytes() == before


@pytest.mark.parametrize("name", ["a-file", "a-file/below", "/proc/nowhere/case"])
def test_a_place_that_cannot_be_used_is_named(cli, tmp_path, name):
    (tmp_path / "a-file").write_text("")
    done = cli("-C", tmp_path / name, "init")
    assert done.code == 2
    assert name in done.err
    assert (tmp_path / "a-file").read_text() == ""


def test_a_folder_of_other_things_is_left_alone(cli, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    done = cli("-C", tmp_path, "init")
    assert done.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
