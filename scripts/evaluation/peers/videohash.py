"""The package videohash: one 64-bit hash of a collage of each video."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from evaluation.cache import Details
from evaluation.clock import cpu_seconds
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
        exhibits = {each.digest: _bits(each.path, each.digest, shop) for each in trial.library}
        queries = {each.name: _bits(each.path, each.path.name, shop) for each in trial.queries}
        scores, accepted = {}, set()
        for name, (bits, _) in queries.items():
            for digest, (others, _) in exhibits.items():
                if bits is not None and others is not None:
                    away = int((bits != others).sum())
                    scores[name, digest] = float(len(bits) - away)
                    if away <= SIMILAR:
                        accepted.add((name, digest))
        seconds = sum(spent for _, spent in (*exhibits.values(), *queries.values()))
        return Method(self.name, scores, frozenset(accepted), seconds)


def _bits(path: Path, key: str, shop: Workshop) -> tuple[Bits | None, float]:
    """The hash, or None where it could make none; and what making it took when it was made."""

    def make(part: Path) -> Details:
        start = cpu_seconds()
        answer = _ask(path)
        part.write_text(json.dumps(answer))
        return {"seconds": cpu_seconds() - start, "bits": answer.get("bits")}

    _, details = shop.cache.get("peers/videohash", ".told", key, make=make)
    text = details["bits"]
    bits = np.array([each == "1" for each in text], np.bool_) if text else None
    return bits, float(details["seconds"])


def _ask(path: Path) -> dict[str, str]:
    """Run it on one file, under a plain name: it hands names to a shell."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "bin").mkdir()
        (Path(place) / "bin" / "ffmpeg").symlink_to(imageio_ffmpeg.get_ffmpeg_exe())
        plain = Path(place) / f"video{path.suffix if path.suffix.isascii() else ''}"
        plain.symlink_to(path.resolve())
        search = f"{Path(place) / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(  # noqa: S603 - our own script
            [peers_python(), "-I", Path(__file__).with_name("hash_videos.py")],
            env=os.environ | {"PATH": search, "TMPDIR": place},
            input=f"{plain}\n",
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise UnavailableError(f"it failed: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
    answer: dict[str, str] = json.loads(done.stdout)
    return answer
