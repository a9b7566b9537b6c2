"""The libraries whose versions may change what an examination finds."""

from __future__ import annotations

import functools
from importlib.metadata import version

import av

_PACKAGES = (
    "av",
    "exifread",
    "imagehash",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pillow-heif",
    "scipy",
)
_INSIDE_AV = ("libavcodec", "libavformat", "libswresample", "libswscale")


@functools.cache
def _versions() -> tuple[tuple[str, str], ...]:
    found = [(name, version(name)) for name in _PACKAGES]
    inside_av = {name: ".".join(map(str, av.library_versions[name])) for name in _INSIDE_AV}
    return tuple(found) + tuple(inside_av.items())


def versions() -> dict[str, str]:
    """Package or library name → version."""
    return dict(_versions())
