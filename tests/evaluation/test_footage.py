"""Cutting and encoding: times are kept, and the same is made twice."""

import numpy as np
import pytest

from evaluation.footage import Excerpt, FootageError, frames, write


def counting(rate, seconds):
    """Grey pictures, each brighter than the one before."""
    count = round(rate * seconds)
    return [np.full((120, 160, 3), 20 + round(200 * n / count), np.uint8) for n in range(count)]


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "f.mp4"
    write(path, counting(25, 4), rate=25, crf=10)
    return path


def level(picture):
    return float(picture.mean())


@pytest.mark.parametrize("start", [0.0, 0.52, 2.0])
def test_an_excerpt_begins_where_it_should(film, start):
    first = next(frames(Excerpt(film, start, 1.0)))
    assert level(first) == pytest.approx(20 + 50 * start, abs=3)


def test_a_faster_one_shows_more_in_less_time(film):
    pictures = list(frames(Excerpt(film, 1.0, 2.0), speed=2.0))
    assert len(pictures) == 25
    assert level(pictures[12]) == pytest.approx(20 + 50 * 1.96, abs=4)


def test_the_last_picture_is_held_if_the_file_ends(film):
    pictures = list(frames(Excerpt(film, 3.5, 2.0)))
    assert len(pictures) == 50
    assert np.array_equal(pictures[-1], pictures[20])


def test_the_same_bytes_on_every_run(film, tmp_path):
    again = tmp_path / "again.mp4"
    write(again, counting(25, 4), rate=25, crf=10)
    assert again.read_bytes() == film.read_bytes()


def test_what_cannot_be_read_is_named(tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"nothing")
    with pytest.raises(FootageError, match=r"bad\.mp4"):
        next(frames(Excerpt(bad, 0.0, 1.0)))


def test_what_cannot_be_written_is_named(tmp_path):
    with pytest.raises(FootageError, match=r"no-folder"):
        write(tmp_path / "no-folder" / "f.mp4", counting(25, 1), rate=25, crf=10)
