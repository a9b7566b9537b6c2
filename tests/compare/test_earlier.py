"""Rankings by what was done to copies, and copies that must have existed before those held."""

import hashlib
from fractions import Fraction

import pytest

from mediaev.compare.cluster import clusters
from mediaev.model.cluster import Member
from mediaev.model.digest import Digest
from mediaev.model.match import Match, Relation, Segment, Transform

WHOLE = {"picture": [0, 0, 1, 1], "shared": [0, 0, 1, 1], "share": 1.0, "seams": [], "heard": False}
CROP = {**WHOLE, "shared": [0.1, 0.1, 0.8, 0.8], "share": 0.49, "seams": [[1.1, 0.95]]}
LOGO = [0.8, 0.1, 0.95, 0.2]
CORNER = [0.05, 0.05, 0.2, 0.15]


def digest(name):
    return Digest("sha256", hashlib.sha256(name.encode()).digest())


def member(name, **facts):
    usual = {"duration": Fraction(20), "pixels": 10_000, "frame_pixels": 10_000, "codec": "h264"}
    return Member(digest(name), 1000, **{**usual, **facts})


def overlay(on, box=LOGO):
    return {"query": box, "exhibit": box, "share": 0.015, "strength": 4.0, "on": on}


def match(*, query=WHOLE, exhibit=WHOLE, overlays=(), cuts=False, spans=((0, 20), (0, 20)), **more):
    closeup = {"query": query, "exhibit": exhibit, "overlays": list(overlays)}
    evidence = {"visual": {"ends_at_cuts": cuts}, "closeup": closeup}
    relation = more.get("relation", Relation.SAME_RECORDING)
    return Match(relation, 0.9, (Segment(*spans),), Transform(), evidence)


def cluster(matches, *members):
    """The one cluster of matches such as `{"AB": match()}`, seen from the first."""
    found = clusters(
        [(digest(pair[0]), digest(pair[1]), each) for pair, each in matches.items()],
        {one.exhibit: one for one in members},
    )
    assert len(found) == 1
    return found[0]


def first(found):
    return found.ranking.order[0]


def reasons(found):
    return {each.criterion: each.favours for each in found.ranking.reasons}


def test_a_crop_ranks_behind_what_it_was_cut_from():
    found = cluster({"AB": match(exhibit=CROP)}, member("A", pixels=90_000), member("B"))
    assert first(found) == digest("B")
    assert reasons(found)["least cropped"] == digest("B")
    assert reasons(found)["largest"] == digest("A")


def test_a_logo_ranks_behind_none():
    found = cluster({"AB": match(overlays=[overlay("query")])}, member("A"), member("B"))
    assert first(found) == digest("B")
    assert reasons(found) == {"fewest overlays": digest("B")}
    assert found.earlier == ()


def test_a_copy_that_lacks_nothing_could_be_the_source():
    parts = match(relation=Relation.EXCERPT_OF, spans=((0, 5), (8, 13)))
    found = cluster({"AB": parts}, member("A", duration=Fraction(5)), member("B"))
    assert first(found) == digest("B")
    assert found.earlier == ()


def test_one_with_a_logo_and_one_cropped_come_from_a_third_that_is_not_held():
    """The crop shows what the logo covers, and the other what was cropped away."""
    edits = match(query=CROP, exhibit=WHOLE, overlays=[overlay("query")])
    found = cluster({"AB": edits}, member("A"), member("B"))
    (reason,) = found.earlier
    assert reason.by_picture
    assert set(reason.rests_on) == {digest("A"), digest("B")}
    assert reason.rests_on[0] == first(found)
    assert "overlay" in reason.says
    assert "cropped" in reason.says


def test_two_logos_at_two_places_come_from_a_third():
    edits = match(overlays=[overlay("query"), overlay("exhibit", CORNER)])
    assert cluster({"AB": edits}, member("A"), member("B")).earlier[0].by_picture


@pytest.mark.parametrize(
    "facts",
    [{"frame_pixels": 2_000, "pixels": 2_000}, {"has_sound": False}],
    ids=["fewer pixels", "no sound"],
)
def test_what_is_added_to_copies_every_day_points_to_none(facts):
    """Pixels are enlarged and sound is laid over: the one with the logo may come from the other."""
    heard = {**WHOLE, "heard": True}
    edits = match(query=heard, overlays=[overlay("query")])
    found = cluster({"AB": edits}, member("A", has_sound=True), member("B", **facts))
    assert first(found) == digest("B")
    assert found.earlier == ()


