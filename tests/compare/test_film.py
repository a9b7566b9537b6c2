import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moving import fixed, reencoded, wandering

from mediaev.compare.film import STEPS, FilmPacker, Unpacking, unpack


def packed(frames):
    packer = FilmPacker()
    for frame in frames:
        packer.add(frame)
    return packer.packed()


def small(frames):
    return np.ascontiguousarray(frames[:, 10:82, 20:148])


@pytest.mark.parametrize("count", [1, 7, 8, 9, 40])
def test_a_film_comes_back_nearly_as_it_was(count):
    frames = small(fixed(1, 2, count / 8))
    found = unpack(packed(frames), count, 128, 72)
    assert found.shape == frames.shape
    assert np.abs(found.astype(float) - frames).mean() < 4


def test_footage_that_stands_still_takes_next_to_nothing():
    frames = np.repeat(small(fixed(1, 2, 1))[:1], 480, axis=0)
    assert len(packed(frames)) < 10_000  # a minute


def test_footage_that_moves_all_the_time_keeps_to_its_measure():
    frames = small(reencoded(wandering(3, 20), noise=12))
    assert len(packed(frames)) < 20 * 5_000


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_film_are_refused_and_nothing_else_happens(junk):
    with pytest.raises(ValueError, match="film"):
        unpack(junk, 3, 16, 8)


def test_a_group_that_inflates_too_far_is_refused():
    bomb = zlib.compress(bytes(10_000_000))
    film = bytes([STEPS[0]]) + len(bomb).to_bytes(4, "little") + bomb
    assert unpack(film, 1, 16, 8).shape == (1, 8, 16)  # read no further than its frame
    with pytest.raises(ValueError, match="film"):
        unpack(film + b"more", 1, 16, 8)


def test_a_film_is_unpacked_as_far_as_it_is_asked_for():
    frames = small(fixed(1, 2, 5))
    whole = unpack(packed(frames), 40, 128, 72)
    film = Unpacking(packed(frames), 40, 128, 72)
    for which in (3, slice(5, 9), np.array([30, 2, 2]), slice(None)):
        assert np.array_equal(film[which], whole[which])
    assert len(film) == 40


def test_damage_after_what_is_asked_for_is_told_when_it_is_reached():
    frames = small(fixed(1, 2, 5))
    whole = packed(frames)
    sound = len(packed(frames[:32])) + 5
    film = Unpacking(whole[:sound] + bytes(len(whole) - sound), 40, 128, 72)
    assert film[:32].shape == (32, 72, 128)
    with pytest.raises(ValueError, match="film"):
        film[39]
