"""Words of a sheet: what a match says, in sentences and in the names that its JSON has."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mediaev
from mediaev.actions.doctor import versions
from mediaev.actions.parameters import Parameters
from mediaev.compare.passages import Passage
from mediaev.compare.placing import Placing
from mediaev.derive.sheet.content import Content, Party, Rows, Shown
from mediaev.derive.sheet.page import SHEET
from mediaev.model.difference import Difference, Side, sentences
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, MediaFacts
from mediaev.model.exhibit import shown
from mediaev.model.fingerprint import WHOLE, Box
from mediaev.model.match import Match, Relation, Segment, Transform
from mediaev.model.timecode import clock

_SAYS = {
    Relation.IDENTICAL: "A and B are the same bytes",
    Relation.SAME_RECORDING: "A and B show the same recording",
    Relation.EXCERPT_OF: "A is an excerpt of B",
    Relation.CONTAINS: "A contains B",
    Relation.OVERLAPS: "A and B overlap",
    Relation.SAME_SCENE: "A and B show the same scene; it may be at another moment",
    Relation.AUDIO_ONLY: "A and B sound alike; their pictures say nothing",
}
_LETTERS = {Side.QUERY: "A", Side.EXHIBIT: "B"}
_USED = ("mediaev", "python", "numpy", "opencv-python-headless", "av", "pillow")
_DRAWN = ("placing", "placing_back", "runs")
"""Fields of evidence that are drawn, or stand by the segments."""
_NAME = 150
"""Letters of a file's name that are shown."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One side of a match as a sheet names it."""

    letter: str
    names: tuple[bytes, ...]
    """Paths where it was seen; only the last part of each is ever shown."""
    digest: Digest
    size: int | None
    """Bytes; None where nothing says."""
    examination: Examination
    gone: str = ""
    """Why its pictures are those of the film that the case keeps; empty if they are not."""

    @property
    def seconds(self) -> float:
        """How long it runs; 0 for a still."""
        return float(self.examination.facts.duration or 0)


@dataclass(frozen=True, slots=True)
class About:
    """What a sheet is about."""

    match: Match
    match_id: str | None
    parameters: Parameters
    origins: tuple[Origin, Origin]
    case: str
    """How people cite the case; empty without one."""
    differences: Sequence[Difference] = ()
    """What was done to either, seen from A."""


def content_of(about: About, found: Sequence[Passage], drawn: Sequence[Shown]) -> Content:
    """All that the sheet shows."""
    match, origins = about.match, about.origins
    title = _SAYS[match.relation]
    warnings = [
        f"The original of {each.letter} could not be had, so its pictures are those of the small "
        "grey film that the case keeps of it."
        for each in origins
        if each.gone
    ]
    sides = ", ".join(f"{each.letter} {each.digest.hex[:16]}…" for each in origins)
    named = filter(None, (about.match_id, about.case, sides))
    return Content(
        title if match.accepted else f"Possible: {title}",
        tuple(_sentences(about, len(found), len(drawn))),
        (_party(origins[0]), _party(origins[1])),
        tuple(found),
        tuple(drawn),
        tuple(_sections(about, found)),
        tuple(warnings),
        f"mediaev {mediaev.__version__}: {'; '.join(named)}",
    )


def segment_words(number: int, count: int, segment: Segment, match: Match) -> str:
    """A segment in one line."""
    if not match.tells_moments(segment):
        return "The two pictures"
    which = f"Segment {number} of {count}: " if count > 1 else ""
    return which + _segment(segment, match)


def _segment(segment: Segment, match: Match) -> str:
    text = f"{_interval(segment.query)} of A is {_interval(segment.exhibit)} of B"
    if abs(segment.speed - 1) > 0.005:
        text += f", at {segment.speed:.2f}× speed"
    text += f", score {segment.score:.2f}"
    if segment.offset_ambiguous:
        heard = match.relation is Relation.AUDIO_ONLY
        why = "the sound repeats itself" if heard else "the footage hardly changes"
        text += f" ({why}: the place is uncertain)"
    return text


def _sentences(about: About, segments: int, drawn: int) -> Iterator[str]:
    match = about.match
    accepted = "accepted" if match.accepted else "not accepted by itself"
    yield f"{match.relation.value}, score {match.score:.2f} of 1, {accepted}"
    if match.rests_on_boilerplate:
        yield "it rests on boilerplate alone: an intro, end card or ident that others show as well"
    yield from _transform_words(match.transform, told=bool(about.differences))
    yield from sentences(about.differences, _LETTERS)
    if drawn < segments:
        yield f"{drawn} of {segments} segments are drawn, the surest ones; all stand below"


def _transform_words(transform: Transform, *, told: bool) -> Iterator[str]:
    """How the one picture lies in the other; `told` if statements say how it was turned."""
    words = ["B's picture is mirrored in A"] if transform.mirrored and not told else []
    if transform.rotation and not told:
        words.append(f"turned by {transform.rotation}° clockwise in A")
    if transform.box != WHOLE:
        whose = "A" if transform.box_in == "query" else "B"
        words.append(f"the shared picture fills {_box(transform.box)} of {whose}'s frame")
    if words:
        yield "; ".join(words)


def _box(box: Box) -> str:
    return (
        f"{box.left:.1%} to {box.right:.1%} of the width and {box.top:.1%} to {box.bottom:.1%} "
        "of the height"
    )


def _interval(interval: tuple[float, float]) -> str:
    start, end = interval
    return clock(start) if start == end else f"{clock(start)} – {clock(end)}"


