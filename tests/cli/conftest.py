"""A small library with hostile names, scanned once, and ways to run the command line on it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image, ImageFilter

from mediaev.cli.main import run

PHOTO = "[red]\x1b[31mphoto\u202e\n[bold].jpg"
"""Markup, a terminal escape, a bidi control and a line break."""
RAW = b"\xff\xfe.png"
"""No UTF-8."""


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Library:
    folder: Path
    case: Path
    query: Path
    """Seconds 1 to 4 of `long.mp4`."""
    unrelated: Path
    settings: dict
    first_scan: Ran


def ffmpeg(*arguments):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run([*command[:-1], "-pix_fmt", "yuv420p", command[-1]], check=True)


def photo(path, size=(480, 360), seed=1):
    noise = np.random.default_rng(seed).integers(0, 256, (9, 12, 3)).astype(np.uint8)
    picture = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    picture.filter(ImageFilter.GaussianBlur(2)).save(path)


def call(*arguments, **settings):
    """Run the command line in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "mediaev", *map(str, arguments)],
        capture_output=True,
        check=False,
        env=os.environ | settings,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def process():
    """The command line in a process of its own: `process("verb", ...)`."""
    return call


@pytest.fixture
def cli(capsys):
    """The command line in this process: `cli("verb", ...)`."""

    def invoke(*arguments):
        capsys.readouterr()
        code = run([os.fsdecode(each) for each in arguments])
        return Ran(code, *capsys.readouterr())

    return invoke


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    top = tmp_path_factory.mktemp("library")
    folder = top / "folder"
    folder.mkdir()
    long = folder / "long.mp4"
    ffmpeg("-f", "lavfi", "-i", "mandelbrot=s=320x180:r=25", "-t", 8, long)
    ffmpeg("-ss", 2, "-t", 4, "-i", long, "-vf", "hflip", folder / "part.mp4")
    ffmpeg("-ss", 1, "-t", 3, "-i", long, top / "query.mp4")
    ffmpeg("-f", "lavfi", "-i", "life=s=160x90:r=25", "-t", 3, top / "unrelated.mp4")
    photo(folder / "photo.png")
    photo(folder / "photo.jpg")
    # The largest one leads its cluster, so that its name is in every summary.
    photo(folder / PHOTO, (960, 720))
    Path(os.fsdecode(os.fsencode(folder) + b"/" + RAW)).write_bytes(
        (folder / "photo.png").read_bytes()
    )
    (folder / "bad.mp4").write_bytes(long.read_bytes()[:3000])
    (folder / "notes.txt").write_text("where and when")
    os.mkfifo(folder / "pipe.mp4")
    settings = {
        "XDG_CONFIG_HOME": str(top / "config"),
        "XDG_STATE_HOME": str(top / "state"),
        "MEDIAEV_CASE": str(top / "case"),
    }
    first = call("scan", folder, **settings)
    assert first.code == 3, first.err
    return Library(folder, top / "case", top / "query.mp4", top / "unrelated.mp4", settings, first)


@pytest.fixture
def case(library, monkeypatch):
    """The scanned library as this test's default case. Read it, do not write."""
    for name, value in library.settings.items():
        monkeypatch.setenv(name, value)
    return library


@pytest.fixture
def home(tmp_path):
    """A case without footage."""
    return tmp_path / "case"


@pytest.fixture
def settings():
    return Path(os.environ["XDG_CONFIG_HOME"])


@pytest.fixture
def served(authority_factory, two_authorities, settings):
    """Both authorities answer, and are trusted here."""
    alpha, beta = two_authorities
    reply = authority_factory.REPLY
    with (
        authority_factory.serving(lambda asked: (200, reply, alpha.answer(asked))) as (first, _),
        authority_factory.serving(lambda asked: (200, reply, beta.answer(asked))) as (
            second,
            asked,
        ),
    ):
        alpha.configure(settings, first)
        beta.configure(settings, second)
        yield asked


@pytest.fixture
def anchored(cli, home, served):
    """A case that was anchored once."""
    assert cli("-C", home, "init").code == 0
    done = cli("-C", home, "anchor")
    assert (done.code, done.err) == (0, "")
    return home
