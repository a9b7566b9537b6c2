"""Queries: ten seconds of a recording that the case holds, as a repost would have them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg

SECONDS = 10


def cut(source: Path, target: Path, start: float) -> None:
    """Cut ten seconds out, at 480 lines and low quality, with their sound. Raises OSError."""
    command = [
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-ss", str(start)),
        *("-t", str(SECONDS), "-i", str(source), "-vf", "scale=-2:480", "-crf", "30"),
        *("-pix_fmt", "yuv420p", str(target)),
    ]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a fixed program
    if done.returncode:
        raise OSError(done.stderr.decode(errors="replace"))
