"""Reading and writing video through ffmpeg, frame by frame."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
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


def write(path: Path, pictures: Iterable[Picture], *, rate: float, crf: int) -> None:
    """Encode pictures as H.264 without sound, the same bytes on every run."""
    pictures = iter(pictures)
    first = next(pictures)
    height, width = first.shape[:2]
    command = [
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(rate)),
        *("-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", str(crf)),
        *("-pix_fmt", "yuv420p", "-threads", "1", "-flags:v", "+bitexact"),
    ]
    feed(path, command, (each.tobytes() for each in chain([first], pictures)))


def feed(path: Path, command: Sequence[str], pieces: Iterable[bytes]) -> None:
    """Run ffmpeg with pieces as its standard input and `path` as an MP4 file of its making."""
    output = ["-fflags", "+bitexact", "-map_metadata", "-1", "-f", "mp4", str(path)]
    with tempfile.TemporaryFile() as said:
        with (
            suppress(BrokenPipeError),  # what ffmpeg said tells more
            subprocess.Popen(  # noqa: S603 - no shell, our own arguments
                [*_ffmpeg(), *command, *output], stdin=subprocess.PIPE, stderr=said
            ) as process,
            cast("IO[bytes]", process.stdin) as sink,
        ):
            for piece in pieces:
                sink.write(piece)
        if process.returncode:
            said.seek(0)
            raise FootageError(f"{path}: {said.read().decode(errors='replace').strip()}")


def heard(excerpt: Excerpt, rate: int) -> bytes:
    """The excerpt's sound as one channel of 32-bit floats; empty where there is none."""
    end = excerpt.start + excerpt.seconds
    graph = f"aresample={rate}:async=1:first_pts=0,atrim={excerpt.start:.6f}:{end:.6f}"
    arguments = ["-i", str(excerpt.path), "-map", "0:a:0", "-af", graph, "-ac", "1"]
    with _reading([*arguments, "-ar", str(rate), "-f", "f32le", "-"]) as stream:
        return stream.read()


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


def _ffmpeg() -> list[str]:
    return [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-nostdin"]
