"""Passages: a match's segments with their exact lines in time and places in the picture.

Read back from what the match says of itself, which may have been written by anyone: nothing is
believed that would not make a map.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mediaev.compare.placing import Matrix, Placing, Size, inverse
from mediaev.model.match import Match, Relation, Segment

_LARGEST = 1000.0
"""No picture is shown so many times enlarged, nor so many longest sides away."""
_LONGEST = 1e9
"""Seconds; no recording is as long."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One segment of a match, ready to be looked at."""

    segment: Segment
    speed: float
    """Exhibit seconds per query second."""
    offset: float
    """Exhibit time = speed × query time + offset."""
    low: float
    """First and last agreeing moment of the query, seconds."""
    high: float
    placing: Placing | None
    """None where the match names no place: by sound alone, by learned likeness alone."""

    def there(self, at: float) -> float:
        """The exhibit's moment that is a moment of the query."""
        return self.speed * at + self.offset


def passages(match: Match, query: Size, exhibit: Size) -> list[Passage]:
    """The segments of a match with their geometry. Raises ValueError for what makes no sense."""
    if match.relation is Relation.IDENTICAL:
        whole = Placing(np.eye(2, 3), query, exhibit)
        return [_passage(each, {}, whole) for each in match.segments]
    visual = match.evidence.get("visual")
    visual = visual if isinstance(visual, Mapping) else {}
    runs = visual.get("runs")
    told = runs if isinstance(runs, list | tuple) and len(runs) == len(match.segments) else ()
    found = []
    for number, segment in enumerate(match.segments):
        said = told[number] if told and isinstance(told[number], Mapping) else {}
        placing = _placing(said, query, exhibit) or _placing(visual, query, exhibit)
        found.append(_passage(segment, said, placing))
    return found


def _passage(segment: Segment, said: Mapping[str, Any], placing: Placing | None) -> Passage:
    query = _interval(said.get("query", segment.query))
    exhibit = _interval(said.get("exhibit", segment.exhibit))
    if query[1] > query[0] and exhibit[1] > exhibit[0]:
        speed = (exhibit[1] - exhibit[0]) / (query[1] - query[0])
    else:
        speed = _number(segment.speed)
    if not 1 / _LARGEST < speed < _LARGEST:
        raise ValueError(f"a speed of {speed:g} cannot be")
    return Passage(segment, speed, exhibit[0] - speed * query[0], *query, placing)


def _interval(told: Any) -> tuple[float, float]:
    """Two moments in order."""
    low, high = _numbers(told, 2)
    if low > high or max(abs(low), abs(high)) > _LONGEST:
        raise ValueError(f"from {low:g} s to {high:g} s is no interval")
    return low, high


def _placing(said: Mapping[str, Any], query: Size, exhibit: Size) -> Placing | None:
    """Where the exhibit's picture lies by the evidence; None where it does not say."""
    if "placing" in said:
        return Placing(_matrix(said["placing"]), query, exhibit)
    if "placing_back" in said:
        return Placing(inverse(_matrix(said["placing_back"])), query, exhibit)
    return None


def _matrix(told: Any) -> Matrix:
    if not isinstance(told, list | tuple) or len(told) != 2:
        raise ValueError("a placing is no matrix of two rows")
    matrix = np.array([_numbers(row, 3) for row in told])
    narrowest = np.linalg.svd(matrix[:, :2], compute_uv=False)[1]
    if np.abs(matrix).max() > _LARGEST or narrowest < 1 / _LARGEST:
        raise ValueError("a placing flattens or scatters the picture")
    return matrix


def _numbers(told: Any, count: int) -> list[float]:
    if not isinstance(told, list | tuple) or len(told) != count:
        raise ValueError(f"there are no {count} numbers in {str(told)[:40]!a}")
    return [_number(each) for each in told]


def _number(told: Any) -> float:
    number = isinstance(told, int | float) and not isinstance(told, bool)
    if not number or not math.isfinite(told):
        raise ValueError(f"{str(told)[:40]!a} is no number")
    return float(told)
