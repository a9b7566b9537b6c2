"""Sound against sound: what is found, where, and what never is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_sound import played, sound, wandering, worn

from mediaev.compare.sound import agree, likeness_at
from mediaev.compare.sound_profile import (
    BANDS,
    FRAMES,
    SOUND,
    TIME_BASE,
    coded,
    packed,
    quality,
    sound_of,
    unpacked,
)
from mediaev.compare.sound_windows import seeds
from mediaev.errors import EvidenceError
from mediaev.model.fingerprint import Fingerprint, Region
from mediaev.model.match import Segment

SHIFTS = st.integers(0, 100)
SEEDS = st.integers(0, 2**20)


def heard(query, exhibit, shown=()):
    return agree(query, exhibit, seeds(query, exhibit), shown)


@settings(max_examples=25, deadline=None)
@given(SHIFTS, st.integers(40, 90), SEEDS)
def test_an_excerpt_is_heard_where_it_lies(start, length, seed):
    source = wandering(seed, 20)
    found = heard(sound(worn(source[start : start + length], seed + 1)), sound(source))
    (segment,) = found.segments
    assert segment.exhibit == pytest.approx((start / 10, (start + length) / 10), abs=0.4)
    assert segment.query == pytest.approx((0, length / 10), abs=0.4)
    assert segment.speed == 1.0
    assert found.score > 0.5


@settings(max_examples=20, deadline=None)
@given(SHIFTS, SEEDS)
def test_the_other_side_hears_the_same(start, seed):
    source = wandering(seed, 20)
    part, whole = sound(worn(source[start : start + 80], seed + 1)), sound(source)
    one, other = heard(part, whole), heard(whole, part).turned()
    assert one.correlation == pytest.approx(other.correlation, abs=0.02)
    for ours, theirs in zip(one.segments, other.segments, strict=True):
        assert ours.query == pytest.approx(theirs.query, abs=0.3)
        assert ours.exhibit == pytest.approx(theirs.exhibit, abs=0.3)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.75, 4 / 3), SEEDS)
def test_a_changed_tempo_is_heard_and_measured(speed, seed):
    source = wandering(seed, 24, spread=12.0)
    smooth = (source[2:] + source[1:-1] + source[:-2]) / 3
    found = heard(sound(played(smooth, speed)), sound(smooth))
    best = max(found.segments, key=lambda each: each.score)
    assert best.speed == pytest.approx(speed, rel=0.02)
    assert best.query[1] - best.query[0] > 10


@settings(max_examples=20, deadline=None)
@given(st.integers(-24, 8), SEEDS)
def test_loudness_does_not_matter(gain, seed):
    source = wandering(seed, 10, spread=5.0)
    found = heard(sound(source + gain), sound(source))
    assert found.correlation > 0.95


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(3, 40), st.integers(3, 40))
def test_unrelated_sound_is_never_the_same(seed, one, other):
    left, right = sound(wandering(seed, one)), sound(wandering(seed + 1, other))
    assert heard(left, right) is None
    shown = [Segment((0.0, 3.0), (0.0, 3.0))]
    assert agree(left, right, [], shown) is None


def test_each_part_of_a_compilation_is_heard_at_its_place():
    one, other = wandering(1, 20), wandering(2, 20)
    query = sound(np.concatenate([other[50:110], wandering(3, 4), one[120:180], other[0:50]]))
    found = heard(query, sound(other))
    assert [segment.exhibit for segment in found.segments] == [
        pytest.approx((5, 11), abs=0.5),
        pytest.approx((0, 5), abs=0.5),
    ]


def test_a_second_is_too_short_to_say_anything():
    source = wandering(4, 20)
    assert heard(sound(source[50:62]), sound(source)) is None


def test_what_does_not_vote_is_not_heard():
    source = wandering(5, 20)
    mute = np.zeros(len(source), dtype=bool)
    assert heard(sound(source, votes=mute), sound(source)) is None


def test_sound_that_repeats_itself_bears_no_witness_alone_but_may_beside_pictures():
    loop = np.tile(wandering(6, 2), (10, 1))
    assert heard(sound(loop), sound(worn(loop, 7))) is None
    found = heard(sound(loop), sound(worn(loop, 7)), [Segment((0.0, 20.0), (0.0, 20.0))])
    assert any(segment.offset_ambiguous for segment in found.segments)


def test_half_hidden_sound_is_heard_only_where_pictures_point():
    source = wandering(8, 20)
    covered = sound(worn(source, 9, spread=13.0))
    assert heard(covered, sound(source)) is None
    found = heard(covered, sound(source), [Segment((0.0, 20.0), (0.3, 20.0))])
    assert 0.4 <= found.correlation < 0.8
    elsewhere = [Segment((0.0, 10.0), (10.0, 20.0))]
    assert heard(covered, sound(source), elsewhere) is None


def test_times_are_those_of_the_exhibits_own_clocks():
    source = wandering(10, 20)
    found = heard(sound(source[:100], start=2.5), sound(source, start=7.25))
    (segment,) = found.segments
    assert segment.query == pytest.approx((2.5, 12.5), abs=0.3)
    assert segment.exhibit == pytest.approx((7.25, 17.25), abs=0.3)


def test_likeness_at_a_place_tells_copies_from_others():
    source = wandering(11, 10)
    segment = Segment((0.0, 10.0), (0.0, 10.0))
    assert likeness_at(sound(worn(source, 12)), sound(source), segment)[0] > 0.8
    likeness, telling = likeness_at(sound(wandering(13, 10)), sound(source), segment)
    assert likeness < 0.15
    assert telling > 50
    beyond = Segment((0.0, 3.0), (500.0, 503.0))
    assert likeness_at(sound(source), sound(source), beyond)[1] == 0


@settings(deadline=None)
@given(st.binary(min_size=120, max_size=120))
def test_packing_loses_nothing(row):
    codes = unpacked(np.frombuffer(row, np.uint8).reshape(1, -1))
    assert codes.shape == (1, FRAMES, BANDS)
    assert packed(codes) == row


def test_codes_keep_to_their_range():
    assert coded(np.array([[-200.0, -89.9, -88.75, -50.0, 0.0, 40.0]])).tolist() == [
        [0, 0, 1, 32, 63, 63]
    ]


def test_steady_and_quiet_seconds_have_no_quality():
    chance = np.random.default_rng(1)
    steady = coded(np.full((FRAMES, BANDS), -40.0) + chance.normal(0, 0.3, (FRAMES, BANDS)))
    assert quality(steady) < 10
    assert quality(np.zeros((FRAMES, BANDS), dtype=np.uint8)) == 0
    assert quality(coded(wandering(2, 1))) > 20


def fingerprint(ticks, bits=None, quality=None):
    count = len(ticks)
    return Fingerprint(
        SOUND,
        Region.SOUND,
        TIME_BASE,
        np.array(ticks, dtype="<i8").tobytes(),
        bits if bits is not None else bytes(range(120)) * count,
        quality if quality is not None else b"\x50" * count,
    )


def test_gaps_in_time_stay_gaps():
    laid = sound_of([fingerprint([0, 8000, 40000])])
    assert len(laid.codes) == 60
    assert laid.votes.tolist() == [True] * 20 + [False] * 30 + [True] * 10


def described(decibels):
    """The fingerprint of these levels, as an examination would store it."""
    codes = coded(decibels)
    blocks = np.concatenate([codes, np.zeros((-len(codes) % FRAMES, BANDS), np.uint8)])
    blocks = blocks.reshape(-1, FRAMES, BANDS)
    ticks = [8000 * number for number in range(len(blocks))]
    return fingerprint(ticks, packed(blocks), bytes(quality(each) for each in blocks))


@pytest.mark.parametrize("seed", range(5))
def test_two_seconds_played_faster_are_heard_to_their_end(seed):
    source = wandering(seed, 3, spread=12.0)
    smooth = (source[2:] + source[1:-1] + source[:-2])[:20] / 3
    query = sound_of([described(played(smooth, 1.25))])
    assert len(query.codes) == 20
    assert query.votes.tolist() == [True] * 16 + [False] * 4
    (segment,) = heard(query, sound_of([described(smooth)])).segments
    assert segment.speed == pytest.approx(1.25, rel=0.04)


@pytest.mark.parametrize("frames", range(11, 20))
def test_steady_noise_that_breaks_off_does_not_vote(frames):
    noise = -40.0 + np.random.default_rng(frames).normal(0, 0.5, (frames, BANDS))
    assert sound_of([described(noise)]) is None


def test_a_bit_of_sound_votes_no_more_than_before():
    assert sound_of([described(wandering(8, 1)[:6])]) is None


def test_sound_that_breaks_off_votes_before_a_silence_too():
    source = wandering(9, 3)
    source[16:] = -120.0
    laid = sound_of([described(source)])
    assert laid.votes.tolist()[:20] == [True] * 16 + [False] * 4


@pytest.mark.parametrize("ticks", [[0, 2**62], [-(2**63), 2**63 - 1], [5, -(2**40), 7]])
def test_absurd_times_take_no_memory(ticks):
    laid = sound_of([fingerprint(ticks)])
    assert laid is None or len(laid.codes) <= 1 << 20


def test_a_profile_of_another_shape_is_refused():
    with pytest.raises(EvidenceError, match="packed"):
        sound_of([fingerprint([0], bits=bytes(64))])


def test_nothing_telling_is_no_sound():
    assert sound_of([]) is None
    assert sound_of([fingerprint([0], quality=b"\x05")]) is None
    assert sound_of([fingerprint([])]) is None
