"""Two photos of one view: one moment, or two."""

import cv2
import numpy as np
import pytest
from moving import RATE, fixed, meetings, picture, reencoded, still, video

from mediaev.compare.changed import changed
from mediaev.compare.placing import Placing, size_of
from mediaev.compare.relate import relate
from mediaev.compare.view import ALL_VIEWS
from mediaev.model.match import Relation


def enlarged(frame):
    """As a camera of more points would show it."""
    return cv2.resize(frame, (960, 540), interpolation=cv2.INTER_CUBIC)


def street(scene, moment):
    """A picture of a fixed camera before which a few people stand, each time elsewhere."""
    chance = np.random.default_rng(moment)
    photo = picture(scene)[:540, :960].copy()
    for _ in range(6):
        x, y = (int(chance.integers(0, most)) for most in (910, 420))
        photo[y : y + 120, x : x + 50] = picture(99)[y : y + 120, x : x + 50]
    return photo


def related(query, exhibit):
    return relate(query, exhibit, ALL_VIEWS, meetings(query, exhibit))


def laid_as_they_are(query, exhibit):
    size = size_of(16, 9)
    return changed(query.reel, exhibit.reel, Placing(np.eye(2, 3), size, size))


def logo(frame):
    out = frame.copy()
    cv2.rectangle(out, (20, 20), (180, 90), 255, -1)
    cv2.putText(out, "NEWS", (30, 75), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 0, 5)
    return out


EDITS = {
    "re-encoded": lambda frame: reencoded(frame[None])[0],
    "brighter": lambda frame: np.clip(frame * 1.3 + 10, 0, 255).astype(np.uint8),
    "subtitled": lambda frame: cv2.putText(
        frame.copy(), "HE SAYS HE DID NOT", (150, 500), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 255, 4
    ),
    "with a logo": logo,
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_photo_stays_one_recording(edit):
    photo = street(3, 1)
    match = related(still(EDITS[edit](photo)), still(photo))
    assert match.relation is Relation.SAME_RECORDING
    assert match.accepted
    assert match.evidence["visual"]["changed"] < match.evidence["visual"]["changed_limit"]


@pytest.mark.parametrize("scene", range(3, 9))
def test_the_next_photo_of_a_fixed_camera_is_another_moment(scene):
    photo, later = street(scene, 1), street(scene, 2)
    match = related(still(reencoded(photo[None])[0]), still(later))
    assert match.relation is Relation.SAME_SCENE
    assert not match.accepted
    assert match.evidence["visual"]["changed"] >= match.evidence["visual"]["changed_limit"]


@pytest.mark.parametrize("moment", [3, 17, 30])
def test_a_photo_of_any_moment_of_a_video_is_an_excerpt(moment):
    """Keyframes stand seconds apart, and what moves stands elsewhere in them."""
    frames = fixed(4, 1, 6)
    match = related(still(enlarged(frames[moment])), video(frames))
    assert match.relation is Relation.EXCERPT_OF
    assert match.segments[0].exhibit[0] == pytest.approx(moment / RATE, abs=1 / RATE + 0.001)


def test_a_photo_of_another_moment_is_none():
    match = related(still(enlarged(fixed(4, 2, 6)[5])), video(fixed(4, 1, 6)))
    assert match is None or match.relation is Relation.SAME_SCENE


def test_nothing_has_moved_between_a_picture_and_itself():
    photo = still(picture(3)[:540, :960])
    assert laid_as_they_are(photo, photo) == 0.0


def test_how_much_has_moved_is_the_same_from_either_side():
    one, other = still(street(3, 1)), still(street(3, 2))
    here, there = laid_as_they_are(one, other), laid_as_they_are(other, one)
    assert here == pytest.approx(there, abs=0.005)
    assert 0.0 < here <= 0.5


def test_flat_pictures_say_nothing():
    flat = still(np.full((540, 960), 90, np.uint8))
    assert laid_as_they_are(flat, flat) == 0.0
