"""Made-up moving pictures, and the subjects that examining them gives."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np

from mediaev.actions.subjects import subject_of
from mediaev.examine.describing import VideoDescriber, still_fingerprints
from mediaev.examine.filming import STILL_SIDE, FilmMaker, KeyframeDescriber
from mediaev.examine.fingerprint import MATCHING
from mediaev.examine.media.luma import canonical
from mediaev.index.features import FeatureIndex
from mediaev.model.examination import Examination, ExaminationStatus, MediaFacts
from mediaev.model.exhibit import Kind

RATE = 8
"""Frames a second."""
SIZE = (320, 180)
_BASE = Fraction(1, 1000)


def picture(seed, size=(960, 720)):
    """A still scene with shapes of all sizes and a little texture."""
    chance = np.random.default_rng(seed)
    scene = cv2.resize(
        chance.integers(60, 200, (18, 24)).astype(np.uint8), size, interpolation=cv2.INTER_CUBIC
    )
    for _ in range(160):
        centre = tuple(int(each) for each in chance.integers(0, size))
        reach = tuple(int(each) for each in chance.integers(4, 60, 2))
        grey = int(chance.integers(0, 256))
        cv2.ellipse(scene, centre, reach, float(chance.integers(180)), 0, 360, grey, -1)
    return cv2.GaussianBlur(scene, (0, 0), 1.0)


def wandering(seed, seconds):
    """Frames (n, 180, 320) of a camera that wanders over a scene."""
    chance = np.random.default_rng(seed + 1000)
    scene = picture(seed)
    count = round(seconds * RATE)
    steps = np.cumsum(chance.normal(0, 1, (count + 24, 2)), axis=0) * 14
    kernel = np.ones(25) / 25
    smooth = np.stack([np.convolve(steps[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)
    frames = []
    for x, y in smooth[:count]:
        left = int(abs((x + 320) % 1280 - 640))
        top = int(abs((y + 270) % 1080 - 540))
        frames.append(scene[top : top + SIZE[1], left : left + SIZE[0]])
    return np.stack(frames)


def fixed(scene_seed, moment_seed, seconds):
    """Frames of a camera that stands still, before which a few things move."""
    chance = np.random.default_rng(moment_seed + 5000)
    scene = picture(scene_seed)[:180, :320]
    things = [
        (chance.uniform(0, SIZE), chance.normal(0, 40, 2), int(chance.integers(8, 24)))
        for _ in range(3)
    ]
    frames = []
    for number in range(round(seconds * RATE)):
        frame = scene.copy()
        for start, pace, reach in things:
            x, y = (start + pace * number / RATE) % SIZE
            cv2.circle(frame, (int(x), int(y)), reach, 240 if reach % 2 else 10, -1)
        frames.append(frame)
    return np.stack(frames)


def reencoded(frames, seed=0, noise=4.0):
    """The same frames, blurred and noisy, as bad encoders leave them."""
    chance = np.random.default_rng(seed)
    out = [cv2.GaussianBlur(each, (0, 0), 1.2) for each in frames]
    return np.clip(np.stack(out) + chance.normal(0, noise, frames.shape), 0, 255).astype(np.uint8)


def video(frames, times=None):
    """The subject of a video of these frames, at the regular rate unless times are given."""
    if times is None:
        times = np.arange(len(frames)) / RATE
    describer = VideoDescriber(_BASE, [MATCHING])
    film, keyframes = FilmMaker(_BASE), KeyframeDescriber(_BASE, 200, 30)
    slot = -1
    for at, frame in zip(times, frames, strict=True):
        tick = round(at * 1000)
        small = canonical(np.ascontiguousarray(frame))
        film.add(tick, small)
        if int(at * 4) > slot:
            slot = int(at * 4)
            describer.add(tick, small)
            keyframes.add(tick, small, lambda shown=small: shown)
    height, width = frames[0].shape
    duration = Fraction(round((times[-1] + times[1] - times[0]) * 1000), 1000)
    return subject_of(
        Examination(
            Kind.VIDEO,
            ExaminationStatus.OK,
            facts=MediaFacts("mp4", duration, width, height),
            fingerprints=describer.fingerprints(),
            features=keyframes.features(),
            film=film.film(),
        )
    )


def still(frame):
    """The subject of a photo."""
    luma = np.ascontiguousarray(frame)
    film, keyframe = FilmMaker(Fraction(1), STILL_SIDE), KeyframeDescriber(Fraction(1), 400, 1)
    film.add(0, canonical(luma))
    keyframe.add(0, canonical(luma), lambda: luma)
    height, width = frame.shape
    return subject_of(
        Examination(
            Kind.STILL,
            ExaminationStatus.OK,
            facts=MediaFacts("jpeg", None, width, height),
            fingerprints=still_fingerprints(luma, [MATCHING]),
            features=keyframe.features(),
            film=film.film(),
        )
    )


def meetings(query, exhibit):
    """The pairs of keyframes that the search would look at."""
    return FeatureIndex([("exhibit", exhibit.album)]).meetings(query.album).get("exhibit", ())
