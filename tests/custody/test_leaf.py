from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody import canonical
from mediaev.custody.canonical import CanonicalError
from mediaev.custody.leaf import LeafError, fields
from mediaev.model.digest import Digest


def test_a_leaf_is_read_by_its_fields(keeper):
    row = next(row for row in keeper.rows if row.type == "item.fingerprint")
    read = fields(row.body)
    assert (read.seq, read.type, read.time, read.session) == row[:1] + row[3:4] + row[6:] + (2,)
    assert read.item == Digest.parse(row.item)
    assert read.prev_item == (row.seq - 1, keeper.rows[row.seq - 1].leaf_hash)
    assert read.actor_role == "operator"
    assert read.mono_ns == 812345678901234 + 5_000_000 * row.seq
    assert (read.case, read.exhibit, read.intent, read.outcome) == ("KH-2026", None, None, "ok")
    assert read.detail["samples"] == 12
    assert read.private == ()


WRONG = [None, True, 0, -1, 1.5, 2**53 - 1, "", "x", [], [1], [0, "aa"], {}, {"a": 1}, "0" * 64]


@pytest.mark.parametrize("name", ["v", "vault", "seq", "type", "time", "clock", "session", "actor",
    "item", "prev_item", "exhibit", "case", "intent", "outcome", "detail", "private"])  # fmt: skip
def test_a_missing_or_misshapen_field_is_named_or_harmless(keeper, name):
    record = json.loads(next(row.body for row in keeper.rows if row.type == "item.fingerprint"))
    with pytest.raises(LeafError, match=name):
        fields(canonical.encode({key: record[key] for key in record if key != name}))
    refused = 0
    for value in WRONG:
        try:
            fields(canonical.encode({**record, name: value}))
        except (LeafError, CanonicalError):
            refused += 1
    assert refused >= len(WRONG) - 6


@pytest.mark.parametrize(
    ("outer", "inner", "values"),
    [
        ("clock", "boot", [None, 1]),
        ("clock", "mono_ns", [None, 5, "", "01", "-1", "1.0", "\u0661"]),
        ("clock", "sync", [None, "gps", 1]),
        ("actor", "id", [None, "", 1]),
        ("actor", "role", [None, "", 1]),
    ],
)
def test_inner_fields_are_checked(keeper, outer, inner, values):
    record = json.loads(keeper.rows[3].body)
    for value in values:
        with pytest.raises(LeafError, match=outer):
            fields(canonical.encode({**record, outer: {**record[outer], inner: value}}))


def test_private_lists_what_is_private(keeper):
    record = json.loads(next(row.body for row in keeper.rows if row.type == "item.ingest"))
    assert fields(canonical.encode(record)).private == ("detail.path",)
    for private in ([], ["detail.name"], ["detail.path", "detail.path"], [1]):
        with pytest.raises(LeafError, match="private"):
            fields(canonical.encode({**record, "private": private}))
    with pytest.raises(LeafError, match="malformed commitment"):
        fields(canonical.encode({**record, "detail": {"path": {"$c": "short"}}}))


@given(
    st.dictionaries(st.sampled_from(["v", "seq", "detail", "private", "clock"]), st.integers(0, 9))
)
def test_an_object_that_is_no_event_is_refused(record):
    with pytest.raises(LeafError):
        fields(canonical.encode(record))
