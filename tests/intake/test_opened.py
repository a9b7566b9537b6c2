import hashlib
import os

import pytest

from mediaev.errors import ChangedFileError, RefusedFileError, UnreadableFileError, UsageError
from mediaev.intake.opened import digest, identity_of, open_once


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.mp4"
    file.write_bytes(b"evidence" * 300_000)
    return os.fsencode(file)


def test_digests_are_those_of_the_bytes(path):
    with open(path, "rb") as file:
        content = file.read()
    with open_once(path) as opened:
        found = digest(opened, ["md5", "sha512"])
    assert [str(each) for each in found] == [
        f"{name}:{hashlib.new(name, content).hexdigest()}" for name in ("sha256", "md5", "sha512")
    ]


def test_an_unknown_algorithm_is_a_usage_error(path):
    with open_once(path) as opened, pytest.raises(UsageError, match="crc99"):
        digest(opened, ["crc99"])


def test_a_link_is_refused(path, tmp_path):
    link = tmp_path / "link.mp4"
    link.symlink_to(os.fsdecode(path))
    with pytest.raises(RefusedFileError, match="link"), open_once(os.fsencode(link)):
        pass


def test_a_pipe_put_in_a_files_place_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with (
        pytest.raises(RefusedFileError, match="regular"),
        open_once(os.fsencode(tmp_path / "pipe")),
    ):
        pass


def test_a_file_that_is_gone_is_unreadable_and_named(tmp_path):
    with (
        pytest.raises(UnreadableFileError, match=r"gone\\nx"),
        open_once(os.fsencode(tmp_path / "gone\nx")),
    ):
        pass


def test_a_file_that_grows_while_it_is_read_is_not_recorded(path):
    with open_once(path) as opened:
        with open(path, "ab") as file:
            file.write(b"more")
        with pytest.raises(ChangedFileError, match="changed"):
            digest(opened)


def test_a_file_rewritten_in_place_is_noticed(path):
    with open_once(path) as opened:
        digest(opened)
        with open(path, "r+b") as file:
            file.write(b"E")
        os.utime(path, ns=(1, 1))
        with pytest.raises(ChangedFileError):
            opened.check_unchanged()


def test_a_file_exchanged_for_another_is_noticed(path, tmp_path):
    with open_once(path) as opened:
        other = tmp_path / "other"
        other.write_bytes(b"evidence" * 300_000)
        os.replace(other, path)
        with pytest.raises(ChangedFileError):
            opened.check_unchanged()


def test_a_new_hard_link_changes_nothing(path, tmp_path):
    with open_once(path) as opened:
        os.link(path, tmp_path / "again.mp4")
        opened.check_unchanged()


def test_reading_leaves_the_evidence_untouched(path):
    before = os.stat(path)
    with open_once(path) as opened:
        digest(opened)
    after = os.stat(path)
    assert (before.st_mtime_ns, before.st_ctime_ns) == (after.st_mtime_ns, after.st_ctime_ns)
    assert identity_of(path).size == before.st_size
