"""How well the tool says where, when and how: segments, speed, box, turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from evaluation.metrics import box_iou, quantile, span_iou
from evaluation.tool import Found, Run, Segment
from evaluation.truth import WHOLE, Part, Trial


@dataclass(frozen=True, slots=True)
class Placed:
    """One true part against what the tool said of it."""

    edit: str
    iou: float
    """The smaller of the query's and the exhibit's side; 1 for stills."""
    start: float
    """Seconds; the larger of the two sides."""
    end: float
    speed: float
    """Relative error."""
    box: float
    turn: float
    """Degrees between the rotations."""
    moved: bool
    """Whether the picture lies anywhere but over the whole of both frames."""
    ambiguous: bool
    """Whether the tool says that the part could lie at another time as well."""


@dataclass(slots=True)
class Placing:
    """Quantiles over all parts of accepted true pairs."""

    parts: int = 0
    ambiguous: int = 0
    """Of them, those of which the tool says that they could lie at another time as well."""
    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    """Name → median and the value that nine of ten keep to."""
    mirrored_right: tuple[int, int] = (0, 0)
    """Of parts that are mirrored; so many of so many."""
    mirrored_wrong: tuple[int, int] = (0, 0)
    """Parts called mirrored that are not."""
    turned_right: tuple[int, int] = (0, 0)
    """Nearest quarter turn named, of parts turned by a quarter or more."""
    turned_wrong: tuple[int, int] = (0, 0)
    """Parts called turned that stand upright within 45°."""
    iou_per_edit: dict[str, float] = field(default_factory=dict)
    """Median."""

    def document(self) -> dict[str, Any]:
        """The figures as JSON."""
        return asdict(self)


def placing(trial: Trial, run: Run) -> Placing:
    """Compare all accepted true pairs with the truth."""
    found = list(_placed(trial, run))
    timed = {query.edit for query in trial.queries if query.seconds}
    video = [each for each in found if each.edit in timed]
    told = [each for each in video if not each.ambiguous]
    done = Placing(len(found), len(video) - len(told))
    rows = {
        "segment IoU": ([each.iou for each in told], 0.1),
        "start error, s": ([each.start for each in told], 0.9),
        "end error, s": ([each.end for each in told], 0.9),
        "segment IoU, ambiguous as well": ([each.iou for each in video], 0.1),
        "start error, s, ambiguous as well": ([each.start for each in video], 0.9),
        "end error, s, ambiguous as well": ([each.end for each in video], 0.9),
        "speed error": ([each.speed for each in video], 0.9),
        "rotation error, degrees": ([each.turn for each in found], 0.9),
        "box IoU, picture moved": ([each.box for each in found if each.moved], 0.1),
        "box IoU, picture fills the frame": ([each.box for each in found if not each.moved], 0.1),
    }
    for name, (values, worst) in rows.items():
        if values:
            done.figures[name] = {
                "median": quantile(values, 0.5),
                "nine of ten": quantile(values, worst),
            }
    _turns(done, [(part, said) for _, part, said in _truths(trial, run)])
    for edit in dict.fromkeys(each.edit for each in video):
        values = [each.iou for each in video if each.edit == edit]
        done.iou_per_edit[edit] = quantile(values, 0.5)
    return done


def _turns(done: Placing, truths: list[tuple[Part, Found]]) -> None:
    """Count mirror images and quarter turns that were told, missed and made up."""
    mirrored = [said.mirrored for part, said in truths if part.look.mirrored]
    upright = [said.mirrored for part, said in truths if not part.look.mirrored]
    done.mirrored_right, done.mirrored_wrong = _share(mirrored), _share(upright)
    quarters = [(_quarter(part.look.rotation), _quarter(said.rotation)) for part, said in truths]
    done.turned_right = _share([true == told for true, told in quarters if true])
    done.turned_wrong = _share([told != 0 for true, told in quarters if not true])


def _truths(trial: Trial, run: Run) -> Iterator[tuple[str, Part, Found]]:
    """Every part whose exhibit was accepted, with its edit, and what was said about it."""
    for query in trial.queries:
        said = {found.exhibit: found for found in run.answers[query.name] if found.accepted}
        for part in query.parts:
            if part.exhibit in said:
                yield query.edit, part, said[part.exhibit]


def _placed(trial: Trial, run: Run) -> Iterator[Placed]:
    for edit, part, said in _truths(trial, run):
        iou, start, end, speed, ambiguous = _timed(part, said)
        yield Placed(
            edit,
            iou,
            start,
            end,
            speed,
            box_of(part, said),
            _between(said.rotation, part.look.rotation),
            part.look.query_box != WHOLE or part.look.exhibit_box != WHOLE,
            ambiguous,
        )


def _timed(part: Part, said: Found) -> tuple[float, float, float, float, bool]:
    """IoU, start, end and speed error of the segment that fits the part best, and its mark."""
    if part.query == (0.0, 0.0):
        return 1.0, 0.0, 0.0, 0.0, False
    best = closest(part, said.segments)
    return overlap(part, best), *errors(part, best), best.ambiguous


def closest(part: Part, segments: Sequence[Segment]) -> Segment:
    """The segment that fits a part best; an empty one where there is none."""
    nothing = Segment((0.0, 0.0), (0.0, 0.0), 1.0)
    return max(segments, key=lambda each: overlap(part, each), default=nothing)


def overlap(part: Part, segment: Segment) -> float:
    """The smaller of the IoUs in the query and in the exhibit."""
    return min(span_iou(part.query, segment.query), span_iou(part.shown, segment.exhibit))


def errors(part: Part, segment: Segment) -> tuple[float, float, float]:
    """Seconds at the start and at the end, the larger of the two sides; relative speed."""
    start, end = (
        max(
            abs(part.query[side] - segment.query[side]),
            abs(part.shown[side] - segment.exhibit[side]),
        )
        for side in (0, 1)
    )
    return start, end, abs(segment.speed / part.speed - 1)


def box_of(part: Part, said: Found) -> float:
    """IoU of the box that the tool names.

    It names a box in one of the two frames and is judged there. A tool that says "all of
    it" speaks about both, so it is judged by the worse.
    """
    in_query = box_iou(said.box if said.box_in == "query" else WHOLE, part.look.query_box)
    in_exhibit = box_iou(said.box if said.box_in != "query" else WHOLE, part.look.exhibit_box)
    if said.box == WHOLE:
        return min(in_query, in_exhibit)
    return in_query if said.box_in == "query" else in_exhibit


def _quarter(degrees: float) -> int:
    return round(degrees / 90) % 4


def _between(one: float, other: float) -> float:
    away = abs(one - other) % 360
    return min(away, 360 - away)


def _share(values: list[bool]) -> tuple[int, int]:
    return sum(values), len(values)
