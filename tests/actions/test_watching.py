"""What is left to watch never leaves out what nobody has seen."""

from hashlib import sha256

from mediaev import Cluster, Digest, Match, Relation
from mediaev.actions.watching import to_watch
from mediaev.model.cluster import Ranking
from mediaev.store import StoredMatch

A, B, C, D = (Digest("sha256", sha256(name.encode()).digest()) for name in "ABCD")


def match(one, other, relation, score=0.9):
    return StoredMatch("m-0", one, other, Match(relation, score), "engine")


def left(order, *matches):
    cluster = Cluster("c-0", tuple(order), Ranking(tuple(order), ()))
    return to_watch({A, B, C, D}, [cluster], matches)


def test_copies_and_excerpts_of_what_stays_need_not_be_watched():
    found = left(
        [A, B, C],
        match(A, B, Relation.SAME_RECORDING),
        match(C, A, Relation.EXCERPT_OF),
    )
    assert found == {A, D}
    assert left([A, C], match(A, C, Relation.CONTAINS)) == {A, B, D}


def test_what_merely_overlaps_stays():
    """Four recordings that share a title are four recordings."""
    pairs = [(A, B), (A, C), (A, D), (B, C), (B, D), (C, D)]
    overlaps = [match(one, other, Relation.OVERLAPS) for one, other in pairs]
    assert left([A, B, C, D], *overlaps) == {A, B, C, D}


def test_the_whole_stays_although_an_excerpt_ranks_first():
    assert left([C, A], match(C, A, Relation.EXCERPT_OF)) == {A, B, D}
    found = left([C, B, A], match(C, A, Relation.EXCERPT_OF), match(B, C, Relation.SAME_RECORDING))
    assert found == {A, C, D}  # nothing says that B is in A


def test_a_chain_of_copies_is_no_proof_for_its_ends():
    """B is an excerpt of A, and C of B, but nobody compared C with A successfully."""
    found = left([A, B, C], match(B, A, Relation.EXCERPT_OF), match(C, B, Relation.EXCERPT_OF))
    assert found == {A, C, D}


def test_what_was_not_accepted_covers_nothing():
    assert left([A, B], match(A, B, Relation.SAME_RECORDING, 0.4)) == {A, B, C, D}
