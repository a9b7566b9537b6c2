"""Audits: files on disk against the log."""

import os
from hashlib import sha256

import pytest

from mediaev.actions.audit import audit
from mediaev.actions.case import Case
from mediaev.errors import UnreadableFileError, UsageError
from mediaev.intake import opened as intake
from mediaev.model.fixity import ExhibitState, PlaceState

HOSTILE = [b"line\nbreak.mp4", b"\xff\xfe.mp4", "\u202egpj.exe".encode(), b"-rf", b" ", b"a\\b"]


def test_an_untouched_folder_passes_whatever_its_names(case, folder, take_in, named):
    for number, name in enumerate(HOSTILE):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(b"%d" % number)
    take_in(case, folder)
    report = audit(case)
    assert (named(report), report.code) == ({}, 0)
    assert report.counts == {PlaceState.MATCHED: 3 + len(HOSTILE)}
    assert set(report.states.values()) == {ExhibitState.INTACT}
    assert case.verify().faults == ()


def test_each_class_is_told_with_expected_and_found_digests(case, folder, named):
    (folder / "a").rename(folder / "renamed")
    (folder / "b").write_bytes(b"other")
    (folder / "c").unlink()
    (folder / "fresh").write_bytes(b"fresh")
    (folder / "renamed again").write_bytes(b"a" * 100)
    report = audit(case)
    assert named(report) == {
        "a": "moved",
        "b": "changed",
        "c": "missing",
        "fresh": "new",
        "renamed again": "duplicate",
    }
    assert report.code == 4
    changed = next(each for each in report.findings if each.state is PlaceState.CHANGED)
    assert changed.expected.hex == sha256(b"b" * 100).hexdigest()
    assert changed.found.hex == sha256(b"other").hexdigest()
    assert report.states[changed.expected] is ExhibitState.CHANGED
    assert case.verify().faults == ()


def test_an_audit_takes_nothing_in_and_touches_nothing(case, folder):
    (folder / "fresh").write_bytes(b"fresh")
    before = {path: os.stat(path) for path in folder.iterdir()}
    audit(case, [folder])
    after = {path: os.stat(path) for path in folder.iterdir()}
    assert {p: (s.st_mtime_ns, s.st_ctime_ns, s.st_size) for p, s in before.items()} == {
        p: (s.st_mtime_ns, s.st_ctime_ns, s.st_size) for p, s in after.items()
    }
    assert len(case.exhibits()) == 3


def test_a_case_moved_to_another_folder_is_told_as_moved(case, folder, tmp_path, take_in):
    folder.rename(tmp_path / "elsewhere")
    report = audit(case, [tmp_path / "elsewhere"])
    assert report.counts == {PlaceState.MOVED: 3}
    assert report.code == 0
    # Recorded by a scan, it stays a move, and is not called missing from then on.
    take_in(case, tmp_path / "elsewhere")
    again = audit(case)
    assert again.counts == {PlaceState.MATCHED: 3, PlaceState.MOVED: 3}
    assert again.code == 0


def test_copies_in_the_case_are_held_against_their_names(tmp_path, folder, take_in):
    with Case.create(tmp_path / "case") as case:
        take_in(case, folder, kept=True)
        assert audit(case).counts == {PlaceState.MATCHED: 6}
        copies = sorted((tmp_path / "case" / "objects").rglob("?" * 64))
        copies[0].chmod(0o644)
        copies[0].write_bytes(b"damaged")
        copies[1].unlink()
        copies[2].with_name("stray").write_bytes(b"stray")
        report = audit(case)
        assert report.counts == {
            PlaceState.MATCHED: 4,
            PlaceState.CHANGED: 1,
            PlaceState.NEW: 1,
            PlaceState.MISSING: 1,
        }
        assert {each.copy for each in report.findings if each.state is PlaceState.CHANGED} == {True}
        assert report.code == 4
        assert set(report.states.values()) == {ExhibitState.INTACT}


def test_links_pipes_and_folders_in_the_place_of_files_are_never_followed(
    case, folder, tmp_path, named
):
    (tmp_path / "away").write_bytes(b"a" * 100)
    (folder / "a").unlink()
    (folder / "a").symlink_to(tmp_path / "away")
    (folder / "b").unlink()
    os.mkfifo(folder / "b")
    (folder / "c").unlink()
    (folder / "c").mkdir()
    report = audit(case)
    assert named(report) == {"a": "missing", "b": "missing", "c": "missing"}
    why = {each.reason for each in report.findings}
    assert why == {
        "a symbolic link stands there, which is not followed",
        "a special file stands there",
        "a folder stands there",
    }


def test_a_folder_replaced_by_a_link_is_not_entered(case, folder, tmp_path, take_in, named):
    (folder / "sub").mkdir()
    (folder / "sub" / "d").write_bytes(b"dd")
    take_in(case, folder)
    (folder / "sub").rename(tmp_path / "sub")
    (folder / "sub").symlink_to(tmp_path / "sub")
    report = audit(case, [folder])
    assert named(report) == {"d": "missing"}
    assert "symbolic link stands at" in report.findings[-1].reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_unreadable_and_not_missing(case, folder, named):
    (folder / "a").chmod(0)
    report = audit(case)
    assert (named(report), report.code) == ({"a": "unreadable"}, 3)


def test_a_file_that_grows_meanwhile_is_not_called_matched(case, folder, monkeypatch, named):
    read = intake._read

    def growing(opened, offset):
        if opened.path.endswith(b"/a"):
            with open(opened.path, "ab") as file:
                file.write(b"more")
        return read(opened, offset)

    monkeypatch.setattr(intake, "CHUNK", 50)
    monkeypatch.setattr(intake, "_read", growing)
    # Without an end: a file that is written as fast as it is read must not hold the audit.
    report = audit(case)
    assert named(report) == {"a": "changed"}


def test_what_a_failing_disk_does_not_give_is_unreadable_and_not_missing(case, monkeypatch, named):
    read = intake._read

    def failing(opened, offset):
        if opened.path.endswith(b"/b"):
            raise UnreadableFileError("cannot be read past byte 0: Input/output error")
        return read(opened, offset)

    monkeypatch.setattr(intake, "_read", failing)
    report = audit(case)
    assert (named(report), report.code) == ({"b": "unreadable"}, 3)
    assert "Input/output error" in next(each.reason for each in report.findings if each.reason)


def test_a_disk_that_is_gone_is_a_finding_and_a_path_never_seen_a_mistake(case, folder, tmp_path):
    folder.rename(tmp_path / "unplugged")
    assert audit(case, [folder]).counts == {PlaceState.MISSING: 3}
    with pytest.raises(UsageError):
        audit(case, [tmp_path / "typo"])


def test_bytes_that_a_scan_recorded_over_others_do_not_hide_the_loss(case, folder, take_in):
    (folder / "a").write_bytes(b"edited")
    take_in(case, folder)
    report = audit(case)
    lost = [each for each in report.findings if each.state is PlaceState.MISSING]
    assert [each.expected.hex for each in lost] == [sha256(b"a" * 100).hexdigest()]
    assert report.code == 4
