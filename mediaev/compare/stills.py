"""A still against a still, or against the frames of a video."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mediaev.compare.bits import distances
from mediaev.compare.changed import changed
from mediaev.compare.placing import Placing, placing_of
from mediaev.compare.polishing import polished
from mediaev.compare.proposals import Paired
from mediaev.compare.reel import Reel, side_by_side
from mediaev.compare.registration import agreement, standard
from mediaev.compare.track import Subject
from mediaev.compare.view import View
from mediaev.model.fingerprint import WHOLE
from mediaev.model.match import Match, Relation, Segment

STILL_COPY = 40
"""Bits within which a lone pair of pictures is called one picture."""
STILL_SCENE = 60
"""Bits within which a lone pair is worth a look."""
SURE_SPOTS = 8
"""Distinct spots that two pictures must share to be called one picture."""
STILL_LOOK = 0.8
"""Correlation of two pictures laid on each other from which shared spots make them one. Photos
of one thing in other poses share spots as well."""
COPY = 0.5
"""Score from which two pictures are called one."""
MOVED, MOVED_ELSEWHERE = 0.02, 0.06
"""Share of two pictures in which something has moved, from which they are two moments of one
scene: where they fill each other's frame, as those of a fixed camera do, and elsewhere."""
_BETWEEN_KEYFRAMES = 2.0
"""Seconds around a keyframe in which the moment of a still is sought."""
_WHOLE = 0.9
"""Share of a picture from which the other one shows all of it."""


def relate_still(
    query: Subject, exhibit: Subject, views: Iterable[View], pairs: Sequence[Paired]
) -> Match | None:
    """A still against a still or against the frames of a video."""
    by_bits = _nearest(query, exhibit, views)
    by_spots = _met(query, exhibit, pairs[0]) if pairs else None
    evidence: dict[str, object] = {"samples": 1}
    surest: _Near | _Met | None = by_bits
    if by_bits is not None:
        evidence |= {
            "distance_median": by_bits.distance,
            "distance_limit": STILL_COPY,
            "query_region": by_bits.view.query.value,
            "exhibit_region": by_bits.view.exhibit.value,
        }
    if by_spots is not None:
        evidence |= {"spots": by_spots.spots, "spots_limit": SURE_SPOTS}
        evidence |= {"look": round(by_spots.look, 3), "look_limit": STILL_LOOK}
        surest = by_spots if by_bits is None or by_spots.score > by_bits.score else by_bits
    if surest is None:
        return None
    score = surest.score
    placing = (by_spots or surest).placing
    transform = placing.transform()
    evidence["placing"] = placing.rows()
    if score >= COPY:
        moved = _moved(query, exhibit, surest)
        limit = MOVED if transform.box == WHOLE else MOVED_ELSEWHERE
        evidence |= {"changed": round(moved, 3), "changed_limit": limit}
        # Nothing but the place is the same: a camera's next picture.
        score = score if moved < limit else COPY - 0.01
    score = round(score, 4)
    relation = Relation.SAME_SCENE if score < COPY else copy_of_still(query, exhibit)
    here, there = surest.at
    segment = Segment((here, here), (there, there), 1.0, score)
    return Match(relation, score, (segment,), transform, {"visual": evidence})


def copy_of_still(query: Subject, exhibit: Subject) -> Relation:
    """What a still is of its copy, or of the video that shows it; either side may be the still."""
    if query.still and exhibit.still:
        return Relation.SAME_RECORDING
    return Relation.EXCERPT_OF if query.still else Relation.CONTAINS


@dataclass(frozen=True, slots=True)
class _Near:
    """Two samples whose fingerprints are near."""

    distance: int
    """Bits."""
    view: View
    placing: Placing
    at: tuple[float, float]
    """Seconds, of the query and of the exhibit."""

    @property
    def score(self) -> float:
        return 1.0 - self.distance / (2.0 * STILL_COPY)


@dataclass(frozen=True, slots=True)
class _Met:
    """Two pictures that share spots."""

    spots: int
    placing: Placing
    at: tuple[float, float]
    look: float

    @property
    def score(self) -> float:
        return _spots_score(self.spots, self.look)


