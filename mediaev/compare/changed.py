"""Changed: whether two pictures of one view show the same moment.

A camera that stands still takes the same picture all day; where people and cars stand tells one
moment from another. What is laid over a copy hides what was there, so it is seen in that copy and
mostly stands out from what it hides. What moves hides and uncovers: here one picture shows more,
there the other. So the places where the pictures differ are counted apart for either picture, and
the smaller count is what has moved.

Measured on `scripts/evaluate --only stills`: 2026-11-25, docs/decisions/0016.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mediaev.compare.placing import Placing
from mediaev.compare.reel import Grid, Reel, Values, grid, seen

_POINTS = 96
"""Points along the longer side of what is compared."""
_BLOCK = 6
"""Points along the side of a block; blocks overlap by half."""
_TELLING = 8.0
"""Standard deviation, in grey levels, from which a block shows something."""
_SAME = 0.5
"""Correlation below which a block shows something else."""
_FEWEST = 8
"""Telling blocks below which nothing can be said."""


def changed(query: Reel, exhibit: Reel, placing: Placing) -> float:
    """How much has moved between two pictures, as a share of what they show, 0..0.5.

    `query` and `exhibit` are films of one moment: the one frame of a still, or the few around
    the moment of a video, for what moves fast lies elsewhere in each. A block that is the same
    in any of them has not moved. `placing` lays the exhibit's picture on the query's.
    """
    laid = grid(placing, _POINTS)
    if laid is None:
        return 0.0
    here, there = (_blocks(laid, values) for values in seen(query, exhibit, placing, laid))
    strong, strong_there = here.std(axis=2), there.std(axis=2)
    alike = (here[:, None] * there[None]).mean(axis=3)
    alike /= np.maximum(strong[:, None] * strong_there[None], 1e-6)
    together = alike.max(axis=(0, 1))
    strongest, strongest_there = strong.max(axis=0), strong_there.max(axis=0)
    telling = np.maximum(strongest, strongest_there) >= _TELLING
    if telling.sum() < _FEWEST:
        return 0.0
    differs = telling & (together < _SAME)
    stands_out = strongest > strongest_there
    fewer = min((differs & stands_out).sum(), (differs & ~stands_out).sum())
    return float(fewer / telling.sum())


def _blocks(laid: Grid, values: Values) -> NDArray[np.float32]:
    """Blocks that lie wholly in both pictures, each less its mean: shape (frames, n, points)."""
    pictures = np.full((len(values), len(laid.shown)), np.nan, np.float32)
    pictures[:, laid.shown] = values
    windows = sliding_window_view(pictures.reshape(-1, *laid.shape), (_BLOCK, _BLOCK), axis=(1, 2))
    step = _BLOCK // 2
    blocks = windows[:, ::step, ::step].reshape(len(values), -1, _BLOCK * _BLOCK)
    whole = blocks[:, ~np.isnan(blocks[0]).any(axis=1)]
    return np.asarray(whole - whole.mean(axis=2, keepdims=True), np.float32)
