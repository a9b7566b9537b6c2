"""Examining image files: still pictures, and animations as the short videos they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from PIL import Image

from mediaev.errors import DamagedMediaError
from mediaev.examine import thumbnails
from mediaev.examine.describing import VideoDescriber, still_fingerprints
from mediaev.examine.filming import STILL_SIDE, FilmMaker, KeyframeDescriber
from mediaev.examine.media import animation, stills
from mediaev.examine.media.luma import canonical
from mediaev.examine.media.source import ByteSource
from mediaev.model.examination import (
    Examination,
    ExaminationStatus,
    ExamineSettings,
    MediaFacts,
)
from mediaev.model.exhibit import Kind
from mediaev.ports import Descriptor

_SECOND = Fraction(1)


def examine_picture(
    source: ByteSource, settings: ExamineSettings, descriptors: Sequence[Descriptor]
) -> Examination:
    """Examine an image file. Raises DamagedMediaError."""
    image = stills.open_image(source, settings.max_pixels)
    width, height, rotation, mirrored = stills.stored(image)
    facts = MediaFacts(
        format=(image.format or "").lower(),
        width=width,
        height=height,
        rotation=rotation,
        mirrored=mirrored,
    )
    if animation.is_animated(image):
        return _animation(image, facts, settings, descriptors)
    still = stills.decode(source, image, settings.max_pixels)
    thumbnail = b""
    if edge := settings.thumbnail_edge:
        thumbnail = thumbnails.jpeg(still.thumbnail(edge), edge)
    luma = still.luma()
    small = canonical(luma)
    film = FilmMaker(_SECOND, STILL_SIDE)
    film.add(0, small)
    keyframe = KeyframeDescriber(_SECOND, settings.still_features, 1)
    keyframe.add(0, small, partial(canonical, luma, settings.still_side))
    return Examination(
        Kind.STILL,
        ExaminationStatus.PARTIAL if still.cut_off else ExaminationStatus.OK,
        still.cut_off,
        facts,
        still_fingerprints(luma, descriptors),
        keyframe.features(),
        film.film(),
        thumbnail=thumbnail,
    )


def _animation(
    image: Image.Image,
    facts: MediaFacts,
    settings: ExamineSettings,
    descriptors: Sequence[Descriptor],
) -> Examination:
    film = animation.Film(image)
    describer = VideoDescriber(animation.TIME_BASE, descriptors)
    poster = thumbnails.Poster(settings.thumbnail_edge)
    maker = FilmMaker(animation.TIME_BASE)
    keyframes = KeyframeDescriber(
        animation.TIME_BASE, settings.frame_features, settings.keyframes_per_minute
    )
    for tick, frame in film.samples(settings.samples_per_second, settings.max_samples):
        luma = frame.luma()
        picture = canonical(luma)
        describer.add(tick, picture)
        maker.add(tick, picture)
        keyframes.add(tick, picture, partial(canonical, luma, settings.frame_side))
        poster.offer(picture, tick, partial(frame.thumbnail, settings.thumbnail_edge))
    if not film.frames:
        raise DamagedMediaError("No frame of the animation could be decoded.")
    duration = Fraction(film.end) * animation.TIME_BASE
    return Examination(
        Kind.VIDEO,
        ExaminationStatus.PARTIAL if film.stopped else ExaminationStatus.OK,
        film.stopped,
        replace(
            facts,
            duration=duration,
            frame_rate=film.frames / duration if duration else None,
            animated=True,
        ),
        describer.fingerprints(),
        keyframes.features(),
        maker.film(),
        thumbnail=poster.jpeg,
    )
