"""Each rule of verification, and that honest logs break none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody import tree
from mediaev.custody.verify import (
    LOG_FOLDER,
    FoundCheckpoint,
    Level,
    LogRow,
    verify_log,
)
from mediaev.errors import IncompleteError, TamperedCaseError
from mediaev.model.event import Disclosure


def kinds(found):
    return {fault.kind for fault in found}


def in_folder(note_, size=None):
    return FoundCheckpoint(note_, LOG_FOLDER, size)


# Honest logs


def test_an_honest_log_is_signed_and_without_fault_or_warning(keeper):
    verdict = keeper.verify()
    assert verdict.level is Level.SIGNED
    assert verdict.faults == verdict.warnings == ()
    assert verdict.events == verdict.signed_size == keeper.size
    assert verdict.root == tree.root(keeper.leaf_hashes)
    assert verdict.first_fault is None
    assert not verdict.rolled_back
    assert verdict.error() is verdict.error(Level.SIGNED) is None
    assert isinstance(verdict.error(Level.ANCHORED), IncompleteError)


@given(
    st.lists(
        st.sampled_from(["take in", "again", "sign", "end", "crash", "reboot", "public"]),
        max_size=20,
    )
)
def test_no_honest_log_is_ever_accused(new_keeper, acts):
    keeper = new_keeper().begin()
    folder = []
    for act in acts:
        if act == "take in":
            keeper.take_in(b"content %d" % keeper.size)
        elif act == "again":
            keeper.take_in(b"the same content")
        elif act == "sign":
            keeper.sign()
        elif act == "public":
            folder.append(in_folder(keeper.sign()))
        elif act == "end":
            keeper.close_session()
            keeper.open_session()
        elif act == "crash":
            keeper.open_session()
        else:
            keeper.boot += "x"
            keeper.wall_jump -= 3600.0
            keeper.open_session()
    verdict = keeper.verify(checkpoints=[*keeper.checkpoints, *folder])
    assert verdict.faults == ()
    assert kinds(verdict.warnings) <= {"session-open", "unsigned"}
    assert verdict.error() is None
    for size in range(1, keeper.size + 1):
        cut = [one for one in keeper.checkpoints if one.size <= size]
        openings = [one for one in keeper.disclosures if one.seq < size]
        after_a_crash = keeper.verify(
            rows=keeper.rows[:size], checkpoints=cut, disclosures=openings
        )
        assert after_a_crash.faults == ()


def test_events_after_a_crash_before_signing_are_told_apart(keeper):
    keeper.open_session()
    keeper.take_in(b"a third")
    verdict = keeper.verify()
    assert verdict.faults == ()
    assert verdict.level is Level.SIGNED
    assert kinds(verdict.warnings) == {"unsigned", "session-open"}
    assert verdict.events - verdict.signed_size == 3


def test_a_log_that_was_never_signed_is_only_consistent(keeper):
    verdict = keeper.verify(checkpoints=[])
    assert verdict.level is Level.CONSISTENT
    assert verdict.error() is None
    assert isinstance(verdict.error(Level.SIGNED), IncompleteError)


def test_without_a_trusted_key_signatures_do_not_raise_the_level(keeper):
    verdict = keeper.verify(trusted=[])
    assert verdict.faults == ()
    assert verdict.level is Level.CONSISTENT
    assert kinds(verdict.warnings) == {"no-trusted-key"}


def test_a_destroyed_opening_breaks_nothing(keeper):
    assert keeper.verify(disclosures=[]).level is Level.SIGNED


def test_rows_may_come_from_a_generator(keeper):
    rows = (row for row in keeper.rows)
    assert keeper.verify(rows=rows, disclosures=iter(keeper.disclosures)).faults == ()


# Rows


def test_a_missing_event_is_named(keeper):
    rows = keeper.rows[:4] + keeper.rows[6:]
    verdict = keeper.verify(rows=rows)
    assert verdict.first_fault.kind == "gap"
    assert verdict.first_fault.seq == 4
    assert verdict.first_fault.says == "Event 4 to 5: missing."
    assert isinstance(verdict.error(), TamperedCaseError)
    assert verdict.level is Level.READABLE


def test_a_repeated_event_is_named(keeper):
    verdict = keeper.verify(rows=keeper.rows[:4] + keeper.rows[3:])
    assert verdict.first_fault.kind == "order"
    assert verdict.first_fault.seq == 3


def test_a_changed_body_is_named_before_all_that_follows_from_it(keeper):
    rows = list(keeper.rows)
    rows[5] = rows[5]._replace(body=rows[5].body.replace(b"KH-2026", b"KH-2027"))
    verdict = keeper.verify(rows=rows)
    assert verdict.first_fault.seq == 5
    assert verdict.first_fault.kind == "leaf-hash"
    assert "root" in kinds(verdict.faults)


@pytest.mark.parametrize("column", ["type", "item", "session", "time"])
def test_a_column_that_contradicts_the_body_is_named(keeper, column):
    rows = list(keeper.rows)
    for value in (None, 0, 2.0, True, "other", b"bytes", 10**30):
        rows[3] = keeper.rows[3]._replace(**{column: value})
        verdict = keeper.verify(rows=rows)
        assert [(fault.seq, fault.kind) for fault in verdict.faults] == [(3, "column")]


def test_an_event_of_another_log_is_named(keeper):
    verdict = keeper.verify(rows=keeper.changed(4, vault="another"))
    assert (verdict.first_fault.seq, verdict.first_fault.kind) == (4, "vault")


def test_a_log_of_another_name_is_not_accepted(keeper):
    verdict = keeper.verify(vault="another")
    assert kinds(verdict.faults) == {"vault", "checkpoint"}


def test_the_log_must_begin_with_its_creation(keeper):
    verdict = keeper.verify(rows=keeper.changed(0, type="session.end"))
    assert (verdict.first_fault.seq, verdict.first_fault.kind) == (0, "first-event")


@pytest.mark.parametrize("link", [None, [0, "00" * 32], [3, "00" * 32], [4, "{3}"], [2, "{3}"]])
def test_an_event_must_follow_the_last_one_of_its_exhibit(keeper, link):
    if link and link[1] == "{3}":
        link = [link[0], keeper.rows[3].leaf_hash.hex()]
    seq = 4 if not link or link[0] < 4 else 8
    verdict = keeper.verify(rows=keeper.changed(seq, prev_item=link), checkpoints=[])
    assert (verdict.first_fault.seq, verdict.first_fault.kind) == (seq, "prev-item")


def test_a_session_must_have_begun(keeper):
    verdict = keeper.verify(rows=keeper.changed(5, session=1), checkpoints=[])
    assert (verdict.first_fault.seq, verdict.first_fault.kind) == (5, "session")
    later = keeper.verify(rows=keeper.changed(5, session=6), checkpoints=[])
    assert (later.first_fault.seq, later.first_fault.kind) == (5, "body")


def test_an_act_must_have_been_announced_before(keeper):
    verdict = keeper.verify(rows=keeper.changed(5, intent=9), checkpoints=[])
    assert (verdict.first_fault.seq, verdict.first_fault.kind) == (5, "body")


def test_an_empty_log_is_a_fault(keeper):
    verdict = keeper.verify(rows=[], checkpoints=[], disclosures=[])
    assert kinds(verdict.faults) == {"empty"}
    assert verdict.root == tree.EMPTY_ROOT


@pytest.mark.parametrize("column", LogRow._fields)
@pytest.mark.parametrize(
    "value",
    [None, 0, -1, True, 2**63, 10**5000, 1.5, "", "text", b"", b"\xff\xfe", b"[" * 9999, ["x"], {}],
    ids=lambda value: type(value).__name__,
)
def test_nothing_that_a_row_can_hold_stops_verification(keeper, column, value):
    rows = list(keeper.rows)
    rows[4] = rows[4]._replace(**{column: value})
    verdict = keeper.verify(rows=rows)
    assert verdict.first_fault.seq is not None
    assert isinstance(verdict.error(), TamperedCaseError)


def test_a_log_that_is_nothing_but_faults_is_not_kept_in_memory():
    rows = [LogRow(None, None, None, None, None, None, None)] * 5000
    verdict = verify_log(rows, vault="v")
    assert len(verdict.faults) == 1001
    assert verdict.faults[-1].kind == "more"


# Openings


@pytest.mark.parametrize(
    "opening",
    [
        Disclosure(3, "detail.path", bytes(16), "/home/ana/cat.mp4"),
        Disclosure(3, "detail.path", None, None),
        Disclosure(3, "detail.name", bytes(16), "cat.mp4"),
        Disclosure(0, "detail.path", bytes(16), "x"),
        Disclosure(999, "detail.path", bytes(16), "x"),
        Disclosure("3", 7, "salt", 1.5),
        Disclosure(None, None, None, None),
    ],
    ids=repr,
)
def test_a_kept_value_must_be_the_recorded_one(keeper, opening):
    verdict = keeper.verify(disclosures=[opening])
    assert kinds(verdict.faults) == {"opening"}
    assert isinstance(verdict.error(), TamperedCaseError)


def test_a_changed_value_is_named_by_its_event(keeper):
    first, *others = keeper.disclosures
    verdict = keeper.verify(disclosures=[replace(first, value="/home/bob/cat.mp4"), *others])
    assert [(fault.seq, fault.kind) for fault in verdict.faults] == [(first.seq, "opening")]


# Checkpoints
