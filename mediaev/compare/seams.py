"""Seams: whether a picture goes on beyond a line, or something else begins there.

A crop shows less of the same scene, so in the uncropped picture nothing happens along the
crop's edge. A picture laid into a frame, beside another one or over a blurred copy of itself
ends in a straight line, at one place, in every frame. So two things are measured at each edge:
how much more the grey levels leap there than elsewhere, and how alike they run on both sides.
The place may be off where a picture was cropped before it was laid into a frame, and the line
slanted where a screen was filmed; so the latter is asked of every line nearby.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.film import BLOCK
from mediaev.compare.reel import Pictures
from mediaev.model.fingerprint import Box

MARGIN = 0.04
"""Share of a side that must lie beyond an edge for anything to be said of it."""
_LEAST = 4
"""Film points that must lie beyond it."""
_NEAR = 2
"""Film points by which the line may be off."""
_AROUND = 12
"""Film points on either side with which it is compared."""
_SLANT = 0.08
"""Share of the picture's side by which either end of a line may lie elsewhere."""
_GAP = 2
"""Film points on either side of a line that are held against each other."""
_FLOOR = 1.5
"""Grey levels that leaps are compared with at least."""
_FLAT, _FLATTER = 4.0, 2.0
"""Spread of grey levels along a line up to which nothing runs there; and up to which a bar does."""
_FRAMES = 20
"""Frames that are looked at."""

_Reals = NDArray[np.float64]
_Greys = NDArray[np.float32]
_Span = tuple[float, float]


def seams(frames: Pictures, box: Box, picture: Box) -> Iterator[tuple[float, float]]:
    """The leap at each edge of a box, 1 being as much as elsewhere, and how it runs on, -1..1.

    Only edges with enough of the picture beyond them. `picture` is the frame without bars and
    pads; both boxes in fractions of the frame. Where nothing can be seen to run on, 0 stands.
    """
    _, height, width = frames.shape
    across = (box.left * width, box.right * width), (picture.left * width, picture.right * width)
    down = (box.top * height, box.bottom * height), (picture.top * height, picture.bottom * height)
    chosen = np.unique(np.linspace(0, len(frames) - 1, _FRAMES).astype(np.intp))
    grey = frames[chosen].astype(np.float32)
    yield from _edges(grey, across, down[0])
    yield from _edges(grey.transpose(0, 2, 1), down, across[0])


def _edges(
    grey: _Greys, columns: tuple[_Span, _Span], rows: _Span
) -> Iterator[tuple[float, float]]:
    """The two upright edges; `columns` of the box, and of the picture."""
    (left, right), (first, last) = columns
    top, bottom = round(rows[0]) + 1, round(rows[1]) - 1
    low, high = round(first), round(last)
    if bottom - top < 2 * _LEAST or high - low < 4 * _LEAST:
        return
    part = grey[:, top:bottom, low:high]
    # Step i of these lies between points low + i and low + i + 1.
    change = np.abs(np.diff(part, axis=2)).mean(axis=0)
    steps = _without_blocks(np.median(change, axis=0).astype(np.float64), low)
    least = max(_LEAST, MARGIN * (high - low))
    for at, room in ((left, left - first), (right, last - right)):
        if room >= least:
            yield _stands_out(steps, at - low), _runs_on(part, at - low)


def _runs_on(part: _Greys, at: float) -> float:
    """How alike grey levels run on both sides of a line near an edge, where they do so least."""
    _, rows, columns = part.shape
    reach = max(_NEAR, round(_SLANT * columns))
    ends = np.arange(round(at) - reach, round(at) + reach + 1)
    ends = ends[(ends >= _GAP) & (ends <= columns - _GAP)]
    if not len(ends):
        return 0.0
    share = np.linspace(0.0, 1.0, rows)
    lines = np.rint(ends[:, None, None] * (1 - share) + ends[None, :, None] * share)
    lines = lines.reshape(-1, rows).astype(np.intp)
    row = np.arange(rows)
    here, there = (
        _centred(part[:, row, lines + shift].transpose(1, 0, 2).reshape(len(lines), -1))
        for shift in (-_GAP, _GAP - 1)
    )
    spread = here.std(axis=1), there.std(axis=1)
    more, less = np.maximum(*spread), np.minimum(*spread)
    alike = (here * there).mean(axis=1) / np.maximum(spread[0] * spread[1], 1e-6)
    # A bar beside a picture runs on like nothing; between two bars nothing can be told.
    alike = np.where(less < _FLATTER, 0.0, alike)[more >= _FLAT]
    return float(alike.min()) if len(alike) else 0.0


def _centred(values: _Greys) -> _Greys:
    return np.asarray(values - values.mean(axis=1, keepdims=True), np.float32)


def _without_blocks(steps: _Reals, low: int) -> _Reals:
    """Steps as if the film's blocks of points left no edges of their own."""
    phase = (np.arange(len(steps)) + low + 1) % BLOCK == 0
    if phase.sum() < 3 or (~phase).sum() < 3:
        return steps
    usual = float(np.median(steps[phase])), float(np.median(steps[~phase]))
    factor = min(1.0, (usual[1] + 0.5) / (usual[0] + 0.5))
    return np.where(phase, steps * factor, steps)


def _stands_out(steps: _Reals, at: float) -> float:
    """How far the steps next to a line stand out."""
    away = np.abs(np.arange(len(steps)) - (round(at) - 1))
    near, around = steps[away <= _NEAR], steps[(away > _NEAR + 1) & (away <= _AROUND)]
    if not len(near) or len(around) < _LEAST:
        return 1.0
    return float(near.max() / max(_FLOOR, float(np.median(around))))
