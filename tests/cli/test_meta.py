import hashlib
import json

import pytest

from mediaev.actions.meta import FileClaims
from mediaev.cli import meta
from mediaev.model.claim import Claim, ReaderRun, ReaderStatus
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, ExaminationStatus
from mediaev.model.exhibit import Kind

HOSTILE = "Make\x1b]0;owned\x07\u202e\n[red]x[/red]"


@pytest.fixture
def states(monkeypatch):
    """Let every file state these claims."""

    def stated(path):
        claims = (
            Claim("camera_make", HOSTILE, "exifread 3.5.1", "IFD0:Make", preferred=True),
            Claim("gps_latitude", 48.2, "exifread 3.5.1", "GPS:GPSLatitude", "deg"),
            Claim("gps_altitude", float("inf"), "x", "GPS:GPSAltitude", rejected=True),
            Claim("iptc_keywords", ["a", "b"], "pillow 13", "IPTC:Keywords", flags=("odd",)),
        )
        runs = (
            ReaderRun("exifread", ReaderStatus.OK),
            ReaderRun("xmp", ReaderStatus.ERROR, "not\nwell formed"),
        )
        examined = Examination(
            Kind.STILL,
            ExaminationStatus.OK,
            claims=claims,
            flags=("gps_no_hemisphere",),
            readers=runs,
        )
        return FileClaims(path, Digest("sha256", bytes(32)), examined)

    monkeypatch.setattr(meta, "meta", lambda paths: map(stated, paths))


def test_the_table_shows_each_claim_with_its_source(cli, states):
    done = cli("meta", "a.jpg")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert "[red]x[/red]" in done.out
    assert "48.2 deg" in done.out
    assert "a, b" in done.out
    assert "rejected" in done.out
    assert "flags: gps_no_hemisphere" in done.out
    assert "reader xmp: error: not\\nwell formed" in done.out
    (line,) = (each for each in done.out.splitlines() if "camera_make" in each)
    assert line.startswith("*")


def test_jsonl_is_as_promised(cli, states):
    done = cli("meta", "--jsonl", "a.jpg", "b.jpg")
    first, second = map(json.loads, done.out.splitlines())
    assert (first["path"], second["path"]) == ("a.jpg", "b.jpg")
    assert first["sha256"] == "0" * 64
    assert first["flags"] == ["gps_no_hemisphere"]
    make, latitude, altitude, keywords = first["claims"]
    assert make["value"] == HOSTILE
    assert latitude == {
        "field": "gps_latitude",
        "value": 48.2,
        "unit": "deg",
        "source": "exifread 3.5.1",
        "tag": "GPS:GPSLatitude",
        "preferred": False,
        "rejected": False,
        "flags": [],
    }
    assert altitude["value"] == "inf"
    assert keywords["value"] == ["a", "b"]
    assert first["readers"][1] == {
        "name": "xmp",
        "status": "error",
        "message": "not\nwell formed",
    }


def test_real_files_are_read_without_a_case(cli, library, tmp_path):
    photo, gone = library.folder / "photo.png", tmp_path / "gone.jpg"
    done = cli("-C", tmp_path / "none", "meta", "--jsonl", photo, gone, photo)
    assert done.code == 3
    first, second, third = map(json.loads, done.out.splitlines())
    assert first == third
    assert first["sha256"] == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert first["error"] is None
    assert second["sha256"] is None
    assert "gone.jpg" in second["error"]
    assert not (tmp_path / "none").exists()


def test_json_is_one_document(cli, library):
    done = cli("meta", "--json", library.folder / "photo.png")
    assert done.code == 0
    (file,) = json.loads(done.out)["files"]
    assert file["path"].endswith("photo.png")


def test_folders_are_refused(cli, library):
    assert cli("meta", library.folder).code == 2


def test_each_file_that_cannot_be_read_says_how_much_was(cli, library, tmp_path):
    done = cli("meta", tmp_path / "gone.jpg", library.folder / "bad.mp4")
    assert done.out.count("could not be read: ") == 2
    assert "no media: " in cli("meta", library.folder / "notes.txt").out
