"""Other tools: what they are asked, how their answers are read, and what becomes of absent ones."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from media_factory import scene

from evaluation.chance import chance
from evaluation.footage import write
from evaluation.made_up import drifting
from evaluation.peers import catalogue, environment
from evaluation.peers.catalogue import PEERS, ask_peers
from evaluation.peers.port import UnavailableError
from evaluation.peers.provena import read_hits
from evaluation.peers.videohash import Process, bits_of
from evaluation.peers.vpdq import Vpdq
from evaluation.shot import scaled
from evaluation.truth import Exhibit, Kind, Query, Trial


@pytest.fixture
def stills(tmp_path):
    """A library of two pictures; the query is the first of them, smaller."""
    library = []
    for seed in (1, 2):
        path = tmp_path / f"{seed}.png"
        scene(seed, (480, 320)).save(path)
        library.append(Exhibit(path, str(seed)))
    scene(1, (480, 320)).resize((240, 160)).save(tmp_path / "q.jpg")
    query = Query("q", tmp_path / "q.jpg", "resize50", Kind.COPY, ("1",))
    return Trial("stills", tuple(library), (query,))


@pytest.mark.parametrize("name", ["phash", "dhash", "pdq"])
def test_a_picture_hash_scores_the_copy_highest(name, stills, shop):
    scores = PEERS[name].ask(stills, shop).scores
    bits = 256 if name == "pdq" else 64
    assert scores["q", "1"] > 0.9 * bits
    assert scores["q", "2"] < 0.75 * bits


def test_the_rule_of_vpdq_is_the_share_of_frames(tmp_path, shop):
    """The query shows two seconds of the exhibit and then two of nothing like it."""
    known, other = (
        [scaled(each, 320, 180) for each in drifting(chance(seed), 2)] for seed in (1, 2)
    )
    write(tmp_path / "e.mp4", known, rate=25, crf=24)
    write(tmp_path / "q.mp4", [*known, *other], rate=25, crf=34)
    exhibit = Exhibit(tmp_path / "e.mp4", "e", seconds=2.0)
    query = Query("q", tmp_path / "q.mp4", "x", Kind.COPY, ("e",), seconds=4.0)
    trial = Trial("video", (exhibit,), (query,))
    first = Vpdq().ask(trial, shop)
    assert first.scores == {("q", "e"): 0.5}
    assert first.accepted is None
    assert Vpdq().ask(trial, shop).scores == first.scores


def test_what_provena_audit_prints_is_read():
    said = (
        "q0.mp4: 2 matches\n"
        "  [send] aa11.mp4  3.00-9.00s  (clip 0.00-6.00s, 24 votes)\n"
        "  [send] aa11.mp4  20.00-23.00s  (clip 0.00-3.00s, 12 votes)\n"
        "q1.mp4: 0 matches\n"
        "q2.mp4: 1 match\n"
        "  [send] bb22.mp4  0.00-2.00s  (clip 1.00-3.00s, 8 votes)\n"
    )
    names = {f"q{number}.mp4": f"query {number}" for number in range(3)}
    assert dict(read_hits(said, names)) == {("query 0", "aa11"): 24.0, ("query 2", "bb22"): 8.0}


def test_an_environment_that_cannot_be_made_is_a_reason_and_leaves_nothing(tmp_path, monkeypatch):
    lock = tmp_path / "requirements-peers.lock"
    lock.write_text(f"no-such-package==1 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(environment, "LOCK", lock)
    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "venv" / "bin" / "python")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    environment.peers_python.cache_clear()
    with pytest.raises(UnavailableError, match="no-such-package"):
        environment.peers_python()
    assert not (tmp_path / "venv").exists()


def test_an_absent_peer_is_told_with_its_reason_and_the_others_go_on(monkeypatch, stills, shop):
    class Absent:
        name = "absent"
        parts = frozenset({"stills"})

        def ask(self, _trial, _shop):
            raise UnavailableError("there is none")

    monkeypatch.setitem(catalogue.PEERS, "absent", Absent())
    said = []
    answered, absent = ask_peers(["absent", "pdq", "vpdq"], stills, shop, said.append)
    assert [method.name for method in answered] == ["pdq"]
    assert absent == {"absent": "there is none"}
    assert said == ["stills: asking absent", "stills: asking pdq"]


def test_videohash_is_given_plain_names_alone(tmp_path):
    """It hands names to a shell."""
    hostile = tmp_path / "a'; touch gone;'.m p4"
    hostile.write_bytes(b"")
    asked = io.StringIO()
    process = Process(asked, io.StringIO('{"bits": "01", "seconds": 1}\n'), tmp_path)
    assert process.ask(hostile)["bits"] == "01"
    plain = Path(asked.getvalue().strip())
    assert (plain.name, plain.resolve()) == ("video.mp4", hostile)
    with pytest.raises(UnavailableError, match="ended"):
        process.ask(hostile)


def test_bits_are_read_in_order():
    assert np.array_equal(bits_of("011"), [False, True, True])
