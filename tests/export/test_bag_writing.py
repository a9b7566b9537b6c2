"""Bags of one's own: whole or not there, and the same bytes from the same input."""

import hashlib
import os
import zipfile

import pytest

from mediaev.errors import ChangedFileError, InterruptedRunError, UsageError
from mediaev.export.bag_reading import read_bag
from mediaev.export.bag_sinks import bag_sink
from mediaev.export.bag_sources import open_bag
from mediaev.export.bag_writing import BagWriter
from mediaev.export.targets import new_file, new_folder, require_free
from mediaev.model.digest import Digest

TIME = "2026-11-24T10:00:00.000000Z"


def digest(content):
    return Digest("sha256", hashlib.sha256(content).digest())


def write(target, contents=(b"one", b"two" * 1000), *, bad=False):
    with bag_sink(target, "top", TIME) as sink:
        writer = BagWriter(sink)
        for content in contents:
            if bad:
                with pytest.raises(ChangedFileError):
                    writer.payload("data/bad", [b"x", b"y"], digest(b"z"))
            name = digest(content).hex
            writer.payload(f"data/{name}/file", [content[:1], content[1:]], digest(content))
        writer.tag("custody/note.txt", [b"note"])
        return writer.seal([("Source-Organization", "A\nPayload-Oxum: 9.9"), ("Empty", "")])


@pytest.mark.parametrize("name", ["bag", "bag.zip"])
def test_what_is_written_is_a_whole_bag(tmp_path, name):
    made = write(tmp_path / name)
    with open_bag(tmp_path / name) as source:
        found = read_bag(source, sealed=True)
    assert (found.faults, found.warnings) == ((), ())
    assert dict(found.info) == {
        "Source-Organization": "A\\nPayload-Oxum: 9.9",
        "Payload-Oxum": "3003.2",
    }
    assert len(made.hex) == 64


@pytest.mark.parametrize("name", ["bag", "bag.zip"])
def test_bytes_that_turn_out_wrong_leave_nothing(tmp_path, name):
    write(tmp_path / f"good-{name}")
    write(tmp_path / f"{name}", bad=True)
    if name == "bag.zip":
        with zipfile.ZipFile(tmp_path / name) as archive:
            assert archive.testzip() is None
        assert (tmp_path / name).read_bytes() == (tmp_path / f"good-{name}").read_bytes()
    else:
        assert not (tmp_path / name / "data" / "bad").exists()


def test_the_same_input_makes_the_same_zip_whatever_it_is_called(tmp_path):
    assert write(tmp_path / "one.zip") == write(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.parametrize("name", ["bag", "bag.zip"])
def test_an_error_leaves_nothing_behind(tmp_path, name):
    def half():
        yield b"half"
        raise RuntimeError

    def begin():
        with bag_sink(tmp_path / name, "top", TIME) as sink:
            BagWriter(sink).tag("custody/x", half())

    with pytest.raises(RuntimeError):
        begin()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("make", [new_file, new_folder])
def test_what_came_to_be_there_meanwhile_is_not_overwritten(tmp_path, make):
    target = tmp_path / "target"
    with pytest.raises(UsageError, match="nothing is overwritten"), make(target):
        target.mkdir()
    assert os.listdir(tmp_path) == ["target"]
    assert os.listdir(target) == []


def test_a_full_disk_is_an_error_with_advice(tmp_path):
    with (
        pytest.raises(InterruptedRunError, match="nothing of it was left"),
        new_file(tmp_path / "target"),
    ):
        raise OSError(28, "No space left on device")
    assert os.listdir(tmp_path) == []


def test_targets_lie_outside_of_the_case_whatever_way_leads_there(tmp_path):
    case = tmp_path / "case"
    (case / "log").mkdir(parents=True)
    (tmp_path / "link").symlink_to(case / "log")
    for target in (case / "x", case / "log" / "x", tmp_path / "link" / "x", case / "log/../x"):
        with pytest.raises(UsageError, match="lies in the case"):
            require_free(target, case)
    for target in (tmp_path / "link", case, tmp_path / "nowhere" / "x"):
        with pytest.raises(UsageError):
            require_free(target, case)
    require_free(tmp_path / "x", case)


@pytest.mark.parametrize("time", ["", "yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_times_that_a_zip_cannot_have_break_nothing(tmp_path, time):
    with bag_sink(tmp_path / "bag.zip", "top", time) as sink:
        BagWriter(sink).seal([])
    with zipfile.ZipFile(tmp_path / "bag.zip") as archive:
        assert archive.infolist()[0].date_time[0] in {1980, 2107}
