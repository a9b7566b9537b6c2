"""A close look at two pictures that were laid on each other: what lies around and over them.

Measures, without words, what `differences` makes statements of. What is measured is kept in the
evidence of a match (`docs/formats/json.md`), since the films may be gone when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.bits import Turn
from mediaev.compare.overlays import Grids, Spot, overlays
from mediaev.compare.placing import Placing, inverse, mapped, placing_of
from mediaev.compare.reel import Reel, sampled
from mediaev.compare.registration import between
from mediaev.compare.seams import seams
from mediaev.compare.track import Subject
from mediaev.model.fingerprint import WHOLE, Box, Region
from mediaev.model.match import Match, Segment

CLOSEUP = "closeup/1"
"""Names these measurements."""
_MOMENTS = 40
"""Moments of a segment that are looked at."""
_COLUMNS = 72
"""Points along the longer side of what two pictures share, at most."""
_ASKEW = 3.0
"""Degrees by which a picture may be tilted whose edges are still upright enough to be followed."""
_EDGE = 0.015
"""Part of a picture's sides that is left out, where scaling and bars smear."""
_ONE_FRAME = 0.97
"""Share of each frame that the other one must cover for the two to show the same frame."""
_INSIDE = 0.5
"""Seconds from a video's own start and end."""
_FLATTENED = 1e-4


@dataclass(frozen=True, slots=True)
class _Laid:
    """Two subjects and how they lie on each other in one stretch of time."""

    query: Reel
    exhibit: Reel
    """Only the frames that are needed."""
    placing: Placing
    moments: NDArray[np.float64]
    """Of the query, seconds."""
    there: NDArray[np.float64]
    """The same moments of the exhibit."""


def close_up(query: Subject, exhibit: Subject, match: Match) -> dict[str, Any] | None:
    """What is seen around and over the two pictures of a match, as JSON; None if nothing can be.

    Seen from the query; `Match.turned` turns it.
    """
    laid = _laid(query, exhibit, match)
    if laid is None:
        return None
    spots, look, boxes = _covered(laid)
    frames = laid.placing.in_query().area, laid.placing.in_exhibit().area
    # Where the frames are one, bars seen in one of them are in both.
    one_frame = min(frames) >= _ONE_FRAME
    inside = (WHOLE, WHOLE) if one_frame else (_content(query), _content(exhibit))
    there = _box(laid.placing.turned().matrix, inside[0], laid.placing.query, laid.placing.exhibit)
    here = _box(laid.placing.matrix, inside[1], laid.placing.exhibit, laid.placing.query)
    upright = abs((laid.placing.rotation + 45) % 90 - 45) <= _ASKEW
    return {
        "engine": CLOSEUP,
        "moments": len(laid.moments),
        "look": round(look, 3),
        "cut_out": _between_cuts(query, exhibit, match),
        "query": _around(laid.query, inside[0], here, upright=upright)
        | {"heard": query.sound is not None},
        "exhibit": _around(laid.exhibit, inside[1], there, upright=upright)
        | {"heard": exhibit.sound is not None},
        "overlays": [_told(spot, box) for spot, box in zip(spots, boxes, strict=True)],
    }


def _between_cuts(query: Subject, exhibit: Subject, match: Match) -> bool:
    """Whether every end of a segment inside the longer video lies at a cut.

    Parts of a compilation do; excerpts of one continuous recording do not.
    """
    longer = query if query.duration > exhibit.duration else exhibit
    ends = [
        end
        for segment in match.segments
        for end in (segment.query if longer is query else segment.exhibit)
        if _INSIDE < end < longer.duration - _INSIDE
    ]
    return bool(ends) and all(longer.has_cut(end) for end in ends)


def _laid(query: Subject, exhibit: Subject, match: Match) -> _Laid | None:
    if query.reel is None or exhibit.reel is None or not match.segments:
        return None
    placing = _placing(query, exhibit, match)
    if placing is None:
        return None
    segment = max(match.segments, key=lambda each: (each.score, each.query[1] - each.query[0]))
    chosen, there = _moments(query.reel, segment)
    if not len(chosen):
        return None
    wanted = _neighbours(exhibit.reel.times, there)
    one, other = query.reel, exhibit.reel
    return _Laid(
        replace(one, times=one.times[chosen], frames=one.frames[chosen]),
        replace(other, times=other.times[wanted], frames=other.frames[wanted]),
        placing,
        one.times[chosen],
        there,
    )


def _placing(query: Subject, exhibit: Subject, match: Match) -> Placing | None:
    """The placing as the engine found it, or as the transform tells it."""
    visual = match.evidence.get("visual")
    matrix = visual.get("placing") if isinstance(visual, Mapping) else None
    if matrix is not None:
        try:
            exact = np.asarray(matrix, np.float64).reshape(2, 3)
        except (TypeError, ValueError):
            return None
        if not np.isfinite(exact).all() or abs(np.linalg.det(exact[:, :2])) < _FLATTENED:
            return None
        return Placing(exact, query.size, exhibit.size)
    transform = match.transform
    rotation = transform.rotation if transform.mirrored else -transform.rotation % 360
    boxes = (transform.box, WHOLE) if transform.box_in == "query" else (WHOLE, transform.box)
    turn = Turn(transform.mirrored, rotation)
    return placing_of(turn, query.size, exhibit.size, *boxes)


