import cv2
import numpy as np
import pytest
from moving import fixed, picture, reencoded, video

from mediaev.compare.placing import Placing, corners, inverse, mapped
from mediaev.compare.polishing import polished
from mediaev.compare.reel import side_by_side
from mediaev.compare.registration import agreement

WHOLE = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def cropped(frames, left, top, width, height):
    part = frames[:, top : top + height, left : left + width]
    return np.stack([cv2.resize(each, (320, 180), interpolation=cv2.INTER_AREA) for each in part])


def look(query, exhibit, placing):
    pair = side_by_side(query.reel, exhibit.reel, placing)
    return agreement(pair, 1.0, 0.0).look


@pytest.fixture(scope="module")
def pair():
    frames = fixed(4, 4, 3)
    return video(reencoded(cropped(frames, 32, 18, 256, 144))), video(frames)


@pytest.fixture
def truth(pair):
    """Where the exhibit lies in its crop: 1.25 times as large, moved by a tenth of its sides."""
    query, exhibit = pair
    matrix = np.array([[1.25, 0.0, -0.125], [0.0, 1.25, -0.125 * 180 / 320]])
    return Placing(matrix, query.size, exhibit.size)


@pytest.mark.parametrize("shift", [(0.01, 0.0), (-0.015, 0.01), (0.0, -0.02)])
@pytest.mark.parametrize("growth", [1.0, 1.02])
def test_a_place_that_is_a_little_off_is_brought_on_it(pair, truth, shift, growth):
    query, exhibit = pair
    matrix = truth.matrix.copy()
    matrix[:, :2] *= growth
    matrix[:, 2] += shift
    found = polished(
        query.reel, exhibit.reel, Placing(matrix, query.size, exhibit.size), (1.0, 0.0), (0.0, 3.0)
    )
    at = corners(exhibit.size)
    assert np.abs(mapped(found.matrix, at) - mapped(truth.matrix, at)).max() < 0.006
    assert look(query, exhibit, found) > 0.97


def test_a_place_that_is_right_stays(pair, truth):
    query, exhibit = pair
    found = polished(query.reel, exhibit.reel, truth, (1.0, 0.0), (0.0, 3.0)) or truth
    at = corners(exhibit.size)
    assert np.abs(mapped(found.matrix, at) - mapped(truth.matrix, at)).max() < 0.004


def test_what_is_laid_over_a_picture_hardly_pulls_it_away(truth):
    frames = fixed(4, 4, 3)
    copy = cropped(frames, 32, 18, 256, 144)
    copy[:, 150:174, 60:260] = 250
    query, exhibit = video(copy), video(frames)
    matrix = truth.matrix.copy()
    matrix[:, 2] += 0.012
    found = polished(
        query.reel, exhibit.reel, Placing(matrix, query.size, exhibit.size), (1.0, 0.0), (0.0, 3.0)
    )
    at = corners(exhibit.size)
    assert np.abs(mapped(found.matrix, at) - mapped(truth.matrix, at)).mean() < 0.006


def test_pictures_that_have_nothing_in_common_are_not_made_alike(pair):
    query, _ = pair
    other = video(fixed(77, 77, 3))
    placing = Placing(WHOLE, query.size, other.size)
    found = polished(query.reel, other.reel, placing, (1.0, 0.0), (0.0, 3.0))
    assert found is None or look(query, other, found) < 0.6


@pytest.mark.parametrize("grey", [0, 128])
def test_flat_pictures_give_no_place(grey):
    flat = video(np.full((24, 180, 320), grey, np.uint8))
    scene = video(np.stack([picture(1)[:180, :320]] * 24))
    placing = Placing(WHOLE, flat.size, scene.size)
    for one, other in ((flat, scene), (scene, flat), (flat, flat)):
        found = polished(one.reel, other.reel, placing, (1.0, 0.0), (0.0, 3.0))
        assert found is None or np.isfinite(inverse(found.matrix)).all()


def test_frames_that_are_sampled_when_asked_for_are_those_of_the_whole(pair):
    placing = Placing(np.eye(2, 3), pair[0].size, pair[1].size)
    late = side_by_side(pair[0].reel, pair[1].reel, placing).exhibit
    whole = side_by_side(pair[0].reel, pair[1].reel, placing).exhibit[:]
    for which in (np.array([20, 3]), slice(4, 6), slice(None)):
        assert np.array_equal(late[which], whole[which])
