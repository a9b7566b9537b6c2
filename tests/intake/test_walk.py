import os
import socket

import pytest

from mediaev.intake.walk import EntryKind, walk


def met(*roots, leave_out=()):
    return {
        entry.path: entry.kind
        for entry in walk(
            [os.fsencode(root) for root in roots], leave_out=map(os.fsencode, leave_out)
        )
    }


def test_files_at_any_depth_come_out_once_in_order_of_names(tmp_path):
    for name in ["b/c/d.jpg", "a.mp4", "b/a.jpg"]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    entries = list(walk([os.fsencode(tmp_path), os.fsencode(tmp_path / "b")]))
    assert [os.path.relpath(each.path, os.fsencode(tmp_path)) for each in entries] == [
        b"a.mp4",
        b"b/a.jpg",
        b"b/c/d.jpg",
    ]


def test_links_are_named_and_never_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.jpg").write_bytes(b"x")
    (tmp_path / "real/loop").symlink_to(tmp_path)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    found = met(tmp_path)
    assert found[os.fsencode(tmp_path / "real/loop")] is EntryKind.LINK
    assert found[os.fsencode(tmp_path / "dangling")] is EntryKind.LINK
    assert len(found) == 3


def test_a_link_that_was_named_itself_says_so_and_where_it_leads(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    entries = list(walk([os.fsencode(tmp_path), os.fsencode(tmp_path / "link")]))
    assert [each.kind for each in entries] == [EntryKind.LINK]
    assert entries[0].asked
    assert f"leads to {tmp_path}/real" in entries[0].says


def test_special_files_are_named_and_never_opened(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.mp4")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("door.jpg")
        entries = {os.path.basename(entry.path): entry for entry in walk([b"."])}
    assert entries[b"pipe.mp4"].kind is EntryKind.SPECIAL
    assert "named pipe" in entries[b"pipe.mp4"].says
    assert entries[b"door.jpg"].kind is EntryKind.SPECIAL


def test_hidden_and_system_files_are_counted_not_walked(tmp_path):
    for name in [".DS_Store", "Thumbs.db", ".git/config", "seen.jpg"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    kinds = sorted(kind.name for kind in met(tmp_path).values())
    assert kinds == ["FILE", "HIDDEN", "HIDDEN", "HIDDEN"]


def test_a_hidden_folder_that_was_asked_for_is_walked(tmp_path):
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache/a.jpg").write_bytes(b"x")
    assert met(tmp_path / ".cache") == {os.fsencode(tmp_path / ".cache/a.jpg"): EntryKind.FILE}


def test_the_cases_own_folder_is_left_out(tmp_path):
    (tmp_path / "case/objects").mkdir(parents=True)
    (tmp_path / "case/case.db").write_bytes(b"x")
    (tmp_path / "a.jpg").write_bytes(b"x")
    found = met(tmp_path, leave_out=[tmp_path / "case"])
    assert found[os.fsencode(tmp_path / "case")] is EntryKind.CASE
    assert len(found) == 2


def test_the_folder_of_another_case_is_named_and_not_walked(tmp_path):
    other = tmp_path / "other"
    (other / "log").mkdir(parents=True)
    (other / "objects").mkdir()
    for name in ["case.db", "VERIFY.txt", "objects/copy"]:
        (other / name).write_bytes(b"x")
    assert met(tmp_path) == {os.fsencode(other): EntryKind.OTHER_CASE}
    assert met(other / "objects") == {os.fsencode(other / "objects/copy"): EntryKind.FILE}


@pytest.mark.parametrize("name", [b"a\nb.jpg", b"-rf", b"\xff\xfe.mp4", b"\xe2\x80\xaegpj.exe"])
def test_odd_names_survive_exactly(tmp_path, name):
    path = os.path.join(os.fsencode(tmp_path), name)
    with open(path, "wb") as file:
        file.write(b"x")
    assert met(tmp_path) == {path: EntryKind.FILE}


def test_what_does_not_exist_is_named(tmp_path):
    ((_, kind),) = met(tmp_path / "nowhere").items()
    assert kind is EntryKind.UNREADABLE
