"""Settling a proposal: the exact place and offset that keyframes only come near.

Keyframes of two recordings stand at different moments, and between them the camera moves. So
where the one picture lies in the other is off by that movement, and the offset by up to a
second. At the true offset, and only there, the same place holds at every moment: for each
offset near the proposed one the films say how far the pictures are shifted at some moments, and
that offset is taken at which the shift changes least.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.placing import Placing, inverse, mapped
from mediaev.compare.proposals import Proposal
from mediaev.compare.reel import Reel, sampled
from mediaev.compare.registration import between

_CELLS = 32
"""Points along the longer side of what is compared."""
_AROUND = 1.25
"""Seconds before and after the keyframe that are looked at."""
_MOMENTS = 9
_STEP = 0.125
_WHITENED = 0.75
"""How far frequencies are made to count alike: 0 is plain correlation, 1 phase correlation."""
_AGREES = 0.15
"""Height of a correlation peak from which it counts."""

_Grids = NDArray[np.float32]


def settled(query: Reel, exhibit: Reel, proposal: Proposal) -> Proposal:
    """The proposal with place and offset as the films say, or as it was if they say nothing."""
    if proposal.offset is None or proposal.at is None or len(exhibit.times) < 2:
        return proposal
    for _ in range(2):
        found = _settled_once(query, exhibit, proposal)
        if found is None:
            return proposal
        proposal = found
    return replace(proposal, reach=0.25)


def _settled_once(query: Reel, exhibit: Reel, proposal: Proposal) -> Proposal | None:
    offset, at = proposal.offset, proposal.at
    near = np.flatnonzero(np.abs(query.times - (at or 0.0)) <= _AROUND)
    grid = _grid(proposal.placing)
    if offset is None or len(near) < 3 or grid is None:
        return None
    points, shape, cell = grid
    chosen = near[np.linspace(0, len(near) - 1, min(_MOMENTS, len(near))).astype(np.intp)]
    moments = query.times[chosen]
    here = sampled(query.only(chosen), points, cell)
    back = mapped(inverse(proposal.placing.matrix), points)
    low, high = np.searchsorted(
        exhibit.times,
        proposal.speed * moments[[0, -1]] + offset + [-proposal.reach - 0.5, proposal.reach + 0.5],
    )
    part = slice(max(0, int(low) - 1), int(high) + 1)
    strip = exhibit.only(part)
    if len(strip.times) < 2:
        return None
    there = sampled(strip, back, cell / proposal.placing.scale)
    spectrum = _spectra(here.reshape(-1, *shape))
    best: tuple[float, float, NDArray[np.float64]] | None = None
    for delta in np.arange(-proposal.reach, proposal.reach + 1e-9, _STEP):
        wanted = proposal.speed * moments + offset + delta
        shown = (wanted >= strip.times[0] - 0.05) & (wanted <= strip.times[-1] + 0.05)
        if shown.sum() < 3:
            continue
        moved = between(strip.times, there, wanted[shown]).reshape(-1, *shape)
        shifts, peaks = _shifts(spectrum[shown], _spectra(moved))
        sure = peaks >= _AGREES
        if sure.sum() < 3:
            continue
        middle = np.median(shifts[sure], axis=0)
        spread = float(np.abs(shifts[sure] - middle).mean())
        value = float(peaks.mean()) * float(shown.mean()) / (0.35 + spread)
        if best is None or value > best[0]:
            best = value, float(delta), middle
    if best is None:
        return None
    _, delta, middle = best
    matrix = proposal.placing.matrix.copy()
    matrix[:, 2] += middle * cell
    placing = Placing(matrix, proposal.placing.query, proposal.placing.exhibit)
    return replace(proposal, placing=placing, offset=offset + delta)


def _grid(placing: Placing) -> tuple[NDArray[np.float64], tuple[int, int], float] | None:
    """Evenly spaced points over the shared part of the query, rows and columns, and their gap."""
    box = placing.in_query()
    width, height = placing.query
    across, down = (box.right - box.left) * width, (box.bottom - box.top) * height
    if min(across, down) <= 0.05:
        return None
    cell = max(across, down) / _CELLS
    columns, rows = max(4, int(across / cell)), max(4, int(down / cell))
    xs = box.left * width + (np.arange(columns) + 0.5) * cell
    ys = box.top * height + (np.arange(rows) + 0.5) * cell
    return np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2), (rows, columns), cell


def _spectra(grids: _Grids) -> NDArray[np.complex128]:
    """Whitened Fourier transforms of windowed grids."""
    rows, columns = grids.shape[1:]
    window = np.hanning(rows + 2)[1:-1, None] * np.hanning(columns + 2)[None, 1:-1]
    centred = grids - grids.mean(axis=(1, 2), keepdims=True)
    found = np.fft.fft2(centred * window)
    return np.asarray(found / np.maximum(np.abs(found), 1e-3) ** _WHITENED)


def _shifts(
    here: NDArray[np.complex128], there: NDArray[np.complex128]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By how many cells (x, y) the second must be moved to lie on the first, and how surely."""
    surface = np.fft.ifft2(here * there.conj()).real
    power = np.sqrt((np.abs(here) ** 2).mean((1, 2)) * (np.abs(there) ** 2).mean((1, 2)))
    rows, columns = surface.shape[1:]
    top = surface.reshape(len(surface), -1).argmax(axis=1)
    y, x = np.unravel_index(top, (rows, columns))
    each = np.arange(len(surface))
    peaks = surface[each, y, x] / np.maximum(power, 1e-9)
    exact = []
    for axis, (at, size) in enumerate(((x, columns), (y, rows))):
        before = surface[
            each, y if axis == 0 else (y - 1) % rows, (x - 1) % columns if axis == 0 else x
        ]
        after = surface[
            each, y if axis == 0 else (y + 1) % rows, (x + 1) % columns if axis == 0 else x
        ]
        bend = before + after - 2 * surface[each, y, x]
        part = np.where(
            np.abs(bend) > 1e-12, 0.5 * (before - after) / np.minimum(bend, -1e-12), 0.0
        )
        whole = np.where(at > size / 2, at - size, at)
        exact.append(whole + np.clip(part, -0.5, 0.5))
    return np.stack(exact, axis=1).astype(np.float64), np.asarray(peaks, np.float64)
