"""Footage that no corpus holds: cards, blanks, noise and drifting shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from evaluation.overlays import sentence, text
from evaluation.shot import Picture

RATE = 25
SIZE = (640, 360)
VERSION = 3


@dataclass(frozen=True, slots=True)
class Blank:
    """A kind of footage that shows nothing to be found."""

    name: str
    variants: int = 1


BLANKS = (
    Blank("black"),
    Blank("white"),
    Blank("flat", 2),
    Blank("fade", 3),
    Blank("gradient"),
    Blank("title", 4),
    Blank("noise", 2),
)


def blank(name: str, choice: np.random.Generator, seconds: float) -> Iterator[Picture]:
    """Pictures of one kind of `BLANKS`."""
    colour = choice.integers(30, 226, 3).astype(np.uint8)
    still = _flat({"black": (0, 0, 0), "white": (255, 255, 255)}.get(name, tuple(colour)))
    if name == "gradient":
        still = (still * np.linspace(0.2, 1.0, SIZE[0])[np.newaxis, :, np.newaxis]).astype(np.uint8)
    if name == "title":
        still = _title(choice, tuple(int(each) for each in colour // 2))
    count = round(seconds * RATE)
    for frame in range(count):
        if name == "noise":
            yield choice.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)
        elif name == "fade":
            light = 1 - abs(2 * frame / count - 1)
            yield (still * light).astype(np.uint8)
        else:
            yield still


def drifting(choice: np.random.Generator, seconds: float) -> Iterator[Picture]:
    """Soft shapes that move, each its own way: a recording like no other."""
    width, height = SIZE
    number = 24
    place = choice.uniform(0, 1, (number, 2)) * SIZE
    pace = choice.normal(0, 40, (number, 2))
    sizes = choice.uniform(20, 110, (number, 2))
    colours = choice.integers(0, 256, (number, 3))
    ground = choice.integers(60, 196, 3)
    for frame in range(round(seconds * RATE)):
        picture = np.full((height, width, 3), ground, np.uint8)
        for shape in range(number):
            x, y = (place[shape] + pace[shape] * frame / RATE) % SIZE
            axes = tuple(int(each) for each in sizes[shape] / 2)
            colour = tuple(int(each) for each in colours[shape])
            cv2.ellipse(picture, (int(x), int(y)), axes, 15.0 * shape, 0, 360, colour, -1)
        yield np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.5), np.uint8)


def card(choice: np.random.Generator, seconds: float, *, moving: bool) -> Iterator[Picture]:
    """An intro or end card as channels have: a name that rises, over stripes that may move."""
    colours = choice.integers(0, 200, (2, 3), np.uint8)
    name = Image.new("RGBA", (SIZE[0], 80))
    pen = ImageDraw.Draw(name)
    words = sentence(choice, 2).upper()
    pen.text((SIZE[0] / 2, 40), words, (255, 255, 255), text(54), anchor="mm", stroke_width=3)
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    across = (x + float(choice.uniform(0.3, 1.5)) * y).astype(np.uint16)
    for frame in range(round(seconds * RATE)):
        at = frame / RATE
        stripes = (across + np.uint16(90 * at if moving else 0)) // np.uint16(88) % np.uint16(2)
        picture = Image.fromarray(np.take(colours, stripes, axis=0))
        picture.paste(name, (0, round(SIZE[1] * max(0.5, 1.1 - at * 0.6)) - 40), name)
        yield np.array(picture)


def _flat(colour: tuple[int, ...]) -> Picture:
    return np.full((SIZE[1], SIZE[0], 3), colour, np.uint8)


def _title(choice: np.random.Generator, ground: tuple[int, ...]) -> Picture:
    canvas = Image.fromarray(_flat(ground))
    pen = ImageDraw.Draw(canvas)
    for row in range(2):
        place = (SIZE[0] / 2, SIZE[1] * (0.42 + 0.16 * row))
        pen.text(place, sentence(choice, 3), (240, 240, 240), text(40), anchor="mm")
    return np.array(canvas)
