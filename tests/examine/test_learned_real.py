"""A real model, where there is one: what the limits on cosines rest on."""

import os

import numpy as np
import pytest
from PIL import Image

from mediaev.actions.learned import chosen_for
from mediaev.compare.embeddings import directions
from mediaev.compare.likeness import ALIKE
from mediaev.errors import UsageError
from mediaev.jobs.serial import SerialExecutor

NAMED = os.environ.get("MEDIAEV_LEARNED")
"""Read now: tests run without it."""
PHOTOS = 24


@pytest.fixture(scope="module")
def descriptor():
    try:
        chosen = chosen_for(None, NAMED or "sscd-distilled", SerialExecutor())
    except UsageError as missing:
        pytest.skip(
            f"no real learned model, checks on one were not run: {missing.message} "
            f"{missing.advice} $MEDIAEV_LEARNED may name a file."
        )
    return chosen.for_exhibits()[0]


@pytest.fixture(scope="module")
def photos(descriptor, shared_data):
    """Grey photos of real scenes: to such a model made-up shapes are all of one kind."""
    found = sorted((shared_data / "media" / "images").glob("*.jpg"))
    if len(found) < PHOTOS:
        pytest.skip(f"fewer than {PHOTOS} real photos: checks of the limits were not run")
    images = [Image.open(path) for path in found[:: len(found) // PHOTOS][:PHOTOS]]
    return [np.asarray(each.convert("L").resize((320, 240))) for each in images]


def described(descriptor, pictures):
    bits, quality = descriptor.describe(pictures)
    told = np.frombuffer(quality, np.uint8) >= descriptor.gate
    vectors = directions(np.frombuffer(bits, np.uint8).reshape(len(pictures), -1))
    return vectors * told[:, None]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda luma: luma[30:210, 40:280], id="crop"),
        pytest.param(lambda luma: luma[:, ::-1], id="mirrored"),
        pytest.param(lambda luma: (luma * 0.6 + 30).astype(np.uint8), id="duller"),
        pytest.param(lambda luma: np.pad(luma, ((60, 60), (0, 0))), id="letterboxed"),
    ],
)
def test_edits_are_alike(descriptor, photos, edit):
    originals = described(descriptor, photos)
    edited = described(descriptor, [np.ascontiguousarray(edit(luma)) for luma in photos])
    cosines = (originals * edited).sum(axis=1)
    assert (cosines >= ALIKE).mean() > 0.9


def test_unrelated_pictures_are_not(descriptor, photos):
    vectors = described(descriptor, photos)
    cosines = (vectors @ vectors.T)[~np.eye(len(vectors), dtype=bool)]
    assert np.median(cosines) < ALIKE / 4
    assert (cosines < ALIKE).mean() > 0.9  # some are of one place


def test_a_picture_takes_no_longer_than_it_says(descriptor, photos):
    assert 0 < descriptor.seconds_per_second < 20
    again = described(descriptor, photos[:1])
    assert (again == described(descriptor, photos[:1])).all()
