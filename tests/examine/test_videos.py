"""Videos: which frames are sampled, when they are shown, and how far decoding came."""

import io
import os
import struct
from fractions import Fraction

import numpy as np
import pytest
from media_factory import ffmpeg, scene
from PIL import Image

from mediaev.compare.track import CLEAR
from mediaev.examine.fingerprint import MATCHING
from mediaev.model.examination import ExaminationStatus
from mediaev.model.exhibit import Kind
from mediaev.model.fingerprint import Region


def full(found):
    """The whole picture's fingerprint."""
    return next(each for each in found.fingerprints if each.region is Region.FULL)


def times(found):
    return [float(each) for each in full(found).times()]


def bits(found, number=0):
    return np.unpackbits(np.frombuffer(full(found).bits[number * 32 :][:32], np.uint8))


def test_regular_samples_are_the_first_frames_of_their_slots(media, look):
    path = media.video("clip.mp4", seconds=3, rate=25, options=("-x264opts", "scenecut=0"))
    found = look(path, samples_per_second=2)
    assert times(found) == pytest.approx([0.0, 0.52, 1.0, 1.52, 2.0, 2.52, 2.96])


def test_times_are_exact_fractions_of_the_frames_own_timestamps(media, look):
    path = media.video("clip.mkv", seconds=2, rate="30000/1001")
    fingerprint = full(look(path))
    assert fingerprint.time_base == Fraction(1, 1000)
    assert all(each.denominator <= 1000 for each in fingerprint.times())


def test_the_first_frame_of_each_scene_is_sampled(media, look):
    pictures = [scene(seed) for seed in (1, 2, 3) for _ in range(13)]
    found = look(media.film("cuts.mp4", pictures, rate=10), samples_per_second=1)
    assert {1.3, 2.6} <= {round(each, 3) for each in times(found)}


def test_a_moving_camera_makes_no_scenes(media, look):
    wide = scene(4, (800, 180))
    pictures = [wide.crop((x, 0, x + 320, 180)) for x in range(0, 400, 8)]
    found = look(media.film("pan.mp4", pictures, rate=25), samples_per_second=4)
    assert full(found).count <= 9


def test_the_last_frame_is_sampled_when_it_is_far_from_the_last_sample(media, look):
    path = media.video("clip.mp4", seconds=2, rate=10)
    assert times(look(path, samples_per_second=1))[-1] == pytest.approx(1.9)
    assert times(look(path, samples_per_second=10))[-1] == pytest.approx(1.9)


def test_variable_frame_rates_keep_their_times(media, look):
    path = media.path("vfr.mkv")
    pick = "select='not(mod(n,7))+lt(n,10)',settb=1/1000"
    source = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=20:d=4")
    ffmpeg(*source, "-vf", pick, "-fps_mode", "vfr", path)
    shown = sorted({*range(10), *range(0, 80, 7)})
    expected = {round(number / 20, 3) for number in shown}
    found = look(path, samples_per_second=20)
    assert {round(each, 3) for each in times(found)} == expected


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotation_is_applied(media, look, rotation):
    upright = scene(5)
    turned = upright.rotate(rotation, expand=True)
    plain = look(media.film("plain.mp4", [upright] * 5))
    stored = media.film("stored.mp4", [turned] * 5)
    tagged = media.copy("tagged.mp4", stored, before=("-display_rotation", -rotation % 360))
    found = look(tagged)
    assert found.facts.rotation == rotation
    assert (found.facts.width, found.facts.height) == turned.size
    assert (bits(plain) != bits(found)).sum() <= 16
    assert Image.open(io.BytesIO(found.thumbnail)).size == (320, 180)


def test_a_mirroring_display_matrix_is_applied(media, look):
    plain = media.film("plain.mp4", [scene(6)] * 5)
    mirrored = media.film("mirrored.mp4", [scene(6).transpose(Image.Transpose.FLIP_LEFT_RIGHT)] * 5)
    found = look(media.copy("tagged.mp4", mirrored, before=("-display_hflip",)))
    assert (found.facts.rotation, found.facts.mirrored) == (0, True)
    assert (bits(look(plain)) != bits(found)).sum() <= 16


