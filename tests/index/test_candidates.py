import hashlib

import numpy as np
import pytest

from mediaev.compare.align import VOTE_RADIUS
from mediaev.compare.bits import TURNS, distances, turned
from mediaev.compare.relate import View
from mediaev.compare.track import Subject, Track
from mediaev.index.candidates import CandidateIndex
from mediaev.model.digest import Digest
from mediaev.model.fingerprint import Region


def digest(name):
    return Digest("sha256", hashlib.sha256(str(name).encode()).digest())


def subject(*tracks):
    laid = tuple(
        Track(region, np.arange(len(packed)) / 4, packed, np.full(len(packed), 100, np.uint8))
        for region, packed in zip(Region, tracks, strict=False)
    )
    return Subject(laid, 1.0, still=False, samples=np.arange(len(tracks[0])) / 4)


def near(packed, flips, seed):
    chance = np.random.default_rng(seed)
    bits = np.unpackbits(packed, axis=1)
    for sample in bits:
        sample[chance.choice(256, flips, replace=False)] ^= 1
    return np.packbits(bits, axis=1)


@pytest.fixture(scope="module")
def library():
    chance = np.random.default_rng(1)
    return {
        digest(number): subject(
            chance.integers(0, 256, (5, 32), dtype=np.uint8),
            chance.integers(0, 256, (5, 32), dtype=np.uint8),
        )
        for number in range(40)
    }


def test_candidates_are_those_of_a_brute_force_search(library):
    index = CandidateIndex(library)
    for number, flips in ((3, 10), (7, 60), (11, 72), (13, 73)):
        query = subject(near(library[digest(number)].tracks[1].bits[:2], flips, number))
        expected = {
            key: views
            for key, other in library.items()
            if (
                views := {
                    View(turn, Region.FULL, track.region)
                    for turn in TURNS
                    for track in other.tracks
                    if distances(turned(query.tracks[0].bits, turn), track.bits).min()
                    <= VOTE_RADIUS
                }
            )
        }
        assert index.views(query) == expected


@pytest.mark.parametrize("turn", TURNS)
def test_a_turned_copy_is_a_candidate_under_its_turn(library, turn):
    source = library[digest(5)].tracks[0].bits
    query = subject(turned(source, turn))
    views = CandidateIndex(library).views(query)[digest(5)]
    back = View(turn).from_the_other().turn
    assert View(back) in views


def test_an_empty_case_has_no_candidates():
    assert CandidateIndex({}).views(subject(np.zeros((3, 32), np.uint8))) == {}


def test_an_exhibit_without_a_picture_is_left_out():
    empty = Subject((), 3.0, still=False, samples=np.zeros(0))
    assert CandidateIndex({digest(1): empty}).views(empty) == {}
