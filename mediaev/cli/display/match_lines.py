"""Matches in words: relation, score, where the same is to be seen, and how it was changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mediaev.cli.display.wording import clock
from mediaev.model.exhibit import shown
from mediaev.model.fingerprint import WHOLE, Box
from mediaev.model.match import Match, Relation, Segment, Transform

_STILL = (0.0, 0.0)
"""The interval of a still: between two of them there is no place to tell."""


def match_lines(match: Match, *, evidence: bool) -> Iterator[str]:
    """The lines that follow a match's headline."""
    for segment in match.segments:
        if segment.query != _STILL or segment.exhibit != _STILL:
            yield segment_line(segment)
    yield from transform_lines(match.transform)
    if evidence:
        for name, value in match.evidence.items():
            yield f"{shown(name)}: {_compact(value)}"


def headline(match: Match) -> str:
    """Relation and score; a match that is not accepted says so."""
    text = f"{match.relation.value}  {match.score:.2f}"
    if match.accepted:
        return text
    if match.relation is Relation.SAME_SCENE:
        return f"possible: same scene  {match.score:.2f}"
    return f"possible: {text}"


def segment_line(segment: Segment) -> str:
    """Where in the query and where in the exhibit the same is to be seen."""
    line = f"{_interval(segment.query)}  is  {_interval(segment.exhibit)} there"
    if abs(segment.speed - 1) > 0.005:
        line += f", at {segment.speed:.2f}× speed"
    if segment.offset_ambiguous:
        line += " (the footage hardly changes: the place is uncertain)"
    return line


def transform_lines(transform: Transform) -> Iterator[str]:
    """How the picture was changed, where it was."""
    if transform.mirrored:
        yield "mirrored"
    if transform.rotation:
        yield f"turned by {transform.rotation}° clockwise"
    if transform.box != WHOLE:
        whose = {"query": "query", "exhibit": "exhibit"}[transform.box_in]
        yield f"the shared picture fills {_box(transform.box)} of the {whose}'s frame"


def _box(box: Box) -> str:
    return (
        f"{box.left:.0%}-{box.right:.0%} of the width and {box.top:.0%}-{box.bottom:.0%} "
        "of the height"
    )


def _interval(interval: tuple[float, float]) -> str:
    start, end = interval
    return clock(start) if start == end else f"{clock(start)} - {clock(end)}"


def _compact(value: Any) -> str:
    return shown(value) if isinstance(value, str) else json.dumps(value)
