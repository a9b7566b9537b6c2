"""Edits of the frame: cut, scaled, turned, padded."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np

from evaluation.chance import drawn
from evaluation.shot import Matrix, Picture, Shot, filled, scaled

Step = Callable[[Shot], Shot]
"""One move of an edit; it draws all its chance when it is made, so that every frame of a
video gets the same."""


def at_most(side: int) -> Step:
    """Scale down until the long side is no longer than `side`."""

    def step(shot: Shot) -> Shot:
        shrink = min(1.0, side / max(shot.size))
        return shot if shrink == 1 else shot.resized(*(round(each * shrink) for each in shot.size))

    return step


def to_height(side: int) -> Step:
    """Scale down until the short side is no longer than `side`."""

    def step(shot: Shot) -> Shot:
        shrink = min(1.0, side / min(shot.size))
        return shot if shrink == 1 else shot.resized(*(round(each * shrink) for each in shot.size))

    return step


def shrunk(by: float) -> Step:
    """Scale both sides."""
    return lambda shot: shot.resized(*(max(2, round(each * by)) for each in shot.size))


def even(shot: Shot) -> Shot:
    """Both sides even, as video codecs want them."""
    width, height = shot.size
    return shot if not (width | height) & 1 else shot.resized(width & ~1, height & ~1)


def squeezed(shot: Shot) -> Shot:
    """Squeeze to a square, without regard for the shape of things."""
    side = round(math.sqrt(shot.size[0] * shot.size[1]))
    return shot.resized(side, side)


def cropped(choice: np.random.Generator, share: float) -> Step:
    """Cut `share` of the width and of the height away, at a random place."""
    across, down = drawn(choice, 0, 1), drawn(choice, 0, 1)

    def step(shot: Shot) -> Shot:
        width, height = (side * (1 - share) for side in shot.size)
        left, top = (shot.size[0] - width) * across, (shot.size[1] - height) * down
        return shot.cropped((left, top, left + width, top + height))

    return step


def cropped_to(choice: np.random.Generator, aspect: float) -> Step:
    """Cut to a shape (width / height), as large as can be, not far from the middle."""
    place = drawn(choice, 0.35, 0.65)

    def step(shot: Shot) -> Shot:
        width, height = shot.size
        wide, high = min(width, height * aspect), min(height, width / aspect)
        left, top = (width - wide) * place, (height - high) * place
        return shot.cropped((left, top, left + wide, top + high))

    return step


def letterboxed(aspect: float, colour: tuple[int, int, int] = (0, 0, 0)) -> Step:
    """Bars of one colour around, until the frame has a shape (width / height)."""

    def step(shot: Shot) -> Shot:
        width, height = _around(shot, aspect)
        canvas = np.full((height, width, 3), colour, np.uint8)
        return _centred(shot, canvas)

    return step


def barred(choice: np.random.Generator) -> Step:
    """Black bars above and below, or left and right of an upright picture, 10-22 % each."""
    bar = drawn(choice, 0.10, 0.22)

    def step(shot: Shot) -> Shot:
        width, height = shot.size
        change = 1 / (1 - 2 * bar)
        aspect = width / height / change if width >= height else width * change / height
        return letterboxed(aspect)(shot)

    return step


def blur_padded(aspect: float) -> Step:
    """A blurred, enlarged, darker copy of the picture around it."""

    def step(shot: Shot) -> Shot:
        width, height = _around(shot, aspect)
        small = filled(shot.picture, max(8, width // 8), max(8, height // 8))
        soft = np.asarray(cv2.GaussianBlur(small, (0, 0), 3.0), np.uint8)
        canvas = (scaled(soft, width, height) * 0.8).astype(np.uint8)
        return _centred(shot, canvas)

    return step


def mirrored(shot: Shot) -> Shot:
    """Left and right exchanged."""
    return shot.mirrored()


def turned(shot: Shot) -> Shot:
    """A quarter turn clockwise."""
    return shot.turned()


def tilted(choice: np.random.Generator, degrees: float) -> Step:
    """Tilt to a random side, black behind the corners."""
    way = degrees if choice.integers(2) else -degrees

    def step(shot: Shot) -> Shot:
        width, height = shot.size
        canvas = np.zeros((height, width, 3), np.uint8)
        return shot.warped(_rotation(way, width, height), canvas)

    return step


def _rotation(degrees: float, width: int, height: int) -> Matrix:
    """Clockwise around the middle."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = width / 2, height / 2
    return np.array(
        [
            [cosine, -sine, x - cosine * x + sine * y],
            [sine, cosine, y - sine * x - cosine * y],
            [0.0, 0.0, 1.0],
        ]
    )


def _around(shot: Shot, aspect: float) -> tuple[int, int]:
    """The smallest frame of a shape into which the picture fits."""
    width, height = shot.size
    return max(width, round(height * aspect)), max(height, round(width / aspect))


def _centred(shot: Shot, canvas: Picture) -> Shot:
    width, height = shot.size
    left, top = (canvas.shape[1] - width) // 2, (canvas.shape[0] - height) // 2
    return shot.laid(canvas, (left, top, left + width, top + height))
