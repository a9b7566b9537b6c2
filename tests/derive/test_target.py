import os

import pytest

from mediaev.derive.target import require_free, write_whole
from mediaev.errors import UsageError


def test_a_file_is_written_whole_and_nothing_lies_beside_it(tmp_path):
    digest = write_whole(tmp_path / "a.png", b"content")
    assert (tmp_path / "a.png").read_bytes() == b"content"
    assert len(digest.hex) == 64
    assert os.listdir(tmp_path) == ["a.png"]


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "a.png").write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists"):
        require_free(tmp_path / "a.png")
    with pytest.raises(UsageError, match="exists"):
        write_whole(tmp_path / "a.png", b"content")
    assert (tmp_path / "a.png").read_bytes() == b"mine"
    assert os.listdir(tmp_path) == ["a.png"]


def test_only_what_may_be_replaced_is(tmp_path):
    target = tmp_path / "a.png"
    target.write_bytes(b"mine")
    with pytest.raises(UsageError, match="nothing else is overwritten"):
        require_free(target, replaceable=lambda _path: False)
    require_free(target, replaceable=lambda _path: True)
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(target)
    for name in ("folder", "link"):
        with pytest.raises(UsageError, match="nothing else is overwritten"):
            require_free(tmp_path / name, replaceable=lambda _path: True)


def test_without_hard_links_a_file_is_written_all_the_same(tmp_path, monkeypatch):
    def refuse(*_paths):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    write_whole(tmp_path / "a.png", b"content")
    with pytest.raises(UsageError, match="exists"):
        write_whole(tmp_path / "a.png", b"other")
    assert (tmp_path / "a.png").read_bytes() == b"content"
    assert os.listdir(tmp_path) == ["a.png"]


@pytest.mark.parametrize("name", ["nowhere/a.png", "x" * 300, "file/a.png", "a\0b"])
def test_a_place_that_cannot_be_is_said(tmp_path, name):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot be"):
        require_free(tmp_path / name)
    with pytest.raises(UsageError, match="cannot be"):
        write_whole(tmp_path / name, b"")