def test_pixels_that_are_not_square_are_shown_in_shape(media, look):
    path = media.video("wide.mp4", size="160x120", options=("-vf", "setsar=2"))
    found = look(path)
    width, height = Image.open(io.BytesIO(found.thumbnail)).size
    assert width / height == pytest.approx(320 / 120, rel=0.02)


@pytest.mark.parametrize(
    "options",
    [
        ("-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params", "log-level=none"),
        ("-pix_fmt", "yuv444p"),
        ("-pix_fmt", "yuvj420p", "-color_range", "pc"),
        ("-pix_fmt", "rgb24", "-c:v", "ffv1"),
        ("-pix_fmt", "gray", "-c:v", "ffv1"),
        ("-pix_fmt", "yuv422p", "-c:v", "mjpeg", "-q:v", "3", "-strict", "-1"),
        ("-pix_fmt", "yuv420p", "-flags", "+ildct+ilme", "-c:v", "mpeg2video", "-b:v", "3M"),
    ],
)
def test_pixel_formats_all_come_to_the_same_bits(media, look, options):
    pictures = [scene(7)] * 6
    plain = look(media.film("plain.mp4", pictures, rate=25))
    found = look(media.film("other.mkv", pictures, rate=25, options=options))
    assert found.status is ExaminationStatus.OK
    assert (bits(plain) != bits(found)).sum() <= 12


def test_a_still_and_a_frame_of_it_have_the_same_bits(media, look):
    image = scene(8, (640, 360))
    still = look(media.still("photo.png", image))
    frame = look(media.film("film.mp4", [image] * 5))
    assert (bits(still) != bits(frame)).sum() <= 12


@pytest.mark.parametrize("size", ["2x2", "18x34", "33x17", "1000x4", "6x400"])
def test_odd_and_tiny_sizes(media, look, size):
    path = media.video("odd.mkv", size=size, options=("-c:v", "ffv1", "-pix_fmt", "yuv444p"))
    found = look(path)
    assert found.status is ExaminationStatus.OK
    assert full(found).count


def test_a_video_of_one_frame(media, look):
    found = look(media.film("one.mp4", [scene(9)]))
    assert (found.kind, found.status) == (Kind.VIDEO, ExaminationStatus.OK)
    assert times(found) == [0.0]
    assert found.facts.duration > 0


def test_absurd_sizes_are_refused_before_decoding(media, look):
    found = look(media.video("clip.mp4", size="160x120"), max_pixels=160 * 120 - 1)
    assert (found.kind, found.status) == (Kind.VIDEO, ExaminationStatus.FAILED)
    assert "160×120" in found.reason


def test_a_size_that_grows_later_is_refused_then(media, look):
    small = media.video("small.h264", size="64x48").read_bytes()
    large = media.video("large.h264", size="640x480").read_bytes()
    path = media.write("growing.h264", small + large)
    assert look(path).status is ExaminationStatus.OK
    found = look(path, max_pixels=64 * 48)
    assert found.status is ExaminationStatus.PARTIAL
    assert float(found.facts.duration) == pytest.approx(2, abs=0.3)


def test_black_white_and_fading_frames_are_below_the_gate(media, look):
    for source in ("color=black", "color=white", "color=0x808080"):
        found = look(media.video("flat.mp4", source=source))
        assert max(full(found).quality) < MATCHING.gate
    gradient = Image.linear_gradient("L").resize((320, 180))
    found = look(media.film("gradient.mp4", [gradient] * 5))
    # Not flat, but too dim to bear witness by itself.
    assert max(full(found).quality) < CLEAR


def test_the_thumbnail_shows_something(media, look):
    black = Image.new("RGB", (320, 180))
    found = look(media.film("intro.mp4", [black] * 20 + [scene(1)] * 20))
    assert np.asarray(Image.open(io.BytesIO(found.thumbnail)).convert("L")).std() > 20


def test_samples_are_bounded_and_the_rest_is_said_to_be_missing(media, look):
    found = look(media.video("clip.mp4", seconds=4), max_samples=5)
    assert full(found).count == 5
    assert found.status is ExaminationStatus.PARTIAL
    assert "5 samples" in found.reason


