from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody.canonical import MAX_BYTES, CanonicalError, decode, encode

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
keys = st.text(st.characters(max_codepoint=127), max_size=8)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
)
objects = st.dictionaries(keys, values, max_size=6)


@given(objects)
def test_what_is_written_reads_back_and_is_json(value):
    body = encode(value)
    assert decode(body) == value
    assert json.loads(body) == value


@given(objects)
def test_the_order_in_which_keys_were_set_does_not_matter(value):
    assert encode(dict(reversed(value.items()))) == encode(value)


@given(objects, st.data())
def test_one_changed_byte_is_another_value_or_no_canonical_form(value, data):
    body = bytearray(encode(value))
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        changed = decode(bytes(body))
    except CanonicalError:
        return
    assert encode(changed) == body


@given(
    st.binary(max_size=200) | st.text(alphabet='{}[]",:\\u0a1-.eE nul', max_size=60).map(str.encode)
)
def test_any_bytes_are_read_or_refused(body):
    try:
        value = decode(body)
    except CanonicalError:
        return
    assert encode(value) == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"a":1}\n',
        b' {"a":1}',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":1}',
        b'{"\\u0061":1}',
        b'{"a":"\\u0062"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u001F"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        '{"ä":1}'.encode(),
        b'{"a":' + b"[" * 33 + b"]" * 33 + b"}",
        b"[" * 30_000,
        b'{"a":' * 10_000,
        b'{"a":"' + b"x" * MAX_BYTES + b'"}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_bytes_that_are_not_the_one_form_are_refused(body):
    with pytest.raises(CanonicalError):
        decode(body)


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        2**53,
        -(2**53),
        10**5000,
        b"bytes",
        {1: 2},
        {"ä": 1},
        {None: 1},
        "\ud800",
        {"\udcff": 1},
        {1, 2},
        (1, 2),
        object(),
        {"a": ["x" * MAX_BYTES]},
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_without_a_canonical_form_are_refused(value):
    with pytest.raises(CanonicalError):
        encode(value)


def test_a_value_that_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(CanonicalError):
        encode(endless)


def test_the_deepest_and_the_longest_allowed_pass():
    deep = {}
    for _ in range(31):
        deep = {"a": deep}
    assert decode(encode(deep)) == deep
    long = {"a": "x" * (MAX_BYTES - len('{"a":""}'))}
    assert len(encode(long)) == MAX_BYTES
    assert decode(encode(long)) == long


def test_published_vectors_of_rfc_8785(vectors):
    """Those inside the subset come out byte for byte; those outside are refused."""
    folder = vectors / "rfc8785" / "testdata"
    outside = {"values.json", "french.json", "weird.json", "structures.json"}
    names = sorted(path.name for path in (folder / "input").iterdir())
    assert len(names) == 6
    for name in names:
        value = json.loads((folder / "input" / name).read_bytes())
        if name in outside:
            with pytest.raises(CanonicalError):
                encode(value)
        else:
            assert encode(value) == (folder / "output" / name).read_bytes()


def test_the_strings_of_the_published_vectors_are_written_alike(vectors):
    """What keeps four vectors outside is their numbers and keys; their strings are not."""
    folder = vectors / "rfc8785" / "testdata"
    for path in (folder / "input").iterdir():
        written = (folder / "output" / path.name).read_bytes()
        for string in _strings(json.loads(path.read_bytes())):
            assert encode(string) in written


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
