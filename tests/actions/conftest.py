"""A small library of made-up recordings, and the things reposters do to them."""

from __future__ import annotations

import shutil
import subprocess

import cv2
import imageio_ffmpeg
import numpy as np
import pytest

FPS = 25
SIZE = (320, 180)


def ffmpeg(*arguments, feed=None):
    """Run ffmpeg; what it prints shows only when it fails."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)]
    done = subprocess.run(command, input=feed, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="session")
def run_ffmpeg():
    """The ffmpeg of the tests, as a function of its arguments."""
    return ffmpeg


def recording(path, seed, seconds):
    """A camera that wanders over a scene of blurred shapes, in which things move about."""
    chance = np.random.default_rng(seed)
    scene = chance.integers(0, 256, (72, 96)).astype(np.uint8)
    scene = cv2.resize(scene, (960, 720), interpolation=cv2.INTER_CUBIC)
    for _ in range(25):
        centre = tuple(int(each) for each in chance.integers(0, (960, 720)))
        cv2.circle(scene, centre, int(chance.integers(20, 120)), int(chance.integers(0, 256)), -1)
    scene = cv2.GaussianBlur(scene, (0, 0), 2)
    steps = np.cumsum(chance.normal(0, 1, (seconds * FPS + 1, 2)), axis=0)
    kernel = np.ones(25) / 25
    path_x, path_y = (np.convolve(steps[:, axis] * 9, kernel, "same") for axis in (0, 1))
    frames = []
    for x, y in zip(path_x[: seconds * FPS], path_y[: seconds * FPS], strict=True):
        left = int(abs((x + 300) % 1200 - 600))
        top = int(abs((y + 200) % 1000 - 500))
        frames.append(scene[top : top + 180, left : left + 320])
    ffmpeg(
        *("-f", "rawvideo", "-pix_fmt", "gray", "-s", "320x180", "-r", FPS, "-i", "-"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", path),
        feed=b"".join(np.ascontiguousarray(frame).tobytes() for frame in frames),
    )


@pytest.fixture(scope="session")
def recordings(tmp_path_factory):
    """Three recordings of 12 seconds: `a.mp4`, `b.mp4`, `c.mp4`. Read them, do not write."""
    folder = tmp_path_factory.mktemp("recordings")
    for seed, name in enumerate("abc"):
        recording(folder / f"{name}.mp4", seed + 10, 12)
    return folder


@pytest.fixture(scope="session")
def ident(tmp_path_factory):
    """Four seconds that a channel shows in all its videos. Read them, do not write."""
    path = tmp_path_factory.mktemp("ident") / "ident.mp4"
    recording(path, 40, 4)
    return path


@pytest.fixture
def edit(tmp_path):
    """Make an edited copy: `edit("name.mp4", source, filter=..., start=..., length=...)`."""

    def make(name, source, *, video_filter="null", start=0, length=12, crf=30):
        path = tmp_path / "edits" / name
        path.parent.mkdir(exist_ok=True)
        ffmpeg(
            *("-ss", start, "-t", length, "-i", source, "-filter_complex", video_filter),
            *("-c:v", "libx264", "-preset", "veryfast", "-crf", crf, "-pix_fmt", "yuv420p", path),
        )
        return path

    return make


@pytest.fixture
def compilation(tmp_path):
    """Cut parts of recordings together: `compilation("name.mp4", [(source, start, length)])`."""

    def make(name, parts):
        path = tmp_path / "edits" / name
        path.parent.mkdir(exist_ok=True)
        inputs = [
            each
            for source, start, length in parts
            for each in ("-ss", start, "-t", length, "-i", source)
        ]
        joined = "".join(f"[{number}:v]" for number in range(len(parts)))
        ffmpeg(
            *inputs,
            *("-filter_complex", f"{joined}concat=n={len(parts)}[v]", "-map", "[v]"),
            *("-c:v", "libx264", "-preset", "veryfast", "-crf", "30", "-pix_fmt", "yuv420p", path),
        )
        return path

    return make


@pytest.fixture
def folder(tmp_path, recordings):
    """A folder of one's own with copies of the recordings."""
    own = tmp_path / "download"
    shutil.copytree(recordings, own)
    return own
