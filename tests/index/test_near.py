"""Near finds just what looking at every pair finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaev.compare.bits import distances
from mediaev.index import near
from mediaev.index.near import NearIndex


def flipped(bits, most, chance):
    matrix = np.unpackbits(bits, axis=1)
    for row in matrix:
        row[chance.choice(matrix.shape[1], int(chance.integers(0, most + 1)), replace=False)] ^= 1
    return np.packbits(matrix, axis=1)


def found(index, queries):
    return [
        triple
        for asked, strings, apart in index.near(queries)
        for triple in zip(asked.tolist(), strings.tolist(), apart.tolist(), strict=True)
    ]


def expected(bits, queries, radius):
    apart = distances(queries, bits)
    return {(int(a), int(b), int(apart[a, b])) for a, b in np.argwhere(apart <= radius)}


@pytest.fixture(params=["tables", "flat"])
def way(request, monkeypatch):
    """Search by the tables, or by looking at every string."""
    monkeypatch.setattr(near, "_FEW", 0 if request.param == "tables" else 1e12)
    # Small libraries would otherwise always be looked at as a whole.
    monkeypatch.setattr(near, "_DEARER", 0)


@pytest.mark.parametrize(("width", "radius"), [(32, 31), (8, 6), (8, 7), (8, 0)])
@settings(max_examples=12)
@given(seed=st.integers(0, 2**32 - 1))
def test_nothing_within_the_radius_is_missed_and_nothing_else_found(width, radius, seed):
    chance = np.random.default_rng(seed)
    bits = chance.integers(0, 256, (60, width), dtype=np.uint8)
    queries = np.concatenate([flipped(bits, 2 * radius, chance), bits[:3]])
    for few, dearer in ((0, 0), (0, 10), (1e12, 10)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(near, "_FEW", few)
            patch.setattr(near, "_DEARER", dearer)
            index = NearIndex(bits, radius)
            got = found(index, queries)
        assert len(got) == len(set(got))
        assert set(got) == expected(bits, queries, radius)


def test_pairs_at_the_very_edge_are_found_wherever_the_bits_lie(way):
    zero = np.zeros((1, 32), np.uint8)
    chance = np.random.default_rng(5)
    spread = [
        np.concatenate([chance.choice(16, 2, replace=False) + 16 * word for word in range(16)])
        for _ in range(50)
    ]
    for places in spread:
        matrix = np.zeros((2, 256), np.uint8)
        matrix[0, places[:31]] = 1
        matrix[1, places] = 1
        queries = np.packbits(matrix, axis=1)
        assert found(NearIndex(zero, 31), queries) == [(0, 0, 31)]


def test_strings_that_are_all_alike_are_all_found_in_pieces(monkeypatch):
    monkeypatch.setattr(near, "_FEW", 0)
    monkeypatch.setattr(near, "_AT_ONCE", 5000)
    chance = np.random.default_rng(1)
    one = chance.integers(0, 256, (1, 32), dtype=np.uint8)
    bits = np.concatenate([flipped(np.repeat(one, 2000, axis=0), 8, chance)])
    queries = np.concatenate([one, chance.integers(0, 256, (30, 32), dtype=np.uint8), one])
    index = NearIndex(bits, 31)
    pieces = list(index.near(queries))
    assert max(len(asked) for asked, _, _ in pieces) <= 5000
    assert {(a, b, d) for p in pieces for a, b, d in zip(*map(list, p), strict=True)} == expected(
        bits, queries, 31
    )


def test_nothing_is_near_nothing():
    empty = np.zeros((0, 32), np.uint8)
    full = np.zeros((3, 32), np.uint8)
    assert found(NearIndex(empty, 31), full) == found(NearIndex(full, 31), empty) == []


def test_a_radius_that_could_miss_something_is_refused():
    with pytest.raises(ValueError, match="too wide"):
        NearIndex(np.zeros((1, 8), np.uint8), 8)
    with pytest.raises(ValueError, match="too wide"):
        NearIndex(np.zeros((1, 32), np.uint8), 32)
