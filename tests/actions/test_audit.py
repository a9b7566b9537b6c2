"""Audits: files on disk against the log, and what the log says of it afterwards."""

import json
import os
from fractions import Fraction
from hashlib import sha256

import pytest

from mediaev.actions import audit_run
from mediaev.actions.audit import audit
from mediaev.actions.audit_plan import sample_named
from mediaev.actions.case import Case
from mediaev.errors import InterruptedRunError, UnreadableFileError, UsageError
from mediaev.intake import opened as intake
from mediaev.intake.opened import digest, open_once
from mediaev.intake.walk import EntryKind, walk
from mediaev.model.exhibit import Exhibit, FileOutcome, Kind, Sighting, Status
from mediaev.model.fixity import ExhibitState, PlaceState
from mediaev.store import keep, now

HOSTILE = [b"line\nbreak.mp4", b"\xff\xfe.mp4", "\u202egpj.exe".encode(), b"-rf", b" ", b"a\\b"]


def take_in(case, *roots, kept=False):
    """As a scan does, but without examining anything."""
    store = case.store
    paths = [os.fsencode(root) for root in roots]
    with store.session("scan", ["scan"], {}, paths=paths) as session, store.transaction():
        outcomes = []
        for entry in walk(paths):
            if entry.kind is not EntryKind.FILE:
                continue
            with open_once(entry.path) as opened:
                [found] = digest(opened)
                size = opened.identity.size
                store.take_in(
                    Exhibit(found, size, Kind.OTHER, now()),
                    Sighting(found, opened.path, opened.identity, now()),
                )
                if kept:
                    store.record_kept(found, *keep(opened.fd, found, store.folder))
            outcomes.append((entry.path, found))
        store.record_outcomes(
            session, [FileOutcome(path, Status.NEW, "", found) for path, found in outcomes]
        )


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "evidence"
    made.mkdir()
    for name in ("a", "b", "c"):
        (made / name).write_bytes(name.encode() * 100)
    return made


@pytest.fixture
def case(tmp_path, folder):
    with Case.create(tmp_path / "case") as made:
        take_in(made, folder)
        yield made


def named(report, *, every=False):
    return {
        os.path.basename(each.path).decode("utf-8", "surrogateescape"): each.state.value
        for each in report.findings
        if every or each.state is not PlaceState.MATCHED
    }


def exhibit(case, content):
    return case.exhibit(sha256(content).hexdigest())


def test_an_untouched_folder_passes_whatever_its_names(case, folder):
    for number, name in enumerate(HOSTILE):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(b"%d" % number)
    take_in(case, folder)
    report = audit(case)
    assert (named(report), report.code) == ({}, 0)
    assert report.counts == {PlaceState.MATCHED: 3 + len(HOSTILE)}
    assert set(report.states.values()) == {ExhibitState.INTACT}
    assert case.verify().faults == ()


def test_each_class_is_told_with_expected_and_found_digests(case, folder):
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


def test_a_case_moved_to_another_folder_is_told_as_moved(case, folder, tmp_path):
    folder.rename(tmp_path / "elsewhere")
    report = audit(case, [tmp_path / "elsewhere"])
    assert report.counts == {PlaceState.MOVED: 3}
    assert report.code == 0
    # Recorded by a scan, it stays a move, and is not called missing from then on.
    take_in(case, tmp_path / "elsewhere")
    again = audit(case)
    assert again.counts == {PlaceState.MATCHED: 3, PlaceState.MOVED: 3}
    assert again.code == 0


def test_copies_in_the_case_are_held_against_their_names(tmp_path, folder):
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


def test_links_pipes_and_folders_in_the_place_of_files_are_never_followed(case, folder, tmp_path):
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


def test_a_folder_replaced_by_a_link_is_not_entered(case, folder, tmp_path):
    (folder / "sub").mkdir()
    (folder / "sub" / "d").write_bytes(b"dd")
    take_in(case, folder)
    (folder / "sub").rename(tmp_path / "sub")
    (folder / "sub").symlink_to(tmp_path / "sub")
    report = audit(case, [folder])
    assert named(report) == {"d": "missing"}
    assert "symbolic link stands at" in report.findings[-1].reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_unreadable_and_not_missing(case, folder):
    (folder / "a").chmod(0)
    report = audit(case)
    assert (named(report), report.code) == ({"a": "unreadable"}, 3)


def test_a_file_that_grows_meanwhile_is_not_called_matched(case, folder, monkeypatch):
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


def test_what_a_failing_disk_does_not_give_is_unreadable_and_not_missing(case, monkeypatch):
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


def test_bytes_that_a_scan_recorded_over_others_do_not_hide_the_loss(case, folder):
    (folder / "a").write_bytes(b"edited")
    take_in(case, folder)
    report = audit(case)
    lost = [each for each in report.findings if each.state is PlaceState.MISSING]
    assert [each.expected.hex for each in lost] == [sha256(b"a" * 100).hexdigest()]
    assert report.code == 4


