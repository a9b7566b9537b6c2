"""Things drawn over a picture: logos, writing, stickers, and what hides a face."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from evaluation.chance import drawn
from evaluation.framing import Step
from evaluation.shot import Picture, Shot, scaled

_TEXT = (
    "breaking news watch this before they delete it footage from the scene tonight "
    "share now exclusive video city centre witnesses say police have not confirmed "
    "follow for more part two when the moment everything changed unbelievable live"
)
WORDS = _TEXT.split()

Draw = Callable[[ImageDraw.ImageDraw, int, int], None]
"""Draws on a transparent picture of a width and height."""


@dataclass(frozen=True, slots=True)
class _Patch:
    """The part of an overlay that is not transparent."""

    left: int
    top: int
    ink: NDArray[np.float32]
    share: NDArray[np.float32]


def text(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, so that none has to be installed."""
    return ImageFont.load_default(max(8.0, size))


def sentence(choice: np.random.Generator, words: int) -> str:
    """Some words in a random order."""
    return " ".join(str(each) for each in choice.choice(WORDS, words, replace=False))


def overlay(draw: Draw, *, strength: float = 1.0) -> Step:
    """What `draw` draws, laid over every frame; drawn once for each size of frame."""
    made: dict[tuple[int, int], _Patch] = {}

    def step(shot: Shot) -> Shot:
        if shot.size not in made:
            made[shot.size] = _patch(draw, shot.size, strength)
        return shot.recoloured(_blended(shot.picture, made[shot.size]))

    return step


