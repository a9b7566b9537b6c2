"""Operators sign for holds and approvals with keys of their own."""

import json

import pytest

from mediaev.actions.case import Case
from mediaev.actions.naming import named
from mediaev.custody.algorithms import Algorithm
from mediaev.errors import UsageError
from mediaev.store.operator_keys import operator_key_file

WHY = {"ground": "asked by the source", "authority": "the editor"}


@pytest.fixture
def case(filled):
    with Case.open(filled, write=True) as opened:
        yield opened


@pytest.fixture
def zoe(case):
    return case.add_operator("Zoe Secret", role="reviewer")


def last(case):
    *_, row = (row for row in case.events() if not row.type.startswith("session."))
    return json.loads(row.body)


def faultless(case):
    verdict = case.verify()
    assert (verdict.faults, verdict.warnings) == ((), ())


def test_an_operator_has_a_role_and_a_private_name(case, zoe):
    assert (zoe.name, zoe.role, zoe.here, zoe.ended) == ("Zoe Secret", "reviewer", True, None)
    event = last(case)
    assert event["actor"] == {"id": f"key-{zoe.id}", "role": "reviewer"}
    assert [one["key"] for one in event["sig"]] == [zoe.id]
    assert b"Zoe" not in b"".join(row.body for row in case.events())
    assert (case.folder / "log" / "vkey.txt").read_text().count("\n") == len(Algorithm)
    faultless(case)


def test_a_held_exhibit_keeps_what_it_tells(case, zoe, samples):
    exhibit, other = (case.exhibit(samples.digest(number).hex) for number in (0, 1))
    signed = case.hold([exhibit], ground="court order")
    assert signed.operator.id == zoe.id
    assert case.holds() == {exhibit.digest: signed.events[0]}
    with pytest.raises(UsageError, match="held already"):
        case.hold([exhibit], ground="again")
    with pytest.raises(UsageError, match="is not held"):
        case.hold([other], ground="never was", lift=True)
    with pytest.raises(UsageError, match="legal hold"):
        case.redact(case.plan_redaction([exhibit]), **WHY)
    assert case.sightings(exhibit.digest)
    case.redact(case.plan_redaction([other]), **WHY)
    case.hold([exhibit], ground="order lifted", lift=True)
    case.redact(case.plan_redaction([exhibit]), **WHY)
    assert case.sightings(exhibit.digest) == []
    faultless(case)


def test_a_hold_on_the_case_is_one_on_all_of_it(case, zoe, samples):
    case.hold([], ground="court order")
    assert list(case.holds()) == [None]
    with pytest.raises(UsageError, match="The whole case is under a legal hold"):
        case.redact(case.plan_redaction(events=[0]), **WHY)
    faultless(case)


def test_an_approval_names_what_was_recorded_last(case, zoe, samples):
    matched = case.store.matches()[0]
    exhibit = case.exhibit(samples.digest(2).hex)
    case.approve([(matched.id, matched), ("x", exhibit)], "both watched")
    events = [json.loads(row.body) for row in case.events() if row.type == "review.approve"]
    leaves = {row.seq: row for row in case.events()}
    for event, subject in zip(events, (matched.id, str(exhibit.digest)), strict=True):
        assert event["detail"]["subject"] == subject
        recorded = event["detail"]["recorded"]
        assert leaves[recorded["seq"]].leaf_hash.hex() == recorded["leaf_hash"]
        assert event["actor"] == {"id": f"key-{zoe.id}", "role": "reviewer"}
    assert leaves[events[0]["detail"]["recorded"]["seq"]].type == "item.match"
    cluster = samples.cluster(0, 1)
    case.store.record_clusters([cluster])
    with pytest.raises(UsageError, match="approve those"):
        case.approve([(cluster.id, named(case, cluster.id))])
    with pytest.raises(UsageError, match="Name what"):
        case.approve([])
    faultless(case)


def test_only_who_has_a_key_in_use_here_signs(case, samples):
    with pytest.raises(UsageError, match="No operator"):
        case.hold([], ground="court order")
    zoe = case.add_operator("Zoe")
    kim = case.add_operator("Kim")
    with pytest.raises(UsageError, match="--as"):
        case.hold([], ground="court order")
    with pytest.raises(UsageError, match="no operator goes by that id"):
        case.hold([], ground="court order", operator="ffff")
    operator_key_file(case.store.vault, zoe.id).unlink()
    with pytest.raises(UsageError, match="not on this machine"):
        case.hold([], ground="court order", operator=zoe.id)
    assert case.hold([], ground="court order").operator.id == kim.id
    case.revoke_operator(kim.id, reason="left us")
    assert [each.ended is None for each in case.operators()] == [True, False]
    with pytest.raises(UsageError, match="No operator"):
        case.hold([], ground="over", lift=True)
    with pytest.raises(UsageError, match="no role"):
        case.add_operator("Ann", role="queen")
    with pytest.raises(UsageError, match="name"):
        case.add_operator(" ")
    faultless(case)


def test_an_operators_name_can_be_redacted(case, zoe):
    case.redact(case.plan_redaction(events=[zoe.seq]), **WHY)
    assert case.operators()[0].name is None
    content = b"".join(path.read_bytes() for path in case.folder.rglob("*") if path.is_file())
    assert b"Zoe Secret" not in content
    faultless(case)
