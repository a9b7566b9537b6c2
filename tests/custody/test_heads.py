"""Verification of the heads: checkpoints, keys, rollback, and what is worth a warning."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mediaev.custody import algorithms, checkpoint, note, tree
from mediaev.custody.algorithms import Algorithm
from mediaev.custody.event import build
from mediaev.custody.verify import (
    DATABASE,
    LOG_FOLDER,
    FoundCheckpoint,
    Level,
    Pin,
)
from mediaev.errors import RollbackError, TamperedCaseError, UsageError
from mediaev.model.event import EventDraft


def kinds(found):
    return {fault.kind for fault in found}


def in_folder(note_, size=None):
    return FoundCheckpoint(note_, LOG_FOLDER, size)


def test_a_rewritten_log_does_not_fit_its_checkpoints(keeper, new_keeper):
    """Everything recomputed, but the keeper's key was not at hand (threat T3)."""
    forged = new_keeper().begin()
    forged.take_in(b"another video")
    forged.close_session()
    forged.open_session()
    second = forged.take_in(b"the second video")
    forged.add("item.copy", {"object": "x"}, item=second)
    forged.add("item.copy", {"object": "x"}, item=second)
    forged.close_session()
    assert forged.size == keeper.size
    verdict = keeper.verify(rows=forged.rows, disclosures=forged.disclosures)
    assert [fault.kind for fault in verdict.faults] == ["root"]
    assert verdict.first_fault.seq == 0
    assert "(1 later ones do not fit either)" in verdict.first_fault.says
    assert isinstance(verdict.error(), TamperedCaseError)


def test_a_change_is_placed_between_two_checkpoints(keeper):
    rows = keeper.changed(keeper.size - 1, outcome="failed")
    verdict = keeper.verify(rows=rows)
    assert [fault.kind for fault in verdict.faults] == ["root"]
    assert verdict.first_fault.seq == keeper.checkpoints[0].size


def test_a_checkpoint_of_the_database_past_its_events_is_tampering(keeper):
    rows = keeper.rows[:-1]
    verdict = keeper.verify(rows=rows)
    assert kinds(verdict.faults) == {"missing"}
    assert verdict.first_fault.seq == len(rows)
    assert isinstance(verdict.error(), TamperedCaseError)


def test_only_the_trusted_key_counts(keeper):
    other = note.new_signer(keeper.signer.name)
    verdict = keeper.verify(trusted=[other.vkey])
    assert kinds(verdict.faults) == {"signature"}
    assert verdict.signed_size == 0


def test_a_trusted_key_that_the_log_never_announced_is_a_fault(keeper):
    other = note.new_signer(keeper.signer.name)
    keeper.sign([other])
    verdict = keeper.verify(trusted=[keeper.signer.vkey, other.vkey])
    assert kinds(verdict.faults) == {"key"}


def test_a_key_cannot_sign_for_a_time_before_it_was_announced(keeper):
    head = checkpoint.Checkpoint(keeper.signer.name, 1, tree.root(keeper.leaf_hashes[:1]))
    early = FoundCheckpoint(checkpoint.sign(head, [keeper.signer]), DATABASE)
    assert kinds(keeper.verify(checkpoints=[early]).faults) == {"key"}


def test_a_second_key_signs_after_it_was_announced(keeper):
    other = note.new_signer(keeper.signer.name)
    keeper.add("key.add", {"vkey": other.vkey})
    keeper.sign([other])
    assert keeper.verify(trusted=[keeper.signer.vkey, other.vkey]).faults == ()
    assert keeper.verify(trusted=[]).faults == ()


def test_a_checkpoint_of_another_log_is_a_fault(keeper):
    foreign = checkpoint.Checkpoint("mediaev.invalid/other", 1, bytes(32))
    found = FoundCheckpoint(checkpoint.sign(foreign, [keeper.signer]), DATABASE)
    assert kinds(keeper.verify(checkpoints=[found]).faults) == {"checkpoint"}


def test_an_organisation_may_use_its_domain(keeper):
    named = note.Signer(f"example.org/{keeper.vault}", keeper.signer.private_key)
    keeper.add("key.add", {"vkey": named.vkey})
    head = checkpoint.Checkpoint(named.name, keeper.size, keeper.pin.root)
    found = FoundCheckpoint(checkpoint.sign(head, [named]), DATABASE)
    assert keeper.verify(checkpoints=[found], trusted=[named.vkey]).level is Level.SIGNED


@pytest.mark.parametrize(
    "filed",
    [
        {"size": 3},
        {"size": "10"},
        {"size": 10**5000},
        {"root": bytes(32)},
        {"root": "x"},
        {"note": None},
        {"note": b""},
        {"note": "text"},
        {"note": b"\xff" * 99},
    ],
    ids=lambda filed: next(iter(filed)),
)
def test_a_damaged_checkpoint_is_a_fault(keeper, filed):
    first, last = keeper.checkpoints
    verdict = keeper.verify(checkpoints=[first, replace(last, **filed)])
    assert kinds(verdict.faults) == {"checkpoint"}
    assert verdict.signed_size == first.size


