import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mediaev.compare.bits import TURNS, Turn, distances, runs, turned
from mediaev.compare.relate import View
from mediaev.examine.fingerprint.pdq import Pdq

samples = hnp.arrays(np.uint8, st.tuples(st.integers(1, 6), st.just(32)))


@given(samples, samples)
def test_distances_count_differing_bits(left, right):
    expected = [
        [int((np.unpackbits(one) != np.unpackbits(other)).sum()) for other in right] for one in left
    ]
    assert distances(left, right).tolist() == expected


@given(samples, samples, st.sampled_from(TURNS))
def test_turning_both_sides_keeps_every_distance(left, right, turn):
    assert (distances(left, right) == distances(turned(left, turn), turned(right, turn))).all()


@given(samples, samples, st.sampled_from(TURNS))
def test_turning_the_query_is_turning_the_exhibit_back(query, exhibit, turn):
    back = View(turn).from_the_other().turn
    assert (
        distances(turned(query, turn), exhibit) == distances(query, turned(exhibit, back))
    ).all()


@pytest.mark.parametrize("turn", TURNS)
def test_turned_bits_are_the_turned_pictures_bits(turn):
    chance = np.random.default_rng(7)
    coarse = chance.integers(0, 255, (9, 9)).astype(float)
    picture = np.kron(coarse, np.ones((8, 8)))[:64, :64].astype(np.uint8)
    laid = picture[:, ::-1] if turn.mirrored else picture
    laid = np.rot90(laid, -turn.rotation // 90)
    # Unrelated pictures are 128 apart; bits next to the median may differ.
    assert distances(turned(_pdq(picture), turn), _pdq(laid))[0, 0] <= 40


def test_eight_turns_are_distinct():
    assert len({turned(_pdq(_noise(3)), turn).tobytes() for turn in TURNS}) == 8
    assert TURNS[0] == Turn()


def test_a_run_of_like_samples_is_kept_once():
    one, other = np.zeros(32, np.uint8), np.full(32, 255, np.uint8)
    assert runs(np.array([one, one, other, other, one])).tolist() == [0, 2, 4]
    assert runs(np.zeros((0, 32), np.uint8)).tolist() == []


def _noise(seed):
    return np.random.default_rng(seed).integers(0, 255, (64, 64), dtype=np.uint8)


def _pdq(picture):
    bits, _ = Pdq().describe([np.ascontiguousarray(picture)])
    return np.frombuffer(bits, np.uint8)[None]
