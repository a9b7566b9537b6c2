"""The measures, each as its benchmark defines it; pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evaluation.truth import Box, Span


@dataclass(frozen=True, slots=True)
class Scored:
    """One pair of query and exhibit that a method named."""

    score: float
    """The higher, the surer."""
    true: bool


@dataclass(frozen=True, slots=True)
class Point:
    """What a method does at one threshold."""

    threshold: float
    precision: float
    recall: float


NEVER = Point(math.inf, 1.0, 0.0)
"""The threshold that accepts nothing."""


def points(pairs: Iterable[Scored], positives: int) -> Iterator[Point]:
    """The method at each of its scores, highest first; equal scores stand or fall together."""
    ordered = sorted(pairs, key=lambda each: -each.score)
    right = 0
    for named, each in enumerate(ordered, 1):
        right += each.true
        if named == len(ordered) or ordered[named].score != each.score:
            yield Point(each.score, right / named, right / positives if positives else 0.0)


def micro_ap(pairs: Iterable[Scored], positives: int) -> float:
    """µAP over all pairs at once (DISC21, VSC2022): precision at each step of recall, summed.

    A method that names nothing for a query is not punished beyond the lost recall; one
    whose scores mean another thing for each query is.
    """
    area = before = 0.0
    for point in points(pairs, positives):
        area += point.precision * (point.recall - before)
        before = point.recall
    return area


def recall_at(pairs: Iterable[Scored], positives: int, precision: float) -> Point:
    """The most recall that any threshold gives with at least this precision."""
    good = [each for each in points(pairs, positives) if each.precision >= precision]
    return max(good, key=lambda each: (each.recall, each.threshold), default=NEVER)


def at_threshold(pairs: Iterable[Scored], positives: int, threshold: float) -> Point:
    """What a threshold gives that was fitted elsewhere."""
    named = [each for each in pairs if each.score >= threshold]
    right = sum(each.true for each in named)
    return Point(
        threshold, right / len(named) if named else 1.0, right / positives if positives else 0.0
    )


def span_iou(one: Span, other: Span) -> float:
    """What two intervals share, as a part of what they cover together."""
    shared = max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
    covered = (one[1] - one[0]) + (other[1] - other[0]) - shared
    return shared / covered if covered > 0 else 0.0


def box_iou(one: Box, other: Box) -> float:
    """What two rectangles share, as a part of what they cover together."""
    shared = Box(
        max(one.left, other.left),
        max(one.top, other.top),
        min(one.right, other.right),
        min(one.bottom, other.bottom),
    )
    inside = shared.area if shared.left < shared.right and shared.top < shared.bottom else 0.0
    covered = one.area + other.area - inside
    return inside / covered if covered > 0 else 0.0


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed; NaN without values."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def mean(values: Sequence[float]) -> float:
    """The mean; NaN without values."""
    return sum(values) / len(values) if values else math.nan
