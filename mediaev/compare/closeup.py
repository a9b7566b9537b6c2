"""A close look at two pictures that were laid on each other: what lies around and over them.

Measures, without words, what `differences` makes statements of. What is measured is kept in the
evidence of a match (`docs/formats/json.md`), since the films may be gone when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.overlays import Grids, Spot, overlays
from mediaev.compare.placing import Placing, Size, mapped
from mediaev.compare.reel import Grid, Reel, Values, grid, seen
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
_ONE_FRAME = 0.97
"""Share of each frame that the other one must cover for the two to show the same frame."""
_NEARLY = 0.03
"""Share of a frame's sides by which a picture may lie beyond another one and still lie in it."""
_FLATTENED = 1e-4


@dataclass(frozen=True, slots=True)
class _Laid:
    """Two subjects and how they lie on each other in one stretch of time."""

    query: Reel
    exhibit: Reel
    """Only the frames that are needed."""
    placing: Placing
    there: NDArray[np.float64]
    """The moments of the query's frames in the exhibit, seconds."""


def close_up(query: Subject, exhibit: Subject, match: Match) -> dict[str, Any] | None:
    """What is seen around and over the two pictures of a match, as JSON; None if nothing can be.

    Seen from the query; `Match.turned` turns it.
    """
    laid = _laid(query, exhibit, match)
    if laid is None:
        return None
    spots, look, boxes = _covered(laid)
    placing = laid.placing
    # Where the frames are one, bars seen in one of them are in both.
    one_frame = min(placing.in_query().area, placing.in_exhibit().area) >= _ONE_FRAME
    inside = (WHOLE, WHOLE) if one_frame else _pictures(query, exhibit, placing)
    here, there = _laid_in(placing, inside)
    upright = abs((placing.rotation + 45) % 90 - 45) <= _ASKEW
    if not upright and not one_frame:
        # A tilted picture's corners lie over whatever is around the other one.
        spots, boxes = [], []
    return {
        "engine": CLOSEUP,
        "moments": len(laid.query.times),
        "look": round(look, 3),
        "query": _around(laid.query, inside[0], here, upright=upright)
        | {"heard": query.sound is not None},
        "exhibit": _around(laid.exhibit, inside[1], there, upright=upright)
        | {"heard": exhibit.sound is not None},
        "overlays": [_told(spot, box) for spot, box in zip(spots, boxes, strict=True)],
    }


def _pictures(query: Subject, exhibit: Subject, placing: Placing) -> tuple[Box, Box]:
    """Each frame without its bars, which are none if the other's picture runs on over them."""
    content = _content(query), _content(exhibit)
    here, there = _laid_in(placing, content)
    return (
        content[0] if _lies_in(here, content[0]) else WHOLE,
        content[1] if _lies_in(there, content[1]) else WHOLE,
    )


def _laid_in(placing: Placing, inside: tuple[Box, Box]) -> tuple[Box, Box]:
    """Where the exhibit's picture lies in the query's frame, and the query's in the exhibit's."""
    return (
        _box(placing.matrix, inside[1], placing.exhibit, placing.query),
        _box(placing.turned().matrix, inside[0], placing.query, placing.exhibit),
    )


def _lies_in(inner: Box, outer: Box) -> bool:
    return (
        min(inner.left - outer.left, inner.top - outer.top) >= -_NEARLY
        and max(inner.right - outer.right, inner.bottom - outer.bottom) <= _NEARLY
    )


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
    return _Laid(query.reel.only(chosen), exhibit.reel.only(wanted), placing, there)


def _placing(query: Subject, exhibit: Subject, match: Match) -> Placing | None:
    """The placing as the engine found it."""
    visual = match.evidence.get("visual")
    matrix = visual.get("placing") if isinstance(visual, Mapping) else None
    try:
        exact = np.asarray(matrix, np.float64).reshape(2, 3)
    except (TypeError, ValueError):
        return None
    if not np.isfinite(exact).all() or abs(np.linalg.det(exact[:, :2])) < _FLATTENED:
        return None
    return Placing(exact, query.size, exhibit.size)


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
    query, exhibit, placing = laid.query, laid.exhibit, laid.placing
    points = grid(placing, _cells(laid))
    if points is None:
        return [], 0.0, []
    here, there = seen(query, exhibit, placing, points)
    there = between(exhibit.times, there, laid.there)
    spots, look = overlays(_grid(here, points), _grid(there, points), _lag(query.times))
    sizes = placing.query, placing.exhibit
    reach = points.step / 2
    boxes = [
        (
            _around_points(points.query, spot.points.ravel()[points.shown], reach, sizes[0]),
            _around_points(
                points.exhibit,
                spot.points.ravel()[points.shown],
                reach / placing.scale,
                sizes[1],
            ),
        )
        for spot in spots
    ]
    return spots, look, boxes


def _cells(laid: _Laid) -> int:
    """Points along the longer side of what is shared: no more than the coarser film has."""
    box = laid.placing.in_query()
    width, height = laid.placing.query
    longest = max((box.right - box.left) * width, (box.bottom - box.top) * height)
    coarsest = max(laid.query.point, laid.exhibit.point * laid.placing.scale)
    return int(np.clip(longest / coarsest, 4, _COLUMNS))


def _lag(moments: NDArray[np.float64]) -> int:
    """How many moments a second is, at least one."""
    if len(moments) < 2:
        return 1
    return max(1, round(1.0 / max(0.05, float(np.median(np.diff(moments))))))


def _grid(values: Values, points: Grid) -> Grids:
    grid = np.full((len(values), len(points.shown)), np.nan, np.float32)
    grid[:, points.shown] = values
    return grid.reshape(len(values), *points.shape)


def _around_points(
    points: NDArray[np.float64], covered: NDArray[np.bool_], reach: float, size: Size
) -> Box:
    own = points[covered]
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


def _box(matrix: NDArray[np.float64], box: Box, inner: Size, outer: Size) -> Box:
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
