"""Likeness: what a learned network adds to a comparison.

It finds pictures alike that share too few spots and bits, whatever was laid over, cut away or
put around them; and just so it finds two moments of one camera alike. So it proposes, and the
films judge: where it alone speaks, the answer is never more than `same-scene`. One rule lets it
second a judgement, for stills (`_is_borne_out`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mediaev.compare.bits import Turn
from mediaev.compare.embeddings import Gallery, directions
from mediaev.compare.judge import Judged
from mediaev.compare.placing import Placing, placing_of
from mediaev.compare.proposals import Proposal
from mediaev.compare.reel import Reel, side_by_side
from mediaev.compare.registration import agreement
from mediaev.compare.settling import settled
from mediaev.compare.stills import SURE_SPOTS, copy_of_still
from mediaev.compare.track import Subject
from mediaev.model.fingerprint import WHOLE, Box
from mediaev.model.match import Match, Relation, Segment

NEAR = 0.4
"""Cosine from which two pictures are worth a look."""
ALIKE = 0.55
"""Cosine of the most alike pictures from which two videos are told to be alike. Of some 41,000
pairs of unrelated ones the highest was 0.53."""
STILLS_ALIKE = 0.5
"""The same of two stills, which have one picture each to be alike by chance. Of 332,722 pairs of
unrelated ones the highest was 0.45."""
BORNE_OUT = 0.95
"""Correlation of two stills laid on each other from which a learned network bears a copy out."""
_ZOOMS = (1.0, 0.89, 0.75, 0.62, 1.25, 1.6)
"""By how much a picture that fills the frame may be laid smaller (a crop, seen from the query)."""
_TRIED = 3
"""Placings that are judged."""
_MOMENTS = 9
SURE = 0.9
"""Strength of a judgement from which a place that likeness led to is a copy's."""
_NEAREST = 4
"""Moments of the exhibit that a picture of the query votes for."""
_FALLS = 0.03
"""Cosine by which a vote falls to a third of that of the most alike."""
_BIN = 0.75
"""Seconds of offset, two of which share a vote: pictures stand up to a second apart."""
_AT_ONCE = 512
_REACH = 1.25
"""Seconds by which an offset may be wrong that pictures a second apart tell."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A picture of the query and one of the exhibit that a learned network describes alike."""

    descriptor: str
    """Id of the learned descriptor."""
    query_at: float
    """Seconds."""
    exhibit_at: float
    cosine: float
    mirrored: bool = False
    """Whether the query was mirrored."""
    query_box: Box = WHOLE
    """The part of the query's picture that was described."""
    exhibit_box: Box = WHOLE

    def turned(self) -> Likeness:
        """The same likeness seen from the other side."""
        return Likeness(
            self.descriptor,
            self.exhibit_at,
            self.query_at,
            self.cosine,
            self.mirrored,
            self.exhibit_box,
            self.query_box,
        )


def from_likenesses(
    query: Subject, exhibit: Subject, found: Sequence[Likeness]
) -> Iterator[Proposal]:
    """Places and offsets at which two videos may agree, for the films to judge.

    A learned network says nothing of the place: the usual ones are tried at a few moments, and
    those proposed at which the pictures look most alike.
    """
    surest = max(found, key=lambda each: each.cosine, default=None)
    if surest is None or surest.cosine < ALIKE or query.reel is None or exhibit.reel is None:
        return
    voted = _voted(query, exhibit)
    if voted is None:
        return
    offset, at = voted
    proposals = [
        settled(query.reel, exhibit.reel, Proposal(place, 1.0, offset, _REACH, at=at))
        for place in _placings(query, exhibit, surest)
    ]
    looks = [(-_look(query.reel, exhibit.reel, each), n) for n, each in enumerate(proposals)]
    for _, number in sorted(looks)[:_TRIED]:
        yield replace(proposals[number], reach=_REACH)


def strictly(judged: Judged) -> Judged:
    """A judgement of such a proposal: a copy only where the films are very sure.

    So many places are tried that now and then one fits another moment of the same camera.
    """
    if judged.strength >= SURE:
        return judged
    return replace(judged, copy=False, strength=min(judged.strength, 0.49))


def _voted(query: Subject, exhibit: Subject) -> tuple[float, float] | None:
    """The offset that most pictures agree on, and the surest moment of the query there."""
    votes: list[tuple[float, float, float]] = []
    for one in query.galleries:
        for other in exhibit.galleries:
            if one.descriptor == other.descriptor and one.codes.shape[1] == other.codes.shape[1]:
                votes += _votes(one, other)
    if not votes:
        return None
    here, offsets, weight = np.array(votes).T
    bins = np.floor(offsets / _BIN).astype(np.int64)
    # A moment counts once in a bin, however many pictures around it look alike.
    order = np.lexsort((-weight, here, bins))
    first = np.ones(len(order), np.bool_)
    first[1:] = (np.diff(bins[order]) != 0) | (np.diff(here[order]) != 0)
    once = order[first]
    labels, index = np.unique(bins[once], return_inverse=True)
    sums = np.bincount(index, weight[once])
    following = np.zeros_like(sums)
    adjacent = np.flatnonzero(np.diff(labels) == 1)
    following[adjacent] = sums[adjacent + 1]
    top = labels[int(np.argmax(sums + following))]
    inside = (bins == top) | (bins == top + 1)
    at = here[inside][np.argmax(weight[inside])]
    return float(np.average(offsets[inside], weights=weight[inside])), float(at)


