"""Matches in words: relation, score, where the same is to be seen, and how it was changed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mediaev.cli.display.wording import clock
from mediaev.model.difference import Difference, Side, sentences
from mediaev.model.exhibit import shown
from mediaev.model.fingerprint import WHOLE, Box
from mediaev.model.match import Match, Relation, Segment, Transform

Names = Mapping[Side, str]
QUERY: Names = {Side.QUERY: "the query", Side.EXHIBIT: "the exhibit"}
LETTERS: Names = {Side.QUERY: "A", Side.EXHIBIT: "B"}
HERE: Names = {Side.QUERY: "this one", Side.EXHIBIT: "the other"}


def match_lines(
    match: Match, found: Sequence[Difference] = (), names: Names = QUERY, *, evidence: bool
) -> Iterator[str]:
    """The lines that follow a match's headline; `found` is what was done to either side."""
    for segment in match.segments:
        if match.tells_moments(segment):
            yield segment_line(segment, heard=match.relation is Relation.AUDIO_ONLY)
    if match.rests_on_boilerplate:
        listed = match.evidence["boilerplate"]
        known = ", ".join(map(shown, listed)) if isinstance(listed, list | tuple) else ""
        yield f"rests on boilerplate alone: {known}"
    yield from transform_lines(match.transform, names, told=bool(found))
    yield from sound_lines(match)
    yield from learned_lines(match)
    yield from sentences(found, names)
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


def segment_line(segment: Segment, *, heard: bool = False) -> str:
    """Where in the query and where in the exhibit the same is to be seen, or heard."""
    line = f"{_interval(segment.query)}  is  {_interval(segment.exhibit)} there"
    if abs(segment.speed - 1) > 0.005:
        line += f", at {segment.speed:.2f}× speed"
    if segment.offset_ambiguous:
        why = "the sound repeats itself" if heard else "the footage hardly changes"
        line += f" ({why}: the place is uncertain)"
    return line


_SOUND_SAYS = {
    "same": "the same",
    "elsewhere": "the same, but at another place than the picture",
    "replaced": "replaced",
    "different": "not the same",
    "only": "the same (copies of one sound, or a shared piece of music or broadcast)",
    "unsure": "cannot be told",
    "silent": "nothing to compare",
}


def sound_lines(match: Match) -> Iterator[str]:
    """What the sound says, in one line."""
    audio = match.evidence.get("audio")
    if not isinstance(audio, dict) or str(audio.get("verdict")) not in _SOUND_SAYS:
        return
    verdict = str(audio["verdict"])
    segments = audio.get("segments")
    line = f"sound: {_SOUND_SAYS[verdict]}"
    if verdict in {"same", "elsewhere"} and isinstance(segments, list | tuple):
        line += "".join(f", {part}" for part in map(_heard, segments) if part)
    yield line


def _heard(segment: Any) -> str:
    """The query's part of a stretch that is heard, as evidence holds it."""
    if not isinstance(segment, list | tuple) or len(segment) != 4:
        return ""
    start, end = segment[:2]
    if not all(isinstance(each, int | float) and math.isfinite(each) for each in (start, end)):
        return ""
    return _interval((max(0.0, float(start)), max(0.0, float(end))))


def learned_lines(match: Match) -> Iterator[str]:
    """What a learned model says, in one line."""
    visual = match.evidence.get("visual")
    told = visual.get("learned") if isinstance(visual, dict) else None
    cosine = told.get("cosine") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(cosine, int | float):
        return
    limit = told.get("cosine_limit")
    alike = isinstance(limit, int | float) and cosine >= limit
    alone = alike and set(visual or ()) == {"learned"}
    says = "alike" if alike else "not alike enough to tell"
    line = f"learned model: {says} (cosine {cosine:.2f})"
    yield line + (", and nothing else speaks for it" if alone else "")


def transform_lines(
    transform: Transform, names: Names = QUERY, *, told: bool = False
) -> Iterator[str]:
    """How the picture was changed, where it was; `told` if statements say so already."""
    if transform.mirrored and not told:
        yield "mirrored"
    if transform.rotation and not told:
        yield f"turned by {transform.rotation}° clockwise"
    if transform.box != WHOLE:
        whose = names[Side(transform.box_in)]
        yield f"the shared picture fills {_box(transform.box)} of {whose}'s frame"


def _box(box: Box) -> str:
    return (
        f"{box.left:.0%}-{box.right:.0%} of the width and {box.top:.0%}-{box.bottom:.0%} "
        "of the height"
    )


def _interval(interval: tuple[float, float]) -> str:
    start, end = interval
    return clock(start) if start == end else f"{clock(start)} - {clock(end)}"


_FOR_PROGRAMS = ("placing", "placing_back", "runs")
"""Fields of evidence that `--json` tells and a sheet draws."""


def _compact(value: Any) -> str:
    if isinstance(value, dict):
        value = {name: each for name, each in value.items() if name not in _FOR_PROGRAMS}
    return shown(value) if isinstance(value, str) else json.dumps(value)
