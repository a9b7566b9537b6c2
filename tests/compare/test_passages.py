"""Where and when a match says that two exhibits show the same, read back from its evidence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moving import meetings, reencoded, still, video, wandering

from mediaev.compare.bits import TURNS
from mediaev.compare.overlap import overlap
from mediaev.compare.passages import passages
from mediaev.compare.placing import Placing, corners, inverse, mapped, placing_of, size_of
from mediaev.compare.relate import relate
from mediaev.compare.telling import course, moments
from mediaev.compare.view import ALL_VIEWS
from mediaev.model.fingerprint import WHOLE, Box
from mediaev.model.match import Match, Relation, Segment, Transform

WIDE, TALL = size_of(16, 9), size_of(9, 16)
MATRIX = [[0.5, 0.0, 0.25], [0.0, 0.5, 0.125]]


def said(visual, *, transform=None):
    segment = Segment((0.0, 4.0), (2.0, 6.0))
    laid = transform or Transform()
    return Match(Relation.EXCERPT_OF, 0.9, (segment,), laid, evidence={"visual": visual})


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


def test_evidence_of_old_that_knows_one_side_alone_is_turned_as_well():
    old = said({"placing": MATRIX})
    (there,) = passages(old, WIDE, WIDE)
    (back,) = passages(old.turned(), WIDE, WIDE)
    assert back.placing.matrix == pytest.approx(inverse(there.placing.matrix))


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("box_in", ["query", "exhibit"])
def test_without_a_placing_the_transform_tells_it(turn, box_in):
    box = Box(0.125, 0.25, 0.5, 0.75)
    query = TALL if turn.rotation % 180 else WIDE
    boxes = (box, WHOLE) if box_in == "query" else (WHOLE, box)
    placing = placing_of(turn, query, WIDE, *boxes)
    (passage,) = passages(said({}, transform=placing.transform()), query, WIDE)
    assert passage.placing.matrix == pytest.approx(placing.matrix, abs=1e-3)


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


def test_sound_alone_has_no_place_in_the_picture():
    alone = Match(Relation.AUDIO_ONLY, 0.8, (Segment((0.0, 4.0), (2.0, 6.0)),))
    (passage,) = passages(alone, WIDE, WIDE)
    assert passage.placing is None


@given(
    st.floats(0.1, 3),
    st.floats(-3.1, 3.1),
    st.floats(-0.5, 1),
    st.floats(-0.5, 1),
    st.booleans(),
)
def test_the_overlap_lies_in_both_pictures_and_is_one(scale, angle, across, down, mirrored):
    turned = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if mirrored:
        turned = turned @ np.diag([-1.0, 1.0])
    placing = Placing(np.concatenate([turned, [[across], [down]]], axis=1), WIDE, TALL)
    areas = overlap(placing)
    if areas is None:
        return
    query, exhibit = areas
    assert 3 <= len(query) == len(exhibit) <= 8
    for polygon, size in ((query, WIDE), (exhibit, TALL)):
        assert (polygon > -1e-9).all()
        assert (polygon < np.array(size) + 1e-9).all()
    assert mapped(placing.matrix, exhibit) == pytest.approx(query, abs=1e-6)


def test_a_mirrored_picture_shows_by_the_order_of_its_corners():
    placing = placing_of(TURNS[4], WIDE, WIDE, WHOLE, WHOLE)
    assert placing.mirrored
    query, exhibit = overlap(placing)
    assert query == pytest.approx(corners(WIDE))
    assert exhibit == pytest.approx(corners(WIDE)[[1, 0, 3, 2]])


def test_pictures_that_do_not_meet_have_no_overlap():
    away = Placing(np.array([[1.0, 0.0, 5.0], [0.0, 1.0, 0.0]]), WIDE, WIDE)
    assert overlap(away) is None


def test_a_slight_tilt_makes_no_further_corners():
    angle = 0.004
    turned = [[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0]]
    assert len(overlap(Placing(np.array(turned), WIDE, WIDE))[0]) == 4


def test_ends_and_telling_moments_are_shown_in_order(pair, match):
    (passage,) = passages(match, pair[0].size, pair[1].size)
    along = course(pair[0].reel, pair[1].reel, passage)
    assert np.median(along.alike) > 0.8
    assert np.nanmedian(along.together) > 0.6
    chosen = moments(passage, along, 5)
    assert 3 <= len(chosen) <= 5
    at = [each.at for each in chosen]
    assert at == sorted(at)
    assert (at[0], at[-1]) == (passage.low, passage.high)
    told = " ".join(each.why for each in chosen)
    for words in ("first", "last", "most moves", "differ most"):
        assert words in told
    differing = next(each for each in chosen if "differ most" in each.why)
    assert differing.alike == pytest.approx(along.alike.min(), abs=0.02)


def test_without_films_the_ends_and_the_middle_are_shown(pair, match):
    (passage,) = passages(match, pair[0].size, pair[1].size)
    assert course(None, pair[1].reel, passage) is None
    assert [each.why for each in moments(passage, None, 5)] == ["first", "in the middle", "last"]