def _met(query: Subject, exhibit: Subject, pair: Paired) -> _Met:
    """What the spots show."""
    placing, look = pair.shared.placing, 0.0
    at = pair.query_at, pair.exhibit_at
    if query.reel is not None and exhibit.reel is not None:
        at = _moment(query.reel, exhibit.reel, placing, at)
        look = _look(query.reel, exhibit.reel, placing, at)
    if _only_overlaps(pair):
        look = min(look, STILL_LOOK - 0.01)
    return _Met(pair.shared.inliers, placing, at, look)


def _moment(
    query: Reel, exhibit: Reel, placing: Placing, at: tuple[float, float]
) -> tuple[float, float]:
    """The moments near these at which the pictures look most alike.

    Keyframes stand seconds apart, and a still may show any moment between them.
    """
    one, other = (
        film.only(np.flatnonzero(np.abs(film.times - when) <= _BETWEEN_KEYFRAMES))
        for film, when in zip((query, exhibit), at, strict=True)
    )
    if len(one.times) + len(other.times) <= 2 or not len(one.times) or not len(other.times):
        return at
    side = side_by_side(one, other, placing)
    if side is None:
        return at
    looks = standard(side.query) @ standard(side.exhibit).T
    here, there = np.unravel_index(int(np.argmax(looks)), looks.shape)
    return float(one.times[here]), float(other.times[there])


def _laid(
    query: Reel, exhibit: Reel, placing: Placing, at: tuple[float, float]
) -> tuple[Reel, Reel, Placing]:
    """The films' frames at two moments, and the exact place of the one in the other."""
    one, other = _frames(query, at[0], 0), _frames(exhibit, at[1], 0)
    when = float(one.times[0])
    line = 1.0, float(other.times[0]) - when
    return one, other, polished(one, other, placing, line, (when, when)) or placing


def _look(query: Reel, exhibit: Reel, placing: Placing, at: tuple[float, float]) -> float:
    """How alike the two pictures are where the spots lay them on each other, 0..1."""
    one, other, placing = _laid(query, exhibit, placing, at)
    side = side_by_side(one, other, placing)
    offset = float(other.times[0] - one.times[0])
    return 0.0 if side is None else max(0.0, agreement(side, 1.0, offset).look)


def _moved(query: Subject, exhibit: Subject, surest: _Near | _Met) -> float:
    """How much has moved between the two pictures, 0..0.5."""
    if query.reel is None or exhibit.reel is None:
        return 0.0
    at = _moment(query.reel, exhibit.reel, surest.placing, surest.at)
    _, _, placing = _laid(query.reel, exhibit.reel, surest.placing, at)
    return changed(_frames(query.reel, at[0], 1), _frames(exhibit.reel, at[1], 1), placing)


def _only_overlaps(pair: Paired) -> bool:
    """Whether each picture shows much that the other does not.

    So do neighbouring photos of one survey; a repost shows all of its source, or nothing
    else. What is lost are split screens that also crop: they are worth a look.
    """
    placing = pair.shared.placing
    return max(placing.in_query().area, placing.in_exhibit().area) < _WHOLE


def _frames(reel: Reel, at: float, around: int) -> Reel:
    """The frame of a film nearest to a moment, and so many on either side of it."""
    index = int(np.abs(reel.times - at).argmin())
    return reel.only(slice(max(0, index - around), index + around + 1))


def _spots_score(inliers: int, look: float) -> float:
    """0.5 at `SURE_SPOTS`, nearly 1 at ten times as many; below 0.5 where pictures differ."""
    score = float(1.0 - 0.5 * np.exp(-(inliers - SURE_SPOTS) / (3.0 * SURE_SPOTS)))
    return score if look >= STILL_LOOK else min(score, 0.49) * look / STILL_LOOK


def _nearest(query: Subject, exhibit: Subject, views: Iterable[View]) -> _Near | None:
    """The nearest two samples under any view."""
    best: _Near | None = None
    for view in sorted(set(views)):
        left, right = query.track(view.query), exhibit.track(view.exhibit)
        if left is None or right is None:
            continue
        away = distances(left.turned(view.turn).bits, right.bits).astype(np.int64)
        away[~left.clear] = away[:, ~right.clear] = 999
        row, column = np.unravel_index(int(np.argmin(away)), away.shape)
        distance = int(away[row, column])
        if distance <= STILL_SCENE and (best is None or distance < best.distance):
            placing = placing_of(view.turn, query.size, exhibit.size, left.box, right.box)
            at = float(left.times[row]), float(right.times[column])
            best = _Near(distance, view, placing, at)
    return best
