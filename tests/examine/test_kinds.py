"""What a file is follows from its bytes, whatever its name says."""

import io

import pytest
from media_factory import ffmpeg, scene

from mediaev.examine import examine
from mediaev.examine.media.source import ByteSource
from mediaev.model.examination import ExaminationStatus
from mediaev.model.exhibit import Kind


@pytest.mark.parametrize(
    ("suffix", "name"),
    [
        ("jpg", "jpeg"),
        ("png", "png"),
        ("webp", "webp"),
        ("gif", "gif"),
        ("tiff", "tiff"),
        ("bmp", "bmp"),
        ("heic", "heif"),
        ("avif", "avif"),
    ],
)
def test_each_image_format_is_a_still_under_any_name(media, look, suffix, name):
    path = media.still(f"picture.{suffix}")
    found = look(path.rename(path.with_name("movie.mp4")))
    assert (found.kind, found.status) == (Kind.STILL, ExaminationStatus.OK)
    assert (found.facts.format, found.facts.width, found.facts.height) == (name, 320, 180)
    assert found.thumbnail.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("suffix", "name", "options"),
    [
        ("mp4", "mp4", ()),
        ("mov", "mov", ()),
        ("mkv", "matroska", ()),
        ("webm", "matroska", ("-c:v", "libvpx", "-deadline", "realtime")),
        ("avi", "avi", ()),
        ("ts", "mpegts", ()),
        ("flv", "flv", ()),
        ("mpg", "mpeg", ("-r", "25")),
        ("wmv", "asf", ()),
        ("h264", "h264", ()),
    ],
)
def test_each_container_is_a_video_under_any_name(media, look, suffix, name, options):
    path = media.video(f"clip.{suffix}", options=options)
    found = look(path.rename(path.with_name("picture.jpg")))
    assert (found.kind, found.status) == (Kind.VIDEO, ExaminationStatus.OK), found.reason
    assert found.facts.format == name
    assert float(found.facts.duration) == pytest.approx(2.0, abs=0.21)
    assert found.fingerprints[0].count >= 8


@pytest.mark.parametrize("suffix", ["wav", "mp3", "ogg", "m4a", "flac"])
def test_sound_alone_is_audio_with_its_length(media, look, suffix):
    path = media.path(f"sound.{suffix}")
    ffmpeg("-f", "lavfi", "-i", "sine=frequency=440:duration=3", path)
    found = look(path)
    assert (found.kind, found.status) == (Kind.AUDIO, ExaminationStatus.OK)
    assert float(found.facts.duration) == pytest.approx(3.0, abs=0.1)
    assert found.facts.audio_channels == 1
    assert found.facts.audio_sample_rate


def test_a_cover_picture_makes_no_video_of_a_song(media, look):
    cover = media.still("cover.jpg")
    path = media.path("song.mp3")
    sine = ("-f", "lavfi", "-i", "sine=duration=2")
    ffmpeg(*sine, "-i", cover, "-map", "0", "-map", "1", "-disposition:v", "attached_pic", path)
    assert look(path).kind is Kind.AUDIO


def test_a_raw_photo_of_the_tiff_family_is_read_by_its_preview(media, look):
    found = look(media.still("photo.tiff", compression="tiff_lzw"))
    assert found.facts.format == "tiff"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"plain text\n" * 50,
        b"%PDF-1.7\n" + b"x" * 5000,
        b"PK\x03\x04" + bytes(500),
        bytes(100_000),
        b"<html><script>alert(1)</script></html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n",
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///x"/></svg>',
        b"BM but only in words",
    ],
)
def test_other_bytes_are_not_media_with_a_reason(media, look, content):
    found = look(media.write("file.mp4", content))
    assert (found.kind, found.status) == (Kind.OTHER, ExaminationStatus.NOT_MEDIA)
    assert found.reason.endswith(".")
    assert not found.fingerprints


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"ffconcat version 1.0\nfile seg.ts\n", "concat"),
        (b"file 'seg.ts'\n", "concat"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nseg.ts\n", "playlist"),
        (b"\xef\xbb\xbf\n#EXTM3U\nseg.ts\n", "playlist"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<MPD xmlns="urn:mpeg:dash:schema"/>', "DASH"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nm=video 9 RTP/AVP 96\r\n", "SDP"),
        (b"[playlist]\nFile1=seg.ts\n", "playlist"),
        (b"[Reference]\nRef1=http://127.0.0.1/seg\n", "playlist"),
    ],
)
def test_texts_that_name_other_files_are_refused_by_name(media, look, content, said):
    media.video("seg.ts", seconds=1)
    found = look(media.write("cat.mp4", content))
    assert found.status is ExaminationStatus.NOT_MEDIA
    assert said in found.reason


def test_a_pattern_in_the_name_decodes_the_file_itself(media, look):
    media.still("x1.png", scene(1))
    own = media.still("x%01d.png", scene(2))
    content = own.read_bytes()
    named = media.write("plain.png", content)
    assert look(own) == look(named)
    assert look(own).fingerprints != look(media.path("x1.png")).fingerprints


def test_the_result_depends_on_the_bytes_alone(media, look):
    path = media.video("clip.mp4")
    assert look(path) == look(path.rename(path.with_name("-i concat:x.mp4")))


def test_a_file_is_read_by_offset_alone(media):
    path = media.video("clip.mp4")
    with path.open("rb", buffering=0) as file:
        file.seek(77)
        whole = examine(file.fileno())
        assert file.tell() == 77
    assert whole.status is ExaminationStatus.OK


def test_what_a_file_gains_while_it_is_read_is_left_out(tmp_path):
    path = tmp_path / "growing"
    path.write_bytes(b"0123456789")
    with path.open("r+b") as file:
        source = ByteSource(file.fileno())
        with path.open("ab") as more:
            more.write(b"later")
        assert source.buffered().read() == b"0123456789"
        assert source.seek(0, io.SEEK_END) == 10


def test_a_codec_has_one_name_whichever_library_decodes_it(media, look):
    options = ("-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime")
    found = look(media.video("clip.mp4", seconds=1, size="64x48", options=options))
    assert found.facts.video_codec == "av1"
