"""The truth that an edited picture carries with it."""

import numpy as np
import pytest
from media_factory import scene

from evaluation.framing import blur_padded, letterboxed, tilted
from evaluation.shot import Shot, filled
from evaluation.truth import WHOLE, Box, Look


@pytest.fixture
def shot():
    return Shot.of(np.array(scene(1, (400, 200))))


def test_an_untouched_picture_fills_both_frames(shot):
    assert shot.look() == Look()


def test_a_crop_says_which_part_of_the_source_is_left(shot):
    look = shot.cropped((100, 50, 300, 150)).look()
    assert look == Look(WHOLE, Box(0.25, 0.25, 0.75, 0.75))


def test_bars_say_where_the_picture_lies(shot):
    done = letterboxed(1.0)(shot)
    assert done.size == (400, 400)
    assert done.look() == Look(Box(0, 0.25, 1, 0.75), WHOLE)


def test_a_crop_between_bars_knows_both(shot):
    look = blur_padded(0.5)(shot.cropped((0, 0, 200, 200))).look()
    assert look == Look(Box(0, 0.25, 1, 0.75), Box(0, 0, 0.5, 1))


def test_turns_and_mirrors(shot):
    assert shot.mirrored().look() == Look(mirrored=True)
    assert shot.turned().look() == Look(rotation=90)
    assert shot.mirrored().turned().look() == Look(mirrored=True, rotation=90)
    # Mirrored after a turn is the same as turned the other way after a mirror.
    assert shot.turned().mirrored().look() == Look(mirrored=True, rotation=270)


def test_a_mirrored_crop_counts_from_the_sources_left(shot):
    assert shot.mirrored().cropped((0, 0, 100, 200)).look().exhibit_box == Box(0.75, 0, 1, 1)


def test_scaling_each_side_by_itself_turns_nothing(shot):
    assert shot.resized(50, 180).look() == Look()


@pytest.mark.parametrize("degrees", [5, 15])
def test_a_tilt_is_told_to_the_degree(shot, degrees):
    look = tilted(np.random.default_rng(1), degrees)(shot).look()
    assert look.rotation in {degrees, 360 - degrees}
    assert not look.mirrored


def test_cropping_the_picture_away_is_an_error(shot):
    beside = letterboxed(1.0)(shot)
    with pytest.raises(ValueError, match="nothing of the source"):
        beside.cropped((0, 0, 400, 50))


def test_a_picture_that_fills_a_frame_keeps_its_shape():
    picture = np.zeros((100, 200, 3), np.uint8)
    picture[:, 100] = 255
    done = filled(picture, 300, 300)
    assert done.shape == (300, 300, 3)
    assert done[150, 150].mean() > done[150, 20].mean()
