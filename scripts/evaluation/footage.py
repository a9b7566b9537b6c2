"""Reading and writing video through ffmpeg, frame by frame."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import imageio_ffmpeg
import numpy as np

from evaluation.shot import Picture

RECIPE = "x264-1"
"""Stands for everything that this file does to the outcome; part of the key of cached files."""
LONGEST_SHORT_SIDE = 480
"""Pixels: what phones send on, and enough for every method measured here."""


class FootageError(Exception):
    """ffmpeg could not read or write a file."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """An interval of a file."""

    path: Path
    start: float
    seconds: float


def frames(
    excerpt: Excerpt, *, rate: float = 25, speed: float = 1.0, side: int = LONGEST_SHORT_SIDE
) -> Iterator[Picture]:
    """The excerpt's pictures at a constant rate, played `speed` times as fast.

    Yields just as many as fit into the played time; the last one is held if the file
    ends early, as players do.
    """
    count = max(1, round(excerpt.seconds / speed * rate))
    shrink = f"min(1,{side}/min(iw*sar,ih))"
    graph = (
        f"trim=start={excerpt.start:.6f}:end={excerpt.start + excerpt.seconds + 0.5:.6f},"
        f"setpts=(PTS-{excerpt.start:.6f}/TB)/{speed:.6f},fps={rate}:start_time=0,"
        f"scale=w='2*trunc(iw*sar*{shrink}/2)':h='2*trunc(ih*{shrink}/2)':flags=area,setsar=1"
    )
    arguments = ["-i", str(excerpt.path), "-map", "0:v:0", "-vf", graph]
    output = ["-frames:v", str(count), "-f", "image2pipe", "-c:v", "ppm", "-"]
    last = None
    with _reading([*arguments, *output]) as stream:
        while count and (picture := _ppm(stream)) is not None:
            last = picture
            count -= 1
            yield picture
    if last is None:
        raise FootageError(f"{excerpt.path}: no pictures at {excerpt.start:.1f} s")
    for _ in range(count):
        yield last


def write(
    path: Path, pictures: Iterable[Picture], *, rate: float, crf: int, sound: Excerpt | None = None
) -> None:
    """Encode pictures as H.264, the same bytes on every run, with the sound of an excerpt."""
    pictures = iter(pictures)
    first = next(pictures)
    height, width = first.shape[:2]
    command = [
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(rate)),
        *("-i", "-", *(_sound(sound) if sound else ("-an",))),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf), "-pix_fmt", "yuv420p"),
        *("-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "mp4", str(path)),
    ]
    with tempfile.TemporaryFile() as said:
        with (
            suppress(BrokenPipeError),  # what ffmpeg said tells more
            subprocess.Popen(  # noqa: S603 - no shell, our own arguments
                [*_ffmpeg(), *command], stdin=subprocess.PIPE, stderr=said
            ) as process,
            cast("IO[bytes]", process.stdin) as sink,
        ):
            sink.write(first.tobytes())
            for picture in pictures:
                sink.write(picture.tobytes())
        if process.returncode:
            said.seek(0)
            raise FootageError(f"{path}: {said.read().decode(errors='replace').strip()}")


def run(*arguments: str) -> None:
    """Run ffmpeg for its effect."""
    done = subprocess.run(  # noqa: S603 - no shell, our own arguments
        [*_ffmpeg(), *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        raise FootageError(done.stderr.decode(errors="replace").strip())


def _sound(excerpt: Excerpt) -> list[str]:
    cut = f"[1:a:0]atrim=start={excerpt.start:.6f}:duration={excerpt.seconds:.6f}"
    return [
        *("-i", str(excerpt.path), "-filter_complex", f"{cut},asetpts=PTS-STARTPTS[sound]"),
        *("-map", "0:v", "-map", "[sound]", "-c:a", "aac", "-b:a", "64k", "-flags:a", "+bitexact"),
    ]


def _ffmpeg() -> list[str]:
    return [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-nostdin"]


@contextmanager
def _reading(arguments: list[str]) -> Iterator[IO[bytes]]:
    """The standard output of ffmpeg; what it says against a file shows in what it gives."""
    with subprocess.Popen(  # noqa: S603 - no shell, our own arguments
        [*_ffmpeg(), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield cast("IO[bytes]", process.stdout)


def _ppm(stream: IO[bytes]) -> Picture | None:
    """The next picture of a stream of PPM files, or None at its end."""
    if stream.readline() != b"P6\n":
        return None
    width, height = (int(each) for each in stream.readline().split())
    stream.readline()
    pixels = stream.read(width * height * 3)
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
