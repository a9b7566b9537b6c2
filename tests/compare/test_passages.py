"""Where and when a match says that two exhibits show the same, read back from its evidence."""

import numpy as np
import pytest
from moving import meetings, reencoded, still, video, wandering

from mediaev.compare.passages import passages
from mediaev.compare.placing import inverse, size_of
from mediaev.compare.relate import relate
from mediaev.compare.telling import moments
from mediaev.compare.view import ALL_VIEWS
from mediaev.model.match import Match, Relation, Segment

WIDE = size_of(16, 9)
MATRIX = [[0.5, 0.0, 0.25], [0.0, 0.5, 0.125]]


def said(visual):
    segment = Segment((0.0, 4.0), (2.0, 6.0))
    return Match(Relation.EXCERPT_OF, 0.9, (segment,), evidence={"visual": visual})


@pytest.fixture(scope="module")
def pair():
    """An excerpt of 5 s, and what it is from."""
    frames = wandering(4, 14)
    return video(reencoded(frames[24:64])), video(frames)


@pytest.fixture(scope="module")
def match(pair):
    query, exhibit = pair
    return relate(query, exhibit, ALL_VIEWS, meetings(query, exhibit))


def test_a_match_says_its_exact_line_and_place(pair, match):
    (passage,) = passages(match, pair[0].size, pair[1].size)
    assert passage.there(passage.low) == pytest.approx(3.0, abs=0.1)
    assert passage.there(passage.high) == pytest.approx(3.0 + passage.high, abs=0.15)
    assert passage.placing.matrix == pytest.approx(np.eye(2, 3), abs=0.02)


def test_from_the_other_side_it_is_the_way_back(pair, match):
    (one,) = passages(match, pair[0].size, pair[1].size)
    (other,) = passages(match.turned(), pair[1].size, pair[0].size)
    assert other.there(one.there(1.0)) == pytest.approx(1.0, abs=1e-6)
    assert other.placing.matrix == pytest.approx(inverse(one.placing.matrix), abs=1e-4)


def test_turned_twice_not_a_digit_of_the_evidence_has_changed(match):
    assert match.turned().evidence != match.evidence
    assert match.turned().turned().evidence == match.evidence


def test_stills_say_their_place():
    picture = wandering(5, 1)[0]
    query, exhibit = still(np.ascontiguousarray(picture[20:140, 40:280])), still(picture)
    match = relate(query, exhibit, ALL_VIEWS, meetings(query, exhibit))
    (passage,) = passages(match, query.size, exhibit.size)
    box = passage.placing.in_exhibit()
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx(
        (40 / 320, 20 / 180, 280 / 320, 140 / 180), abs=0.02
    )


def test_a_place_is_turned_by_its_name():
    old = said({"placing": MATRIX})
    (there,) = passages(old, WIDE, WIDE)
    (back,) = passages(old.turned(), WIDE, WIDE)
    assert back.placing.matrix == pytest.approx(inverse(there.placing.matrix))


@pytest.mark.parametrize(
    "visual",
    [
        {"placing": "all of it"},
        {"placing": [[1, 0, 0]]},
        {"placing": [[1, 0, 0], [0, 1, "0"]]},
        {"placing": [[1, 0, 0], [0, 1, float("nan")]]},
        {"placing": [[1, 0, 0], [0, 1, 1e300]]},
        {"placing": [[0, 0, 0], [0, 0, 0]]},
        {"placing_back": [[1, 1, 0], [1, 1, 0]]},
        {"runs": [{"query": [3, 1], "exhibit": [0, 1]}]},
        {"runs": [{"query": [0, 1], "exhibit": [0, 1e300]}]},
        {"runs": [{"query": [0, True], "exhibit": [0, 1]}]},
        {"runs": [{"query": [0, 1e-9], "exhibit": [0, 5]}]},
    ],
)
def test_evidence_that_makes_no_sense_is_refused(visual):
    with pytest.raises(ValueError, match=r"."):
        passages(said(visual), WIDE, WIDE)


@pytest.mark.parametrize("visual", [{"runs": "none"}, {"runs": [1]}, {"runs": [{}, {}]}, 7, None])
def test_evidence_that_says_nothing_leaves_the_segment(visual):
    (passage,) = passages(said(visual), WIDE, WIDE)
    assert (passage.low, passage.high, passage.there(0.0)) == (0.0, 4.0, 2.0)


def test_a_match_that_names_no_place_has_none():
    (passage,) = passages(said({"samples": 1}), WIDE, WIDE)
    assert passage.placing is None


def test_ends_and_telling_moments_are_shown_in_order(pair, match):
    (passage,) = passages(match, pair[0].size, pair[1].size)
    chosen = moments(pair[0].reel, pair[1].reel, passage, 5)
    assert 3 <= len(chosen) <= 5
    at = [each.at for each in chosen]
    assert at == sorted(at)
    assert (at[0], at[-1]) == (passage.low, passage.high)
    told = " ".join(each.why for each in chosen)
    for words in ("first", "last", "most moves", "differ most"):
        assert words in told
    assert all(each.alike > 0.8 and each.together > 0.5 for each in chosen)


def test_without_films_the_ends_and_the_middle_are_shown(pair, match):
    (passage,) = passages(match, pair[0].size, pair[1].size)
    chosen = moments(None, pair[1].reel, passage, 5)
    assert [each.why for each in chosen] == ["first", "in the middle", "last"]
