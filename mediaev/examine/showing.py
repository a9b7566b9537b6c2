"""Showing: single frames of an open file, drawn for people to look at.

The moments are those of the examination: the same clock counts the same frames from the first
one on, so a frame that was compared is the frame that is shown.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mediaev.errors import DamagedMediaError
from mediaev.examine.fingerprint.sift import SiftFeatures
from mediaev.examine.media import animation, sniff, stills
from mediaev.examine.media.container import open_container, picture_stream
from mediaev.examine.media.developing import Developer
from mediaev.examine.media.frames import Sampler
from mediaev.examine.media.luma import Luma, canonical
from mediaev.examine.media.source import ByteSource
from mediaev.model.examination import ExamineSettings
from mediaev.model.features import LocalFeatures
from mediaev.model.frame import Frame, Wanted

FEATURE_SIDE = 640
"""Longest side of the picture in which features are sought, as in a query's keyframes."""
_EVERY = 1000
"""Frames of an animation in a second at most, so that none is passed over."""

T = TypeVar("T")


def show(
    fd: int,
    wanted: Sequence[Wanted],
    max_pixels: int = ExamineSettings().max_pixels,
) -> tuple[Frame, ...]:
    """The frames nearest to the wanted moments, in the order wanted.

    Reads an open file by offset, from its start to the last wanted moment. Past the end the
    last frame is given. Raises DamagedMediaError where no frame can be decoded.
    """
    source = ByteSource(fd)
    head = source.head(sniff.HEAD)
    order = sorted(range(len(wanted)), key=lambda index: wanted[index].at)
    in_time = [wanted[index] for index in order]
    if sniff.still_format(head):
        drawn = _of_picture(source, in_time, max_pixels)
    else:
        drawn = _of_recording(source, in_time, max_pixels)
    frames = list(drawn)
    if len(frames) != len(wanted):
        raise DamagedMediaError("No frame could be decoded.")
    return tuple(frames[order.index(index)] for index in range(len(wanted)))


def _of_recording(source: ByteSource, wanted: Sequence[Wanted], max_pixels: int) -> Iterator[Frame]:
    with open_container(source) as container:
        stream = picture_stream(container, max_pixels)
        if stream is None:
            raise DamagedMediaError("It holds no picture.")
        sampler = Sampler(container, stream)
        base = sampler.clock.time_base
        frames = sampler.every()
        first = next(frames, None)
        if first is None:
            return
        # Its size and turn are those of all the others, as in the examination.
        developer = Developer(first.frame, stream.sample_aspect_ratio)
        timed = ((shown.tick * base, shown.frame) for shown in chain([first], frames))
        for at, frame, each in _nearest(timed, wanted):
            luma = developer.detail(frame, FEATURE_SIDE) if each.features else None
            yield _frame(at, developer.colour(frame, each.side), luma, each.features)


def _of_picture(source: ByteSource, wanted: Sequence[Wanted], max_pixels: int) -> Iterator[Frame]:
    image = stills.open_image(source, max_pixels)
    if not animation.is_animated(image):
        still = stills.decode(source, image, max_pixels)
        for each in wanted:
            yield _of_still(Fraction(0), still, each)
        return
    for at, still, each in _nearest(_played(image), wanted):
        yield _of_still(at, still, each)


def _played(image: Image.Image) -> Iterator[tuple[Fraction, stills.Still]]:
    """The frames of an animation with their moments."""
    film = animation.Film(image)
    for tick, still in film.samples(_EVERY, ExamineSettings().max_samples):
        # It is overwritten by the next one.
        yield tick * animation.TIME_BASE, replace(still, image=still.image.copy())


def _nearest(
    shown: Iterable[tuple[Fraction, T]], wanted: Sequence[Wanted]
) -> Iterator[tuple[Fraction, T, Wanted]]:
    """For each wanted moment, in order, the nearest of what is shown; past the end the last."""
    left = deque(wanted)
    before: tuple[Fraction, T] | None = None
    for at, each in shown:
        while left and left[0].at <= at:
            if before is not None and left[0].at - before[0] <= at - left[0].at:
                yield *before, left.popleft()
            else:
                yield at, each, left.popleft()
        if not left:
            return
        before = at, each
    if before is not None:
        yield from ((*before, each) for each in left)


def _of_still(at: Fraction, still: stills.Still, wanted: Wanted) -> Frame:
    luma = canonical(still.luma(), FEATURE_SIDE) if wanted.features else None
    return _frame(at, still.thumbnail(wanted.side), luma, wanted.features)


def _frame(at: Fraction, colour: NDArray[np.uint8], luma: Luma | None, at_most: int) -> Frame:
    height, width = colour.shape[:2]
    features = _features(luma, at_most) if luma is not None else None
    return Frame(at, width, height, np.ascontiguousarray(colour).tobytes(), features)


def _features(luma: Luma, at_most: int) -> LocalFeatures:
    """The features of one picture, packed as those of a still."""
    places, codes = SiftFeatures().describe(luma, at_most)
    height, width = luma.shape
    return LocalFeatures(
        SiftFeatures.id,
        Fraction(1),
        width,
        height,
        bytes(8),
        len(places).to_bytes(2, "little"),
        places.tobytes(),
        codes.tobytes(),
    )
