"""The picture inside bars and pads is found; ordinary pictures have none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media_factory import scene
from PIL import Image, ImageDraw, ImageFilter

from mediaev.examine.fingerprint import MATCHING
from mediaev.examine.media.inner import cut, inner_box
from mediaev.model.fingerprint import Region

FRAME = (180, 320)
"""Width and height of an upright phone's canonical picture."""


def boxed(picture, background, *, top=None):
    """The picture across the frame's middle, over a background."""
    width, height = FRAME
    inner = picture.resize((width, width * picture.height // picture.width), Image.Resampling.BOX)
    at = (height - inner.height) // 2 if top is None else top
    frame = background.copy()
    frame.paste(inner, (0, at))
    return frame, (at / height, (at + inner.height) / height)


def blurred(picture):
    """What apps fill the frame with: the picture, enlarged and blurred."""
    width, height = FRAME
    wide = picture.resize((height * picture.width // picture.height, height))
    left = (wide.width - width) // 2
    cropped = wide.crop((left, 0, left + width, height))
    return cropped.filter(ImageFilter.GaussianBlur(12))


def grey(image):
    return np.asarray(image.convert("L"))


def assert_found(box, edges):
    assert box is not None
    assert (box.left, box.right) == (0.0, 1.0)
    assert (box.top, box.bottom) == pytest.approx(edges, abs=0.006)


@pytest.mark.parametrize("colour", ["black", "white", "navy", "gold"])
def test_bars_of_any_colour(colour):
    frame, edges = boxed(scene(1), Image.new("RGB", FRAME, colour))
    assert_found(inner_box([grey(frame)]), edges)


def test_bars_at_the_sides():
    frame, edges = boxed(scene(1), Image.new("RGB", FRAME))
    box = inner_box([np.ascontiguousarray(grey(frame).T)])
    assert (box.top, box.bottom) == (0.0, 1.0)
    assert (box.left, box.right) == pytest.approx(edges, abs=0.006)


def test_one_bar_alone():
    frame, edges = boxed(scene(2, (320, 480)), Image.new("RGB", FRAME), top=0)
    assert_found(inner_box([grey(frame)]), edges)


def test_bars_with_writing_in_them():
    background = Image.new("RGB", FRAME, "white")
    ImageDraw.Draw(background).text((20, 30), "WATCH THIS NOW\nbefore it is gone", fill="black")
    frame, edges = boxed(scene(3), background)
    assert_found(inner_box([grey(frame)]), edges)


def test_blurred_pads():
    frame, edges = boxed(scene(4), blurred(scene(4)))
    assert_found(inner_box([grey(frame)]), edges)


def test_blurred_pads_of_moving_footage():
    wide = scene(5, (500, 180))
    views = [wide.crop((x, 0, x + 320, 180)) for x in range(0, 180, 12)]
    frames = [boxed(view, blurred(view)) for view in views]
    assert_found(inner_box([grey(frame) for frame, _ in frames]), frames[0][1])


def test_the_inner_picture_matches_the_picture_alone():
    frame, _ = boxed(scene(6), blurred(scene(6)))
    picture = grey(frame)
    inside = cut(picture, inner_box([picture]))
    alone, within = (
        np.unpackbits(np.frombuffer(MATCHING.describe([each])[0], np.uint8))
        for each in (grey(scene(6)), inside)
    )
    assert (alone != within).sum() <= 16


@pytest.mark.parametrize("seed", range(12))
def test_ordinary_pictures_have_none(seed):
    assert inner_box([grey(scene(seed))]) is None


def test_flat_pictures_and_plain_skies_have_none():
    assert inner_box([np.zeros((180, 320), np.uint8)]) is None
    sky = np.full((180, 320), 200, np.uint8)
    for x in range(320):
        sky[90 + int(30 * np.sin(x / 25)) :, x] = 40
    assert inner_box([sky]) is None


def test_tiny_pictures_have_none():
    for shape in ((1, 1), (5, 300), (23, 23)):
        assert inner_box([np.zeros(shape, np.uint8)]) is None


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 130),
    st.integers(1, 130),
    st.lists(st.tuples(st.integers(0, 130), st.integers(0, 130), st.integers(0, 255)), max_size=6),
    st.integers(1, 3),
)
def test_whatever_the_picture_the_box_lies_inside(height, width, steps, count):
    picture = np.zeros((height, width), np.uint8)
    for y, x, shade in steps:
        picture[y:, x:] = shade
    box = inner_box([picture] * count)
    if box is not None:
        assert 0 <= box.left < box.right <= 1
        assert 0 <= box.top < box.bottom <= 1
        assert cut(picture, box).size


def test_examinations_describe_the_inner_picture_too(media, look):
    frame, edges = boxed(scene(7), Image.new("RGB", FRAME))
    for path in (media.still("still.png", frame), media.film("film.mp4", [frame] * 10)):
        inner = [each for each in look(path).fingerprints if each.region is Region.INNER]
        assert [each.descriptor for each in inner] == [MATCHING.id]
        assert_found(inner[0].box, edges)
        assert inner[0].count
        assert inner[0].quality[0] >= MATCHING.gate


def test_a_picture_without_bars_is_described_once(media, look):
    regions = {each.region for each in look(media.film("film.mp4", [scene(8)] * 5)).fingerprints}
    assert regions == {Region.FULL}


def test_long_videos_are_described_in_one_piece(media, look):
    frame, _ = boxed(scene(9), Image.new("RGB", FRAME))
    found = look(media.film("long.mp4", [frame] * 700, rate=10), samples_per_second=10)
    full, inner = found.fingerprints
    assert full.count == inner.count == 700
    assert full.ticks == inner.ticks
    assert full.times() == sorted(full.times())


def test_real_footage_has_boxes_only_where_it_has_bars(shared_data, look):
    films = sorted((shared_data / "media" / "videos").glob("intel_*.mkv"))
    for path in films:
        assert Region.INNER not in {each.region for each in look(path).fingerprints}, path
    barred = look(shared_data / "families" / "tmk_chair_20_sd_bar.mp4")
    assert Region.INNER in {each.region for each in barred.fingerprints}