def test_a_key_to_trust_that_is_none_is_the_callers_mistake(keeper):
    with pytest.raises(UsageError, match="no key"):
        keeper.verify(trusted=["no key"])


def test_a_key_event_without_a_key_is_passed_over(keeper):
    for vkey in ("junk", 7, None, "a+00000000+AA=="):
        keeper.add("key.add", {"vkey": vkey})
    assert keeper.verify(trusted=[]).faults == ()


# Heads seen elsewhere


def cut(keeper, size):
    """What a restored older copy of the database holds."""
    return {
        "rows": keeper.rows[:size],
        "checkpoints": [one for one in keeper.checkpoints if one.size <= size],
        "disclosures": [one for one in keeper.disclosures if one.seq < size],
    }


def test_an_older_copy_is_a_rollback_and_not_called_tampering(keeper):
    older = cut(keeper, keeper.checkpoints[0].size)
    newest = in_folder(keeper.checkpoints[1].note)
    for verdict in (
        keeper.verify(**{**older, "checkpoints": [*older["checkpoints"], newest]}),
        keeper.verify(**older, pins=[keeper.pin]),
    ):
        assert kinds(verdict.faults) == {"older"}
        assert verdict.rolled_back
        assert isinstance(verdict.error(), RollbackError)
        assert verdict.error().exit_code == 6
        assert "incomplete copy" in verdict.error().message
    assert keeper.verify(**older).faults == ()


def test_another_history_is_a_rollback_when_it_fits_in_itself(keeper, new_keeper):
    """The stolen key, or two copies that were both written to (threats T3 and T5)."""
    other = new_keeper().begin()
    while other.size < keeper.size:
        other.add("item.view", {})
    other.sign()
    mine = in_folder(keeper.checkpoints[1].note)
    for verdict in (
        other.verify(checkpoints=[*other.checkpoints, mine]),
        other.verify(pins=[keeper.pin]),
    ):
        assert kinds(verdict.faults) == {"other-history"}
        assert isinstance(verdict.error(), RollbackError)
    assert other.verify().faults == ()


def test_a_database_that_does_not_fit_in_itself_is_tampered_with_whatever_was_seen(keeper):
    older = cut(keeper, 8)
    older["rows"][3] = older["rows"][3]._replace(time="2020-01-01T00:00:00.000000Z")
    verdict = keeper.verify(**older, pins=[keeper.pin])
    assert kinds(verdict.faults) == {"older", "column"}
    assert not verdict.rolled_back
    assert verdict.error().exit_code == 4
    assert verdict.first_fault.kind == "column"


def test_heads_in_the_log_folder_are_checked_like_the_others(keeper):
    folder = [in_folder(one.note, one.size) for one in keeper.checkpoints]
    assert keeper.verify(checkpoints=[*folder, *keeper.checkpoints]).faults == ()
    only = keeper.verify(checkpoints=folder)
    assert only.level is Level.SIGNED
    assert kinds(only.warnings) == {"lost-checkpoint"}
    forged = bytearray(folder[1].note)
    forged[-5] ^= 1
    verdict = keeper.verify(checkpoints=[*keeper.checkpoints, in_folder(bytes(forged))])
    assert kinds(verdict.faults) <= {"signature", "checkpoint"}
    assert verdict.error().exit_code == 4


def test_a_pin_that_fits_says_nothing(keeper):
    assert keeper.verify(pins=[keeper.pin, Pin(1, keeper.rows[0].leaf_hash)]).warnings == ()


def test_a_pinned_checkpoint_that_is_gone_is_told(keeper):
    verdict = keeper.verify(checkpoints=keeper.checkpoints[:1], pins=[keeper.pin])
    assert verdict.faults == ()
    assert kinds(verdict.warnings) == {"unsigned", "lost-checkpoint"}


# Warnings


def test_a_later_type_or_field_is_a_warning(keeper):
    verdict = keeper.verify(
        rows=keeper.changed(keeper.size - 1, type="item.hologram", mood="later"), checkpoints=[]
    )
    assert verdict.faults == ()
    assert {"unknown-type", "unknown-field"} <= kinds(verdict.warnings)


def test_a_clock_set_back_within_one_boot_is_told(keeper):
    keeper.wall_jump = -60.0
    keeper.open_session()
    keeper.close_session()
    found = [one for one in keeper.verify().warnings if one.kind == "clock"]
    assert [one.seq for one in found] == [keeper.size - 2]
    assert "60.0 seconds" in found[0].says


def test_small_corrections_of_the_clock_and_a_suspended_machine_are_not_told(keeper):
    for jump in (-1.0, 3600.0):
        keeper.wall_jump = jump
        keeper.open_session()
        keeper.close_session()
    assert "clock" not in kinds(keeper.verify().warnings)


