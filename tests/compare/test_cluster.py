import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.compare.cluster import clusters
from mediaev.compare.rank import closest_to_source
from mediaev.model.cluster import Member
from mediaev.model.digest import Digest
from mediaev.model.match import Match, Relation


def digest(name):
    return Digest("sha256", hashlib.sha256(name.encode()).digest())


def names(cluster):
    known = {digest(name): name for name in "ABCDEFGHS"}
    return "".join(sorted(known[member] for member in cluster.members))


def grouped(*edges):
    """Clusters of edges such as "AB" or ("AS", Relation.EXCERPT_OF, cuts)."""
    matches = []
    for edge in edges:
        pair, relation, cuts = (
            edge if isinstance(edge, tuple) else (edge, Relation.SAME_RECORDING, 0)
        )
        evidence = {"visual": {"ends_at_cuts": bool(cuts)}}
        matches.append((digest(pair[0]), digest(pair[1]), Match(relation, 0.9, evidence=evidence)))
    members = {digest(name): Member(digest(name), 1) for name in "ABCDEFGHS"}
    return clusters(matches, members)


def test_copies_that_all_match_are_one_cluster():
    (cluster,) = grouped("AB", "BC", "AC")
    assert names(cluster) == "ABC"
    assert cluster.id == f"c-{min(map(digest, 'ABC')).hex[:12]}"


def test_a_chain_is_not_joined_but_the_link_is_kept():
    (cluster,) = grouped("AB", "BC")
    assert len(cluster.members) == 2
    assert len(cluster.links) == 1


def test_one_wrong_match_does_not_join_two_groups():
    found = grouped("AB", "BC", "AC", "DE", "EF", "DF", "CD")
    assert [names(cluster) for cluster in found] in (["ABC", "DEF"], ["DEF", "ABC"])


def test_a_copy_that_misses_a_few_others_still_joins():
    (cluster,) = grouped("AB", "AC", "AD", "BC", "BD", "CD", "EA", "EB")
    assert names(cluster) == "ABCDE"


def test_excerpts_of_one_continuous_recording_meet_in_it():
    part = Relation.EXCERPT_OF
    (cluster,) = grouped(("AS", part, 0), ("BS", part, 0), ("CS", part, 0))
    assert names(cluster) == "ABCS"


def test_a_compilation_does_not_join_its_parts():
    part = Relation.EXCERPT_OF
    (cluster,) = grouped(("AS", part, 1), ("BS", part, 1))
    assert len(cluster.members) == 2
    assert len(cluster.links) == 1


@pytest.mark.parametrize("relation", [Relation.SAME_SCENE, Relation.AUDIO_ONLY])
def test_weaker_relations_never_join(relation):
    assert grouped(("AB", relation, 0)) == []


def test_a_match_below_the_accepted_score_never_joins():
    members = {digest(name): Member(digest(name), 1) for name in "AB"}
    weak = Match(Relation.SAME_RECORDING, 0.49)
    assert clusters([(digest("A"), digest("B"), weak)], members) == []


@given(st.permutations(["AB", "BC", "AC", "DE", "CD", "EF", "FG", "EG", "AH"]))
def test_the_order_of_matches_does_not_matter(edges):
    usual = grouped("AB", "BC", "AC", "DE", "CD", "EF", "FG", "EG", "AH")
    assert grouped(*edges) == usual


def member(name, size=1, **facts):
    return Member(digest(name), size, **facts)


def test_the_longest_copy_ranks_first_and_says_so():
    ranking = closest_to_source(
        [member("A", duration=Fraction(10)), member("B", duration=Fraction(30))]
    )
    assert ranking.order[0] == digest("B")
    assert [(reason.criterion, reason.says) for reason in ranking.reasons] == [
        ("longest", "runs 00:00:30.000"),
    ]


def test_a_near_tie_passes_on_to_the_next_criterion():
    ranking = closest_to_source(
        [
            member("A", duration=Fraction("10.1"), pixels=100),
            member("B", duration=Fraction(10), pixels=900),
        ]
    )
    assert ranking.order[0] == digest("B")


@pytest.mark.parametrize(("equals", "says"), [(2, ", as does 1 more"), (3, ", as do 2 more")])
def test_a_tie_says_how_many_are_as_good(equals, says):
    best = [member(f"best {number}", duration=Fraction(10)) for number in range(equals)]
    found = closest_to_source([*best, member("short", duration=Fraction(4))])
    assert next(each for each in found.reasons if each.criterion == "longest").says.endswith(says)


def test_criteria_that_disagree_stay_in_sight():
    ranking = closest_to_source(
        [
            member("A", duration=Fraction(30), pixels=100, claimed_time="2024-05-02T00:00:00Z"),
            member("B", duration=Fraction(10), pixels=900, claimed_time="2024-05-01T00:00:00Z"),
        ]
    )
    assert ranking.order[0] == digest("A")
    assert {reason.criterion: reason.favours for reason in ranking.reasons} == {
        "longest": digest("A"),
        "largest": digest("B"),
        "earliest claimed time": digest("B"),
    }


def test_a_copy_with_bars_ranks_behind_one_without():
    ranking = closest_to_source([member("A", shown_area=0.5), member("B", shown_area=1.0)])
    assert ranking.order[0] == digest("B")
    assert ranking.reasons[0].says == "picture fills 100% of the frame"


def test_of_two_like_stills_the_one_with_more_bytes_is_less_re_encoded():
    ranking = closest_to_source([member("A", 40_000, pixels=900), member("B", 90_000, pixels=900)])
    assert ranking.order[0] == digest("B")
    assert ranking.reasons[0].says == "spends 90000 bytes"