def logo(choice: np.random.Generator) -> Step:
    """A channel's logo in one corner, 13-20 % of the width."""
    right, low = choice.integers(2, size=2)
    wide = drawn(choice, 0.13, 0.20)
    colour = _colour(choice)
    name = sentence(choice, 1).upper()

    def draw(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
        w, h = wide * width, wide * width * 0.45
        x = width - w - 0.03 * width if right else 0.03 * width
        y = height - h - 0.04 * height if low else 0.04 * height
        pen.rounded_rectangle((x, y, x + w, y + h), h / 4, (*colour, 235))
        pen.ellipse((x + h * 0.2, y + h * 0.2, x + h * 0.8, y + h * 0.8), (255, 255, 255, 255))
        pen.text((x + h, y + h * 0.25), name[:5], (255, 255, 255, 255), text(h * 0.45))

    return overlay(draw)


def tiled_watermark(choice: np.random.Generator) -> Step:
    """Slanted writing all over, at 28-40 % strength."""
    words = sentence(choice, 2)
    slant = drawn(choice, 20, 40)

    def draw(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
        size = 0.05 * max(width, height)
        across, down = size * 9, size * 4
        stamp = Image.new("RGBA", (math.ceil(across), math.ceil(down)), (255, 255, 255, 0))
        ImageDraw.Draw(stamp).text((size * 0.3, size), words, (255, 255, 255, 255), text(size))
        stamp = stamp.rotate(slant, Image.Resampling.BILINEAR)
        for y in np.arange(-down, height, down):
            for x in np.arange(-across / 2, width, across):
                pen.bitmap((int(x), int(y)), stamp.getchannel("A"), (255, 255, 255, 255))

    return overlay(draw, strength=drawn(choice, 0.28, 0.40))


def subtitles(choice: np.random.Generator) -> Step:
    """Two lines of white writing with a black rim, low in the picture."""
    lines = [sentence(choice, 5), sentence(choice, 4)]

    def draw(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
        size = min(0.07 * height, 0.045 * width)
        for row, line in enumerate(lines):
            place = (width / 2, height * 0.80 + row * size * 1.35)
            pen.text(
                place,
                line,
                (255, 255, 255, 255),
                text(size),
                anchor="mm",
                stroke_width=max(1, round(size / 9)),
                stroke_fill=(0, 0, 0, 255),
            )

    return overlay(draw)


def headline(choice: np.random.Generator) -> Step:
    """A short text in large letters on a coloured plate, in the upper third."""
    words, colour = sentence(choice, 3), _colour(choice)
    place = drawn(choice, 0.10, 0.28)

    def draw(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
        font = text(0.055 * width)
        middle = (width / 2, place * height)
        left, top, right, bottom = pen.textbbox(middle, words, font, anchor="mm")
        gap = 0.02 * width
        pen.rectangle((left - gap, top - gap, right + gap, bottom + gap), (*colour, 255))
        pen.text(middle, words, (255, 255, 255, 255), font, anchor="mm")

    return overlay(draw)


def emoji_and_text(choice: np.random.Generator) -> Step:
    """Three faces and stars of 12-20 % of the width, and a headline."""
    stickers = [
        (*choice.uniform(0.12, 0.88, 2), drawn(choice, 0.06, 0.10), int(choice.integers(2)))
        for _ in range(3)
    ]
    plate = headline(choice)

    def draw(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
        for across, down, share, star in stickers:
            _sticker(pen, across * width, down * height, share * width, star=bool(star))

    faces = overlay(draw)
    return lambda shot: plate(faces(shot))


def caption_bar(choice: np.random.Generator) -> Step:
    """A white bar with three lines of writing above the picture, 18-28 % of its height."""
    share = drawn(choice, 0.18, 0.28)
    lines = [sentence(choice, 5) for _ in range(3)]

    def step(shot: Shot) -> Shot:
        width, height = shot.size
        bar = round(share * height)
        canvas = Image.new("RGB", (width, height + bar), (255, 255, 255))
        pen = ImageDraw.Draw(canvas)
        size = min(bar / 4.5, width / 22)
        for row, line in enumerate(lines):
            pen.text((width * 0.04, bar * 0.08 + row * size * 1.35), line, (0, 0, 0), text(size))
        return shot.laid(np.array(canvas), (0, bar, width, bar + height))

    return step


def hidden_face(choice: np.random.Generator) -> Step:
    """An oval of 22-32 % of the height made of coarse squares, which drifts a little."""
    share = drawn(choice, 0.22, 0.32)
    across, down = choice.uniform(0.3, 0.7, 2)
    drift = choice.uniform(-0.02, 0.02, 2)

    def step(shot: Shot) -> Shot:
        width, height = shot.size
        middle = (
            round((across + drift[0] * shot.at) * width),
            round((down + drift[1] * shot.at) * height),
        )
        axes = (round(share * height * 0.38), round(share * height * 0.5))
        squares = max(4, round(share * height / 8))
        coarse = scaled(shot.picture, max(2, width // squares), max(2, height // squares))
        big = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)
        mask = np.zeros((height, width), np.uint8)
        cv2.ellipse(mask, middle, axes, 0, 0, 360, 255, -1)
        return shot.recoloured(np.where(mask[..., np.newaxis] > 0, big, shot.picture))

    return step


def _sticker(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, *, star: bool) -> None:
    if star:
        reach = [radius if point % 2 == 0 else radius * 0.45 for point in range(10)]
        points = [
            (x + r * math.sin(math.pi * point / 5), y - r * math.cos(math.pi * point / 5))
            for point, r in enumerate(reach)
        ]
        pen.polygon(points, (250, 60, 60, 255))
        return
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), (255, 205, 50, 255))
    for side in (-0.38, 0.38):
        eye, size = x + side * radius, radius * 0.14
        pen.ellipse((eye - size, y - 2.5 * size, eye + size, y), (70, 45, 10, 255))
    smile = (x - radius * 0.55, y - radius * 0.4, x + radius * 0.55, y + radius * 0.65)
    pen.arc(smile, 15, 165, (70, 45, 10, 255), max(2, round(radius * 0.12)))


def _colour(choice: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = (int(each) for each in choice.integers(20, 200, 3))
    return red, green, blue


def _patch(draw: Draw, size: tuple[int, int], strength: float) -> _Patch:
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    draw(ImageDraw.Draw(layer), *size)
    left, top, right, bottom = layer.getbbox() or (0, 0, 1, 1)
    pixels = np.asarray(layer.crop((left, top, right, bottom)), np.float32)
    share = (pixels[..., 3:] * (strength / 255)).astype(np.float32)
    return _Patch(left, top, pixels[..., :3], share)


def _blended(picture: Picture, patch: _Patch) -> Picture:
    height, width = patch.ink.shape[:2]
    rows, columns = slice(patch.top, patch.top + height), slice(patch.left, patch.left + width)
    mixed = picture.copy()
    under = mixed[rows, columns].astype(np.float32)
    mixed[rows, columns] = under * (1 - patch.share) + patch.ink * patch.share
    return mixed
