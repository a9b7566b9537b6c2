"""Every edit gives a file that can be decoded, and the truth about where the source lies in it."""

import cv2
import numpy as np
import pytest
from media_factory import scene
from PIL import Image

from evaluation.chance import chance
from evaluation.corpus import Clip, digest_of
from evaluation.edits import STILL_EDITS, VIDEO_EDITS, apply
from evaluation.footage import Excerpt, frames, write
from evaluation.made_up import drifting
from evaluation.reels import reel
from evaluation.shot import Shot, scaled
from evaluation.truth import Kind

SOURCE = np.array(scene(3, (480, 320)))
OTHER = np.array(scene(4, (400, 300)))
ASLANT = {"rot5", "screen_photo", "screen_persp", "combo_screen"}
"""Whose box shows something else at its corners."""


def least(name):
    """The correlation to ask for: writing hides some, and other pictures stay below 0.4."""
    return 0.45 if name in ASLANT else 0.6


def inside(picture, box):
    """What lies in a box of a picture."""
    height, width = picture.shape[:2]
    rows = slice(round(box.top * height), round(box.bottom * height))
    columns = slice(round(box.left * width), round(box.right * width))
    return picture[rows, columns]


def undone(picture, source, look):
    """The part of the query that the truth names, and the part of the source that it shows."""
    seen = np.rot90(inside(picture, look.query_box), round(look.rotation / 90))
    seen = np.ascontiguousarray(seen[:, ::-1] if look.mirrored else seen)
    shown = inside(source, look.exhibit_box)
    return scaled(seen, shown.shape[1], shown.shape[0]), shown


@pytest.mark.parametrize("name", STILL_EDITS)
def test_a_still_edit_holds_the_source_where_it_says(name, tmp_path, alike):
    edit = STILL_EDITS[name]
    done = apply(edit.steps(chance(1, name), lambda _at: OTHER), Shot.of(SOURCE))
    Image.fromarray(done.picture).save(tmp_path / "q.jpg", quality=edit.quality or 80)
    with Image.open(tmp_path / "q.jpg") as image:
        picture = np.array(image)
    window = cv2.fillConvexPoly(np.zeros_like(picture), np.int32(done.shown.round()), (255,) * 3)
    back, there = (
        cv2.warpPerspective(each, np.linalg.inv(done.placed), SOURCE.shape[1::-1])
        for each in (picture, window)
    )
    seen = there.min(axis=2, keepdims=True) == 255
    assert alike(back * seen, SOURCE * seen) > 0.7
    if name != "rot15":
        assert alike(*undone(picture, SOURCE, done.look())) > least(name)


@pytest.mark.parametrize("size", [(321, 517), (1277, 301), (241, 241)], ids=str)
@pytest.mark.parametrize("name", sorted({*STILL_EDITS, *VIDEO_EDITS}))
def test_an_edit_takes_pictures_of_any_shape(name, size):
    edit = {**STILL_EDITS, **VIDEO_EDITS}[name]
    shot = Shot.of(np.array(scene(5, size)))
    look = apply(edit.steps(chance(2, name), lambda _at: OTHER), shot).look()
    assert look.query_box.area > 0.1
    assert look.exhibit_box.area > 0.1


def test_two_different_pictures_are_not_alike(alike):
    assert alike(SOURCE, np.array(scene(4, (480, 320)))) < 0.4


@pytest.mark.parametrize("name", STILL_EDITS)
def test_chance_is_drawn_once(name):
    edit = STILL_EDITS[name]
    made = [
        apply(edit.steps(chance(1, name), lambda _at: OTHER), Shot.of(SOURCE)) for _ in range(2)
    ]
    assert np.array_equal(made[0].picture, made[1].picture)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    made = []
    for seed in (1, 2):
        path = tmp_path_factory.mktemp("clips") / "c.mp4"
        pictures = (scaled(each, 320, 180) for each in drifting(chance(seed), 9))
        write(path, pictures, rate=25, crf=18)
        made.append(Clip(path, digest_of(path), "", (320, 180), 9.0, sound=False))
    return made


@pytest.mark.parametrize("name", VIDEO_EDITS)
def test_a_video_edit_shows_the_moment_and_the_place_that_it_says(name, clips, shop, alike):
    source, other = clips
    query = reel(source, VIDEO_EDITS[name], Kind.COPY, [other], shop)
    for part in query.parts:
        for share in (0.2, 0.8):
            at, moment = (
                span[0] + share * (span[1] - span[0]) for span in (part.query, part.shown)
            )
            seen = next(frames(Excerpt(query.path, at, 0.5)))
            shown = next(frames(Excerpt(source.path, moment, 0.5)))
            assert alike(*undone(seen, shown, part.look)) > least(name)
    assert query.parts[-1].query[1] == pytest.approx(query.seconds)


def test_a_clip_that_is_too_short_is_shown_as_far_as_it_goes(clips, shop):
    source = clips[0]
    short = Clip(source.path, source.digest, "", (640, 360), 2.0, sound=False)
    query = reel(short, VIDEO_EDITS["gray"], Kind.COPY, [], shop)
    assert query.seconds == pytest.approx(1.85, abs=0.05)
    assert query.parts[0].shown[1] <= 2.0
