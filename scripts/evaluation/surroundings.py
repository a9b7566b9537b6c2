"""Other pictures around the picture: phone screens, rooms, other people's videos."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from evaluation.chance import drawn
from evaluation.framing import Step
from evaluation.overlays import sentence, text
from evaluation.shot import Matrix, Picture, Shot, filled

Beside = Callable[[float], Picture]
"""Another recording's picture at a time in seconds."""


def phone_screen(choice: np.random.Generator) -> Step:
    """A screenshot of a phone: the picture in a feed, with bars, names, buttons and a text."""
    dark = bool(choice.integers(2))
    place = drawn(choice, 0.16, 0.30)
    names = [sentence(choice, count) for count in (2, 5, 5)]
    likes = str(choice.integers(100, 99999))
    made: dict[tuple[int, int], Picture] = {}

    def step(shot: Shot) -> Shot:
        width = 2 * (min(max(shot.size), 720) // 2)
        height = 2 * (round(width * 2.05) // 2)
        high = min(round(shot.size[1] * width / shot.size[0]), round(height * 0.60))
        wide = min(width, round(shot.size[0] * high / shot.size[1]))
        left, top = (width - wide) // 2, round(height * place)
        if (wide, high) not in made:
            made[wide, high] = _feed((width, height), top, top + high, [*names, likes], dark=dark)
        return shot.laid(made[wide, high].copy(), (left, top, left + wide, top + high))

    return step


def _feed(size: tuple[int, int], top: int, bottom: int, words: list[str], *, dark: bool) -> Picture:
    back, ink = ((18, 18, 20), (235, 235, 235)) if dark else ((255, 255, 255), (20, 20, 20))
    grey = (110, 110, 115)
    width, height = size
    canvas = Image.new("RGB", size, back)
    pen = ImageDraw.Draw(canvas)
    unit = width / 24
    pen.text((unit, unit * 0.5), "21:47", ink, text(unit))
    pen.rectangle((width - 3 * unit, unit * 0.7, width - unit, unit * 1.5), ink)
    pen.ellipse((unit, top - 3 * unit, 3 * unit, top - unit), grey)
    pen.text((3.6 * unit, top - 2.7 * unit), words[0], ink, text(unit))
    for count in range(3):
        x = (1 + 2.6 * count) * unit
        pen.ellipse((x, bottom + unit, x + 1.5 * unit, bottom + 2.5 * unit), None, ink, 2)
    pen.text((unit, bottom + 3.2 * unit), f"{words[3]} likes", ink, text(unit))
    for row, line in enumerate(words[1:3]):
        pen.text((unit, bottom + (4.8 + 1.4 * row) * unit), line, ink, text(unit * 0.9))
    pen.line((0, height - 2.5 * unit, width, height - 2.5 * unit), grey)
    for count in range(5):
        x = width * (count + 0.5) / 5
        area = (x - unit * 0.6, height - 1.9 * unit, x + unit * 0.6, height - 0.7 * unit)
        pen.rectangle(area, None, ink, 2)
    return np.array(canvas)


def screen_photo(choice: np.random.Generator) -> Step:
    """A photo of a screen: tilted, in perspective, with moire, in a dim room."""
    corners = choice.uniform(0.03, 0.13, (4, 2))
    room = choice.integers(20, 90, 3)
    waves = choice.uniform(0.28, 0.44, 2) * np.pi * 2, drawn(choice, 0.03, 0.10)
    light = drawn(choice, 0.78, 0.95)
    shades: dict[tuple[int, int], NDArray[np.float32]] = {}

    def step(shot: Shot) -> Shot:
        width, height = shot.size
        if shot.size not in shades:
            y, x = np.mgrid[0:height, 0:width].astype(np.float32)
            stripes = np.sin(waves[0][0] * (x + waves[1] * y)) * np.sin(
                waves[0][1] * (y - waves[1] * x)
            )
            glow = 1 - 0.25 * ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2)
            shades[shot.size] = (light * glow * (1 + 0.10 * stripes))[..., np.newaxis]
        canvas = np.empty((height, width, 3), np.uint8)
        canvas[:] = np.linspace(0.7, 1.2, height)[:, np.newaxis, np.newaxis] * room
        there = shot.warped(_perspective(shot.size, corners), canvas)
        dimmed = np.clip(there.picture * shades[shot.size], 0, 255).astype(np.uint8)
        return there.recoloured(np.asarray(cv2.GaussianBlur(dimmed, (0, 0), 0.7), np.uint8))

    return step


def _perspective(size: tuple[int, int], inward: NDArray[np.float64]) -> Matrix:
    """From the frame to a quadrangle whose corners lie inward by shares of the sides."""
    width, height = size
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    inside = (frame + signs * inward * size).astype(np.float32)
    return np.asarray(cv2.getPerspectiveTransform(frame, inside), np.float64)


def picture_in_picture(choice: np.random.Generator, share: float, beside: Beside) -> Step:
    """The picture at `share` of the width in a corner of another recording."""
    right, low = choice.integers(2, size=2)
    gap = drawn(choice, 0.02, 0.06)

    def step(shot: Shot) -> Shot:
        width, height = shot.size
        canvas = filled(beside(shot.at), width, height)
        wide, high = share * width, share * height
        left = width * (1 - gap) - wide if right else width * gap
        top = height * (1 - gap) - high if low else height * gap
        return shot.laid(canvas, (left, top, left + wide, top + high))

    return step


def split(choice: np.random.Generator, beside: Beside) -> Step:
    """A reaction: the picture in one half, someone else's recording in the other."""
    second = bool(choice.integers(2))

    def step(shot: Shot) -> Shot:
        width, height = shot.size
        if width >= height:
            canvas = filled(beside(shot.at), width, height)
            both = np.concatenate([canvas, canvas])
            top = height if second else 0
            return shot.laid(both, (0, top, width, top + height))
        canvas = filled(beside(shot.at), width, height)
        both = np.concatenate([canvas, canvas], axis=1)
        left = width if second else 0
        return shot.laid(both, (left, 0, left + width, height))

    return step
