"""What the tool says about sounds: read from `evidence.audio` of its matches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from evaluation.metrics import quantile
from evaluation.placing import closest, errors, overlap
from evaluation.report import table
from evaluation.scoring import Count, Method
from evaluation.sound_edits import SOUND_EDITS
from evaluation.tool import Found, Run, Segment
from evaluation.truth import Kind, Query, Trial

HEARD = {"same", "only"}
"""Verdicts that say that the two share their sound."""


@dataclass(frozen=True, slots=True)
class Audio:
    """What a match says about the sound."""

    verdict: str
    score: float
    segments: tuple[Segment, ...]


def audio_of(found: Found) -> Audio | None:
    """The evidence of sound of a match, if it has any; where no stretch agrees it has no score."""
    told = found.evidence.get("audio")
    if not told:
        return None
    rows = told.get("segments", ())
    segments = tuple(Segment((q0, q1), (e0, e1), _speed(q0, q1, e0, e1)) for q0, q1, e0, e1 in rows)
    return Audio(told["verdict"], float(told.get("score", 0.0)), segments)


def _speed(q0: float, q1: float, e0: float, e1: float) -> float:
    return (e1 - e0) / (q1 - q0) if q1 > q0 else 1.0


def of_sound(run: Run) -> Method:
    """The tool as a method that only listens."""
    scores: dict[tuple[str, str], float] = {}
    accepted: set[tuple[str, str]] = set()
    for name, answers in run.answers.items():
        for found in answers:
            audio = audio_of(found)
            if audio is not None and audio.verdict in HEARD:
                key = name, found.exhibit
                scores[key] = max(scores.get(key, 0.0), audio.score)
                accepted.add(key)
    return Method(
        "mediaev", scores, frozenset(accepted), seconds=run.scan_seconds + run.find_seconds
    )


@dataclass(slots=True)
class Listened:
    """Verdicts and times."""

    verdicts: dict[str, Count] = field(default_factory=dict)
    """By edit: the expected verdict about the source it was made from."""
    said: dict[str, dict[str, int]] = field(default_factory=dict)
    """By edit: how often each verdict was given; `nothing` where the source was not named."""
    audio_only: Count = field(default_factory=Count)
    """Sounds under other pictures whose source is related as `audio-only`."""
    iou: list[float] = field(default_factory=list)
    start: list[float] = field(default_factory=list)
    end: list[float] = field(default_factory=list)


def listened(trial: Trial, run: Run) -> Listened:
    """Compare what was said about each sound with the truth."""
    done = Listened()
    for query in trial.queries:
        edit = SOUND_EDITS.get(query.edit)
        if edit is None or query.kind not in {Kind.COPY, Kind.REPLACED}:
            continue
        match = next((m for m in run.answers[query.name] if m.exhibit == query.sources[0]), None)
        audio = audio_of(match) if match else None
        count = done.verdicts.setdefault(query.edit, Count())
        count.total += 1
        count.right += audio is not None and audio.verdict == edit.verdict
        said = audio.verdict if audio else "nothing"
        counts = done.said.setdefault(query.edit, {})
        counts[said] = counts.get(said, 0) + 1
        if edit.verdict == "only":
            done.audio_only.total += 1
            done.audio_only.right += match is not None and match.relation == "audio-only"
        if audio is not None and audio.verdict in HEARD:
            _time(done, query, audio)
    return done


def _time(done: Listened, query: Query, audio: Audio) -> None:
    for part in query.parts:
        best = closest(part, audio.segments)
        start, end, _ = errors(part, best)
        done.iou.append(overlap(part, best))
        done.start.append(start)
        done.end.append(end)


def listening_report(trial: Trial, run: Run) -> tuple[list[str], dict[str, Any]]:
    """The lines to print and the figures as JSON."""
    done = listened(trial, run)
    return list(_lines(done)), asdict(done)


def _lines(done: Listened) -> Iterator[str]:
    yield "What is said about the sound of the recording that a query was made from."
    rows = [
        [
            edit,
            SOUND_EDITS[edit].verdict,
            f"{count.right} of {count.total}",
            ", ".join(f"{verdict} {n}" for verdict, n in sorted(done.said[edit].items())),
        ]
        for edit, count in done.verdicts.items()
    ]
    yield from table(["edit", "should say", "does", "said"], rows)
    only = done.audio_only
    yield f"other picture, same sound: related as audio-only {only.right} of {only.total}"
    for name, values, worst in (
        ("segment IoU", done.iou, 0.1),
        ("start error, s", done.start, 0.9),
        ("end error, s", done.end, 0.9),
    ):
        if values:
            middle, rest = quantile(values, 0.5), quantile(values, worst)
            yield f"sound {name}: median {middle:.3f}, nine of ten {rest:.3f}"
