import hashlib

import pytest

from mediaev.compare.boilerplate import KnownPlaces, confirmed, spread, standing
from mediaev.model.decision import BOILERPLATE, Decision, Place, Verdict
from mediaev.model.digest import Digest
from mediaev.model.match import Match, Relation, Segment


def digest(name):
    return Digest("sha256", hashlib.sha256(name.encode()).digest())


def place(name, start=0.0, end=4.0):
    return Place(digest(name), start, end)


def match(*spans, speed=1.0, ambiguous=False):
    segments = tuple(
        Segment(one, other, speed, 0.9, offset_ambiguous=ambiguous) for one, other in spans
    )
    return Match(Relation.OVERLAPS, 0.9, segments)


def decided(verdict, *places, subject="b-1"):
    return Decision(BOILERPLATE, subject, verdict, places)


YES, NO, OPEN = Verdict.BOILERPLATE, Verdict.NOT_BOILERPLATE, Verdict.UNDECIDED


@pytest.mark.parametrize("last", [NO, OPEN])
def test_a_later_decision_takes_an_earlier_one_back(last):
    taken = [decided(YES, place("A")), decided(last, place("A"))]
    assert confirmed(taken[:1]) == [("b-1", place("A"))]
    assert confirmed(taken) == []
    assert confirmed([*taken, taken[0]]) == [("b-1", place("A"))]


def test_decisions_are_known_by_their_places_whatever_id_they_had():
    taken = [
        decided(YES, place("A"), place("B"), subject="b-old"),
        decided(NO, place("B", 0.1, 4.2), place("C"), subject="b-new"),
    ]
    assert [each.subject for each in standing(taken)] == ["b-new"]


def test_decisions_about_other_places_stand_side_by_side():
    taken = [
        decided(YES, place("A"), subject="b-1"),
        decided(YES, place("A", 16, 20), subject="b-2"),
    ]
    assert len(standing(taken)) == 2


def test_boilerplate_is_found_wherever_it_matches():
    matches = [
        (digest("A"), digest("B"), match(((0, 4), (10, 14)))),
        (digest("B"), digest("C"), match(((10, 14), (3, 7)))),
        (digest("C"), digest("D"), match(((0, 20), (0, 20)))),
    ]
    found = {held.exhibit: held for _, held in spread([("b-1", place("A"))], matches)}
    assert found == {
        digest("A"): place("A"),
        digest("B"): place("B", 10, 14),
        digest("C"): place("C", 3, 7),
        digest("D"): place("D", 3, 7),
    }


def test_only_what_is_known_is_carried_over():
    longer = [(digest("A"), digest("B"), match(((0, 9), (5, 14))))]
    assert spread([("b-1", place("A"))], longer)[-1][1].seconds == pytest.approx(4)
    part = [(digest("A"), digest("B"), match(((2, 9), (0, 7))))]
    known = {held.exhibit: held for _, held in spread([("b-1", place("A"))], part)}
    assert known[digest("B")] == place("B", 0, 2)


def test_another_speed_is_reckoned_with():
    faster = [(digest("A"), digest("B"), match(((0, 4), (0, 5)), speed=1.25))]
    known = {held.exhibit: held for _, held in spread([("b-1", place("A"))], faster)}
    assert known[digest("B")] == place("B", 0, 5)


def test_matches_that_contradict_each_other_do_not_carry_it_over_a_whole_recording():
    loop = [
        (digest("A"), digest("B"), match(((0, 100), (0, 100)))),
        (digest("A"), digest("B"), match(((0, 99), (1, 100)))),
    ]
    for _, held in spread([("b-1", place("A"))], loop):
        assert held.seconds < 6


def test_weak_matches_carry_nothing():
    weak = Match(Relation.SAME_SCENE, 0.4, (Segment((0, 4), (0, 4)),))
    assert len(spread([("b-1", place("A"))], [(digest("A"), digest("B"), weak)])) == 1


KNOWN = KnownPlaces([("b-1", place("A"))])


@pytest.mark.parametrize(
    ("spans", "rests"),
    [
        ([((0, 4), (8, 12))], True),
        ([((0.2, 3.8), (8, 11.6))], True),
        ([((0, 4.8), (8, 12.8))], True),
        ([((0, 5.5), (8, 13.5))], False),
        ([((3, 6), (8, 11))], False),
        ([((0, 4), (8, 12)), ((9, 11), (20, 22))], False),
        ([((5, 9), (8, 12))], False),
        ([((2, 2), (0, 0))], True),
        ([((9, 9), (0, 0))], False),
        ([], False),
    ],
)
def test_a_match_rests_on_boilerplate_if_all_of_it_lies_there(spans, rests):
    marked = KNOWN.marked(digest("A"), digest("B"), match(*spans))
    assert marked.rests_on_boilerplate is rests
    assert marked.accepted is not rests
    other = KNOWN.marked(digest("B"), digest("A"), match(*((two, one) for one, two in spans)))
    assert other.rests_on_boilerplate is rests


def test_either_side_will_do_but_somebody_elses_will_not():
    assert not KNOWN.marked(digest("B"), digest("C"), match(((0, 4), (0, 4)))).rests_on_boilerplate


def test_two_pieces_of_boilerplate_carry_a_match_together():
    known = KnownPlaces([("b-1", place("A")), ("b-2", place("A", 4.1, 8))])
    assert known.under(digest("A"), digest("B"), match(((0, 8), (0, 8)))) == ("b-1", "b-2")


def test_a_query_holds_what_its_matches_hold():
    """Of two exhibits that only the query joins, one may not be known yet."""
    matches = [(digest("A"), match(((6, 10), (0, 4)))), (digest("N"), match(((6, 10), (1, 5))))]
    known = KNOWN.with_query(digest("Q"), matches)
    for other, each in matches:
        assert known.marked(digest("Q"), other, each).rests_on_boilerplate


def test_a_turned_match_still_says_so():
    marked = KNOWN.marked(digest("A"), digest("B"), match(((0, 4), (8, 12))))
    assert marked.turned().rests_on_boilerplate
