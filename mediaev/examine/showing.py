"""Showing: single frames of an open file, drawn for people to look at.

The moments are those of the examination: the same clock counts the same frames from the first
one on, so a frame that was compared is the frame that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mediaev.errors import DamagedMediaError
from mediaev.examine.media import animation, sniff, stills
from mediaev.examine.media.container import open_container, picture_stream
from mediaev.examine.media.developing import Developer
from mediaev.examine.media.frames import Sampler
from mediaev.examine.media.source import ByteSource
from mediaev.model.examination import ExamineSettings
from mediaev.model.frame import Frame

_EVERY = 1000
"""Frames of an animation in a second at most, so that none is passed over."""

T = TypeVar("T")


def show(
    fd: int, moments: Sequence[float], side: int, max_pixels: int = ExamineSettings().max_pixels
) -> tuple[Frame, ...]:
    """The frames nearest to some moments, in seconds, which have to rise.

    `side` is the longest side in pixels at most. Reads an open file by offset, from its start
    to the last moment. Past the end the last frame is given. Raises DamagedMediaError where
    no frame can be decoded.
    """
    source = ByteSource(fd)
    of = _of_picture if sniff.still_format(source.head(sniff.HEAD)) else _of_recording
    frames = tuple(of(source, moments, side, max_pixels))
    if len(frames) != len(moments):
        raise DamagedMediaError("No frame could be decoded.")
    return frames


def _of_recording(
    source: ByteSource, moments: Sequence[float], side: int, max_pixels: int
) -> Iterator[Frame]:
    with open_container(source) as container:
        stream = picture_stream(container, max_pixels)
        if stream is None:
            raise DamagedMediaError("It holds no picture.")
        sampler = Sampler(container, stream)
        frames = sampler.every()
        first = next(frames, None)
        if first is None:
            return
        # Its size and turn are those of all the others, as in the examination.
        developer = Developer(first.frame, stream.sample_aspect_ratio)
        base = sampler.clock.time_base
        timed = ((shown.tick * base, shown.frame) for shown in chain([first], frames))
        for at, frame in _nearest(timed, moments):
            yield _frame(at, developer.colour(frame, side))


def _of_picture(
    source: ByteSource, moments: Sequence[float], side: int, max_pixels: int
) -> Iterator[Frame]:
    image = stills.open_image(source, max_pixels)
    if animation.is_animated(image):
        shown = _played(image)
    else:
        shown = iter([(Fraction(0), stills.decode(source, image, max_pixels))])
    for at, still in _nearest(shown, moments):
        yield _frame(at, still.thumbnail(side))


def _played(image: Image.Image) -> Iterator[tuple[Fraction, stills.Still]]:
    """The frames of an animation with their moments."""
    film = animation.Film(image)
    for tick, still in film.samples(_EVERY, ExamineSettings().max_samples):
        # It is overwritten by the next one.
        yield tick * animation.TIME_BASE, replace(still, image=still.image.copy())


def _nearest(
    shown: Iterable[tuple[Fraction, T]], moments: Sequence[float]
) -> Iterator[tuple[Fraction, T]]:
    """For each moment the nearest of what is shown; past the end the last."""
    left = list(reversed(moments))
    before: tuple[Fraction, T] | None = None
    for at, each in shown:
        while left and left[-1] <= at:
            wanted = left.pop()
            near = before is not None and wanted - before[0] <= at - wanted
            yield before if near and before is not None else (at, each)
        if not left:
            return
        before = at, each
    if before is not None:
        yield from [before] * len(left)


def _frame(at: Fraction, colour: NDArray[np.uint8]) -> Frame:
    height, width = colour.shape[:2]
    return Frame(at, width, height, np.ascontiguousarray(colour).tobytes())