def _moments(reel: Reel, segment: Segment) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Frames of the query, evenly over a segment, and the exhibit's times at them."""
    low, high = segment.query
    inside = np.flatnonzero((reel.times >= low - 1e-3) & (reel.times <= high + 1e-3))
    if not len(inside):
        inside = np.asarray([int(np.abs(reel.times - low).argmin())])
    count = min(_MOMENTS, len(inside))
    chosen = inside[np.unique(np.linspace(0, len(inside) - 1, count).astype(np.intp))]
    there = segment.exhibit[0] + segment.speed * (reel.times[chosen] - low)
    return chosen, np.clip(there, segment.exhibit[0], segment.exhibit[1])


def _neighbours(times: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.intp]:
    """The frames before and after each moment."""
    after = np.clip(np.searchsorted(times, wanted), 0, len(times) - 1)
    return np.unique(np.concatenate([np.maximum(after - 1, 0), after]))


def _covered(laid: _Laid) -> tuple[list[Spot], float, list[tuple[Box, Box]]]:
    """Persistent differences, how alike the rest is, and where they lie in both frames."""
    placing = laid.placing
    box = placing.in_query()
    width, height = placing.query
    across, down = (box.right - box.left) * width, (box.bottom - box.top) * height
    if min(across, down) <= 0.05:
        return [], 0.0, []
    finest = max(
        1.0 / max(laid.query.frames.shape[1:]),
        placing.scale / max(laid.exhibit.frames.shape[1:]),
    )
    step = max(max(across, down) / _COLUMNS, finest)
    columns, rows = max(4, round(across / step)), max(4, round(down / step))
    xs = box.left * width + (np.arange(columns) + 0.5) * across / columns
    ys = box.top * height + (np.arange(rows) + 0.5) * down / rows
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    there = mapped(inverse(placing.matrix), points)
    shown = _inside(points, placing.query) & _inside(there, placing.exhibit)
    if shown.sum() < 80:
        return [], 0.0, []
    here = sampled(laid.query, points[shown], step)
    other = sampled(laid.exhibit, there[shown], step / placing.scale)
    other = between(laid.exhibit.times, other, laid.there)
    shape = rows, columns
    spots, look = overlays(
        _grid(here, shown, shape), _grid(other, shown, shape), _lag(laid.moments)
    )
    sizes = placing.query, placing.exhibit
    boxes = [
        (
            _around_points(points, spot, step / 2, sizes[0]),
            _around_points(there, spot, step / 2 / placing.scale, sizes[1]),
        )
        for spot in spots
    ]
    return spots, look, boxes


def _lag(moments: NDArray[np.float64]) -> int:
    """How many moments a second is, at least one."""
    if len(moments) < 2:
        return 1
    return max(1, round(1.0 / max(0.05, float(np.median(np.diff(moments))))))


def _inside(points: NDArray[np.float64], size: tuple[float, float]) -> NDArray[np.bool_]:
    fractions = points / np.asarray(size)
    return np.asarray(((fractions > _EDGE) & (fractions < 1 - _EDGE)).all(axis=1))


def _grid(values: NDArray[np.float32], shown: NDArray[np.bool_], shape: tuple[int, int]) -> Grids:
    grid = np.full((len(values), len(shown)), np.nan, np.float32)
    grid[:, shown] = values
    return grid.reshape(len(values), *shape)


def _around_points(
    points: NDArray[np.float64], spot: Spot, reach: float, size: tuple[float, float]
) -> Box:
    own = points[spot.points.ravel()]
    low, high = (own.min(axis=0) - reach) / size, (own.max(axis=0) + reach) / size
    sides = np.clip([*low, *high], 0.0, 1.0)
    return Box(*(round(float(each), 4) for each in sides))


def _told(spot: Spot, boxes: tuple[Box, Box]) -> dict[str, Any]:
    on = {-1: "query", 1: "exhibit", 0: None}[spot.stiller]
    return {
        "query": _sides(boxes[0]),
        "exhibit": _sides(boxes[1]),
        "share": round(spot.share, 4),
        "strength": round(spot.strength, 2),
        "on": on,
    }


def _sides(box: Box) -> list[float]:
    return [box.left, box.top, box.right, box.bottom]


def _content(subject: Subject) -> Box:
    """The picture inside bars and pads."""
    inner = subject.track(Region.INNER)
    return inner.box if inner is not None else WHOLE


def _box(
    matrix: NDArray[np.float64], box: Box, inner: tuple[float, float], outer: tuple[float, float]
) -> Box:
    """Where a box of one frame lies in the other, cut at its sides."""
    corners = np.array(
        [[x * inner[0], y * inner[1]] for x in (box.left, box.right) for y in (box.top, box.bottom)]
    )
    there = mapped(matrix, corners) / np.asarray(outer)
    sides = np.clip([*there.min(axis=0), *there.max(axis=0)], 0.0, 1.0)
    return Box(*(round(float(each), 4) for each in sides))


def _around(reel: Reel, content: Box, other: Box, *, upright: bool) -> dict[str, Any]:
    """What one frame shows besides the other's picture, which lies in `other`."""
    shared = Box(
        max(content.left, other.left),
        max(content.top, other.top),
        min(content.right, other.right),
        min(content.bottom, other.bottom),
    )
    area = max(0.0, shared.right - shared.left) * max(0.0, shared.bottom - shared.top)
    found: dict[str, Any] = {
        "picture": _sides(content),
        "shared": _sides(shared),
        "share": round(area / content.area, 4) if content.area else 0.0,
    }
    if upright and area:
        found["seams"] = [
            [round(each, 2) for each in edge] for edge in seams(reel.frames, shared, content)
        ]
    return found