def _votes(one: Gallery, other: Gallery) -> Iterator[tuple[float, float, float]]:
    """For each picture of the query, the moments of the exhibit most like it: time, offset, weight.

    Pictures of a camera that stands still are alike at all times; a little more at the right
    one, so that only what comes near the most alike counts.
    """
    exhibit = directions(other.codes)
    for start in range(0, len(one.codes), _AT_ONCE):
        cosines = directions(one.codes[start : start + _AT_ONCE]) @ exhibit.T
        last = min(_NEAREST, cosines.shape[1]) - 1
        nearest = np.argpartition(-cosines, last, axis=1)[:, : last + 1]
        for row, columns in enumerate(nearest):
            most = float(cosines[row, columns].max())
            for column in columns:
                cosine = float(cosines[row, column])
                if cosine >= NEAR:
                    here = float(one.times[start + row])
                    weight = cosine * float(np.exp((cosine - most) / _FALLS))
                    yield here, float(other.times[column]) - here, weight


def _placings(query: Subject, exhibit: Subject, surest: Likeness) -> Iterator[Placing]:
    """The picture that was described laid on the other one, and all usual crops and insets."""
    for mirrored in (surest.mirrored, not surest.mirrored):
        turn = Turn(mirrored=mirrored)
        yield placing_of(turn, query.size, exhibit.size, surest.query_box, surest.exhibit_box)
        across, down = (query.size[side] / exhibit.size[side] for side in (0, 1))
        for fit in dict.fromkeys((round(across, 2), round(down, 2))):
            for zoom in _ZOOMS:
                yield _centred(query, exhibit, fit / zoom, mirrored=mirrored)


def _centred(query: Subject, exhibit: Subject, scale: float, *, mirrored: bool) -> Placing:
    """The exhibit's picture laid on the middle of the query's, so many times as large."""
    width, height = exhibit.size
    across = -scale if mirrored else scale
    left = (query.size[0] - across * width) / 2
    top = (query.size[1] - scale * height) / 2
    matrix = np.array([[across, 0.0, left], [0.0, scale, top]])
    return Placing(matrix, query.size, exhibit.size)


def _look(query: Reel, exhibit: Reel, proposal: Proposal) -> float:
    """How alike a few moments of two films look where a proposal lays them, -1..1."""
    if proposal.offset is None:
        return -1.0
    some = np.linspace(0, len(query.times) - 1, _MOMENTS).astype(np.intp)
    few = query.only(some)
    # Hours of the exhibit's film need not be looked at for nine moments.
    there = np.searchsorted(exhibit.times, few.times * proposal.speed + proposal.offset)
    near = np.unique(np.clip([there - 1, there, there + 1], 0, len(exhibit.times) - 1))
    pair = side_by_side(few, exhibit.only(near), proposal.placing)
    return -1.0 if pair is None else agreement(pair, proposal.speed, proposal.offset).look


def told(
    query: Subject,
    exhibit: Subject,
    match: Match | None,
    found: Sequence[Likeness],
) -> Match | None:
    """The match with what a learned network says; where nothing else speaks, `same-scene`."""
    if not found:
        return match
    best = max(found, key=lambda each: each.cosine)
    limit = STILLS_ALIKE if query.still and exhibit.still else ALIKE
    if match is None:
        if best.cosine < limit:
            return None
        match = _alone(query, exhibit, best)
    elif (query.still or exhibit.still) and _is_borne_out(match, best):
        match = _copy(query, exhibit, match, best)
    elif match.relation is Relation.SAME_SCENE and best.cosine >= limit:
        match = replace(match, score=max(match.score, _score(best)))
    visual = {**match.evidence.get("visual", {}), "learned": _evidence(found, best, limit)}
    return replace(match, evidence={**match.evidence, "visual": visual})


def _score(best: Likeness) -> float:
    """Below what is accepted, however alike: two moments of one camera are, too."""
    return round(0.49 * float(np.clip((best.cosine - NEAR) / (1.0 - NEAR), 0.0, 1.0)), 4)


def _alone(query: Subject, exhibit: Subject, best: Likeness) -> Match:
    at, there = best.query_at, best.exhibit_at
    both_still = query.still and exhibit.still
    segment = Segment((at, at), (there, there), 1.0, _score(best), not both_still)
    return Match(Relation.SAME_SCENE, _score(best), (segment,), evidence={"visual": {}})


def _is_borne_out(match: Match, best: Likeness) -> bool:
    """Whether a still shares a little too few spots, and all else says that it is a copy.

    Only for pictures that were cropped or put into another: a fixed camera shows its other
    moments at the same place, and those must not become copies.
    """
    visual = match.evidence.get("visual", {})
    return (
        match.relation is Relation.SAME_SCENE
        and 0 < visual.get("spots", 0) < SURE_SPOTS
        and visual.get("look", 0.0) >= BORNE_OUT
        and match.transform.box != WHOLE
        and best.cosine >= ALIKE
    )


def _copy(query: Subject, exhibit: Subject, match: Match, best: Likeness) -> Match:
    score = round(0.5 + 0.1 * (best.cosine - ALIKE) / (1.0 - ALIKE), 4)
    segments = tuple(replace(segment, score=score) for segment in match.segments)
    return replace(match, relation=copy_of_still(query, exhibit), score=score, segments=segments)


def _evidence(found: Sequence[Likeness], best: Likeness, limit: float) -> dict[str, Any]:
    return {
        "descriptor": best.descriptor,
        "cosine": round(best.cosine, 3),
        "cosine_limit": limit,
        "samples": len({each.query_at for each in found}),
        "query_at": round(best.query_at, 3),
        "exhibit_at": round(best.exhibit_at, 3),
    }
