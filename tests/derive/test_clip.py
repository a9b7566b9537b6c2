import os
import subprocess
from pathlib import Path

import av
import imageio_ffmpeg
import pytest

from mediaev.derive import clip
from mediaev.errors import DamagedMediaError, UsageError


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "a%03d.mkv"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi"]
    command += ["-i", "testsrc2=s=320x180:r=25:d=6", "-f", "lavfi", "-i", "sine=d=6"]
    named = tmp_path / "made.mkv"
    subprocess.run([*command, "-metadata", "title=secret", str(named)], check=True)
    named.rename(path)
    return path


@pytest.fixture
def opened(recording):
    fd = os.open(recording, os.O_RDONLY)
    yield fd
    os.close(fd)


def test_a_clip_holds_the_interval_with_its_sound_and_no_metadata(opened, tmp_path):
    derived = clip(opened, tmp_path / "clip.mp4", 1.5, 4.0, height=90)
    with av.open(str(derived.path)) as container:
        assert container.streams.video[0].height == 90
        assert len(container.streams.audio) == 1
        assert container.duration / 1e6 == pytest.approx(2.5, abs=0.15)
        assert "title" not in container.metadata
    assert derived.program.startswith("ffmpeg version")
    assert len(derived.digest.hex) == 64


def test_nothing_is_overwritten_and_nothing_half_made_is_left(opened, tmp_path):
    target = tmp_path / "clip.mp4"
    target.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists"):
        clip(opened, target, 0, 1)
    assert target.read_bytes() == b"mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a%03d.mkv", "clip.mp4"]


def test_what_is_no_recording_is_refused_by_name(tmp_path):
    text = tmp_path / "list.mp4"
    text.write_text("ffconcat version 1.0\nfile a.mkv\n")
    fd = os.open(text, os.O_RDONLY)
    try:
        with pytest.raises(DamagedMediaError, match="could not cut"):
            clip(fd, tmp_path / "clip.mp4", 0, 1)
    finally:
        os.close(fd)
    assert not (tmp_path / "clip.mp4").exists()


def test_an_empty_interval_is_a_usage_error(opened, tmp_path):
    with pytest.raises(UsageError, match="interval"):
        clip(opened, tmp_path / "clip.mp4", 2, 2)


def test_an_interval_past_the_end_makes_no_empty_clip(opened, tmp_path):
    with pytest.raises(DamagedMediaError, match="could not cut"):
        clip(opened, tmp_path / "clip.mp4", 50, 60)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a%03d.mkv"]


def test_a_colon_in_a_folders_name_is_no_protocol(opened, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "http:").mkdir()
    assert clip(opened, Path("http:/-clip.mp4"), 0, 1).path.stat().st_size > 1000


@pytest.mark.parametrize("name", ["nowhere/clip.mp4", "x" * 300, "a%03d.mkv/clip.mp4"])
def test_a_target_that_cannot_be_made_is_a_usage_error(opened, tmp_path, name):
    with pytest.raises(UsageError, match="cannot be made"):
        clip(opened, tmp_path / name, 0, 1)
