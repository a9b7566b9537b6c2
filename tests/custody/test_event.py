from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from mediaev.custody import canonical, event
from mediaev.custody.canonical import CanonicalError
from mediaev.custody.event import TYPES, Stamp, build
from mediaev.custody.leaf import LeafError
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private

SALT = bytes(range(16))
ITEM = Digest("sha256", sha256(b"bytes").digest())
STAMP = Stamp(
    vault="b3c1",
    seq=4711,
    time="2026-11-23T11:08:52.123456Z",
    boot="0b1f",
    mono_ns="812345678901234",
    sync="ntp",
    actor_id="a7",
    actor_role="collector",
    session=4690,
    case="KH-2026",
    exhibit="KH-2026-0042",
    prev_item=(4700, b"\x0a" * 32),
)
DRAFT = EventDraft("item.ingest", {"size": "1", "path": Private("/a")}, ITEM, intent=4710)


def test_a_leaf_has_exactly_the_fields_of_its_format():
    stored, (opening,) = build(DRAFT, STAMP, lambda: SALT)
    record = json.loads(stored.body)
    assert record.pop("detail")["size"] == "1"
    assert record == {
        "v": 1,
        "vault": "b3c1",
        "seq": 4711,
        "type": "item.ingest",
        "time": "2026-11-23T11:08:52.123456Z",
        "clock": {"boot": "0b1f", "mono_ns": "812345678901234", "sync": "ntp"},
        "session": 4690,
        "actor": {"id": "a7", "role": "collector"},
        "item": f"sha256:{ITEM.hex}",
        "prev_item": [4700, "0a" * 32],
        "exhibit": "KH-2026-0042",
        "case": "KH-2026",
        "intent": 4710,
        "outcome": "ok",
        "private": ["detail.path"],
    }
    assert (opening.seq, opening.path, opening.salt) == (4711, "detail.path", SALT)
    assert stored.seq == 4711
    assert stored.leaf_hash == sha256(b"\x00" + stored.body).digest()
    assert canonical.encode(json.loads(stored.body)) == stored.body


def test_fields_that_do_not_apply_are_null():
    stamp = replace(STAMP, session=None, case=None, exhibit=None, prev_item=None)
    record = json.loads(build(EventDraft("vault.create"), stamp, lambda: SALT)[0].body)
    for name in ("session", "case", "exhibit", "prev_item", "item", "intent"):
        assert record[name] is None
    assert record["detail"] == {}
    assert record["private"] == []


@pytest.mark.parametrize(
    ("of_draft", "of_stamp"),
    [
        ({"type": "item.invented"}, {}),
        ({"detail": {"share": 0.5}}, {}),
        ({"detail": {"bytes": 2**60}}, {}),
        ({"detail": {"name": "\udcff"}}, {}),
        ({"detail": {"long": "x" * 65_536}}, {}),
        ({"detail": {"$c": "x"}}, {}),
        ({"outcome": ""}, {}),
        ({"intent": 4711}, {}),
        ({"item": Digest("md5", bytes(16))}, {}),
        ({"item": None}, {}),
        ({}, {"vault": ""}),
        ({}, {"vault": "Has/Slash"}),
        ({}, {"seq": -1}),
        ({}, {"seq": True}),
        ({}, {"time": "2026-11-23T11:08:52Z"}),
        ({}, {"time": "2026-13-23T11:08:52.123456Z"}),
        ({}, {"time": "2026-11-23T11:08:52.123456+00:00"}),
        ({}, {"mono_ns": "-1"}),
        ({}, {"mono_ns": 5}),
        ({}, {"sync": "gps"}),
        ({}, {"actor_id": ""}),
        ({}, {"actor_role": ""}),
        ({}, {"session": 4711}),
        ({}, {"prev_item": (4711, bytes(32))}),
        ({}, {"prev_item": (1, bytes(31))}),
        ({}, {"exhibit": ""}),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_what_no_verifier_would_accept_is_not_built(of_draft, of_stamp):
    with pytest.raises((CanonicalError, LeafError)):
        build(replace(DRAFT, **of_draft), replace(STAMP, **of_stamp), lambda: SALT)


def test_every_type_has_a_dotted_name_and_says_what_archives_call_it():
    for name, premis in TYPES.items():
        assert name.count(".") == 1
        assert premis == premis.lower()
    assert TYPES["fixity.check"] == "fixity check"
    assert TYPES["item.ingest"] == "ingestion"
    with pytest.raises(TypeError):
        event.TYPES["item.invented"] = ""
