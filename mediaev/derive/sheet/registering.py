"""Registering: one picture laid on another as a match says, and what then differs or moves."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaev.compare.placing import Matrix, Placing
from mediaev.compare.registration import NOISE
from mediaev.derive.sheet.lettering import Canvas
from mediaev.derive.sheet.palette import two_sided
from mediaev.model.fingerprint import Box
from mediaev.model.frame import Frame

DIFFERENCE = 64.0
"""Grey levels that are drawn in full colour."""
MOTION = 40.0
_SOFT = 0.8
"""Pixels (sigma) by which pictures are softened first, since places are told to about one."""
_GAIN = (0.25, 4.0)
"""How far the contrast of the one is stretched to be like the other's."""
_ROUNDS = 4
"""Times that brightness is matched anew, without the points that then differ most."""
_CLOSE = 6.0
"""Grey levels within which no point is left out."""
_FEWEST = 64
"""Shared points from which brightness can be matched."""
_HATCH = 8

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]
Size = tuple[int, int]
"""Width and height in pixels."""


def picture_of(frame: Frame, size: Size) -> Canvas:
    """A frame as a picture of a size. Raises ValueError if it is not whole."""
    if not frame.is_whole:
        raise ValueError("a frame has more or fewer bytes than its size says")
    picture = np.frombuffer(frame.rgb, np.uint8).reshape(frame.height, frame.width, 3)
    smaller = size[0] * size[1] < frame.width * frame.height
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def cut(picture: Canvas, window: Box) -> Canvas:
    """What of a picture lies in a window, to whole pixels."""
    height, width = picture.shape[:2]
    left, right = round(window.left * width), round(window.right * width)
    top, bottom = round(window.top * height), round(window.bottom * height)
    return picture[top : max(bottom, top + 1), left : max(right, left + 1)]


def laid(exhibit: Frame, placing: Placing, size: Size) -> tuple[Canvas, Mask]:
    """The exhibit's picture in the query's frame of a size, and where there is any of it."""
    matrix = _in_pixels(placing, size, (exhibit.width, exhibit.height))
    shrink = max(1.0, 1.0 / max(1e-3, float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))))
    small = (
        max(2, round(exhibit.width / shrink)),
        max(2, round(exhibit.height / shrink)),
    )
    picture = picture_of(exhibit, small)
    matrix = _in_pixels(placing, size, small)
    warped = cv2.warpAffine(
        picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    whole = np.full(picture.shape[:2], 255, np.uint8)
    mask = cv2.warpAffine(whole, matrix, size, flags=cv2.INTER_LINEAR, borderValue=0)
    return np.asarray(warped, np.uint8), np.asarray(mask > 127)


def _in_pixels(placing: Placing, query: Size, exhibit: Size) -> Matrix:
    """From pixel centres of the exhibit's picture to those of the query's."""
    grow = np.array([query[0] / placing.query[0], query[1] / placing.query[1]])
    shrink = np.array([placing.exhibit[0] / exhibit[0], placing.exhibit[1] / exhibit[1]])
    linear = grow[:, None] * placing.matrix[:, :2] * shrink[None, :]
    moved = grow * placing.matrix[:, 2] + linear @ np.array([0.5, 0.5]) - 0.5
    return np.concatenate([linear, moved[:, None]], axis=1)


def difference(query: Canvas, exhibit: Canvas, mask: Mask) -> tuple[Canvas, float]:
    """What differs once brightness and contrast are matched, and its mean in grey levels."""
    here, there = _grey(query), _grey(exhibit)
    if mask.sum() < _FEWEST:
        return hatched(np.full_like(query, 255), ~mask), 0.0
    gain, offset = _brightness(here[mask], there[mask])
    differs = here - (gain * there + offset)
    drawn = two_sided(np.asarray(differs / DIFFERENCE, np.float32))
    return hatched(drawn, ~mask), float(np.abs(differs[mask]).mean())


def _brightness(here: Grey, there: Grey) -> tuple[float, float]:
    """Gain and offset that make the one as bright as the other, whatever is laid over a part."""
    kept = np.ones(len(here), bool)
    gain = offset = 0.0
    for _ in range(_ROUNDS):
        one, other = here[kept], there[kept]
        spread = float(np.std(one)) / max(float(np.std(other)), 1e-3)
        gain = float(np.clip(spread, *_GAIN))
        offset = float(np.median(one) - gain * np.median(other))
        away = np.abs(here - (gain * there + offset))
        kept = away <= max(_CLOSE, 2.0 * float(np.median(away)))
    return gain, offset


def motion(now: Canvas, before: Canvas, mask: Mask, *, earlier: bool) -> Canvas:
    """What changed between two pictures of one camera, beyond noise and what all points share."""
    change = _grey(now) - _grey(before)
    if not earlier:
        change = -change
    if mask.any():
        change -= np.median(change[mask])
    moved = np.sign(change) * np.maximum(np.abs(change) - NOISE, 0.0)
    return hatched(two_sided(np.asarray(moved / MOTION, np.float32)), ~mask)


def softened(picture: Canvas) -> Canvas:
    """A picture in which no detail can be made out any more."""
    sigma = max(picture.shape[:2]) / 40
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def hatched(picture: Canvas, where: Mask) -> Canvas:
    """The picture with grey stripes where there is nothing to compare."""
    rows, columns = np.indices(where.shape)
    stripes = np.where((rows + columns) // (_HATCH // 2) % 2 == 0, 226, 240).astype(np.uint8)
    return np.asarray(np.where(where[..., np.newaxis], stripes[..., np.newaxis], picture))


def _grey(picture: Canvas) -> Grey:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _SOFT), np.float32)
