import cv2
import numpy as np
import pytest
from moving import picture, still

from mediaev.compare.codes import packed_codes, unpacked_levels
from mediaev.compare.local import shared

PHOTO = picture(3, (640, 480))


def keyframe(luma):
    return still(np.ascontiguousarray(luma)).album.keyframes[0]


def test_the_codes_of_a_mirrored_picture_follow_from_the_codes():
    upright, mirrored = keyframe(PHOTO), keyframe(PHOTO[:, ::-1])
    away = ((upright.mirrored.levels[:, None] - mirrored.levels[None]) ** 2).sum(-1)
    assert np.median(away.min(axis=1)) <= 10  # strangers lie some 150 apart


def test_codes_are_sixteen_bytes_and_come_back_in_half_steps():
    codes = packed_codes(np.random.default_rng(1).random((5, 128)).astype(np.float32) / 12)
    assert codes.shape == (5, 16)
    levels = unpacked_levels(codes)
    assert set(np.unique(levels * 2 % 2)) == {1.0}
    assert np.abs(levels).max() <= 7.5


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_turned_and_scaled_part_is_placed_exactly(mirrored):
    matrix = cv2.getRotationMatrix2D((320, 240), 20, 0.8)
    edited = cv2.warpAffine(PHOTO, matrix, (640, 480))
    if mirrored:
        edited = edited[:, ::-1]
    found = shared(keyframe(edited), keyframe(PHOTO), mirrored=mirrored)
    assert found.inliers > 50
    assert found.placing.mirrored is mirrored
    assert found.placing.scale == pytest.approx(0.8, abs=0.02)
    assert abs(found.placing.rotation) == pytest.approx(20, abs=1)


def test_other_pictures_share_nothing():
    for seed in range(20, 40):
        assert shared(keyframe(picture(seed, (640, 480))), keyframe(PHOTO), mirrored=False) is None
