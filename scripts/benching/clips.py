"""Clips to measure with: cut, joined and looped from real recordings by FFmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg

QUERY_SECONDS = 10


def cut(source: Path, target: Path, start: float) -> None:
    """Cut ten seconds out, at 480 lines and low quality, with their sound. Raises OSError."""
    _ffmpeg(
        *("-ss", str(start), "-t", str(QUERY_SECONDS), "-i", str(source)),
        *("-vf", "scale=-2:480", "-crf", "30", "-pix_fmt", "yuv420p", str(target)),
    )


def moving(sources: Sequence[Path], target: Path) -> None:
    """Join recordings to one of 720 lines and 30 frames a second, without sound."""
    inputs = [each for source in sources for each in ("-i", str(source))]
    fitted = (
        "scale=1280:720:force_original_aspect_ratio=decrease,pad=1280:720:-1:-1,fps=30,setsar=1"
    )
    chains = [f"[{number}:v:0]{fitted}[v{number}]" for number in range(len(sources))]
    joined = "".join(f"[v{number}]" for number in range(len(sources)))
    graph = ";".join([*chains, f"{joined}concat=n={len(sources)}:v=1:a=0[out]"])
    _ffmpeg(*inputs, "-filter_complex", graph, "-map", "[out]", *_H264, str(target))


def static(source: Path, at: float, seconds: int, target: Path) -> None:
    """Hold one frame of a recording at 720 lines, with the noise of a camera. Raises OSError."""
    picture = target.with_suffix(".png")
    _ffmpeg("-ss", str(at), "-i", str(source), "-frames:v", "1", str(picture))
    noisy = "scale=1280:720,noise=alls=4:allf=t,fps=30"
    _ffmpeg("-loop", "1", "-t", str(seconds), "-i", str(picture), "-vf", noisy, *_H264, str(target))


_H264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p")


def _ffmpeg(*arguments: str) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *arguments]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a fixed program
    if done.returncode:
        raise OSError(done.stderr.decode(errors="replace"))
