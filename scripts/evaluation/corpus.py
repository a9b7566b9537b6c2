"""The corpus: any folder with photos and clips, and what a manifest says about them."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import pillow_heif
from PIL import Image, UnidentifiedImageError

MANIFEST = "manifest.csv"


@dataclass(frozen=True, slots=True)
class Photo:
    """A still of the corpus."""

    path: Path
    digest: str
    group: str
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Clip:
    """A video of the corpus."""

    path: Path
    digest: str
    group: str
    size: tuple[int, int]
    seconds: float
    sound: bool

    @property
    def place(self) -> str:
        """The camera's group, or a group of its own: other moments of it are no copies."""
        return self.group or f"cam_{self.digest}"


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that can be used, each content once, in the order of digests."""

    photos: tuple[Photo, ...]
    clips: tuple[Clip, ...]
    left_out: dict[str, str]
    """Paths of files that are not used, and why."""


def read_corpus(folder: Path) -> Corpus:
    """Look at every file of a folder; hidden ones and links are passed over."""
    groups = _groups(folder / MANIFEST)
    photos: dict[str, Photo] = {}
    clips: dict[str, Clip] = {}
    left_out: dict[str, str] = {}
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if name == MANIFEST:
            continue
        found = _look(path, groups.get(name, ""))
        if isinstance(found, Photo):
            photos.setdefault(found.digest, found)
        elif isinstance(found, Clip):
            clips.setdefault(found.digest, found)
        else:
            left_out[str(path)] = found
    return Corpus(
        tuple(photos[each] for each in sorted(photos)),
        tuple(clips[each] for each in sorted(clips)),
        left_out,
    )


def digest_of(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def _groups(manifest: Path) -> dict[str, str]:
    if not manifest.is_file():
        return {}
    with manifest.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        wanted = {"file", "group"}
        if not wanted <= set(rows.fieldnames or ()):
            raise SystemExit(f"{manifest}: needs the columns `file` and `group`")
        return {row["file"]: row["group"] or "" for row in rows}


def _look(path: Path, group: str) -> Photo | Clip | str:
    """What a file is, or why it is not used."""
    pillow_heif.register_heif_opener()
    try:
        with Image.open(path) as image:
            if getattr(image, "n_frames", 1) == 1:
                return Photo(path, digest_of(path), group, image.size)
    except UnidentifiedImageError:
        pass
    except (OSError, ValueError, Image.DecompressionBombError) as problem:
        return f"not readable as a picture: {problem}"
    try:
        return _clip(path, group)
    except (av.FFmpegError, ValueError) as problem:
        return f"neither picture nor video: {problem}"


def _clip(path: Path, group: str) -> Clip | str:
    with av.open(str(path)) as container:
        if not container.streams.video:
            return "without picture"
        video = container.streams.video[0]
        seconds = container.duration / av.time_base if container.duration else 0.0
        if seconds < 1:
            return "shorter than a second, or of unknown length"
        size = video.codec_context.width, video.codec_context.height
        return Clip(path, digest_of(path), group, size, seconds, bool(container.streams.audio))
