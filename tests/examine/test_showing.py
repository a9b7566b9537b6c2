"""Frames that people are shown are those of the moments that were compared."""

import os

import numpy as np
import pytest
from media_factory import ffmpeg, scene
from PIL import Image

from mediaev.errors import DamagedMediaError, NotMediaError
from mediaev.examine.showing import show


@pytest.fixture
def shown():
    """Frames of a file at moments: `shown(path, 1.0, 2.5, side=320)`."""

    def drawn(path, *moments, side=320):
        fd = os.open(path, os.O_RDONLY)
        try:
            return show(fd, moments, side)
        finally:
            os.close(fd)

    return drawn


def grey(frame):
    return float(np.frombuffer(frame.rgb, np.uint8).mean())


@pytest.fixture
def counting(media):
    """Forty frames in four seconds, each brighter than the one before."""
    pictures = [Image.new("RGB", (64, 48), (5 * each + 20,) * 3) for each in range(40)]
    return media.film("counting.mkv", pictures, options=("-c:v", "ffv1", "-pix_fmt", "bgr0"))


def test_the_nearest_frame_is_given_with_its_own_time(shown, counting):
    frames = shown(counting, 0.0, 2.04, 2.06, 3.9)
    assert [float(each.at) for each in frames] == pytest.approx([0.0, 2.0, 2.1, 3.9], abs=0.002)
    assert [grey(each) for each in frames] == pytest.approx([20, 120, 125, 215], abs=2)


def test_past_the_end_the_last_frame_is_given(shown, counting):
    assert float(shown(counting, 1e9)[0].at) == pytest.approx(3.9, abs=0.002)


def test_a_film_has_the_same_moments(shown, counting, look):
    film = look(counting).film
    ticks = np.frombuffer(film.ticks, "<i8") * float(film.time_base)
    assert [float(each.at) for each in shown(counting, *ticks)] == pytest.approx(list(ticks))


def test_a_turned_and_squeezed_recording_is_shown_upright(shown, media):
    plain = media.film("plain.mp4", [scene(1, (96, 64))] * 5)
    turned = media.path("turned.mp4")
    ffmpeg("-display_rotation", "90", "-i", plain, "-c", "copy", turned)
    (upright,), (frame,) = shown(plain, 0), shown(turned, 0)
    assert (frame.width, frame.height) == (upright.height, upright.width)
    squeezed = media.film("sar.mp4", [scene(1, (96, 64))] * 5, options=("-vf", "setsar=2"))
    (frame,) = shown(squeezed, 0)
    assert (frame.width, frame.height) == (192, 64)


def test_a_still_is_its_only_frame(shown, media):
    path = media.still("a.jpg", scene(3, (800, 400)))
    frames = shown(path, 0.0, 5.0, side=200)
    assert [(each.at, each.width, each.height) for each in frames] == [(0, 200, 100)] * 2


def test_an_animation_is_composed_frame_by_frame(shown, media):
    pictures = [Image.new("L", (40, 30), 20 * each) for each in range(10)]
    path = media.path("a.gif")
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100)
    frames = shown(path, 0.0, 0.31, 0.72)
    assert [float(each.at) for each in frames] == pytest.approx([0.0, 0.3, 0.7])
    assert [grey(each) for each in frames] == pytest.approx([0, 60, 140], abs=2)


def test_nothing_but_media_is_shown(shown, media, counting):
    with pytest.raises(NotMediaError):
        shown(media.write("a.mp4", b"no video at all"), 0.0)
    with pytest.raises(DamagedMediaError):
        shown(media.write("b.png", b"\x89PNG\r\n\x1a\n" + bytes(50)), 0.0)
    sound = media.path("sound.wav")
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", sound)
    with pytest.raises(DamagedMediaError, match="no picture"):
        shown(sound, 0.0)
