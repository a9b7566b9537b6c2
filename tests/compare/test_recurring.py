import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.compare.grounds import grounds
from mediaev.compare.recurring import recurring
from mediaev.model.decision import Place
from mediaev.model.digest import Digest
from mediaev.model.match import Match, Relation, Segment


def digest(name):
    return Digest("sha256", hashlib.sha256(name.encode()).digest())


def match(*spans, relation=Relation.OVERLAPS, score=0.9, **visual):
    """A match of segments such as `((0, 4), (0, 4))`."""
    return Match(
        relation, score, tuple(Segment(*each) for each in spans), evidence={"visual": visual}
    )


def sharing(places, **options):
    """Matches between all pairs of exhibits that hold one interval at the places given."""
    return [
        (digest(a), digest(b), match((places[a], places[b]), **options))
        for a, b in itertools.combinations(sorted(places), 2)
    ]


def lasting(names, seconds=20.0):
    return {digest(name): seconds for name in names}


INTRO = {"A": (0.0, 4.0), "B": (0.0, 4.1), "C": (0.05, 4.0)}


def test_an_intro_of_three_unrelated_recordings_is_found():
    (found,) = recurring(sharing(INTRO), lasting("ABC"))
    assert (found.recordings, found.where) == (3, "intro")
    assert {place.exhibit for place in found.places} == set(map(digest, "ABC"))
    assert all(place.seconds == pytest.approx(4, abs=0.2) for place in found.places)


def test_two_recordings_are_too_few():
    two = {name: INTRO[name] for name in "AB"}
    assert recurring(sharing(two), lasting("AB")) == []


def test_an_end_card_that_the_judge_kept_apart_is_found_as_well():
    places = {"A": (16.0, 20.0), "B": (26.0, 30.0), "C": (8.0, 12.0)}
    durations = {digest("A"): 20.0, digest("B"): 30.0, digest("C"): 12.0}
    matches = sharing(places, relation=Relation.SAME_SCENE, score=0.49, shared_card=True)
    (found,) = recurring(matches, durations)
    assert found.where == "end card"
    assert recurring(sharing(places, relation=Relation.SAME_SCENE, score=0.49), durations) == []


def test_copies_of_one_recording_count_once():
    copies = [(digest("C"), digest("D"), match(((0, 20), (0, 20))))]
    places = {**INTRO, "D": (0.0, 4.0)}
    intro = [each for each in sharing(places) if {each[0], each[1]} != set(map(digest, "CD"))]
    (found,) = recurring([*intro, *copies], lasting("ABCD"))
    assert (len(found.places), found.recordings) == (4, 3)
    without = [each for each in [*intro, *copies] if digest("A") not in each[:2]]
    assert recurring(without, lasting("BCD")) == []


def test_three_copies_of_one_recording_are_no_boilerplate():
    whole = dict.fromkeys("ABC", (0.0, 20.0))
    assert recurring(sharing(whole), lasting("ABC")) == []


def test_recordings_that_agree_elsewhere_as_well_are_no_witnesses():
    both = [(a, b, match(((0, 4), (0, 4)), ((9, 15), (11, 17)))) for a, b, _ in sharing(INTRO)]
    assert recurring(both, lasting("ABC")) == []


def test_an_intro_and_an_end_card_are_two():
    both = [(a, b, match(((0, 4), (0, 4)), ((17, 20), (17, 20)))) for a, b, _ in sharing(INTRO)]
    found = recurring(both, lasting("ABC"))
    assert sorted(each.where for each in found) == ["end card", "intro"]


def test_an_exhibit_that_is_nothing_else_does_not_count():
    places = {"A": (0.0, 4.0), "B": (0.0, 4.0), "C": (0.0, 4.0)}
    assert recurring(sharing(places), lasting("AB") | {digest("C"): 4.2}) == []


def test_an_intro_that_some_cut_short_is_proposed_once_and_whole():
    places = dict.fromkeys("ABC", (0.0, 4.0))
    short = [(digest("S"), digest(name), match(((0.0, 2.0), (2.0, 4.0)))) for name in "ABC"]
    (found,) = recurring([*sharing(places), *short], lasting("ABCS"))
    assert {round(place.seconds) for place in found.places} == {4}


def test_a_chain_of_coincidences_is_not_enough():
    chain = [
        (digest(a), digest(b), match(((0, 4), (0, 4)))) for a, b in itertools.pairwise("ABCDEFGH")
    ]
    assert recurring(chain, lasting("ABCDEFGH")) == []


def test_stills_and_what_has_no_duration_are_passed_over():
    stills = [
        (digest(a), digest(b), match(((0, 0), (0, 0)))) for a, b in itertools.combinations("ABC", 2)
    ]
    assert recurring(stills, lasting("ABC")) == []
    assert recurring(sharing(INTRO), {}) == []


def test_one_recording_cut_into_three_compilations_is_proposed_with_a_warning():
    """From the matches alone it cannot be told from an ident."""
    places = {"A": (6.0, 11.0), "B": (2.5, 7.5), "C": (9.0, 14.0)}
    durations = lasting("ABC")
    (found,) = recurring(sharing(places), durations)
    assert found.where == "inside"
    told = grounds(found, durations, lambda _digest, _at: False)
    against = " ".join(each.says for each in told if not each.speaks_for)
    assert "real footage" in against
    assert "no cut" in against


def test_grounds_say_where_and_how_long_and_how_many():
    durations = lasting("ABC")
    (found,) = recurring(sharing(INTRO), durations)
    told = grounds(found, durations, lambda _digest, at: abs(at - 4) < 0.3)
    assert all(each.speaks_for for each in told)
    words = " ".join(each.says for each in told)
    for part in ("3 exhibits", "3 recordings", "the very start of all 3", "4.0 s", "between cuts"):
        assert part in words


@given(st.permutations(sharing({**INTRO, "D": (0.0, 3.9), "E": (0.1, 4.0)})))
def test_the_order_of_matches_does_not_matter(matches):
    (found,) = recurring(matches, lasting("ABCDE"))
    assert found == recurring(sorted(matches, key=str), lasting("ABCDE"))[0]


spans = st.tuples(st.floats(-5, 40), st.floats(0, 12)).map(lambda each: (each[0], sum(each)))
links = st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF"), spans, spans)


@given(st.lists(links, max_size=30))
def test_whatever_the_matches_say_the_findings_hold_together(drawn):
    matches = [(digest(a), digest(b), match((one, other))) for a, b, one, other in drawn if a != b]
    durations = lasting("ABCDEF")
    for found in recurring(matches, durations):
        exhibits = {place.exhibit for place in found.places}
        assert 3 <= found.recordings <= len(exhibits)
        assert all(isinstance(place, Place) and place.seconds > 0 for place in found.places)
        assert grounds(found, durations)
