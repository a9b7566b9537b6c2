from __future__ import annotations

import base64
from hashlib import sha256

import pytest

from mediaev.custody.canonical import CanonicalError
from mediaev.custody.commitment import commit, commitments, is_commitment, opens, withhold
from mediaev.model.event import Disclosure, Private

SALT = bytes(range(16))


def test_a_commitment_is_the_digest_of_an_sd_jwt_disclosure():
    disclosure = base64.urlsafe_b64encode(
        '["AAECAwQFBgcICQoLDA0ODw","detail.path","/home/zoë/a.mp4"]'.encode()
    ).rstrip(b"=")
    expected = base64.urlsafe_b64encode(sha256(disclosure).digest()).rstrip(b"=").decode()
    assert commit(SALT, "detail.path", "/home/zoë/a.mp4") == expected


def test_only_the_same_salt_place_and_value_open_a_commitment():
    commitment = commit(SALT, "detail.path", ["a", 1])
    assert opens(commitment, Disclosure(7, "detail.path", SALT, ["a", 1]))
    for other in [
        Disclosure(7, "detail.name", SALT, ["a", 1]),
        Disclosure(7, "detail.path", bytes(16), ["a", 1]),
        Disclosure(7, "detail.path", SALT, ["a", 2]),
        Disclosure(7, "detail.path", SALT, ["a", True]),
        Disclosure(7, "detail.path", SALT, ["a", 1.0]),
        Disclosure(7, "detail.path", "no bytes", ["a", 1]),
        Disclosure(7, "detail.path", None, b"no json"),
    ]:
        assert not opens(commitment, other)


def test_private_values_leave_a_commitment_and_an_opening_each():
    detail = {
        "name": "a.mp4",
        "source": {"url": Private("https://example.org/?u=1"), "kind": "url"},
        "people": (Private("Ana"), Private({"name": "Bo", "age": 3})),
    }
    salts = iter([bytes([n]) * 16 for n in range(9)])
    public, openings = withhold(detail, 42, lambda: next(salts))
    assert [opening.path for opening in openings] == [
        "detail.people.0",
        "detail.people.1",
        "detail.source.url",
    ]
    assert {opening.seq for opening in openings} == {42}
    assert len({opening.salt for opening in openings}) == 3
    assert public["name"] == "a.mp4"
    assert public["source"]["kind"] == "url"
    found = dict(commitments(public))
    for opening in openings:
        assert is_commitment(found[opening.path])
        assert opens(found[opening.path]["$c"], opening)
    assert "Ana" not in repr(public)
    assert "example.org" not in repr(public)


def test_equal_values_cannot_be_told_to_be_equal():
    salts = iter([bytes(16), bytes(range(16))])
    public, _ = withhold({"a": Private("x"), "b": Private("x")}, 0, lambda: next(salts))
    assert public["a"] != public["b"]


@pytest.mark.parametrize(
    "detail",
    [
        {"$c": "x"},
        {"a": {"$c": "x"}},
        {"a.b": Private(1)},
        {"a.b": {"c": [Private(1)]}},
        {1: Private(2)},
        {"a": Private(1.5)},
        {"a": Private(b"bytes")},
        {"a": Private("\udcff")},
    ],
    ids=repr,
)
def test_a_detail_that_could_be_read_in_two_ways_is_refused(detail):
    with pytest.raises(CanonicalError):
        withhold(detail, 0, lambda: SALT)


def test_a_key_with_a_dot_is_no_matter_where_nothing_is_private():
    assert withhold({"a.b": 1}, 0, lambda: SALT) == ({"a.b": 1}, ())


def test_a_short_salt_is_refused():
    with pytest.raises(CanonicalError):
        withhold({"a": Private(1)}, 0, lambda: b"short")


@pytest.mark.parametrize(
    "value",
    [{"$c": 1}, {"$c": "x"}, {"$c": "A" * 43, "a": 1}, {"$c": "+" * 43}, {"$c": "A" * 43 + "\n"}],
)
def test_a_malformed_commitment_is_known_as_one(value):
    assert list(commitments({"a": [value]})) == [("detail.a.0", value)]
    assert not is_commitment(value)
