"""Candidates by likeness, against the plain product of all pairs."""

import numpy as np
import pytest

from mediaev.compare.embeddings import Gallery, coded, directions
from mediaev.compare.likeness import NEAR
from mediaev.index import embeddings
from mediaev.index.embeddings import EmbeddingIndex
from mediaev.model.fingerprint import WHOLE, Box


def gallery(vectors, *, name="learned/x/1", mirrored=False, box=WHOLE):
    times = np.arange(len(vectors), dtype=np.float64)
    return Gallery(name, box, mirrored, times, coded(np.asarray(vectors, np.float32)))


def some(seed, count=6, numbers=24):
    return np.random.default_rng(seed).normal(size=(count, numbers))


@pytest.fixture
def library():
    return {
        f"exhibit {seed}": (gallery(some(seed)), gallery(some(seed + 100))) for seed in range(30)
    }


@pytest.mark.parametrize("block", [1, 7, 4096])
def test_it_finds_what_the_product_of_all_pairs_finds(library, block, monkeypatch):
    monkeypatch.setattr(embeddings, "_BLOCK", block)
    monkeypatch.setattr(embeddings, "_MOST", 1000)
    monkeypatch.setattr(embeddings, "_TIMES", 1000)
    query = gallery(some(3) + 0.3 * some(50))
    index = EmbeddingIndex(library.items())
    found = {
        (digest, each.query_at, each.exhibit_at, round(each.cosine, 4))
        for digest, told in index.likenesses([query]).items()
        for each in told
    }
    wanted = set()
    for digest, held in library.items():
        for each in held:
            cosines = directions(query.codes) @ directions(each.codes).T
            for row, column in np.argwhere(cosines >= NEAR):
                wanted.add(
                    (digest, float(row), float(column), round(float(cosines[row, column]), 4))
                )
    assert found == wanted
    assert "exhibit 3" in {digest for digest, *_ in found}


def test_the_most_alike_come_first_and_few_of_each(library):
    crowd = {f"crowd {n}": (gallery(some(7, 1) + 0.2 * some(n, 9)),) for n in range(200, 260)}
    index = EmbeddingIndex([*library.items(), *crowd.items()])
    found = index.likenesses([gallery(some(7, 1))])
    assert len(found) == embeddings._MOST
    best = [each[0].cosine for each in found.values()]
    assert "exhibit 7" in found
    assert max(best) == found["exhibit 7"][0].cosine
    assert all(len(each) <= embeddings._TIMES for each in found.values())
    cosines = [each.cosine for each in found["exhibit 7"]]
    assert cosines == sorted(cosines, reverse=True)


def test_descriptors_of_other_weights_or_sizes_do_not_meet(library):
    index = EmbeddingIndex(library.items())
    assert index.likenesses([gallery(some(3), name="learned/y/1")]) == {}
    assert index.likenesses([gallery(some(3, numbers=48))]) == {}
    assert index.likenesses([]) == {}
    assert EmbeddingIndex([]).likenesses([gallery(some(3))]) == {}


def test_it_says_what_was_described():
    inner = Box(0.1, 0.2, 0.9, 0.8)
    index = EmbeddingIndex([("a", (gallery(some(1, 1), box=inner),))])
    (told,) = index.likenesses([gallery(some(1, 1), mirrored=True)])["a"]
    assert told.mirrored
    assert (told.query_box, told.exhibit_box) == (WHOLE, inner)
    assert told.turned().query_box == inner
    assert told.turned().turned() == told


def test_static_footage_is_found_once(library):
    index = EmbeddingIndex([("static", (gallery(np.tile(some(1, 1), (500, 1))),))])
    assert len(index.likenesses([gallery(np.tile(some(1, 1), (500, 1)))])["static"]) == 1
