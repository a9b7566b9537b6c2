"""From aligned samples to a match: segments, relation, score and evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mediaev.compare.align import Run, align
from mediaev.compare.bits import TURNS, UPRIGHT, Turn, distances
from mediaev.compare.motion import Motion, motion
from mediaev.compare.track import Subject, Track
from mediaev.model.fingerprint import WHOLE, Region
from mediaev.model.match import Match, Relation, Segment, Transform

ENGINE = "pdq-time/1"
"""Names this comparison; matches found by another version are found anew."""

STILL_COPY = 40
"""Bits within which a lone pair of pictures is called one picture."""
STILL_SCENE = 60
"""Bits within which a lone pair is worth a look."""
RUN_COPY = 72
"""Median bits within which a run of moving samples may be a copy."""
STATIC_COPY = 8
"""Median bits within which a run without motion may be a copy."""
STATIC_ACTIVITY = 5.0
"""Activity below which nothing can be learnt from motion."""
FEWEST = 3
"""Samples that a run between two videos needs."""
FEW = 16
"""Samples below which motion may agree by chance."""


@dataclass(frozen=True, slots=True, order=True)
class View:
    """One way to hold two exhibits against each other."""

    turn: Turn = UPRIGHT
    """How the query is laid."""
    query: Region = Region.FULL
    exhibit: Region = Region.FULL

    def from_the_other(self) -> View:
        """The view that brings the same two samples equally near with the sides exchanged."""
        turn = self.turn
        if not turn.mirrored:
            turn = Turn(rotation=(360 - turn.rotation) % 360)
        return View(turn, self.exhibit, self.query)


ALL_VIEWS = tuple(
    View(turn, query, exhibit) for turn in TURNS for query in Region for exhibit in Region
)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A run with what was made of it."""

    run: Run
    motion: Motion
    distance: float
    """Median bits."""
    copy: bool
    strength: float
    """0..1; at least 0.5 for a copy."""
    ambiguous: bool


def relate(query: Subject, exhibit: Subject, views: Iterable[View]) -> Match | None:
    """The best match of two exhibits under any of the views, or None.

    The views to try come from the candidate search; a view without both tracks is passed
    over. The result is seen from the query.
    """
    best: Match | None = None
    for view in sorted(set(views)):
        left, right = query.track(view.query), exhibit.track(view.exhibit)
        if left is None or right is None:
            continue
        laid = left.turned(view.turn)
        if query.still or exhibit.still:
            match = _relate_still(query, exhibit, laid, right, view)
        else:
            match = _relate_videos(query, exhibit, laid, right, view)
        if match is not None and (best is None or _order(match) > _order(best)):
            best = match
    return best


def _order(match: Match) -> tuple[bool, float, float]:
    covered = sum(segment.query[1] - segment.query[0] for segment in match.segments)
    return match.accepted, round(match.score, 2), covered


def _relate_still(
    query: Subject, exhibit: Subject, left: Track, right: Track, view: View
) -> Match | None:
    """A still against a still or against the frames of a video."""
    away = distances(left.bits, right.bits).astype(np.int64)
    away[~left.clear] = away[:, ~right.clear] = 999
    row, column = np.unravel_index(int(np.argmin(away)), away.shape)
    distance = int(away[row, column])
    if distance > STILL_SCENE:
        return None
    score = 1.0 - distance / (2.0 * STILL_COPY)
    if distance > STILL_COPY:
        relation = Relation.SAME_SCENE
    elif query.still and exhibit.still:
        relation = Relation.SAME_RECORDING
    else:
        relation = Relation.EXCERPT_OF if query.still else Relation.CONTAINS
    at_query, at_exhibit = float(left.times[row]), float(right.times[column])
    segment = Segment((at_query, at_query), (at_exhibit, at_exhibit), 1.0, round(score, 4))
    evidence = {
        "engine": ENGINE,
        "samples": 1,
        "distance_median": distance,
        "distance_limit": STILL_COPY,
        "query_region": view.query.value,
        "exhibit_region": view.exhibit.value,
    }
    transform = _transform(view, left, right)
    return Match(relation, round(score, 4), (segment,), transform, {"visual": evidence})


def _relate_videos(
    query: Subject, exhibit: Subject, left: Track, right: Track, view: View
) -> Match | None:
    judged = [_judge(run, left, right) for run in align(left, right) if len(run.query) >= FEWEST]
    judged = [each for each in judged if each.distance <= RUN_COPY]
    copies = [each for each in judged if each.copy]
    shown = copies or judged
    if not shown:
        return None
    segments = [_segment(each, query, exhibit, left) for each in shown]
    relation = Relation.SAME_SCENE
    score = max(each.strength for each in shown)
    if copies:
        relation = _relation(segments, query, exhibit)
        calm = all(each.motion.activity < STATIC_ACTIVITY for each in copies)
        if calm and relation is Relation.OVERLAPS:
            # Two videos that share a title card or an end card are not one recording.
            relation, score = Relation.SAME_SCENE, min(score, 0.49)
    order = sorted(range(len(segments)), key=lambda index: segments[index].query)
    return Match(
        relation,
        round(score, 4),
        tuple(segments[index] for index in order),
        _transform(view, left, right),
        {"visual": _evidence(shown, view) | {"ends_at_cuts": _at_cuts(segments, query, exhibit)}},
    )


