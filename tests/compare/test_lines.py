"""Pieces of one recording in any order: each found on its own line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moving import RATE, fixed, meetings, reencoded, video, wandering

from mediaev.compare.lines import unexplained
from mediaev.compare.reel import SideBySide
from mediaev.compare.registration import by_motion
from mediaev.compare.relate import relate
from mediaev.compare.view import ALL_VIEWS
from mediaev.model.match import Relation


def related(query, exhibit):
    return relate(query, exhibit, ALL_VIEWS, meetings(query, exhibit))


def pieces(source, *spans):
    """The frames of some stretches of a source, one after the other, re-encoded."""
    return video(reencoded(np.concatenate([source[low:high] for low, high in spans])))


def told(match):
    return [each for segment in match.segments for each in (*segment.query, *segment.exhibit)]


@pytest.mark.parametrize("source", [wandering(31, 14), fixed(5, 2, 14)])
def test_a_loop_is_found_at_each_of_its_showings(source):
    match = related(pieces(source, (24, 48), (24, 48), (24, 48)), video(source))
    assert match.relation is Relation.EXCERPT_OF
    expected = [3 * n + each for n in range(3) for each in (0, 3)]
    found = [each for segment in match.segments for each in segment.query]
    assert found == pytest.approx(expected, abs=0.2)
    assert all(segment.exhibit == pytest.approx((3, 6), abs=0.2) for segment in match.segments)


def test_a_piece_left_out_is_seen_at_once():
    source = fixed(6, 3, 16)
    match = related(pieces(source, (8, 40), (64, 104)), video(source))
    assert match.relation is Relation.EXCERPT_OF
    assert told(match) == pytest.approx([0, 4, 1, 5, 4, 9, 8, 13], abs=0.2)


def test_an_unbroken_excerpt_stays_one_segment():
    source = wandering(32, 14)
    assert len(related(pieces(source, (16, 96)), video(source)).segments) == 1


def test_where_nothing_is_a_copy_no_more_is_sought():
    assert list(unexplained([], 60.0)) == []


@given(start=st.integers(0, 60), speed=st.sampled_from([0.8, 1.0, 1.25]))
def test_motion_alone_tells_the_offset_at_a_known_speed(start, speed):
    chance = np.random.default_rng(start)
    moving = (chance.normal(0, 12, (120, 200)).cumsum(axis=0) % 256).astype(np.float32)
    query = SideBySide(
        np.arange(40) / RATE,
        moving[start : start + 40],
        np.arange(120) * speed / RATE,
        moving,
        (1, 200),
        np.ones(200, np.bool_),
    )
    agreed, offset = by_motion(query, speed)[0]
    assert agreed > 0.8  # the first half second is held against what comes after it
    assert offset == pytest.approx(start * speed / RATE, abs=0.01)
