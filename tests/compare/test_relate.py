from functools import cache

import cv2
import numpy as np
import pytest
from moving import RATE, fixed, meetings, picture, reencoded, still, video, wandering

from mediaev.compare.relate import relate
from mediaev.compare.track import Subject
from mediaev.compare.view import ALL_VIEWS, View
from mediaev.model.match import Relation


@cache
def source(seed, seconds=14):
    return wandering(seed, seconds)


@cache
def library(seed, seconds=14):
    return video(source(seed, seconds))


def related(query, exhibit):
    """The match that all views and all meetings of keyframes lead to."""
    return relate(query, exhibit, ALL_VIEWS, meetings(query, exhibit))


def test_a_reencoding_is_the_same_recording_end_to_end():
    match = related(video(reencoded(source(1))), library(1))
    assert match.relation is Relation.SAME_RECORDING
    assert match.accepted
    (segment,) = match.segments
    assert segment.query == pytest.approx((0, 14), abs=0.1)
    assert segment.exhibit == pytest.approx((0, 14), abs=0.1)


@pytest.mark.parametrize(("start", "length"), [(0, 24), (17, 24), (40, 60), (83, 29)])
def test_an_excerpt_is_found_where_it_lies(start, length):
    part = reencoded(source(2)[start : start + length], start)
    match = related(video(part), library(2))
    assert match.relation is Relation.EXCERPT_OF
    (segment,) = match.segments
    assert segment.exhibit == pytest.approx((start / RATE, (start + length) / RATE), abs=0.2)
    assert segment.query == pytest.approx((0, length / RATE), abs=0.1)


def test_what_contains_and_what_is_contained_agree():
    part = video(reencoded(source(3)[40:80]))
    there, back = related(part, library(3)), related(library(3), part)
    assert (there.relation, back.relation) == (Relation.EXCERPT_OF, Relation.CONTAINS)
    assert back.turned().segments[0].exhibit == pytest.approx(there.segments[0].exhibit, abs=0.2)


def test_a_compilation_comes_apart_into_its_parts():
    parts = [reencoded(source(seed)[40:64]) for seed in (1, 2, 3)]
    compilation = video(np.concatenate(parts))
    for number, seed in enumerate((1, 2, 3)):
        match = related(compilation, library(seed))
        assert match.relation is Relation.OVERLAPS
        (segment,) = match.segments
        assert segment.query == pytest.approx((3 * number, 3 * number + 3), abs=0.2)
        assert segment.exhibit == pytest.approx((5, 8), abs=0.2)


def test_two_parts_of_one_source_are_two_segments():
    query = np.concatenate([source(4)[72:104], source(5)[:24], source(4)[8:40]])
    match = related(video(query), library(4))
    assert [segment.exhibit for segment in match.segments] == [
        pytest.approx((9, 13), abs=0.2),
        pytest.approx((1, 5), abs=0.2),
    ]


@pytest.mark.parametrize("speed", [0.8, 1.25, 1.5])
def test_a_changed_speed_is_measured(speed):
    times = np.arange(0, 8, 1 / RATE)
    query = source(6)[np.round(times * speed * RATE).astype(int)]
    match = related(video(query, times), library(6))
    assert match.accepted
    assert match.segments[0].speed == pytest.approx(speed, rel=0.02)


def test_other_moments_of_one_camera_are_no_copies():
    match = related(video(fixed(41, 1, 8)), video(fixed(41, 2, 8)))
    assert match.relation is Relation.SAME_SCENE
    assert not match.accepted


def test_the_same_moment_of_one_camera_is_a_copy_and_has_its_place():
    moment = fixed(41, 1, 12)
    match = related(video(reencoded(moment[30:78])), video(moment))
    assert match.accepted
    assert match.segments[0].exhibit == pytest.approx((30 / RATE, 78 / RATE), abs=0.2)
    assert not match.segments[0].offset_ambiguous


def test_footage_without_motion_says_that_its_offset_is_ambiguous():
    frozen = np.repeat(source(7)[:1], 48, axis=0)
    match = related(video(frozen[:24]), video(frozen))
    assert match.accepted
    assert match.segments[0].offset_ambiguous


