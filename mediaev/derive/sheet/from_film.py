"""Frames from films: what can still be shown of an exhibit whose bytes are gone."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np

from mediaev.compare.reel import Reel
from mediaev.model.frame import Frame


def film_frame(film: Reel, at: float) -> Frame:
    """The frame of a film nearest to a moment: small, grey, in the shape of the picture."""
    index = int(np.abs(film.times - at).argmin())
    grey = np.asarray(film.frames[index], np.uint8)
    longest = max(grey.shape)
    size = max(1, round(film.size[0] * longest)), max(1, round(film.size[1] * longest))
    rgb = cv2.cvtColor(cv2.resize(grey, size), cv2.COLOR_GRAY2RGB)
    when = Fraction(float(film.times[index])).limit_denominator(1_000_000)
    return Frame(when, *size, rgb.tobytes())