def test_a_truncated_video_is_partial_and_says_where_it_stops(media, look):
    path = media.video("whole.mp4", seconds=20, rate=25, options=("-movflags", "+faststart"))
    content = path.read_bytes()
    found = look(media.write("cut.mp4", content[: len(content) * 6 // 10]))
    assert found.status is ExaminationStatus.PARTIAL
    assert "of 20.0 s" in found.reason
    assert 5 < float(found.facts.duration) < 18
    assert times(found)[-1] <= float(found.facts.duration)


@pytest.mark.parametrize("suffix", ["mkv", "avi", "flv"])
def test_other_truncated_containers_are_partial_too(media, look, suffix):
    content = media.video(f"whole.{suffix}", seconds=20, rate=25).read_bytes()
    found = look(media.write("cut", content[: len(content) // 2]))
    assert found.status is ExaminationStatus.PARTIAL
    assert "stopped" in found.reason


def test_a_video_whose_index_was_lost_failed_rather_than_being_no_media(media, look):
    content = media.video("whole.mp4", seconds=5).read_bytes()
    found = look(media.write("cut.mp4", content[: len(content) // 2]))
    assert (found.kind, found.status) == (Kind.VIDEO, ExaminationStatus.FAILED)
    assert "cannot be opened" in found.reason


def test_damage_in_the_middle_is_passed_over(media, look):
    path = media.video("whole.ts", seconds=10, rate=25, options=("-g", "25"))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 20_000] = bytes(20_000)
    found = look(media.write("holed.ts", bytes(content)))
    assert found.status in {ExaminationStatus.OK, ExaminationStatus.PARTIAL}
    assert float(found.facts.duration) == pytest.approx(10, abs=0.5)


def test_claimed_frames_that_are_not_there_fail(media, look):
    content = bytearray(media.video("clip.mp4").read_bytes())
    sizes = content.find(b"stsz")
    content[sizes + 12 : sizes + 16] = struct.pack(">I", 10_000)
    data = content.find(b"mdat")
    content[data + 4 : content.find(b"moov") - 4] = bytes(content.find(b"moov") - data - 8)
    found = look(media.write("claims.mp4", bytes(content)))
    assert (found.kind, found.status) == (Kind.VIDEO, ExaminationStatus.FAILED)
    assert found.reason == "No frame could be decoded."


def test_joined_recordings_get_rising_times(media, look):
    one = media.video("one.ts", seconds=3).read_bytes()
    found = look(media.write("joined.ts", one + one))
    assert times(found) == sorted(set(times(found)))
    assert float(found.facts.duration) == pytest.approx(6, abs=0.5)


def test_frames_without_timestamps_are_counted(media, look):
    found = look(media.video("raw.h264", seconds=2, rate=25))
    assert float(found.facts.duration) == pytest.approx(2, abs=0.1)


def test_frames_stored_ahead_in_avi_keep_their_order(media, look):
    options = ("-c:v", "mpeg4", "-bf", "2", "-q:v", "3")
    plain = look(media.video("clip.mkv", rate=25, options=options))
    found = look(media.video("clip.avi", rate=25, options=options))
    assert times(found) == pytest.approx(times(plain), abs=0.002)
    assert full(found).bits == full(plain).bits
    assert found.flags == ()


def test_cutting_a_video_anywhere_ends_in_an_outcome_with_a_reason(media, look):
    for suffix in ("mp4", "mkv", "ts"):
        content = media.video(f"whole.{suffix}", seconds=1).read_bytes()
        for length in range(1, len(content), len(content) // 17):
            found = look(media.write("cut", content[:length]))
            if found.status is not ExaminationStatus.OK:
                assert found.reason


def test_flipped_bytes_end_in_an_outcome(media, look):
    content = media.video("whole.mp4", seconds=1).read_bytes()
    chance = np.random.default_rng(1)
    for _ in range(30):
        damaged = bytearray(content)
        for place in chance.integers(0, len(content), 20):
            damaged[place] = int(chance.integers(0, 256))
        assert look(media.write("damaged", bytes(damaged))).status in set(ExaminationStatus)


def test_real_footage_is_all_read(shared_data, look):
    films = sorted((shared_data / "media" / "videos").iterdir())[::16]
    outcomes = {os.fspath(path): look(path, thumbnail_edge=0).status for path in films}
    assert set(outcomes.values()) == {ExaminationStatus.OK}
