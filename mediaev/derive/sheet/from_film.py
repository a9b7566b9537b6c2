"""Frames from films: what can still be shown of an exhibit whose bytes are gone."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np

from mediaev.compare.reel import Reel
from mediaev.model.frame import Frame

_TICK = 1_000_000


def film_frame(film: Reel, at: float) -> Frame:
    """The frame of a film nearest to a moment: small, grey, in the shape of the picture."""
    index = int(np.abs(film.times - at).argmin())
    grey = film.frames[index]
    height, width = grey.shape
    longest = max(height, width)
    size = (max(1, round(film.size[0] * longest)), max(1, round(film.size[1] * longest)))
    picture = cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR)
    rgb = np.repeat(np.asarray(picture, np.uint8)[..., np.newaxis], 3, axis=2)
    when = Fraction(round(float(film.times[index]) * _TICK), _TICK)
    return Frame(when, size[0], size[1], rgb.tobytes(), small=True)
