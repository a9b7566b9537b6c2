"""The package videohash: one 64-bit hash of a collage of each video."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import imageio_ffmpeg
import numpy as np

from evaluation.cache import Details
from evaluation.peers.environment import has, peers_python
from evaluation.peers.pictures import Bits
from evaluation.peers.port import UnavailableError
from evaluation.scoring import Method
from evaluation.truth import Trial
from evaluation.workshop import Workshop

SIMILAR = 9
"""Bits, of 64, within which it calls two videos similar: 15 %."""


class VideoHash:
    """The released package, run in an environment of its own."""

    name = "videohash"
    parts = frozenset({"video", "excerpts"})

    def ask(self, trial: Trial, shop: Workshop) -> Method:
        """All pairs, each with its distance; accepted as the package itself would."""
        if not has("videohash"):
            raise UnavailableError("its package is not in .venv-peers")
        with asking() as process:
            exhibits = {
                each.digest: _told(process, each.path, each.digest, shop) for each in trial.library
            }
            queries = {
                each.name: _told(process, each.path, each.path.name, shop) for each in trial.queries
            }
        scores, accepted = {}, set()
        for name, told in queries.items():
            for digest, other in exhibits.items():
                if "bits" in told and "bits" in other:
                    alike = int((bits_of(told["bits"]) == bits_of(other["bits"])).sum())
                    scores[name, digest] = float(alike)
                    if alike >= 64 - SIMILAR:
                        accepted.add((name, digest))
        every = [*exhibits.values(), *queries.values()]
        missing = sum("bits" not in told for told in every)
        note = f"it made no hash of {missing} of {len(every)} files" if missing else ""
        seconds = sum(float(told["seconds"]) for told in every)
        return Method(self.name, scores, frozenset(accepted), seconds, note)


class Process:
    """The package at work in a process of its own."""

    def __init__(self, sink: IO[str], stream: IO[str], folder: Path) -> None:
        self._sink, self._stream = sink, stream
        self._plain = folder / "video.mp4"

    def ask(self, path: Path) -> Details:
        """Hash one file, under a plain name: the package hands names to a shell."""
        self._plain.unlink(missing_ok=True)
        self._plain.symlink_to(path.resolve())
        self._sink.write(f"{self._plain}\n")
        self._sink.flush()
        line = self._stream.readline()
        if not line:
            raise UnavailableError("its process ended")
        told: Details = json.loads(line)
        return told


@contextmanager
def asking() -> Iterator[Process]:
    """A process with an ffmpeg on its path and a folder for what it leaves behind."""
    with tempfile.TemporaryDirectory() as place:
        programs = Path(place, "bin")
        programs.mkdir()
        (programs / "ffmpeg").symlink_to(imageio_ffmpeg.get_ffmpeg_exe())
        search = f"{programs}{os.pathsep}{os.environ['PATH']}"
        with subprocess.Popen(  # noqa: S603 - our own script
            [peers_python(), "-I", Path(__file__).with_name("hash_videos.py")],
            env=os.environ | {"PATH": search, "TMPDIR": place},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            sink, stream = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
            yield Process(sink, stream, Path(place))


def _told(process: Process, path: Path, key: str, shop: Workshop) -> Details:
    """What it says of a file, kept between runs with what it took at the time."""

    def make(part: Path) -> Details:
        told = process.ask(path)
        part.write_text(json.dumps(told))
        return told

    return shop.cache.get("peers/videohash", ".told", key, make=make)[1]


def bits_of(text: str) -> Bits:
    """Bits from a text of `0` and `1`."""
    return np.array([each == "1" for each in text], np.bool_)
