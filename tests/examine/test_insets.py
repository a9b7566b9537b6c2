"""Pictures set into pictures are found by their edges, and described."""

from __future__ import annotations

import numpy as np
import pytest

from mediaev.examine.describing import VideoDescriber
from mediaev.examine.fingerprint.pdq import Pdq
from mediaev.examine.media.inset import inset_box
from mediaev.model.fingerprint import Region

WIDE, HIGH = 320, 240


def moving(seed: int, width: int, height: int, count: int = 12) -> list[np.ndarray]:
    """Soft blobs that drift, as nothing straight does."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    blobs = rng.uniform(0, 1, (14, 4))
    found = []
    for at in range(count):
        picture = np.full((height, width), 110.0)
        for x, y, size, level in blobs:
            away = (columns - (x + 0.02 * at) % 1 * width) ** 2 + (rows - y * height) ** 2
            spread = (8 + 50 * size) ** 2
            picture += (level - 0.5) * 220 * np.exp(-away / spread)
        found.append(np.clip(picture, 0, 255).astype(np.uint8))
    return found


def with_inset(left: int, top: int, width: int = 128, height: int = 96) -> list[np.ndarray]:
    """Footage with another one set into it."""
    pictures = moving(1, WIDE, HIGH)
    for picture, inset in zip(pictures, moving(2, width, height), strict=True):
        picture[top : top + height, left : left + width] = 255 - inset
    return pictures


@pytest.mark.parametrize(("left", "top"), [(180, 130), (20, 16), (96, 70)])
def test_an_inset_is_found_to_the_pixel(left, top):
    box = inset_box(with_inset(left, top))
    assert box is not None
    assert box.left * WIDE == pytest.approx(left, abs=1)
    assert box.right * WIDE == pytest.approx(left + 128, abs=1)
    assert box.top * HIGH == pytest.approx(top, abs=1)
    assert box.bottom * HIGH == pytest.approx(top + 96, abs=1)


def test_an_inset_may_end_with_the_frame():
    box = inset_box(with_inset(WIDE - 128, 100))
    assert box is not None
    assert box.right == 1.0
    assert box.left * WIDE == pytest.approx(WIDE - 128, abs=1)


@pytest.mark.parametrize(
    "pictures",
    [
        moving(3, WIDE, HIGH),
        [np.full((HIGH, WIDE), level, np.uint8) for level in range(12)],
        [np.random.default_rng(5).integers(0, 256, (HIGH, WIDE), np.uint8)],
        with_inset(100, 100, 40, 30),  # too small to be known again
        [picture[:40, :40] for picture in moving(4, WIDE, HIGH)],
        [np.zeros((1, 320), np.uint8)],
    ],
)
def test_where_nothing_is_set_in_there_is_no_box(pictures):
    assert inset_box(pictures) is None


def test_it_is_described_like_the_recording_by_itself():
    describer = VideoDescriber(1, [Pdq()])
    alone = VideoDescriber(1, [Pdq()])
    for tick, (picture, part) in enumerate(
        zip(with_inset(180, 130), moving(2, 128, 96), strict=True)
    ):
        describer.add(tick, picture)
        alone.add(tick, 255 - part)
    described = {each.region: each for each in describer.fingerprints()}
    [by_itself] = alone.fingerprints()
    assert described[Region.INSET].count == described[Region.FULL].count == 12
    inset, whole = (
        np.unpackbits(np.frombuffer(bits, np.uint8)).reshape(12, -1)
        for bits in (described[Region.INSET].bits, by_itself.bits)
    )
    assert np.median((inset != whole).sum(axis=1)) <= 31
