"""Stills come out upright, whole and in the right grey, whatever their mode."""

import io
import os
import struct
import zlib

import numpy as np
import pytest
from media_factory import scene
from PIL import Image, ImageOps

from mediaev.examine.fingerprint import MATCHING
from mediaev.examine.media.stills import luma
from mediaev.model.examination import ExaminationStatus
from mediaev.model.exhibit import Kind


def distance(one, other):
    """Bits of the whole picture's PDQ that differ between two examinations."""
    bits = [
        np.unpackbits(np.frombuffer(each.fingerprints[0].bits[:32], np.uint8))
        for each in (one, other)
    ]
    return int((bits[0] != bits[1]).sum())


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def turned_away(image, orientation):
    """The picture as a camera stores it that notes this orientation."""
    stored = image.copy()
    stored.getexif()[0x0112] = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    return ImageOps.exif_transpose(stored)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff", "avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_exactly_once(media, look, suffix, orientation):
    image = scene(3)
    plain = look(media.still(f"plain.{suffix}", image))
    stored = turned_away(image, orientation)
    found = look(media.still(f"turned.{suffix}", stored, exif=exif(orientation)))
    assert distance(plain, found) <= 12
    assert Image.open(io.BytesIO(found.thumbnail)).size == (320, 180)
    assert (found.facts.width, found.facts.height) == stored.size


@pytest.mark.parametrize("orientation", range(1, 9))
def test_heif_orientation_is_applied_exactly_once(media, look, orientation):
    image = scene(3)
    plain = look(media.still("plain.heic", image))
    stored = turned_away(image, orientation)
    found = look(media.still("turned.heic", stored, exif=exif(orientation).tobytes()))
    assert distance(plain, found) <= 12
    assert (found.facts.width, found.facts.height) == stored.size
    claimed = [claim.value for claim in found.claims if claim.field == "orientation"]
    assert claimed == [orientation]


def test_modes_all_come_to_the_same_grey():
    image = scene(4)
    grey = np.asarray(image.convert("L"), int)
    deep = Image.fromarray((np.asarray(image.convert("L")).astype(np.uint16)) * 257)
    for other in (
        image.convert("CMYK"),
        image.convert("YCbCr"),
        image.convert("RGBA"),
        image.convert("P", palette=Image.Palette.ADAPTIVE),
        image.convert("LA"),
        image.convert("HSV"),
        deep,
        image.convert("L").convert("I"),
        image.convert("L").convert("F"),
    ):
        found = luma(other).astype(int)
        assert found.shape == grey.shape
        assert np.abs(found - grey).mean() < 4, other.mode


def test_one_bit_and_lab_pictures_have_a_grey():
    assert set(np.unique(luma(scene().convert("1")))) == {0, 255}
    lab = Image.merge("LAB", [scene().convert("L")] * 3)
    assert luma(lab).std() > 10


def test_what_is_transparent_shows_white():
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert (luma(image) == 255).all()
    palette = Image.new("P", (10, 10), 0)
    palette.info["transparency"] = 0
    assert (luma(palette) == 255).all()


def png_of_size(width, height):
    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def test_absurd_sizes_are_refused_before_decoding(media, look):
    found = look(media.write("huge.png", png_of_size(60_000, 60_000)))
    assert (found.kind, found.status) == (Kind.STILL, ExaminationStatus.FAILED)
    assert "60000×60000" in found.reason


def test_the_limit_is_the_settings(media, look):
    path = media.still("picture.png")
    assert look(path, max_pixels=320 * 180).status is ExaminationStatus.OK
    assert look(path, max_pixels=320 * 180 - 1).status is ExaminationStatus.FAILED


@pytest.mark.filterwarnings("error")
def test_pillows_own_size_limit_neither_warns_nor_stays_changed(media, look, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert look(media.still("picture.png")).status is ExaminationStatus.OK
    assert Image.MAX_IMAGE_PIXELS == 100


def test_a_cut_off_jpeg_is_partial_and_still_compares(media, look):
    image = scene(5, (640, 360))
    path = media.still("whole.jpg", image, quality=95)
    content = path.read_bytes()
    whole, part = look(path), look(media.write("part.jpg", content[: len(content) * 9 // 10]))
    assert part.status is ExaminationStatus.PARTIAL
    assert "cut off" in part.reason
    assert distance(whole, part) < 90


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "webp", "tiff", "bmp", "heic", "avif"])
def test_every_cut_ends_in_an_outcome_with_a_reason(media, look, suffix):
    content = media.still(f"whole.{suffix}", scene(6, (64, 48))).read_bytes()
    for length in range(1, len(content), max(1, len(content) // 23)):
        found = look(media.write("cut", content[:length]))
        if found.status is not ExaminationStatus.OK:
            assert found.reason


@pytest.mark.parametrize(
    "head",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\xff\xff\0\0WEBPVP8 ",
        b"\0\0\0\x18ftypheic\0\0\0\0",
        b"\0\0\0\x18ftypavif\0\0\0\0",
        b"II*\0",
    ],
)
def test_noise_behind_an_image_header_is_a_failed_still(media, look, head):
    noise = np.random.default_rng(7).integers(0, 256, 20_000, np.uint8).tobytes()
    found = look(media.write("noise", head + noise))
    assert found.kind is Kind.STILL
    assert found.status in {ExaminationStatus.FAILED, ExaminationStatus.PARTIAL}
    assert found.reason
    assert "object at 0x" not in found.reason


def test_tiny_stills_have_fingerprints(media, look):
    for size in ((1, 1), (2, 3), (1, 200), (500, 2)):
        found = look(media.still("tiny.png", scene(8, size)))
        assert found.status is ExaminationStatus.OK
        assert len(found.fingerprints[0].bits) == 32


def test_thumbnails_are_small_clean_and_optional(media, look):
    tags = Image.Exif()
    tags[0x010F] = "Secretive Camera"
    path = media.still("big.jpg", scene(9, (1000, 500)), exif=tags)
    thumbnail = look(path, thumbnail_edge=100).thumbnail
    assert Image.open(io.BytesIO(thumbnail)).size == (100, 50)
    assert b"Secretive" not in thumbnail
    assert look(path, thumbnail_edge=0).thumbnail == b""


def test_a_still_has_one_sample_at_tick_zero_under_each_descriptor(media, look):
    found = look(media.still("picture.png"))
    assert [each.descriptor for each in found.fingerprints] == [
        MATCHING.id,
        "imagehash-phash-64/1",
        "imagehash-dhash-64/1",
    ]
    for each in found.fingerprints:
        assert each.times() == [0]


def test_real_photos_are_all_read(shared_data, look):
    photos = sorted((shared_data / "media" / "images").iterdir())
    outcomes = {os.fspath(path): look(path, thumbnail_edge=0).status for path in photos[::8]}
    assert set(outcomes.values()) == {ExaminationStatus.OK}