def test_a_monotonic_clock_that_steps_back_is_told(keeper):
    record = json.loads(keeper.rows[-1].body)
    clock = {**record["clock"], "mono_ns": "1"}
    verdict = keeper.verify(rows=keeper.changed(keeper.size - 1, clock=clock), checkpoints=[])
    assert "clock" in kinds(verdict.warnings)


def test_a_session_and_an_act_that_never_ended_are_told(keeper):
    keeper.session = None
    opened = keeper.add("session.start")
    keeper.session = opened
    announced = keeper.add("item.copy", outcome="announced")
    found = {(one.kind, one.seq) for one in keeper.verify().warnings}
    assert {("session-open", opened), ("act-open", announced)} <= found


def test_an_event_that_says_it_is_several_megabytes_is_not_built(keeper):
    with pytest.raises(ValueError, match="65535"):
        build(EventDraft("item.view", {"x": "y" * 10**6}), keeper.stamp(None), keeper.salt)


# Two algorithms


@pytest.fixture
def second(keeper):
    """A second key of the keeper's log, announced, and a head that bears both signatures."""
    signer = note.new_signer(keeper.signer.name, Algorithm.ML_DSA_44)
    keeper.add("key.add", {"vkey": signer.vkey})
    keeper.sign([keeper.signer, signer])
    return signer


def test_both_signatures_of_trusted_keys_must_hold(keeper, second):
    both = [keeper.signer.vkey, second.vkey]
    verdict = keeper.verify(trusted=both)
    assert (verdict.level, verdict.signed_size) == (Level.SIGNED, keeper.size)
    assert (verdict.faults, verdict.warnings) == ((), ())
    *others, last = keeper.checkpoints
    for line in note.parse(last.note).signatures:
        value = bytes([line.value[0], *line.value[1:-1], line.value[-1] ^ 1])
        forged = last.note.replace(line.line.encode(), replace(line, value=value).line.encode())
        verdict = keeper.verify(checkpoints=[*others, replace(last, note=forged)], trusted=both)
        assert kinds(verdict.faults) == {"signature"}


def test_a_head_without_the_second_signature_counts_for_no_level(keeper, second):
    """Whoever breaks Ed25519 could leave the other line out; an older machine does so as well."""
    signed = keeper.size
    keeper.add("item.view", {})
    keeper.sign([keeper.signer])
    verdict = keeper.verify(trusted=[keeper.signer.vkey, second.vkey])
    assert verdict.faults == ()
    assert (verdict.level, verdict.signed_size) == (Level.SIGNED, signed)
    assert kinds(verdict.warnings) == {"half-signed"}
    only = keeper.verify(
        trusted=[keeper.signer.vkey, second.vkey], checkpoints=keeper.checkpoints[-1:]
    )
    assert (only.level, only.signed_size, only.faults) == (Level.CONSISTENT, 0, ())
    assert keeper.verify(trusted=[keeper.signer.vkey]).signed_size == keeper.size


def test_heads_from_before_the_second_key_are_covered_by_those_after(keeper, second):
    assert keeper.checkpoints[0].size < keeper.size
    assert keeper.verify(trusted=[keeper.signer.vkey, second.vkey]).warnings == ()


def test_a_second_key_is_announced_before_it_signs(keeper):
    signer = note.new_signer(keeper.signer.name, Algorithm.ML_DSA_44)
    keeper.add("item.view", {})
    keeper.sign([keeper.signer, signer])
    verdict = keeper.verify(trusted=[keeper.signer.vkey, signer.vkey])
    assert kinds(verdict.faults) == {"key"}
    assert keeper.verify().faults == ()  # to whom the second key is unknown


def test_the_signature_of_an_unknown_key_is_passed_over(keeper, second):
    verdict = keeper.verify(trusted=[keeper.signer.vkey])
    assert (verdict.level, verdict.faults, verdict.warnings) == (Level.SIGNED, (), ())
    verdict = keeper.verify(trusted=[second.vkey])
    assert kinds(verdict.faults) == {"signature"}  # the earlier heads lack it


def test_a_machine_that_cannot_check_the_second_signature_says_so(keeper, second, monkeypatch):
    monkeypatch.setattr(algorithms, "available", lambda each: each is Algorithm.ED25519)
    verdict = keeper.verify(trusted=[keeper.signer.vkey, second.vkey])
    assert (verdict.level, verdict.signed_size) == (Level.SIGNED, keeper.size)
    assert kinds(verdict.warnings) == {"unchecked-signature"}
    verdict = keeper.verify(trusted=[second.vkey])
    assert (verdict.level, verdict.faults) == (Level.CONSISTENT, ())
    assert kinds(verdict.warnings) == {"unchecked-signature", "no-trusted-key"}
