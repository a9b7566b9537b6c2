import os

import pytest

from mediaev.derive.target import require_free, write_whole
from mediaev.errors import UsageError


def test_a_new_file_is_written_and_nothing_is_overwritten(tmp_path):
    digest = write_whole(tmp_path / "a.png", b"content")
    assert len(digest.hex) == 64
    (tmp_path / "link.png").symlink_to("nowhere")
    for name in ("a.png", "link.png", "."):
        with pytest.raises(UsageError, match="exists"):
            require_free(tmp_path / name)
        with pytest.raises(UsageError, match=r"exists|cannot be written"):
            write_whole(tmp_path / name, b"other")
    assert (tmp_path / "a.png").read_bytes() == b"content"
    assert sorted(os.listdir(tmp_path)) == ["a.png", "link.png"]


def test_a_full_disk_leaves_nothing_half_made(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        write_whole(tmp_path / "a.png", b"content")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["nowhere/a.png", "x" * 300, "file/a.png", "a\0b"])
def test_a_place_that_cannot_be_is_said(tmp_path, name):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot be"):
        require_free(tmp_path / name)
    with pytest.raises(UsageError, match="cannot be"):
        write_whole(tmp_path / name, b"")
