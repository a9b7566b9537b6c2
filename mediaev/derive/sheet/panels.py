"""Panels: one picture laid on the other as a match says, what differs, and what moves in each."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaev.compare.placing import Matrix, Placing
from mediaev.compare.registration import NOISE
from mediaev.derive.sheet.content import Pair
from mediaev.derive.sheet.lettering import Canvas
from mediaev.derive.sheet.palette import two_sided
from mediaev.model.fingerprint import WHOLE, Box
from mediaev.model.frame import Frame

DIFFERENCE = 64.0
"""Grey levels that are drawn in full colour."""
_MOTION = 40.0
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
_MARGIN = 0.03
"""Part of A's sides that is shown around what both share."""
_LARGE = 0.5
"""Share of A's picture from which all of it is shown."""
_LONGEST = 2048
"""Pixels of a longest side at most that are cut out of."""

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]
Size = tuple[int, int]
"""Width and height in pixels."""


def panels(pair: Pair, placing: Placing, room: Size) -> Iterator[tuple[str, Canvas]]:
    """Name and picture of each panel; they fit into the room.

    Where B fills only a small part of A, that part is shown enlarged. Raises ValueError for
    frames that are not whole.
    """
    window = window_of(placing)
    wide = placing.query[0] * (window.right - window.left)
    high = placing.query[1] * (window.bottom - window.top)
    grow = min(room[0] / wide, room[1] / high, _LONGEST)
    size = max(2, round(grow * placing.query[0])), max(2, round(grow * placing.query[1]))
    for name, picture in _whole(pair, placing, size):
        yield name, _cut(picture, window)


def window_of(placing: Placing) -> Box:
    """The part of A that is worth showing in panels."""
    box = placing.in_query()
    if box.area >= _LARGE or min(box.right - box.left, box.bottom - box.top) <= 0:
        return WHOLE
    return Box(
        max(0.0, box.left - _MARGIN),
        max(0.0, box.top - _MARGIN),
        min(1.0, box.right + _MARGIN),
        min(1.0, box.bottom + _MARGIN),
    )


def _whole(pair: Pair, placing: Placing, size: Size) -> Iterator[tuple[str, Canvas]]:
    query = picture_of(pair.frames[0], size)
    over, mask = laid(pair.frames[1], placing, size)
    yield "B laid on A", _striped(over, ~mask)
    differs, mean = difference(query, over, mask)
    yield f"difference (mean {mean:.1f})", differs
    if pair.earlier is not None:
        forward = pair.earlier[0].at <= pair.frames[0].at
        before = picture_of(pair.earlier[0], size)
        yield "moves in A", motion(query, before, mask, forward=forward)
        before, _ = laid(pair.earlier[1], placing, size)
        yield "moves in B, laid on A", motion(over, before, mask, forward=forward)


def picture_of(frame: Frame, size: Size) -> Canvas:
    """A frame as a picture of a size. Raises ValueError if it is not whole."""
    if not frame.is_whole:
        raise ValueError("a frame has more or fewer bytes than its size says")
    picture = np.frombuffer(frame.rgb, np.uint8).reshape(frame.height, frame.width, 3)
    smaller = size[0] * size[1] < frame.width * frame.height
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def _cut(picture: Canvas, window: Box) -> Canvas:
    """What of a picture lies in a window, to whole pixels."""
    height, width = picture.shape[:2]
    left, right = round(window.left * width), round(window.right * width)
    top, bottom = round(window.top * height), round(window.bottom * height)
    return picture[top : max(bottom, top + 1), left : max(right, left + 1)]


def laid(exhibit: Frame, placing: Placing, size: Size) -> tuple[Canvas, Mask]:
    """The exhibit's picture in the query's frame of a size, and where there is any of it."""
    # A picture is scaled down before it is laid, or fine detail would flicker.
    shown = placing.scale * max(size) / max(exhibit.width, exhibit.height)
    shrink = min(1.0, max(1e-3, shown))
    small = max(2, round(exhibit.width * shrink)), max(2, round(exhibit.height * shrink))
    matrix = _in_pixels(placing, size, small)
    picture = picture_of(exhibit, small)
    over = cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    whole = np.full(picture.shape[:2], 255, np.uint8)
    return np.asarray(over, np.uint8), np.asarray(cv2.warpAffine(whole, matrix, size) > 127)


def _in_pixels(placing: Placing, query: Size, exhibit: Size) -> Matrix:
    """From pixel centres of the exhibit's picture to those of the query's."""
    grow = np.array(query) / placing.query
    shrink = np.array(placing.exhibit) / exhibit
    linear = grow[:, None] * placing.matrix[:, :2] * shrink[None, :]
    moved = grow * placing.matrix[:, 2] + linear @ np.array([0.5, 0.5]) - 0.5
    return np.concatenate([linear, moved[:, None]], axis=1)


def difference(query: Canvas, exhibit: Canvas, mask: Mask) -> tuple[Canvas, float]:
    """What differs once brightness and contrast are matched, and its mean in grey levels."""
    here, there = _grey(query), _grey(exhibit)
    if mask.sum() < _FEWEST:
        return _striped(np.full_like(query, 255), ~mask), 0.0
    gain, offset = _brightness(here[mask], there[mask])
    differs = here - (gain * there + offset)
    drawn = two_sided(np.asarray(differs / DIFFERENCE, np.float32))
    return _striped(drawn, ~mask), float(np.abs(differs[mask]).mean())


def _brightness(here: Grey, there: Grey) -> tuple[float, float]:
    """Gain and offset that make the one as bright as the other, whatever is laid over a part."""
    kept = np.ones(len(here), bool)
    gain = offset = 0.0
    for _ in range(_ROUNDS):
        one, other = here[kept], there[kept]
        gain = float(np.clip(np.std(one) / max(float(np.std(other)), 1e-3), *_GAIN))
        offset = float(np.median(one) - gain * np.median(other))
        away = np.abs(here - (gain * there + offset))
        kept = away <= max(_CLOSE, 2.0 * float(np.median(away)))
    return gain, offset


def motion(now: Canvas, before: Canvas, mask: Mask, *, forward: bool) -> Canvas:
    """What changed between two pictures of one camera, beyond noise and what all points share."""
    change = (_grey(now) - _grey(before)) * (1 if forward else -1)
    if mask.any():
        change -= np.median(change[mask])
    moved = np.sign(change) * np.maximum(np.abs(change) - NOISE, 0.0)
    return _striped(two_sided(np.asarray(moved / _MOTION, np.float32)), ~mask)


def _striped(picture: Canvas, where: Mask) -> Canvas:
    """The picture with grey stripes where there is nothing to compare."""
    rows, columns = np.indices(where.shape)
    stripes = np.where((rows + columns) // 4 % 2 == 0, 226, 240).astype(np.uint8)
    return np.asarray(np.where(where[..., np.newaxis], stripes[..., np.newaxis], picture))


def _grey(picture: Canvas) -> Grey:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _SOFT), np.float32)
