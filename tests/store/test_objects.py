"""Copies are whole, read-only, named by their digest, and never replaced."""

import hashlib
import os
import stat

import pytest

from mediaev.errors import ChangedFileError, TamperedCaseError
from mediaev.model.digest import Digest
from mediaev.store import keep, object_path


def digest_of(content):
    return Digest("sha256", hashlib.sha256(content).digest())


@pytest.fixture
def opened(tmp_path):
    """Open a new file with some content: `opened(b"...")`."""
    descriptors = []

    def make(content):
        path = tmp_path / f"original {len(descriptors)}"
        path.write_bytes(content)
        descriptors.append(os.open(path, os.O_RDONLY))
        return descriptors[-1]

    yield make
    for descriptor in descriptors:
        os.close(descriptor)


def test_a_copy_holds_the_same_bytes_and_cannot_be_written(opened, tmp_path):
    content = os.urandom(9_000_000)
    fd = opened(content)
    os.lseek(fd, 5, os.SEEK_SET)
    place, method = keep(fd, digest_of(content), tmp_path)
    assert method in {"copy", "reflink"}
    assert place == object_path(digest_of(content))
    assert (tmp_path / place).read_bytes() == content
    assert stat.S_IMODE((tmp_path / place).stat().st_mode) == 0o444
    assert os.lseek(fd, 0, os.SEEK_CUR) == 5
    assert [path.name for path in (tmp_path / place).parent.iterdir()] == [digest_of(content).hex]


def test_an_empty_file_is_kept_too(opened, tmp_path):
    place, _ = keep(opened(b""), digest_of(b""), tmp_path)
    assert (tmp_path / place).read_bytes() == b""


def test_a_copy_that_is_there_is_checked_and_left_alone(opened, tmp_path):
    place, _ = keep(opened(b"bytes"), digest_of(b"bytes"), tmp_path)
    before = (tmp_path / place).stat()
    assert keep(opened(b"bytes"), digest_of(b"bytes"), tmp_path) == (place, "present")
    assert (tmp_path / place).stat() == before
    (tmp_path / place).chmod(0o644)
    (tmp_path / place).write_bytes(b"other")
    with pytest.raises(TamperedCaseError):
        keep(opened(b"bytes"), digest_of(b"bytes"), tmp_path)
    assert (tmp_path / place).read_bytes() == b"other"


def test_bytes_that_are_not_those_of_the_digest_leave_nothing_behind(opened, tmp_path):
    with pytest.raises(ChangedFileError):
        keep(opened(b"changed"), digest_of(b"bytes"), tmp_path)
    assert not [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]


def test_a_copy_that_was_cut_short_is_made_anew(opened, tmp_path):
    target = tmp_path / object_path(digest_of(b"bytes"))
    target.parent.mkdir(parents=True)
    target.with_name(f".{target.name}.new").write_bytes(b"by")
    keep(opened(b"bytes"), digest_of(b"bytes"), tmp_path)
    assert target.read_bytes() == b"bytes"


def test_links_never_lead_a_copy_out_of_the_case(opened, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "case" / object_path(digest_of(b"bytes"))
    target.parent.parent.mkdir(parents=True)
    target.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TamperedCaseError):
        keep(opened(b"bytes"), digest_of(b"bytes"), tmp_path / "case")
    target.parent.unlink()
    target.parent.mkdir()
    target.symlink_to(tmp_path / "elsewhere" / "file")
    with pytest.raises(TamperedCaseError):
        keep(opened(b"bytes"), digest_of(b"bytes"), tmp_path / "case")
    assert list((tmp_path / "elsewhere").iterdir()) == []
