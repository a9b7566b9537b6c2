"""Clips: an interval of a recording as a file that any browser plays.

The command is built with ffmpeg-python and run by hand, with limits: the library waits for
ever and reads without bound. FFmpeg is the system's if there is one, else the one that the
`imageio-ffmpeg` wheel carries. It gets the open file, not a name, so that it cannot be made
to read another.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import ffmpeg
import imageio_ffmpeg

from mediaev.derive.target import require_free
from mediaev.errors import DamagedMediaError, MissingProgramError, UsageError
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown

FORMATS = "mov,matroska,webm,avi,flv,asf,mpegts,mpeg,gif,ogg,mp3,wav,flac,aac,mxf,ivf,h264,hevc"
"""Containers that ffmpeg may open; none of them names other files."""
TARGET = "clip.mp4"
"""Stands for the target in a command: its name may be private."""
_ALWAYS = ("-nostdin", "-v", "error", "-y", "-abort_on", "empty_output")


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived file and how it came to be."""

    path: Path
    digest: Digest
    command: tuple[str, ...]
    """As it was run; the input is a file descriptor of the exhibit, `clip.mp4` the target."""
    program: str
    """First line of what ffmpeg says of its version."""


def program() -> str:
    """The ffmpeg to run. Raises MissingProgramError if there is none."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise MissingProgramError("no ffmpeg was found") from error


def clip(
    fd: int, target: Path, start: float, end: float, *, height: int = 720, seconds: float = 600.0
) -> Derived:
    """Cut `start` to `end` (seconds) of an open recording into a new MP4 file.

    Raises UsageError when the target exists or cannot be made or the interval is empty,
    DamagedMediaError when ffmpeg cannot cut it, finds nothing there or takes longer than
    `seconds`. Nothing half-made is left.
    """
    if not 0 <= start < end:
        raise UsageError(f"from {start} s to {end} s is no interval")
    require_free(target)
    part = target.with_name(f".{target.name}.part")
    command = _command(fd, start, end, height)
    # The library knows UTF-8 alone; and a colon in a name would else begin a protocol.
    named = [f"file:{part}" if each == TARGET else each for each in command]
    try:
        _run(named, fd, seconds)
        with part.open("rb") as made:
            digest = Digest("sha256", hashlib.file_digest(made, "sha256").digest())
        # A link fails where a file stands already, unlike a rename.
        os.link(part, target)
    except FileExistsError as error:
        name = shown(os.fsencode(target))
        raise UsageError(f"{name} exists; nothing is overwritten") from error
    finally:
        part.unlink(missing_ok=True)
    return Derived(target, digest, tuple(command), _version(command[0]))


def _command(fd: int, start: float, end: float, height: int) -> list[str]:
    source = ffmpeg.input(
        f"/dev/fd/{fd}",
        ss=f"{start:.3f}",
        t=f"{end - start:.3f}",
        format_whitelist=FORMATS,
        protocol_whitelist="file",
    )
    picture = source.video.filter("scale", -2, f"min(ih,{height})")
    made = ffmpeg.output(
        picture,
        source["a?"],
        TARGET,
        f="mp4",
        vcodec="libx264",
        acodec="aac",
        pix_fmt="yuv420p",
        preset="veryfast",
        crf=23,
        map_metadata=-1,
        movflags="+faststart",
    )
    arguments = ffmpeg.get_args(made.global_args(*_ALWAYS))
    return [program(), *arguments]


def _run(command: list[str], fd: int, seconds: float) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, arguments that are not a shell's
            command,
            pass_fds=(fd,),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DamagedMediaError(f"ffmpeg did not finish within {seconds:.0f} s") from error
    if done.returncode != 0:
        said = done.stderr[-300:].decode("utf-8", "replace").strip()
        raise DamagedMediaError(f"ffmpeg could not cut the clip: {said}")


def _version(executable: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own program
        [executable, "-version"], capture_output=True, timeout=30, check=False
    )
    return done.stdout.decode("utf-8", "replace").partition("\n")[0]
