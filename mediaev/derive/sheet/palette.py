"""Palette: colours that people with any kind of colour vision tell apart (Okabe and Ito, 2008).

Whatever a colour says is also said by a shape, a letter or a number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mediaev.derive.sheet.lettering import BOLD, Canvas, Colour, Hand

WHITE: Colour = (255, 255, 255)
INK: Colour = (24, 24, 24)
QUIET: Colour = (96, 96, 96)
RULE: Colour = (206, 206, 206)
PAPER: Colour = (244, 244, 242)
BLUE: Colour = (0, 114, 178)
VERMILLION: Colour = (213, 94, 0)
SKY: Colour = (86, 180, 233)
GREEN: Colour = (0, 158, 115)

TITLE = Hand(32, INK, BOLD)
HEADING = Hand(21, INK, BOLD)
STRONG = Hand(17, INK, BOLD)
PLAIN = Hand(16, INK)
SMALL = Hand(15, QUIET)


def two_sided(values: NDArray[np.float32]) -> Canvas:
    """Values from -1 (blue) over 0 (white) to 1 (orange) as a picture; others are cut off."""
    cut = np.clip(values, -1.0, 1.0)[..., np.newaxis]
    white = np.array(WHITE, np.float32)
    end = np.where(cut > 0, np.array(VERMILLION, np.float32), np.array(BLUE, np.float32))
    return np.asarray(np.rint(white + (end - white) * np.abs(cut)), np.uint8)
