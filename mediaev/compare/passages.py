"""Passages: a match's segments with their exact lines in time and places in the picture.

Read back from what the match says of itself, which may have been written by anyone: nothing is
believed that would not make a map.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mediaev.compare.bits import Turn
from mediaev.compare.placing import Matrix, Placing, Size, inverse, placing_of
from mediaev.model.fingerprint import WHOLE, Box
from mediaev.model.match import Match, Relation, Segment, Transform

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
    """None where only the sound agrees."""
    said: Mapping[str, Any]
    """What the evidence says of this segment alone; empty if nothing."""

    def there(self, at: float) -> float:
        """The exhibit's moment that is a moment of the query."""
        return self.speed * at + self.offset


def passages(match: Match, query: Size, exhibit: Size) -> list[Passage]:
    """The segments of a match with their geometry. Raises ValueError for what makes no sense."""
    visual = match.evidence.get("visual")
    visual = visual if isinstance(visual, Mapping) else {}
    runs = visual.get("runs")
    told = runs if isinstance(runs, list | tuple) and len(runs) == len(match.segments) else ()
    whole = None
    if match.relation is not Relation.AUDIO_ONLY:
        whole = _placing(visual, query, exhibit) or _of_transform(match.transform, query, exhibit)
    found = []
    for number, segment in enumerate(match.segments):
        said = told[number] if told and isinstance(told[number], Mapping) else {}
        placing = (_placing(said, query, exhibit) if whole is not None else None) or whole
        found.append(_passage(segment, said, placing))
    return found


def _passage(segment: Segment, said: Mapping[str, Any], placing: Placing | None) -> Passage:
    query = _interval(said.get("query"), segment.query)
    exhibit = _interval(said.get("exhibit"), segment.exhibit)
    if query[1] - query[0] > 0 and exhibit[1] - exhibit[0] > 0:
        speed = (exhibit[1] - exhibit[0]) / (query[1] - query[0])
    else:
        speed = segment.speed if math.isfinite(segment.speed) and segment.speed > 0 else 1.0
    if not 1 / _LARGEST < speed < _LARGEST:
        raise ValueError(f"a speed of {speed:g} cannot be")
    return Passage(segment, speed, exhibit[0] - speed * query[0], *query, placing, said)


def _interval(value: Any, otherwise: tuple[float, float]) -> tuple[float, float]:
    """Two moments in order."""
    pair = value if isinstance(value, list | tuple) and len(value) == 2 else otherwise
    low, high = (_number(each) for each in pair)
    if low > high or abs(low) > _LONGEST or abs(high) > _LONGEST:
        raise ValueError(f"from {low:g} s to {high:g} s is no interval")
    return low, high


def _placing(said: Mapping[str, Any], query: Size, exhibit: Size) -> Placing | None:
    """Where the exhibit's picture lies by the evidence; None where it does not say."""
    if (told := said.get("placing")) is not None:
        return Placing(_matrix(told), query, exhibit)
    if (told := said.get("placing_back")) is not None:
        return Placing(inverse(_matrix(told)), query, exhibit)
    return None


def _matrix(told: Any) -> Matrix:
    if not _is_row(told, 2) or not all(_is_row(row, 3) for row in told):
        raise ValueError("a placing is no matrix of two rows and three columns")
    matrix = np.array([[_number(each) for each in row] for row in told], np.float64)
    spread = np.linalg.svd(matrix[:, :2], compute_uv=False)
    if np.abs(matrix).max() > _LARGEST or spread[1] < 1 / _LARGEST:
        raise ValueError("a placing flattens or scatters the picture")
    return matrix


def _is_row(value: Any, length: int) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) == length


def _number(value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value):
        raise ValueError(f"{str(value)[:40]!a} is no number")
    return float(value)


def _of_transform(transform: Transform, query: Size, exhibit: Size) -> Placing:
    """The placing that a transform tells of; tilts and what is cut on both sides are lost."""
    box = transform.box
    sides = [_number(each) for each in (box.left, box.top, box.right, box.bottom)]
    if not (0 <= sides[0] < sides[2] <= 1 and 0 <= sides[1] < sides[3] <= 1):
        raise ValueError("a box does not lie in its picture")
    boxes: tuple[Box, Box] = (box, WHOLE) if transform.box_in == "query" else (WHOLE, box)
    # A transform tells how the exhibit is laid, a turn how the query was.
    turn = Turn(
        transform.mirrored,
        transform.rotation if transform.mirrored else -transform.rotation % 360,
    )
    return placing_of(turn, query, exhibit, *boxes)
