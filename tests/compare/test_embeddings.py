"""Codes of learned descriptions, and what they tell of pictures."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mediaev.compare.embeddings import coded, directions, galleries, runs
from mediaev.model.fingerprint import Fingerprint, Region
from mediaev.model.learned import Layout, LearnedModel, is_learned, weights_sha256

MODEL = LearnedModel("ab" * 32, Layout.BYTES, 512)


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("numbers", [64, 512])
def test_cosines_of_codes_are_those_of_the_numbers(numbers):
    chance = np.random.default_rng(numbers)
    common = chance.normal(size=(1, numbers))
    vectors = unit(chance.normal(size=(400, numbers)) + common).astype(np.float32)
    kept = directions(coded(vectors))
    assert np.abs(kept @ kept.T - vectors @ vectors.T).max() < 0.005


@given(
    arrays.arrays(
        np.float32, (3, 20), elements=st.floats(-(2.0**60), 2.0**60, width=32, allow_nan=False)
    )
)
def test_any_numbers_have_codes_of_unit_length_or_none(vectors):
    kept = directions(coded(vectors))
    length = np.linalg.norm(kept, axis=1)
    told = np.abs(vectors).max(axis=1) > 0
    assert length[told] == pytest.approx(1.0, abs=1e-5)
    assert not length[~told].any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_says_nothing(bad):
    vectors = np.ones((2, 16), np.float32)
    vectors[0, 3] = bad
    kept = directions(coded(vectors))
    assert not kept[0].any()
    assert kept[1].any()


def test_the_size_of_numbers_does_not_count():
    vectors = np.random.default_rng(0).normal(size=(5, 32)).astype(np.float32)
    assert (coded(vectors) == coded(vectors * 1000)).all()


def test_one_of_a_run_stands_for_all():
    still = np.tile(unit(np.ones((1, 16))), (50, 1)).astype(np.float32)
    other = unit(np.arange(16.0)[None] - 7.5).astype(np.float32)
    assert runs(np.concatenate([still, other, still])).tolist() == [0, 50, 51]
    assert runs(still[:0]).tolist() == []


def test_dim_pictures_are_left_out_and_mirrored_ones_are_called_so():
    made = [
        Fingerprint(
            name,
            Region.FULL,
            Fraction(1, 10),
            np.array([0, 15], "<i8").tobytes(),
            bytes(range(1, 33)),
            bytes([10, 90]),
        )
        for name in (MODEL.id, MODEL.mirrored_id)
    ]
    upright, mirrored = galleries(made, gate=25)
    assert upright.times.tolist() == [1.5]
    assert upright.codes.tolist() == [list(range(17, 33))]
    assert (upright.mirrored, mirrored.mirrored) == (False, True)
    assert upright.descriptor == mirrored.descriptor == MODEL.id
    assert galleries(made, gate=95) == ()


def test_an_id_names_the_weights():
    assert weights_sha256(MODEL.id) == weights_sha256(MODEL.mirrored_id) == "ab" * 32
    assert is_learned(MODEL.id)
    assert not is_learned("pdq-256/luma-area-64/1")
    assert weights_sha256("learned") == ""