def test_the_longest_with_a_logo_and_a_clean_excerpt():
    excerpt = match(
        relation=Relation.EXCERPT_OF, spans=((0, 5), (8, 13)), overlays=[overlay("exhibit")]
    )
    found = cluster({"AB": excerpt}, member("A", duration=Fraction(5)), member("B"))
    assert first(found) == digest("B")
    (reason,) = found.earlier
    assert not reason.by_picture  # length may have been added
    assert "carries an overlay" in reason.says


PART = {"relation": Relation.EXCERPT_OF, "cuts": True}
OTHER_PART = match(spans=((0, 8), (50, 58)), **PART)
"""Another recording that the compilation holds as well: it joins no cluster with the first."""


def of_compilation(part, single):
    compilation, stranger = member("B", duration=Fraction(60)), member("C", duration=Fraction(8))
    copy = member("D", duration=Fraction(5), frame_pixels=1_000, pixels=1_000)
    again = match(spans=((0, 5), (0, 5)))
    matches = {"AB": part, "CB": OTHER_PART, "AD": again, "DB": part}
    found = clusters(
        [(digest(pair[0]), digest(pair[1]), each) for pair, each in matches.items()],
        {one.exhibit: one for one in (single, compilation, stranger, copy)},
    )
    return next(each for each in found if digest("A") in each.members)


def test_a_compilation_is_no_longer_than_what_it_shows_of_the_recording():
    part = match(spans=((0, 5), (30, 35)), **PART)
    single = member("A", duration=Fraction(5), pixels=40_000, frame_pixels=40_000)
    found = of_compilation(part, single)
    assert first(found) == digest("A")
    assert "longest" not in reasons(found)


def test_a_larger_compilation_of_what_is_held_cropped_points_to_an_earlier_copy():
    part = match(query=WHOLE, exhibit=CROP, spans=((0, 5), (30, 35)), **PART)
    single = member("A", duration=Fraction(5), pixels=2_000, frame_pixels=2_000)
    found = of_compilation(part, single)
    assert first(found) == digest("B")
    (reason,) = found.earlier
    assert not reason.by_picture
    assert "compilations" in reason.says


def test_a_long_recording_is_no_compilation_because_a_part_was_cut_from_it():
    part = match(spans=((0, 5), (30, 35)), **PART)
    single = member("A", duration=Fraction(5), pixels=40_000, frame_pixels=40_000)
    found = cluster({"AB": part}, single, member("B", duration=Fraction(60)))
    assert reasons(found)["longest"] == digest("B")


def test_of_three_the_odd_one_out_carries_the_overlay():
    """Nothing moves, so two cannot tell; two that agree can."""
    odd = match(overlays=[overlay(None)])
    found = cluster({"AB": odd, "AC": odd, "BC": match()}, *(member(name) for name in "ABC"))
    assert found.ranking.order[-1] == digest("A")
    assert "fewest overlays" in reasons(found)
    alone = cluster({"AB": odd}, member("A"), member("B"))
    assert "fewest overlays" not in reasons(alone)


def test_where_all_three_differ_nobody_is_the_odd_one():
    odd = match(overlays=[overlay(None)])
    found = cluster({"AB": odd, "AC": odd, "BC": odd}, *(member(name) for name in "ABC"))
    assert "fewest overlays" not in reasons(found)


def test_a_silent_copy_ranks_behind_one_that_is_heard():
    found = cluster(
        {"AB": match(query={**WHOLE, "heard": True})},
        member("A", has_sound=True),
        member("B"),
    )
    assert reasons(found) == {"with sound": digest("A")}


def test_copies_without_a_close_look_rank_as_their_files_say():
    plain = Match(Relation.SAME_RECORDING, 0.9, (Segment((0, 20), (0, 20)),))
    found = cluster({"AB": plain}, member("A", pixels=90_000), member("B"))
    assert first(found) == digest("A")
    assert found.earlier == ()
