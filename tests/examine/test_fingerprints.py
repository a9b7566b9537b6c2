"""Fingerprints are what their descriptor ids promise."""

import imagehash
import numpy as np
import pytest
from media_factory import scene
from PIL import Image, ImageOps

from mediaev.examine.fingerprint import BUILT_IN, MATCHING
from mediaev.examine.fingerprint.perceptual import DHASH, PHASH


def grey(image):
    return np.asarray(image.convert("L"))


def unpacked(packed):
    return np.unpackbits(np.frombuffer(packed, np.uint8))


def test_ids_are_the_ones_that_cases_hold():
    assert [each.id for each in BUILT_IN] == [
        "pdq-256/luma-area-64/1",
        "imagehash-phash-64/1",
        "imagehash-dhash-64/1",
    ]


# What pdqhash 0.2.8, the reference code's wrapper, makes of the three pictures.
REFERENCE = [
    "45bf0bd6873405f51f45be250edb5da3bed83f6a1f80fb247fa0fb007f002400",
    "5d01dd0d440eb64e247e937e4d30db712491d75996d95b6d554ea5b65252d2d2",
    "7eb0d1cf5eb0d1cfab653e30ab6554daab65d5da54b02a257eb02a247e302a24",
]


def test_pdq_of_64_by_64_pictures_is_the_reference_codes():
    y, x = np.mgrid[0:64, 0:64]
    pictures = [
        (x * x + 3 * x * y + 7 * (x // 8) * (y // 5)) % 256,
        (np.hypot(x - 20, y - 40) * 9) % 256,
        (x // 9 + y // 7) % 3 * 90 + x,
    ]
    bits, quality = MATCHING.describe([each.astype(np.uint8) for each in pictures])
    assert [bits[start : start + 32].hex() for start in (0, 32, 64)] == REFERENCE
    assert list(quality) == [100, 100, 100]


def test_the_scaling_is_the_mean_of_areas():
    small = np.random.default_rng(2).integers(0, 256, (64, 64)).astype(np.uint8)
    large = np.repeat(np.repeat(small, 3, axis=0), 5, axis=1)
    assert MATCHING.describe([large]) == MATCHING.describe([small])


def test_pdq_of_scaled_pictures_stays_near():
    picture = scene(2, (1280, 720))
    whole, *others = (
        unpacked(MATCHING.describe([grey(picture.resize(size, Image.Resampling.BOX))])[0])
        for size in ((1280, 720), (640, 360), (320, 180), (400, 400))
    )
    assert max(int((whole != each).sum()) for each in others) <= 12


@pytest.mark.parametrize("shade", [0, 16, 128, 255])
def test_one_colour_has_no_quality(shade):
    assert MATCHING.describe([np.full((90, 160), shade, np.uint8)])[1] == b"\0"


def test_plain_gradients_have_no_quality():
    y, x = np.mgrid[0:180, 0:320]
    shades = [x * 255 / 320, y * 255 / 180, (x + y) / 2, 255 - x * y / 226, (x - 160) ** 2 / 101]
    for shade in shades:
        assert MATCHING.describe([shade.astype(np.uint8)])[1] == b"\0"


def test_film_grain_on_black_has_no_quality():
    grain = np.random.default_rng(1).normal(16, 6, (180, 320)).clip(0, 255).astype(np.uint8)
    assert MATCHING.describe([grain])[1] == b"\0"


def test_pictures_that_show_something_pass_the_gate():
    for seed in range(5):
        assert MATCHING.describe([grey(scene(seed))])[1][0] >= MATCHING.gate


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_phash_and_dhash_are_bit_for_bit_imagehashs(media, look, orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    path = media.still("photo.jpg", scene(3, (500, 333)), exif=tags)
    found = {each.descriptor: each.bits.hex() for each in look(path).fingerprints}
    upright = ImageOps.exif_transpose(Image.open(path))
    assert found[PHASH.id] == str(imagehash.phash(upright))
    assert found[DHASH.id] == str(imagehash.dhash(upright))


def test_real_photos_have_imagehashs_hashes(shared_data, look):
    photos = sorted((shared_data / "media" / "images").glob("*.jpg"))[::12]
    for path in photos:
        found = {each.descriptor: each.bits.hex() for each in look(path).fingerprints}
        upright = ImageOps.exif_transpose(Image.open(path))
        assert found[PHASH.id] == str(imagehash.phash(upright)), path
        assert found[DHASH.id] == str(imagehash.dhash(upright)), path
