from dataclasses import replace

import numpy as np
import pytest
from footage import PACE, footage, reencoded, static_camera, still, track, video
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaev.compare.bits import TURNS, turned
from mediaev.compare.relate import ALL_VIEWS, View, relate
from mediaev.compare.track import Subject
from mediaev.model.fingerprint import Box, Region
from mediaev.model.match import Relation

UPRIGHT = [View()]


def test_a_reencoding_is_the_same_recording_end_to_end():
    source = footage(1, 20)
    match = relate(video(reencoded(source, 2)), video(source), UPRIGHT)
    assert match.relation is Relation.SAME_RECORDING
    assert match.accepted
    (segment,) = match.segments
    assert segment.query == pytest.approx((0, 20), abs=0.2)
    assert segment.exhibit == pytest.approx((0, 20), abs=0.2)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100), st.integers(8, 30), st.integers(0, 2**20))
def test_an_excerpt_is_found_where_it_lies(start, length, seed):
    source = footage(seed, 40)
    part = reencoded(source[start : start + length], seed + 1)
    match = relate(video(part), video(source), UPRIGHT)
    assert match.relation is Relation.EXCERPT_OF
    (segment,) = match.segments
    assert segment.exhibit[0] == pytest.approx(start * PACE, abs=0.3)
    assert segment.exhibit[1] == pytest.approx((start + length) * PACE, abs=0.3)
    assert segment.query == pytest.approx((0, length * PACE), abs=0.3)


def test_what_contains_and_what_is_contained_agree():
    source = footage(5, 30)
    part = video(reencoded(source[40:80], 6))
    there = relate(part, video(source), UPRIGHT)
    back = relate(video(source), part, UPRIGHT)
    assert (there.relation, back.relation) == (Relation.EXCERPT_OF, Relation.CONTAINS)
    assert back.turned().segments[0].exhibit == pytest.approx(there.segments[0].exhibit, abs=0.3)


def test_a_compilation_comes_apart_into_its_parts():
    sources = [footage(seed, 15) for seed in (11, 12, 13)]
    parts = [reencoded(source[20:32], seed) for seed, source in enumerate(sources)]
    compilation = video(np.concatenate(parts))
    for number, source in enumerate(sources):
        match = relate(compilation, video(source), UPRIGHT)
        assert match.relation is Relation.OVERLAPS
        (segment,) = match.segments
        assert segment.query == pytest.approx((3 * number, 3 * number + 3), abs=0.3)
        assert segment.exhibit == pytest.approx((5, 8), abs=0.3)


def test_two_parts_of_one_source_are_two_segments():
    source = footage(21, 30)
    query = np.concatenate([source[80:100], footage(22, 4), source[10:30]])
    match = relate(video(query), video(source), UPRIGHT)
    assert [segment.exhibit for segment in match.segments] == [
        pytest.approx((20, 25), abs=0.3),
        pytest.approx((2.5, 7.5), abs=0.3),
    ]


@pytest.mark.parametrize("speed", [0.8, 1.25, 1.5])
def test_a_changed_speed_is_measured(speed):
    source = footage(31, 40, flips=4)
    times = np.arange(0, 12, PACE)
    query = source[np.round(times * speed / PACE).astype(int)]
    match = relate(video(query, times), video(source), UPRIGHT)
    assert match.segments[0].speed == pytest.approx(speed, rel=0.02)


def test_other_moments_of_one_camera_are_no_copies():
    match = relate(
        video(static_camera(41, 1, 8, moving=12)),
        video(static_camera(41, 2, 8, moving=12)),
        UPRIGHT,
    )
    assert match.relation is Relation.SAME_SCENE
    assert not match.accepted


def test_the_same_moment_of_one_camera_is_a_copy():
    moment = static_camera(41, 1, 8, moving=12)
    match = relate(video(reencoded(moment, 3, flips=4)), video(moment), UPRIGHT)
    assert match.accepted


def test_footage_without_motion_says_that_its_offset_is_ambiguous():
    frozen = np.repeat(footage(51, PACE), 40, axis=0)
    match = relate(video(frozen[:12]), video(frozen), UPRIGHT)
    assert match.accepted
    assert match.segments[0].offset_ambiguous


def test_unrelated_footage_does_not_match():
    assert relate(video(footage(61, 20)), video(footage(62, 20)), ALL_VIEWS) is None


def test_a_shared_title_card_alone_joins_nothing():
    card = np.repeat(footage(71, PACE), 8, axis=0)
    one = np.concatenate([card, footage(72, 10)])
    other = np.concatenate([footage(73, 10), card])
    match = relate(video(one), video(other), UPRIGHT)
    assert match is None or not match.accepted


def test_a_still_is_found_among_the_frames_of_a_video():
    source = footage(81, 10)
    photo = still(reencoded(source[17:18], 1)[0])
    match = relate(photo, video(source), UPRIGHT)
    assert match.relation is Relation.EXCERPT_OF
    assert match.segments[0].exhibit == (17 * PACE, 17 * PACE)
    assert relate(video(source), photo, UPRIGHT).relation is Relation.CONTAINS


@pytest.mark.parametrize(("flips", "relation"), [(38, "same-recording"), (52, "same-scene")])
def test_stills_are_copies_up_to_the_limit_and_worth_a_look_beyond(flips, relation):
    picture = footage(91, PACE)
    match = relate(still(reencoded(picture, 1, flips)[0]), still(picture[0]), UPRIGHT)
    assert match.relation.value == relation
    assert match.accepted is (relation == "same-recording")
    assert match.segments[0].query == (0.0, 0.0)


@pytest.mark.parametrize("turn", TURNS)
def test_a_mirrored_or_turned_copy_says_how_it_lies(turn):
    source = footage(101, 10)
    # The query is the source laid by `turn`; to look like the source it is laid back.
    match = relate(video(turned(source, turn)), video(source), ALL_VIEWS)
    assert match.relation is Relation.SAME_RECORDING
    assert (match.transform.mirrored, match.transform.rotation) == (turn.mirrored, turn.rotation)


def test_a_letterboxed_query_says_where_the_picture_lies_in_it():
    source = footage(111, 10)
    times = np.arange(len(source)) * PACE
    padded = Subject(
        (
            track(Region.FULL, times, footage(112, 10)),
            track(Region.INNER, times, source, Box(0, 0.25, 1, 0.75)),
        ),
        10.0,
        still=False,
        samples=times,
    )
    match = relate(padded, video(source), ALL_VIEWS)
    assert match.transform.box == Box(0, 0.25, 1, 0.75)
    assert match.transform.box_in == "query"
    assert match.turned().transform.box_in == "exhibit"


def test_flat_footage_has_nothing_to_vote_with():
    empty = Subject((), 5.0, still=False, samples=np.arange(20) * PACE)
    assert relate(empty, video(footage(1, 5)), ALL_VIEWS) is None


def test_a_match_tells_how_to_weigh_it():
    source = footage(121, 10)
    evidence = relate(video(source), video(source), UPRIGHT).evidence["visual"]
    assert evidence["engine"]
    assert evidence["samples"] == 40
    assert evidence["distance_median"] == 0
    assert evidence["motion_agreement"] == 1.0


def test_a_dim_picture_does_not_speak_alone():
    picture = still(footage(131, PACE)[0])
    dim = replace(picture.tracks[0], quality=np.full(1, 40, np.uint8))
    assert relate(replace(picture, tracks=(dim,)), picture, UPRIGHT) is None
