"""Made-up footage of landscapes: a camera walks along them, and things move in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from evaluation.chance import chance
from evaluation.footage import write
from evaluation.grain import Ink
from evaluation.scenery import HIGH, HORIZON, LIGHTS, WIDE, Layer, landscape
from evaluation.shot import Picture

RATE = 25
SIZE = (640, 360)
VERSION = 1
"""Raise it when footage of a seed comes out otherwise."""
CLIPS, PHOTOS = 8, 6
_TROUSERS, _SKIN = (46.0, 44.0, 54.0), (196.0, 156.0, 130.0)
SECONDS = 10.0


def made_up_corpus(folder: Path, seed: int) -> Path:
    """A folder of clips and photos that are made here and nowhere else; made once."""
    place = folder / f"made-up-{VERSION}-{seed}"
    whole = place / "manifest.csv"
    if not whole.exists():
        place.mkdir(parents=True, exist_ok=True)
        for number in range(CLIPS):
            walk = walk_of(seed, number)
            write(place / f"walk{number}.mp4", walk.frames(SECONDS), rate=RATE, crf=20)
        for number in range(CLIPS, CLIPS + PHOTOS):
            still = next(walk_of(seed, number).frames(1.0))
            Image.fromarray(still).save(place / f"view{number}.jpg", quality=92)
        whole.write_text("file,group\n")
    return place


def walk_of(seed: int, number: int) -> Walk:
    """One of the walks of a seed; each has a landscape, an hour and a pace of its own."""
    choice = chance(seed, "walk", str(number))
    light = LIGHTS[number % len(LIGHTS)]
    return Walk(landscape(choice, light), choice)


@dataclass(frozen=True, slots=True)
class Walk:
    """A landscape and a camera that goes along it."""

    layers: list[Layer]
    choice: np.random.Generator

    def frames(self, seconds: float) -> Iterator[Picture]:
        """The pictures of a walk, RGB."""
        choice = self.choice
        count = round(seconds * RATE)
        pace = float(choice.uniform(28, 46)) * (1 if choice.integers(2) else -1)
        start = 80.0 if pace > 0 else WIDE - SIZE[0] - 80.0
        sway = choice.uniform(0, 2 * np.pi, 3)
        moving = _Moving(choice)
        for frame in range(count):
            at = frame / RATE
            x = start + pace * at + 5 * np.sin(0.9 * at + sway[0])
            y = 26 + 9 * np.sin(0.7 * at + sway[1]) + 2.0 * np.sin(2.3 * at + sway[2])
            yield self._seen(x, y, at, moving)

    def _seen(self, x: float, y: float, at: float, moving: _Moving) -> Picture:
        """What the camera sees from a place: layers over one another, the water mirroring."""
        canvas = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
        shore = round(HORIZON * HIGH - y)
        for number, layer in enumerate(self.layers):
            drift = 5.0 * at if number == 0 else 0.0
            matrix = np.array([[1, 0, -(x * layer.depth + drift)], [0, 1, -y]], np.float32)
            colour, cover = (_moved(each, matrix) for each in (layer.colour, layer.cover))
            if number == 4:
                moving.fly(canvas, at, x)
                colour = _mirrored(canvas, colour, shore, at)
            canvas += (colour - canvas) * cover[..., np.newaxis]
            if number == 4:
                moving.sail(canvas, at, x, shore)
        moving.walk(canvas, at, x, y)
        return np.asarray(np.clip(np.rint(canvas), 0, 255), np.uint8)


def _moved(layer: Ink, matrix: NDArray[np.float32]) -> Ink:
    """What of a layer the camera sees; it goes round in a circle."""
    seen = cv2.warpAffine(layer, matrix, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(seen, np.float32)


def _mirrored(above: Ink, water: Ink, shore: int, at: float) -> Ink:
    """The water with what stands above it upside down in it, broken by ripples."""
    rows, columns = np.indices((SIZE[1], SIZE[0]), np.float32)
    below = np.maximum(rows - shore, 0)
    ripple = np.sin(rows * 0.9 + 5 * at) + 0.6 * np.sin(rows * 0.37 - 3 * at + columns * 0.02)
    across = columns + ripple * (0.4 + below * 0.02)
    up = np.clip(shore - below * 1.25 + 0.6 * ripple, 0, SIZE[1] - 1)
    image = cv2.remap(above, across, up, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    glint = 0.93 + 0.1 * ripple * (below > 0) / 1.6
    return np.asarray((image * 0.58 + water * 0.42) * glint[..., np.newaxis], np.float32)


class _Moving:
    """Birds, boats and people of one walk; where each is follows from the time alone."""

    def __init__(self, choice: np.random.Generator) -> None:
        self._birds = [
            (*choice.uniform((0, 20), (900, 110)), choice.uniform(20, 60), choice.uniform(4, 7))
            for _ in range(14)
        ]
        self._boats = [
            (*choice.uniform((60, 10), (1100, 46)), choice.normal(0, 16), choice.uniform(14, 26))
            for _ in range(5)
        ]
        self._people = [
            (
                *choice.uniform((60, 0.80), (WIDE - 60, 0.93)),
                choice.choice([-1, 1]) * choice.uniform(14, 34),
                tuple(float(each) for each in choice.integers(40, 230, 3)),
            )
            for _ in range(7)
        ]

    def fly(self, canvas: Ink, at: float, x: float) -> None:
        """Birds: two wings that beat."""
        for number, (left, top, pace, size) in enumerate(self._birds):
            place = np.array(
                [(left + pace * at - 0.1 * x) % 900 - 100, top + 4 * np.sin(at + number)]
            )
            beat = np.sin(9 * at + number) * 0.6
            for side in (-1, 1):
                tip = place + np.array([side * size, -beat * size])
                ends = (tuple(np.round(each * 16).astype(int)) for each in (place, tip))
                one, other = ((int(a), int(b)) for a, b in ends)
                cv2.line(canvas, one, other, (40.0, 42.0, 50.0), 1, cv2.LINE_AA, 4)

    def sail(self, canvas: Ink, at: float, x: float, shore: int) -> None:
        """Boats: a hull, a sail, and its likeness in the water."""
        for left, down, pace, size in self._boats:
            foot = np.array([left + pace * at - 0.45 * x, shore + down])
            sail = [(0, 0), (0, -1.5), (0.75, -0.1)]
            hull = [(-0.7, 0), (0.9, 0), (0.6, 0.28), (-0.5, 0.28)]
            for flip, tones in (
                (-0.7, ((150.0,) * 3, (80.0, 50.0, 44.0))),
                (1.0, ((244.0,) * 3, (120.0, 54.0, 44.0))),
            ):
                for shape, tone in zip((sail, hull), tones, strict=True):
                    points = (np.array(shape) * [size, size * flip] + foot) * 16
                    cv2.fillPoly(canvas, [np.round(points).astype(np.int32)], tone, cv2.LINE_AA, 4)

    def walk(self, canvas: Ink, at: float, x: float, y: float) -> None:
        """People on the meadow: a head, a coat, legs that walk."""
        for left, down, pace, coat in self._people:
            high = 20 + 46 * (down - 0.78)
            foot = np.array([left + pace * at - x, down * HIGH - y])
            hip, neck, head = (foot - np.array([0, high * up]) for up in (0.42, 0.84, 0.98))
            stride = np.sin(abs(pace) * at * 0.22 + left) * high * 0.2
            for side in (-1, 1):
                _limb(canvas, hip, foot + np.array([side * stride, 0]), 3, _TROUSERS)
            _limb(canvas, neck, hip, max(4, round(high * 0.26)), coat)
            place = round(float(head[0])), round(float(head[1]))
            cv2.circle(canvas, place, max(2, round(high * 0.1)), _SKIN, -1, cv2.LINE_AA)


def _limb(
    canvas: Ink,
    one: NDArray[np.float64],
    other: NDArray[np.float64],
    thick: int,
    tone: tuple[float, ...],
) -> None:
    ends = [(round(float(each[0]) * 16), round(float(each[1]) * 16)) for each in (one, other)]
    cv2.line(canvas, ends[0], ends[1], tone, thick, cv2.LINE_AA, 4)