def _judge(run: Run, left: Track, right: Track) -> _Judged:
    """Decide whether one run is a copy, from its distances and from what moves in it."""
    moves = motion(left.bits[run.query], right.bits[run.exhibit])
    distance = float(np.median(run.distance))
    static = moves.activity < STATIC_ACTIVITY
    if static:
        copy = distance <= STATIC_COPY
    else:
        copy = distance <= RUN_COPY and moves.agreement >= _needed(distance, len(run.query))
    closeness = 1.0 - distance / (2.0 * RUN_COPY)
    weight = 1.0 - float(np.exp(-len(run.query) / 4.0))
    doubtful = min(0.49, closeness * weight * 0.6)
    strength = 0.5 + (closeness - 0.5) * weight if copy else doubtful
    ambiguous = static or moves.agreement < 0.2
    return _Judged(run, moves, distance, copy, strength, ambiguous)


def _needed(distance: float, samples: int) -> float:
    """The motion agreement that a copy must show at this median distance.

    The farther apart the pictures, the more their motion has to agree; and over a few
    samples two people making a like gesture before one camera agree by chance.
    """
    if samples < FEW:
        return min(0.8, 0.2 + 0.035 * max(0.0, distance - 18.0))
    return 0.2 + 0.006 * max(0.0, distance - 30.0)


def _segment(judged: _Judged, query: Subject, exhibit: Subject, left: Track) -> Segment:
    """In and out points: between the last sample that agrees and the next that does not."""
    run = judged.run
    start = _starts(float(left.times[run.query_span[0]]), query)
    end = _ends(float(left.times[run.query_span[1]]), query)
    low, high = run.speed * start + run.offset, run.speed * end + run.offset
    start += max(0.0, -low) / run.speed
    end -= max(0.0, high - exhibit.duration) / run.speed
    low, high = max(0.0, low), min(exhibit.duration, high)
    return Segment(
        (round(start, 3), round(max(start, end), 3)),
        (round(low, 3), round(max(low, high), 3)),
        round(run.speed, 4),
        round(judged.strength, 4),
        judged.ambiguous,
    )


def _starts(at: float, subject: Subject) -> float:
    """Where a run begins whose first agreeing sample is `at`.

    Samples stand at a regular pace and at each cut, so a sample that comes early is the
    first frame after a cut and the run begins just there. Otherwise the change lies
    between two samples, and the middle is the best guess.
    """
    before = subject.samples[subject.samples < at - 1e-6]
    if not len(before):
        return 0.0
    gap = at - float(before[-1])
    return at if gap < 0.9 * subject.pace else at - gap / 2


def _ends(at: float, subject: Subject) -> float:
    """Where a run ends whose last agreeing sample is `at`; the reasoning of `_starts`."""
    after = subject.samples[subject.samples > at + 1e-6]
    if not len(after):
        return max(at, subject.duration)
    gap = float(after[0]) - at
    return float(after[0]) if gap < 0.9 * subject.pace else at + gap / 2


def _relation(segments: list[Segment], query: Subject, exhibit: Subject) -> Relation:
    """Which side is whole: what lies outside the segments decides."""
    whole_query = _covers([segment.query for segment in segments], query)
    whole_exhibit = _covers([segment.exhibit for segment in segments], exhibit)
    if whole_query and whole_exhibit:
        return Relation.SAME_RECORDING
    if whole_query:
        return Relation.EXCERPT_OF
    return Relation.CONTAINS if whole_exhibit else Relation.OVERLAPS


def _covers(spans: list[tuple[float, float]], subject: Subject) -> bool:
    """Whether all but a little of a video's voting samples lie inside the spans."""
    times = subject.tracks[0].times
    inside = np.zeros(len(times), dtype=bool)
    for low, high in spans:
        inside |= (times >= low - 0.3) & (times <= high + 0.3)
    missing = int((~inside).sum())
    per_second = len(times) / max(subject.duration, 0.25)
    return missing <= max(0.75 * per_second, 0.06 * len(times))


def _at_cuts(segments: list[Segment], query: Subject, exhibit: Subject) -> bool:
    """Whether every end of a segment inside the longer video lies at a cut.

    Parts of a compilation begin and end at cuts; an excerpt of one continuous recording
    rarely does.
    """
    longer = query if query.duration > exhibit.duration else exhibit
    ends = [
        end
        for segment in segments
        for end in (segment.query if longer is query else segment.exhibit)
        if 0.5 < end < longer.duration - 0.5
    ]
    return bool(ends) and all(_cut_near(end, longer) for end in ends)


def _cut_near(at: float, subject: Subject) -> bool:
    early = np.diff(subject.samples) < 0.9 * subject.pace
    cuts = subject.samples[1:][early]
    return bool((np.abs(cuts - at) <= 0.3).any())


def _transform(view: View, left: Track, right: Track) -> Transform:
    """How the exhibit's picture was laid to give the query's, and where the picture lies."""
    turn = view.turn
    rotation = turn.rotation if turn.mirrored else (360 - turn.rotation) % 360
    if view.exhibit is Region.INNER:
        return Transform(turn.mirrored, rotation, right.box, "exhibit")
    if view.query is Region.INNER:
        return Transform(turn.mirrored, rotation, left.box, "query")
    return Transform(turn.mirrored, rotation, WHOLE, "exhibit")


def _evidence(judged: list[_Judged], view: View) -> dict[str, object]:
    """What a person needs to weigh the match, and to compute it again."""
    best = max(judged, key=lambda each: each.strength)
    return {
        "engine": ENGINE,
        "samples": sum(len(each.run.query) for each in judged),
        "distance_median": best.distance,
        "distance_limit": RUN_COPY,
        "motion_agreement": round(best.motion.agreement, 3),
        "motion_activity": round(best.motion.activity, 2),
        "query_region": view.query.value,
        "exhibit_region": view.exhibit.value,
    }
