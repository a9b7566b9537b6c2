"""Candidates by sound: nothing that shares sound is missed, little else is named."""

import hashlib

import numpy as np

from mediaev.compare.sound_profile import Sound, coded
from mediaev.compare.sound_windows import exhibit_windows, seeds
from mediaev.index.sounds import SoundIndex
from mediaev.model.digest import Digest


def digest(name):
    return Digest("sha256", hashlib.sha256(str(name).encode()).digest())


def levels(seed, seconds):
    """Band levels that wander."""
    steps = np.random.default_rng(seed).normal(0, 1, (seconds * 10 + 3, 16))
    return -40 + 6 * (steps[3:] + steps[2:-1] + steps[1:-2])


def sound(decibels):
    return Sound(0.0, coded(decibels), np.ones(len(decibels), dtype=np.bool_))


LIBRARY = {digest(seed): sound(levels(seed, 15)) for seed in range(40)}


def test_an_excerpt_names_its_source_and_nothing_else():
    index = SoundIndex(LIBRARY)
    for seed in range(0, 40, 5):
        assert index.seeds(sound(levels(seed, 15)[37:87])).keys() == {digest(seed)}


def test_it_finds_the_places_that_a_comparison_of_the_pair_finds():
    index = SoundIndex(LIBRARY)
    query = sound(levels(3, 15)[20:100] + np.random.default_rng(9).normal(0, 3, (80, 16)))
    assert index.seeds(query)[digest(3)] == seeds(query, LIBRARY[digest(3)])


def test_unrelated_sound_names_hardly_anything():
    index = SoundIndex(LIBRARY)
    named = [len(index.seeds(sound(levels(seed, 30)))) for seed in range(100, 110)]
    assert sum(named) <= 0.05 * 10 * len(LIBRARY)


def test_an_empty_library_and_a_short_query_name_nothing():
    assert SoundIndex({}).seeds(sound(levels(1, 10))) == {}
    index = SoundIndex(LIBRARY)
    for frames in (0, 1, 4, 14):
        assert index.seeds(sound(levels(1, 10)[:frames])) == {}


def test_the_last_window_reaches_the_end():
    assert exhibit_windows(sound(levels(1, 3))).starts.tolist() == [0, 8, 10]
