"""Draws docs/found.png: edits of one made-up recording, and where mediaev finds it in each.

Run it with `PYTHONPATH=.:scripts .venv/bin/python -m evaluation.found docs/found.png`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mediaev import Match, compare_files
from mediaev.compare.passages import passages
from mediaev.compare.placing import size_of
from mediaev.derive.sheet.lettering import BOLD, Canvas, Hand, write
from mediaev.derive.sheet.marks import Tile, draw_area, overlap
from mediaev.derive.sheet.palette import GREEN, INK, QUIET, VERMILLION
from mediaev.derive.sheet.panels import picture_of
from mediaev.examine.showing import show
from mediaev.jobs import SerialExecutor

WIDE, HIGH, RATE, SECONDS = 640, 360, 25, 8
_HORIZON = 210
_OTHER = "other.mp4"
_BOX = "drawbox=t=fill:x"
EDITS = {
    "recompressed": ("scale=320:-2", "-crf", "36"),
    "cropped": ("crop=iw*0.6:ih*0.6:iw*0.25:ih*0.3",),
    "mirrored": ("hflip",),
    "grey, brighter": ("hue=s=0,eq=brightness=0.12:contrast=0.8",),
    "turned": ("transpose=1",),
    "tilted": ("rotate=0.07",),
    "bars for 9:16": ("scale=360:-2,pad=360:640:0:(oh-ih)/2:color=0x202428",),
    "covered": (f"{_BOX}=40:y=270:w=420:h=60:color=white,{_BOX}=520:y=20:w=90:h=90:color=purple",),
    "1.25 times as fast, 4 s": ("setpts=PTS/1.25", "-t", "4"),
    "in a corner of another": (
        f"scale=256:-2[small];movie={_OTHER}[under];[under][small]overlay=350:30:shortest=1",
    ),
    "all at once": ("crop=iw*0.7:ih*0.8:iw*0.2:ih*0.1,hflip,scale=360:-2,pad=360:640:0:60:white",),
}
"""Name → filters of ffmpeg, and what else is asked of it."""
_TILE = (290, 190)
_ACROSS, _GAP, _HEAD = 4, 18, 64


def draw(folder: Path, target: Path, names: tuple[str, ...] = tuple(EDITS)) -> None:
    """Make the recording and its edits in a folder, compare each with it, draw what was found."""
    original = _film(folder / "recording.mp4", 3)
    _film(folder / _OTHER, 5)
    tiles = [_tile(original, "the recording", None)]
    found = 0
    for name in names:
        edit = _edited(original, name)
        match = compare_files(edit, original, executor=SerialExecutor()).match
        found += match is not None and match.accepted
        tiles.append(_tile(edit, name, match))
    rows = -(-len(tiles) // _ACROSS)
    across, down = (side + _GAP for side in tiles[0].shape[1::-1])
    canvas = np.full((_HEAD + rows * down, _GAP + _ACROSS * across, 3), 255, np.uint8)
    title = f"{found} of {len(names)} edits of one recording found"
    write(canvas, (_GAP, 14), title, Hand(22, INK, BOLD))
    told = "outlined is where mediaev says that the recording lies; the number is its score"
    write(canvas, (_GAP, 40), told, Hand(14, QUIET))
    for number, tile in enumerate(tiles):
        top, left = _HEAD + number // _ACROSS * down, _GAP + number % _ACROSS * across
        canvas[top : top + len(tile), left : left + tile.shape[1]] = tile
    image = Image.fromarray(canvas).quantize(240, dither=Image.Dither.NONE)
    image.save(target, "PNG", optimize=True)


def _tile(path: Path, name: str, match: Match | None) -> Canvas:
    canvas = np.full((_TILE[1] + 48, _TILE[0], 3), 255, np.uint8)
    with path.open("rb") as file:
        (picture,) = show(file.fileno(), [2.0], 2 * max(_TILE))
    size = size_of(picture.width, picture.height)
    place = Tile.within(size, 0, 0, _TILE)
    shown = picture_of(picture, (place.width, place.height))
    canvas[: place.height, place.left : place.left + place.width] = shown
    write(canvas, (0, _TILE[1] + 6), name, Hand(15, INK, BOLD))
    says, colour = ("made up", QUIET) if name == "the recording" else ("not found", VERMILLION)
    if match is not None:
        says = f"{match.relation.value} {match.score:.2f}"
        says, colour = (says, GREEN) if match.accepted else (f"not sure: {says}", VERMILLION)
        placing = passages(match, size, size_of(WIDE, HIGH))[0].placing
        if placing is not None and (areas := overlap(placing)) is not None:
            draw_area(canvas, place, areas[0], numbered=False)
    write(canvas, (0, _TILE[1] + 26), says, Hand(14, colour))
    return canvas


def _edited(original: Path, name: str) -> Path:
    filters, *more = EDITS[name]
    target = original.with_name(f"{len(name)}{name[0]}.mp4")
    _ffmpeg(original.parent, ["-i", original.name, "-vf", filters, *more], target)
    return target


def _ffmpeg(folder: Path, arguments: list[str], target: Path, feed: bytes | None = None) -> None:
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", target.name]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments, *coded]
    subprocess.run(command, cwd=folder, input=feed, check=True)  # noqa: S603 - nothing of others


# The scenery: a lake between mountains, with clouds, waves and boats that move


def _film(path: Path, seed: int) -> Path:
    frames = _scenery(np.random.default_rng(seed))
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDE}x{HIGH}", "-r", str(RATE)]
    _ffmpeg(path.parent, [*raw, "-i", "-", "-crf", "20"], path, frames)
    return path


def _scenery(chance: np.random.Generator) -> bytes:
    sky, wave, counter = (_noise(chance, (HIGH, 2 * WIDE), each) for each in (5, 7, 7))
    ridges = [_noise(chance, (1, 2 * WIDE), 7)[0] for _ in range(2)]
    ground = _noise(chance, (HIGH, 2 * WIDE), 8)
    low, warm = chance.uniform(0.3, 1.0, 2)
    boats = chance.uniform((0, 12, 14), (WIDE, 110, 60), (5, 3))
    rows = np.arange(HIGH)[:, None]
    frames = []
    for number in range(RATE * SECONDS):
        at = number / RATE
        clouds = np.clip(_seen(sky, 9 * at) * 3 - 1.3, 0, 1)[..., None]
        day = (rows / _HORIZON)[..., None] * [255 * warm, 150, 90] + [40, 90 * low + 60, 150]
        picture = day * (1 - clouds) + clouds * [250, 240, 235]
        for depth, (ridge, shade) in enumerate(zip(ridges, (1.0, 0.55), strict=True)):
            top = _HORIZON - (130 - 60 * depth) * _seen(ridge[None], (4 + 10 * depth) * at) + 10
            rock = 60 + 150 * _seen(ground, (4 + 10 * depth) * at)
            slope = np.stack([rock * 0.75, rock * 0.9, rock * (1.1 - 0.5 * depth)], -1) * shade
            picture = np.where((rows > top)[..., None], slope, picture)
        glint = _seen(wave, 30 * at) * _seen(counter, WIDE - 24 * at)
        water = (70 + 260 * glint**2)[..., None] * np.array([0.5, 0.8, 1.0])
        picture = np.where((rows > _HORIZON)[..., None], water, picture)
        frame = np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8))
        for index, (x, y, speed) in enumerate(sorted(boats.tolist(), key=lambda boat: boat[1])):
            _boat(frame, (x + speed * at) % (WIDE + 80) - 40, _HORIZON + y, index)
        frames.append(frame.tobytes())
    return b"".join(frames)


def _noise(
    chance: np.random.Generator, shape: tuple[int, int], fineness: int
) -> NDArray[np.float32]:
    """Clouds of 0 to 1, rough at more and more scales."""
    total = np.zeros(shape, np.float32)
    for power in range(2, fineness + 1):
        coarse = chance.random((min(shape[0], 2**power), 2 ** (power + 1))).astype(np.float32)
        total += cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC) / 2 ** (power - 1)
    total -= total.min()
    return np.asarray(total / total.max(), np.float32)


def _seen(texture: NDArray[np.float32], shift: float) -> NDArray[np.float32]:
    start = round(shift) % (texture.shape[1] - WIDE)
    return texture[:, start : start + WIDE]


def _boat(frame: Canvas, x: float, y: float, index: int) -> None:
    size = 14 + 0.3 * (y - _HORIZON)
    sail = np.array([(0, -0.2), (0, -2), (1.1, -0.3)]) * size + (x, y)
    jib = np.array([(-0.1, -0.3), (-0.1, -1.7), (-0.8, -0.3)]) * size + (x, y)
    hull = np.array([(-1, 0), (1.2, 0), (0.8, 0.4), (-0.7, 0.4)]) * size + (x, y)
    for shape, colour in ((sail, (250, 248, 240)), (jib, (230, 120, 60)), (hull, (90, 40, 30))):
        mixed = tuple(int(each * (1 - 0.09 * index)) for each in colour)
        cv2.fillPoly(frame, [np.round(shape * 16).astype(np.int32)], mixed, cv2.LINE_AA, 4)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        draw(Path(made), Path(sys.argv[1]))