def test_unrelated_footage_does_not_match():
    match = related(library(1), library(2))
    assert match is None or not match.accepted


def test_a_shared_title_card_alone_joins_nothing():
    card = np.repeat(picture(8)[None, :180, :320], 20, axis=0)
    one = np.concatenate([card, source(1)[:64]])
    other = np.concatenate([source(2)[:64], card])
    match = related(video(one), video(other))
    assert match is None or not match.accepted


def laid(frame, edit):
    """What reposters do to a frame."""
    width, height = frame.shape[1], frame.shape[0]
    if edit == "mirrored":
        return frame[:, ::-1]
    if edit == "turned":
        return np.rot90(frame, -1)
    if edit == "cropped":
        return cv2.resize(frame[30:150, 60:260], (320, 192))
    if edit == "tilted":
        return cv2.warpAffine(
            frame, cv2.getRotationMatrix2D((width / 2, height / 2), 8, 1.2), (width, height)
        )
    larger = np.full((270, 480), 90, np.uint8)
    if edit == "in a corner":
        larger[::7] = 140
        larger[150:258, 270:462] = cv2.resize(frame, (192, 108), interpolation=cv2.INTER_AREA)
    else:
        larger[:] = 16
        larger[45:225, 80:400] = frame
    return larger


@pytest.mark.parametrize(
    ("edit", "box", "box_in"),
    [
        ("mirrored", (0, 0, 1, 1), "exhibit"),
        ("turned", (0, 0, 1, 1), "exhibit"),
        ("cropped", (60 / 320, 30 / 180, 260 / 320, 150 / 180), "exhibit"),
        ("tilted", None, "exhibit"),
        ("in a corner", (270 / 480, 150 / 270, 462 / 480, 258 / 270), "query"),
        ("padded", (80 / 480, 45 / 270, 400 / 480, 225 / 270), "query"),
    ],
)
def test_an_edited_copy_says_how_its_picture_lies(edit, box, box_in):
    frames = np.stack([laid(each, edit) for each in source(9)[20:76]])
    match = related(video(frames), library(9))
    assert match.accepted
    assert match.transform.mirrored is (edit == "mirrored")
    assert match.transform.rotation == (90 if edit == "turned" else 0)
    if box is not None:
        found = match.transform.box
        assert (found.left, found.top, found.right, found.bottom) == pytest.approx(box, abs=0.03)
        assert match.transform.box_in == box_in
    assert match.segments[0].exhibit == pytest.approx((20 / RATE, 76 / RATE), abs=0.3)


def test_a_still_is_found_among_the_frames_of_a_video():
    photo = still(cv2.resize(source(1)[34], (640, 360)))
    match = related(photo, library(1))
    assert match.relation is Relation.EXCERPT_OF
    assert match.segments[0].exhibit[0] == pytest.approx(34 / RATE, abs=0.3)
    assert related(library(1), photo).relation is Relation.CONTAINS


def test_a_crop_of_a_photo_is_found_with_its_place():
    photo = picture(12)
    match = related(still(photo[100:420, 200:640]), still(photo))
    assert match.relation is Relation.SAME_RECORDING
    assert match.accepted
    found = match.transform.box
    assert (found.left, found.top, found.right, found.bottom) == pytest.approx(
        (200 / 960, 100 / 720, 640 / 960, 420 / 720), abs=0.01
    )


def test_other_photos_are_no_copies():
    assert related(still(picture(13)), still(picture(14))) is None


def test_flat_footage_has_nothing_to_speak_with():
    empty = Subject((), 5.0, still=False, samples=np.arange(20) / 4)
    assert relate(empty, library(1), ALL_VIEWS) is None


def test_a_match_tells_how_to_weigh_it():
    evidence = relate(library(1), library(1), [View()]).evidence["visual"]
    assert evidence["engine"]
    assert evidence["distance_median"] == 0
    assert evidence["motion_agreement"] == pytest.approx(1.0)
    assert evidence["look"] == pytest.approx(1.0)