def _party(origin: Origin) -> Party:
    names = list(dict.fromkeys(map(os.path.basename, origin.names)))
    title = shown(names[0]) if names else "seen nowhere"
    if len(title) > _NAME:
        title = f"{title[: _NAME - 50]} … {title[-40:]}"
    if len(origin.names) > 1:
        title += f"  (and {len(origin.names) - 1} more)"
    size = f"{origin.size:,} bytes" if origin.size is not None else ""
    facts = ", ".join(filter(None, (*_facts(origin.examination.facts), size)))
    lines = [title, f"SHA-256 {origin.digest.hex}", facts]
    if origin.examination.reason:
        lines.append(f"not read as a whole: {shown(origin.examination.reason)}")
    if origin.gone:
        lines.append("shown by the small grey film in the case")
    return Party(origin.letter, tuple(lines), origin.seconds)


def _facts(facts: MediaFacts) -> Iterator[str]:
    yield shown(facts.format)
    yield shown(facts.video_codec)
    if facts.width and facts.height:
        yield f"{facts.width}×{facts.height}"
    if facts.rotation:
        yield f"turned {facts.rotation}°"
    if facts.duration:
        yield clock(float(facts.duration))
    if facts.frame_rate:
        yield f"{float(facts.frame_rate):.5g} frames a second"
    if facts.audio_codec:
        yield f"sound {shown(facts.audio_codec)}"


def _sections(about: About, found: Sequence[Passage]) -> Iterator[tuple[str, Rows]]:
    yield "The match", tuple(_match_rows(about, found))
    yield "What speaks for it", tuple(_witness_rows(about.match.evidence))
    if about.differences:
        yield "What differs", tuple(_difference_rows(about.differences))
    for origin, side in zip(about.origins, "ab", strict=True):
        yield origin.letter, tuple(_side_rows(origin, about.parameters[side]))
    yield "To compute it again", tuple(_again_rows(about))


def _match_rows(about: About, found: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    match, transform = about.match, about.match.transform
    if about.case:
        yield "case", about.case
    if about.match_id is not None:
        yield "match", about.match_id
    yield "relation", f"{match.relation.value}, score {match.score:.4f}"
    for number, passage in enumerate(found, 1):
        if match.tells_moments(passage.segment):
            yield f"segment {number}", _segment(passage.segment, match)
        if passage.high > passage.low:
            line = f"B = {passage.speed:.6f} · A {_signed(passage.offset, 6)} s"
            yield "", f"{line}, agreeing from {passage.low:.3f} to {passage.high:.3f} s of A"
    box = transform.box
    sides = ", ".join(f"{each:.4f}" for each in (box.left, box.top, box.right, box.bottom))
    turned = f"mirrored {str(transform.mirrored).lower()}, rotation {transform.rotation}°"
    yield "transform", f"{turned}, box {sides} of the {transform.box_in}'s frame"
    for text in sorted({_matrix(each.placing) for each in found if each.placing is not None}):
        yield "placing", text


def _matrix(placing: Placing) -> str:
    (a, b, c), (d, e, f) = placing.matrix
    first = f"x of A = {a:.5f} x {_signed(b)} y {_signed(c)}"
    return f"{first}; y of A = {d:.5f} x {_signed(e)} y {_signed(f)}, of B, in longer sides"


def _signed(value: float, digits: int = 5) -> str:
    return f"{'-' if value < 0 else '+'} {abs(value):.{digits}f}"


def _witness_rows(evidence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What each witness says, with its figures."""
    visual = evidence.get("visual")
    said = visual if isinstance(visual, Mapping) else {}
    learned = {name: each for name, each in said.items() if isinstance(each, Mapping)}
    for name, told in {"visual": said, **learned, "audio": evidence.get("audio")}.items():
        figures = told if isinstance(told, Mapping) else {}
        yield shown(str(name)), _figures(figures) or "did not speak"
    for name, told in evidence.items():
        if name not in {"visual", "audio", "thresholds", "closeup"}:
            yield shown(str(name)), shown(str(told))[:300]


def _difference_rows(found: Sequence[Difference]) -> Iterator[tuple[str, str]]:
    """What each statement rests on."""
    for each in found:
        whose = _LETTERS[each.side] if each.side is not None else "A or B"
        yield f"{whose}: {each.what.value}", _figures(each.measured) or "by the facts of both"


def _figures(said: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{shown(str(name))} {shown(each)[:80] if isinstance(each, str) else json.dumps(each)}"
        for name, each in said.items()
        if isinstance(each, str | int | float) and name not in _DRAWN
    )


def _side_rows(origin: Origin, examined: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    yield "SHA-256", origin.digest.hex
    if origin.size is not None:
        yield "bytes", str(origin.size)
    yield "drawn from", "the film in the case" if origin.gone else "the bytes, digest checked"
    if examined is not None:
        yield "settings", shown(examined["settings"])
        yield "descriptors", ", ".join(map(shown, examined["descriptors"])) or "none"
        yield "libraries", _listed(examined["libraries"])


def _again_rows(about: About) -> Iterator[tuple[str, str]]:
    parameters = about.parameters
    yield "engine", shown(parameters["engine"])
    named = parameters["thresholds"]["id"]
    yield "thresholds", shown(named or "not named by the version that matched")
    if parameters["tool"] is not None:
        yield "compared with", _listed(parameters["tool"])
    if parameters["event"] is not None:
        yield "custody event", f"{parameters['event']}, {shown(parameters['time'] or '')}"
    used = versions()
    yield "drawn with", f"{SHEET}, {_listed({name: used[name] for name in _USED if name in used})}"
    how = "`mediaev compare A B --json`"
    if about.match_id is not None:
        how = f"{how}; `mediaev show {about.match_id} --json` holds these values and all thresholds"
    yield "how", how


def _listed(named: Mapping[str, str]) -> str:
    return ", ".join(f"{shown(name)} {shown(version)}" for name, version in named.items())
