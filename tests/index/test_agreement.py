"""Agreement: a few spots that lie alike among very many that look alike."""

import numpy as np
import pytest

from mediaev.compare.spots import Album, Keyframe
from mediaev.index.agreement import agreeing
from mediaev.index.spot_table import SpotTableMaker


def keyframe(chance, count, turn=0.0):
    return Keyframe(
        0.0,
        (1.0, 0.75),
        chance.random((count, 2)) * [1.0, 0.75],
        np.full(count, -5.0),
        np.full(count, turn),
        chance.normal(0, 3, (count, 32)).round().astype(np.float32),
    )


def entries_of(*frames):
    maker = SpotTableMaker()
    maker.add(Album(frames))
    return np.concatenate(maker._entries)


@pytest.mark.parametrize("turn", [0.0, 0.05, 3.1, 6.2])
def test_those_that_lie_alike_are_found_among_those_met_by_chance(turn):
    chance = np.random.default_rng(1)
    query = keyframe(chance, 40, turn)
    entries = entries_of(*(keyframe(chance, 40, each) for each in range(6)), query)
    counts = agreeing(query, np.tile(np.arange(40), 7), entries, 7)
    assert counts[6] == 40
    assert counts[:6].max() < 40


@pytest.mark.parametrize("times", [1, 250, 251, 252, 600])
def test_what_repeats_itself_in_a_picture_hides_nothing(times):
    query = keyframe(np.random.default_rng(2), 6)
    rows = np.array([*range(5), *[5] * times])
    assert agreeing(query, rows, entries_of(query)[rows], 1)[0] == 6