def test_seven_samples_come_to_every_exhibit_and_then_begin_anew(case, folder):
    for number in range(30):
        (folder / f"x{number}").write_bytes(b"%d" % number)
    take_in(case, folder)
    seen = []
    for _ in range(7):
        report = audit(case, sample=Fraction(1, 7))
        assert (len(report.states), report.of_exhibits) == (5, 33)
        seen += report.states
    assert len(set(seen)) == 33
    (folder / "x3").write_bytes(b"tampered")
    assert 4 in [audit(case, sample=Fraction(1, 7)).code for _ in range(7)]


def test_a_sample_tells_moves_apart_from_losses(case, folder):
    for name in ("a", "b", "c"):
        (folder / name).rename(folder / f"{name}{name}")
    (folder / "large").write_bytes(b"-" * 5000)
    report = audit(case, sample=Fraction(1, 2))
    assert report.counts == {PlaceState.MOVED: 3}
    assert (len(report.states), report.not_read, report.code) == (2, 1, 0)


@pytest.mark.parametrize("text", ["0", "1", "7/1", "-1/7", "1/0", "x", "1/99999", ""])
def test_a_sample_is_a_part_of_all(text):
    with pytest.raises(UsageError):
        sample_named(text)


def test_an_interrupted_audit_goes_on_and_reads_no_file_twice(case, folder, monkeypatch):
    looked = []
    look_at = audit_run.look_at

    def interrupted(path, *rest, **more):
        if path.endswith(b"/c"):
            raise KeyboardInterrupt
        return look_at(path, *rest, **more)

    def counted(path, *rest, **more):
        looked.append(os.path.basename(path))
        return look_at(path, *rest, **more)

    monkeypatch.setattr(audit_run, "_MARGIN_NS", -(10**18))  # the files are as young as the audit
    monkeypatch.setattr(audit_run, "look_at", interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            audit(case)
    monkeypatch.setattr(audit_run, "look_at", counted)
    report = audit(case)
    assert looked == [b"c"]
    assert (report.counts, report.taken_over) == ({PlaceState.MATCHED: 3}, 2)
    assert report.resumed is not None
    assert audit(case).resumed is None
    assert len(looked) == 1 + 3
    kinds = {each.kind for each in case.verify().warnings}
    assert "act-open" not in kinds


def test_what_was_touched_since_the_interruption_is_read_again(case, folder, monkeypatch):
    look_at = audit_run.look_at

    def interrupted(path, *rest, **more):
        if path.endswith(b"/c"):
            raise InterruptedRunError("stopped")
        return look_at(path, *rest, **more)

    monkeypatch.setattr(audit_run, "look_at", interrupted)
    with pytest.raises(InterruptedRunError):
        audit(case)
    monkeypatch.setattr(audit_run, "look_at", look_at)
    (folder / "a").write_bytes(b"A" * 100)
    report = audit(case)
    assert named(report) == {"a": "changed"}
    assert report.taken_over == 0  # they were made within the margin before the audit


def test_the_log_tells_when_an_exhibit_was_checked_and_with_what_result(case, folder):
    a, b = (exhibit(case, letter * 100) for letter in (b"a", b"b"))
    assert case.store.checks_of(a.digest) == []
    audit(case)
    (folder / "b").write_bytes(b"other")
    report = audit(case)
    [good], [bad] = case.store.checks_of(a.digest), case.store.checks_of(b.digest)
    assert (good.state, bad.state) == (PlaceState.MATCHED, PlaceState.CHANGED)
    assert good.whole
    assert bad.whole
    assert good.event < report.event
    audit(case, [folder / "a"])
    [again] = case.store.checks_of(a.digest)
    assert (again.whole, again.event > good.event) == (True, True)
    (folder / "a2").write_bytes(b"a" * 100)
    take_in(case, folder)
    audit(case)
    audit(case, [folder / "a"])
    first, second = case.store.checks_of(a.digest)
    assert (first.whole, second.whole) == (False, True)


def test_ten_thousand_matched_exhibits_cost_a_few_small_events(tmp_path, folder):
    """Not one event each."""
    with Case.create(tmp_path / "case") as case:
        for number in range(600):
            (folder / f"{number}").write_bytes(b"%d" % number)
        take_in(case, folder)
        before = len(list(case.events()))
        audit(case)
        rows = list(case.events(after=before - 1))
        assert len(rows) < 8
        assert max(len(row.body) for row in rows if row.type == "fixity.check") < 700


def test_many_exhibits_in_one_state_are_named_together(case, folder, monkeypatch):
    monkeypatch.setattr(audit_run, "TOLD_ALONE", 2)
    for name in ("a", "b", "c"):
        (folder / name).unlink()
    audit(case)
    for letter in (b"a", b"b", b"c"):
        [check] = case.store.checks_of(exhibit(case, letter * 100).digest)
        assert check.state is PlaceState.MISSING
    assert case.verify().faults == ()


def test_no_path_stands_openly_in_the_log(case, folder):
    secret = folder / "source-anna"
    secret.write_bytes(b"s")
    take_in(case, folder)
    secret.rename(folder / "source-bert")
    audit(case, [folder])
    bodies = b"".join(row.body for row in case.events())
    assert b"anna" not in bodies
    assert b"bert" not in bodies
    events = [json.loads(row.body) for row in case.events() if row.type == "fixity.check"]
    assert {"moved", "announced", "ok"} <= {each["outcome"] for each in events}
