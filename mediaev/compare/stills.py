"""A still against a still, or against the frames of a video."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from mediaev.compare.bits import distances
from mediaev.compare.placing import placing_of
from mediaev.compare.polishing import polished
from mediaev.compare.proposals import Paired
from mediaev.compare.reel import Reel, side_by_side
from mediaev.compare.registration import agreement
from mediaev.compare.track import Subject
from mediaev.compare.view import View
from mediaev.model.fingerprint import WHOLE
from mediaev.model.match import Match, Relation, Segment, Transform

STILL_COPY = 40
"""Bits within which a lone pair of pictures is called one picture."""
STILL_SCENE = 60
"""Bits within which a lone pair is worth a look."""
SURE_SPOTS = 8
"""Distinct spots that two pictures must share to be called one picture."""
STILL_LOOK = 0.8
"""Correlation of two pictures laid on each other from which shared spots make them one. Photos
of one thing in other poses share spots as well."""
_WHOLE = 0.9
"""Share of a picture from which the other one shows all of it."""
_ASKEW = 2.0
"""Degrees by which a picture may be tilted that still fills the frame."""


def relate_still(
    query: Subject, exhibit: Subject, views: Iterable[View], pairs: Sequence[Paired]
) -> Match | None:
    """A still against a still or against the frames of a video."""
    by_bits = _nearest(query, exhibit, views)
    by_spots = pairs[0] if pairs else None
    bits_score = 1.0 - by_bits[0] / (2.0 * STILL_COPY) if by_bits is not None else 0.0
    look = _look(query, exhibit, by_spots) if by_spots is not None else 0.0
    if by_spots is not None and by_bits is None and _fills_the_frame(by_spots):
        # Whatever is laid over it, the same whole picture has a like fingerprint.
        look = min(look, STILL_LOOK - 0.01)
    if by_spots is not None and _only_overlaps(by_spots):
        look = min(look, STILL_LOOK - 0.01)
    spots_score = _spots_score(by_spots.shared.inliers, look) if by_spots is not None else 0.0
    score = round(max(bits_score, spots_score), 4)
    evidence: dict[str, object] = {"samples": 1}
    if by_bits is not None:
        distance, view, at_query, at_exhibit, transform = by_bits
        evidence |= {
            "distance_median": distance,
            "distance_limit": STILL_COPY,
            "query_region": view.query.value,
            "exhibit_region": view.exhibit.value,
        }
    if by_spots is not None:
        evidence |= {"spots": by_spots.shared.inliers, "spots_limit": SURE_SPOTS}
        evidence |= {"look": round(look, 3), "look_limit": STILL_LOOK}
        transform = by_spots.shared.placing.transform()
        if by_bits is None or spots_score > bits_score:
            at_query, at_exhibit = by_spots.query_at, by_spots.exhibit_at
    if by_bits is None and by_spots is None:
        return None
    relation = Relation.SAME_SCENE if score < 0.5 else copy_of_still(query, exhibit)
    segment = Segment((at_query, at_query), (at_exhibit, at_exhibit), 1.0, score)
    return Match(relation, score, (segment,), transform, {"visual": evidence})


def copy_of_still(query: Subject, exhibit: Subject) -> Relation:
    """What a still is of its copy, or of the video that shows it; either side may be the still."""
    if query.still and exhibit.still:
        return Relation.SAME_RECORDING
    return Relation.EXCERPT_OF if query.still else Relation.CONTAINS


def _look(query: Subject, exhibit: Subject, pair: Paired) -> float:
    """How alike the two pictures are where the spots lay them on each other, 0..1."""
    if query.reel is None or exhibit.reel is None:
        return 0.0
    one, other = _one_frame(query.reel, pair.query_at), _one_frame(exhibit.reel, pair.exhibit_at)
    at = float(one.times[0])
    line = 1.0, float(other.times[0]) - at
    placing = pair.shared.placing
    side = side_by_side(one, other, polished(one, other, placing, line, (at, at)) or placing)
    return 0.0 if side is None else max(0.0, agreement(side, *line).look)


def _only_overlaps(pair: Paired) -> bool:
    """Whether each picture shows much that the other does not.

    So do neighbouring photos of one survey; a repost shows all of its source, or nothing
    else. What is lost are split screens that also crop: they are worth a look.
    """
    placing = pair.shared.placing
    return max(placing.in_query().area, placing.in_exhibit().area) < _WHOLE


def _fills_the_frame(pair: Paired) -> bool:
    """Whether both pictures show the whole of each other, upright or turned by a quarter."""
    placing = pair.shared.placing
    askew = abs((placing.rotation + 45) % 90 - 45)
    return placing.transform().box == WHOLE and askew < _ASKEW


def _one_frame(reel: Reel, at: float) -> Reel:
    """The frame of a film nearest to a moment."""
    index = int(np.abs(reel.times - at).argmin())
    return reel.only(slice(index, index + 1))


def _spots_score(inliers: int, look: float) -> float:
    """0.5 at `SURE_SPOTS`, nearly 1 at ten times as many; below 0.5 where pictures differ."""
    score = float(1.0 - 0.5 * np.exp(-(inliers - SURE_SPOTS) / (3.0 * SURE_SPOTS)))
    return score if look >= STILL_LOOK else min(score, 0.49) * look / STILL_LOOK


def _nearest(
    query: Subject, exhibit: Subject, views: Iterable[View]
) -> tuple[int, View, float, float, Transform] | None:
    """The nearest two samples under any view: bits, view, their times, and the transform."""
    best: tuple[int, View, float, float, Transform] | None = None
    for view in sorted(set(views)):
        left, right = query.track(view.query), exhibit.track(view.exhibit)
        if left is None or right is None:
            continue
        away = distances(left.turned(view.turn).bits, right.bits).astype(np.int64)
        away[~left.clear] = away[:, ~right.clear] = 999
        row, column = np.unravel_index(int(np.argmin(away)), away.shape)
        distance = int(away[row, column])
        if distance <= STILL_SCENE and (best is None or distance < best[0]):
            placing = placing_of(view.turn, query.size, exhibit.size, left.box, right.box)
            at = float(left.times[row]), float(right.times[column])
            best = distance, view, *at, placing.transform()
    return best
