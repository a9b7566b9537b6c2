"""Animated pictures are the short videos that viewers show."""

import pytest
from media_factory import scene

from mediaev.model.examination import ExaminationStatus
from mediaev.model.exhibit import Kind


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "avif"])
def test_animations_are_videos_with_the_frames_own_times(media, look, suffix):
    pictures = [scene(seed, (160, 90)) for seed in range(4)]
    path = media.still(
        f"moving.{suffix}",
        pictures[0],
        save_all=True,
        append_images=pictures[1:],
        duration=[500, 1000, 700, 300],
    )
    found = look(path)
    assert (found.kind, found.status) == (Kind.VIDEO, ExaminationStatus.OK)
    assert found.facts.animated
    assert float(found.facts.duration) == pytest.approx(2.5)
    assert [float(each) for each in found.fingerprints[0].times()] == [0.0, 0.5, 1.5, 2.2]
    assert found.thumbnail


def test_frames_that_claim_no_time_are_shown_for_a_tenth_of_a_second(media, look):
    pictures = [scene(seed, (64, 48)) for seed in range(5)]
    path = media.still("fast.gif", pictures[0], save_all=True, append_images=pictures[1:])
    assert float(look(path).facts.duration) == pytest.approx(0.5)


def test_a_gif_of_one_frame_is_a_still(media, look):
    assert look(media.still("one.gif")).kind is Kind.STILL


def test_pages_are_no_animation(media, look):
    pages = [scene(seed, (64, 48)) for seed in range(3)]
    found = look(media.still("pages.tiff", pages[0], save_all=True, append_images=pages[1:]))
    assert found.kind is Kind.STILL


def test_a_cut_off_animation_is_partial(media, look):
    pictures = [scene(seed, (160, 90)) for seed in range(6)]
    path = media.still(
        "whole.gif", pictures[0], save_all=True, append_images=pictures[1:], duration=500
    )
    content = path.read_bytes()
    found = look(media.write("cut.gif", content[: len(content) * 2 // 3]))
    assert found.kind is Kind.VIDEO
    assert found.status is ExaminationStatus.PARTIAL
    assert found.reason


def test_samples_are_bounded(media, look):
    pictures = [scene(seed, (64, 48)) for seed in range(6)]
    path = media.still(
        "long.webp", pictures[0], save_all=True, append_images=pictures[1:], duration=500
    )
    found = look(path, max_samples=3)
    assert found.fingerprints[0].count == 3
    assert found.status is ExaminationStatus.PARTIAL
