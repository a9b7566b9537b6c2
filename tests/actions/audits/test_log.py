"""Samples, interruptions, and what the log says of an audit afterwards."""

import json
import os
from fractions import Fraction
from hashlib import sha256

import pytest

from mediaev.actions import audit_run
from mediaev.actions.audit import audit
from mediaev.actions.audit_plan import sample_named
from mediaev.actions.case import Case
from mediaev.errors import InterruptedRunError, UsageError
from mediaev.model.fixity import PlaceState


def exhibit(case, content):
    return case.exhibit(sha256(content).hexdigest())


def test_seven_samples_come_to_every_exhibit_and_then_begin_anew(case, folder, take_in):
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


def test_what_was_touched_since_the_interruption_is_read_again(case, folder, monkeypatch, named):
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


def test_the_log_tells_when_an_exhibit_was_checked_and_with_what_result(case, folder, take_in):
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


def test_ten_thousand_matched_exhibits_cost_a_few_small_events(tmp_path, folder, take_in):
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


def test_no_path_stands_openly_in_the_log(case, folder, take_in):
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
