"""From proposals to a match: segments, relation, score and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.cards import is_card
from mediaev.compare.judge import SURE, Judged, judge
from mediaev.compare.likeness import Likeness, from_likenesses, strictly
from mediaev.compare.lines import apart, unexplained
from mediaev.compare.proposals import (
    Meeting,
    Paired,
    Proposal,
    alike,
    from_fingerprints,
    from_keyframes,
    laid_by_spots,
    paired,
)
from mediaev.compare.reel import pace
from mediaev.compare.stills import relate_still
from mediaev.compare.track import EARLY, Subject
from mediaev.compare.view import View
from mediaev.model.match import Match, Relation, Segment

ENGINE = "registered/3"
"""Names this comparison; matches found by another version are found anew."""

FEWEST = 3
"""Samples that a run between two videos needs."""
_ALL_BUT = 0.8
"""Share of a query that must be explained for nothing more to be sought in it."""
_SAME_OFFSET = 0.5
"""Seconds within which two offsets are one."""
_JUDGED = 10
"""Proposals of one pair that are judged."""


def relate(
    query: Subject,
    exhibit: Subject,
    views: Iterable[View],
    meetings: Iterable[Meeting] = (),
    likenesses: Sequence[Likeness] = (),
) -> Match | None:
    """The best match of two exhibits that views, meetings of keyframes or likenesses lead to.

    All come from the candidate search; a view without both tracks is passed over. The
    result is seen from the query; None where nothing speaks for the pair.
    """
    pairs = paired(query, exhibit, meetings)
    if query.still or exhibit.still:
        match = relate_still(query, exhibit, views, pairs)
        return match and replace(match, evidence=_signed(match.evidence))
    return _relate_videos(query, exhibit, views, pairs, likenesses)


def _signed(evidence: Mapping[str, Any]) -> dict[str, Any]:
    return {"visual": {"engine": ENGINE, **evidence["visual"]}}


def _relate_videos(
    query: Subject,
    exhibit: Subject,
    views: Iterable[View],
    pairs: Sequence[Paired],
    likenesses: Sequence[Likeness],
) -> Match | None:
    judged: list[Judged] = []
    for proposal in _proposals(query, exhibit, views, pairs):
        if not _is_said(proposal, judged, query.duration):
            judged += judge(query, exhibit, proposal)
    if not judged:  # what the films refused at a place that others know stays refused
        further = from_likenesses(query, exhibit, likenesses)
        judged = [strictly(each) for one in further for each in judge(query, exhibit, one)]
    for proposal in unexplained(judged, query.duration):
        judged += judge(query, exhibit, proposal)
    shown = apart([each for each in judged if each.copy]) or apart(judged)[:1]
    if not shown:
        return None
    segments = [_segment(each, query, exhibit) for each in shown]
    copies = shown[0].copy
    relation, score, card = Relation.SAME_SCENE, max(each.strength for each in shown), False
    if copies:
        relation = _relation(segments, query, exhibit)
        surest = max(range(len(shown)), key=lambda index: shown[index].strength)
        if relation is Relation.OVERLAPS and is_card(
            segments[surest], query, exhibit, moving=any(each.lively for each in shown)
        ):
            # Two videos that share a title card or an end card are not one recording.
            relation, score, card = Relation.SAME_SCENE, min(score, 0.49), True
    order = sorted(range(len(segments)), key=lambda index: segments[index].query)
    best = max(shown, key=lambda each: each.strength)
    told = _evidence([shown[index] for index in order])
    evidence = told | {"ends_at_cuts": _at_cuts(segments, query, exhibit)}
    if card:
        evidence["shared_card"] = True
    return Match(
        relation,
        round(score, 4),
        tuple(segments[index] for index in order),
        best.placing.transform(),
        {"visual": evidence},
    )


def _proposals(
    query: Subject, exhibit: Subject, views: Iterable[View], pairs: Sequence[Paired]
) -> list[Proposal]:
    """The most telling proposals, each said once."""
    by_bits = sorted(
        from_fingerprints(query, exhibit, views, FEWEST),
        key=lambda each: -len(each.run.query) if each.run is not None else 0,
    )
    surest = by_bits[:_JUDGED]
    return [*surest, *laid_by_spots(surest, pairs, query), *from_keyframes(pairs)]


def _is_said(proposal: Proposal, judged: Sequence[Judged], duration: float) -> bool:
    """Whether a sure judgement has said already what a proposal proposes."""
    sure = [each for each in judged if each.copy and each.strength >= SURE]
    if proposal.offset is None:
        return sum(each.high - each.low for each in sure) >= _ALL_BUT * duration
    for each in sure:
        middle = (each.low + each.high) / 2
        there = each.speed * middle + each.offset
        near = abs(proposal.speed * middle + proposal.offset - there) <= _SAME_OFFSET
        within = proposal.at is None or each.low <= proposal.at <= each.high
        if near and within and alike(proposal.placing, each.placing):
            return True
    return False


def _segment(judged: Judged, query: Subject, exhibit: Subject) -> Segment:
    """In and out points: between the last moment that agrees and the next that does not."""
    moments = query.reel.times if query.reel is not None else query.samples
    start = _starts(judged.low, moments)
    end = _ends(judged.high, moments, query.duration)
    speed, offset = judged.speed, judged.offset
    low, high = speed * start + offset, speed * end + offset
    start += max(0.0, -low) / speed
    end -= max(0.0, high - exhibit.duration) / speed
    low, high = max(0.0, low), min(exhibit.duration, high)
    return Segment(
        (round(start, 3), round(max(start, end), 3)),
        (round(low, 3), round(max(low, high), 3)),
        round(speed, 4),
        round(judged.strength, 4),
        not judged.lively,
    )


def _starts(at: float, moments: NDArray[np.float64]) -> float:
    """Where a run begins whose first agreeing moment is `at`.

    Moments stand at a regular pace and at each cut, so one that comes early is the first
    frame after a cut and the run begins just there. Otherwise the change lies between two
    moments, and the middle is the best guess.
    """
    before = moments[moments < at - 1e-6]
    if not len(before):
        return 0.0
    gap = at - float(before[-1])
    return at if gap < EARLY * pace(moments) else at - gap / 2


def _ends(at: float, moments: NDArray[np.float64], duration: float) -> float:
    """Where a run ends whose last agreeing moment is `at`; the reasoning of `_starts`."""
    after = moments[moments > at + 1e-6]
    if not len(after):
        return max(at, duration)
    gap = float(after[0]) - at
    return float(after[0]) if gap < EARLY * pace(moments) else at + gap / 2


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
    """Whether all but a little of a video's telling samples lie inside the spans."""
    times = subject.tracks[0].times if subject.tracks else subject.samples
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
    return bool(ends) and all(longer.has_cut_near(end) for end in ends)


def _evidence(judged: Sequence[Judged]) -> dict[str, object]:
    """What a person needs to weigh the match, and to compute it again."""
    best = max(judged, key=lambda each: each.strength)
    found: dict[str, object] = {
        "engine": ENGINE,
        "samples": sum(len(each.found.times) for each in judged),
        "look": round(best.found.look, 3),
        "motion_agreement": round(best.found.motion, 3),
        "motion_activity": round(best.found.activity, 2),
        "placing": best.placing.rows(),
        "runs": [_run(each) for each in judged],
    }
    spots = max(each.proposal.spots for each in judged)
    if spots:
        found["spots"] = spots
    runs = [each.proposal.run for each in judged if each.proposal.run is not None]
    if runs:
        found["distance_median"] = float(np.median(np.concatenate([run.distance for run in runs])))
    return found


def _run(judged: Judged) -> dict[str, object]:
    """The line of one segment, by its first and last moment that agree, and its place."""
    moments = judged.low, judged.high
    return {
        "query": [round(each, 6) for each in moments],
        "exhibit": [round(judged.speed * each + judged.offset, 6) for each in moments],
        "placing": judged.placing.rows(),
    }
