"""Values of the model survive as JSON; anything else is refused."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaev.model.claim import Claim, ReaderRun, ReaderStatus
from mediaev.model.cluster import Cluster
from mediaev.model.digest import Digest
from mediaev.model.examination import MediaFacts
from mediaev.model.fingerprint import Box
from mediaev.model.match import Match, Segment
from mediaev.store import codec
from mediaev.store.columns import spelled, storable

KINDS = [Claim, ReaderRun, MediaFacts, Match, Cluster, Segment, Box]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(
    Digest, st.binary(min_size=32, max_size=32).map(lambda value: Digest("sha256", value))
)


@pytest.mark.parametrize("kind", [Claim, ReaderRun, MediaFacts, Segment, Box, Cluster])
@settings(deadline=None)
@given(data=st.data())
def test_every_value_survives_exactly(kind, data):
    value = data.draw(st.from_type(kind))
    assert codec.decode(kind, json.loads(spelled(codec.encode(value)))) == value


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(value=json_values)
def test_foreign_json_is_refused_with_one_error(kind, value):
    with pytest.raises(ValueError, match=r"."):
        codec.decode(kind, value)


@settings(deadline=None)
@given(value=json_values, place=st.integers(0, 7))
def test_a_field_of_another_type_is_refused_or_allowed_by_the_class(value, place):
    encoded = codec.encode(Claim("f", 1, "s", "t"))
    encoded[list(encoded)[place]] = value
    try:
        claim = codec.decode(Claim, encoded)
    except ValueError:
        return
    assert codec.encode(claim) == encoded


def test_missing_and_unknown_fields_are_refused():
    encoded = codec.encode(ReaderRun("r", ReaderStatus.OK))
    for changed in ({**encoded, "more": 1}, {"name": "r"}):
        with pytest.raises(ValueError, match="fields"):
            codec.decode(ReaderRun, changed)


def test_a_fraction_is_never_divided_by_zero():
    with pytest.raises(ValueError, match="zero"):
        codec.decode(Fraction, "1/0")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_stored_and_ordinary_text_is_unchanged(text):
    stored = storable(text)
    stored.encode()
    assert "\0" not in stored
    if "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text):
        assert stored == text
