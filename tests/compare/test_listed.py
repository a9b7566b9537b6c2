import numpy as np
import pytest

from mediaev.compare import listed
from mediaev.compare.listed import intervals, meeting, telling


def strings(count, seed=1):
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def test_shares_are_those_of_either_side():
    frames = strings(4)
    samples = np.concatenate([frames[:1], frames[:1], strings(6, seed=2)])
    met = meeting(samples, frames, 31)
    assert met.shares == (2 / 8, 1 / 4)
    assert met.distance == 0
    assert met.nearest == (0, 0)
    assert met.samples.tolist() == [True, True] + [False] * 6
    assert met.frames.tolist() == [True, False, False, False]


def test_what_is_past_the_limit_did_not_meet():
    frames = strings(1)
    bits = np.unpackbits(frames, axis=1)
    bits[0, :32] ^= 1
    far = np.packbits(bits, axis=1)
    assert meeting(far, frames, 31) is None
    assert meeting(far, frames, 32).distance == 32


def test_long_videos_are_compared_piece_by_piece_with_the_same_result(monkeypatch):
    frames = strings(50)
    samples = np.concatenate([strings(40, seed=3), frames[::-1]])
    whole = meeting(samples, frames, 31)
    monkeypatch.setattr(listed, "_AT_ONCE", 120)
    parts = meeting(samples, frames, 31)
    assert (parts.samples == whole.samples).all()
    assert (parts.frames == whole.frames).all()
    assert (parts.distance, parts.nearest) == (whole.distance, whole.nearest)


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ([0, 0, 0, 0, 0, 0], ()),
        ([1, 1, 1, 0, 0, 0], ((0.0, 0.5),)),
        ([1, 0, 1, 1, 0, 1], ((0.0, 0.0), (0.5, 0.75), (9.0, 9.0))),
        ([1, 1, 1, 1, 1, 1], ((0.0, 1.0), (9.0, 9.0))),
    ],
)
def test_samples_that_follow_one_another_are_one_interval(met, expected):
    seconds = np.array([0, 0.25, 0.5, 0.75, 1.0, 9.0])
    assert intervals(seconds, np.array(met, bool)) == expected


def test_a_shade_from_side_to_side_has_no_telling_dhash():
    shade = np.packbits(np.tile([1, 1, 1, 1, 0, 0, 0, 0], 8)).reshape(1, 8)
    picture = np.random.default_rng(4).integers(0, 256, (1, 8), dtype=np.uint8)
    assert telling(np.concatenate([shade, picture, np.zeros((1, 8), np.uint8)])).tolist() == [
        False,
        True,
        False,
    ]
