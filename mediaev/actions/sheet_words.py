"""Words of a sheet: what a match says, in sentences and in the names that its JSON has."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mediaev
from mediaev.actions.doctor import versions
from mediaev.actions.parameters import Examined, Parameters
from mediaev.compare.passages import Passage
from mediaev.derive.sheet.content import Content, Party, Rows, Shown
from mediaev.derive.sheet.page import SHEET
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
_LOOKED_FOR = ("fingerprints", "spots", "films", "sound")
_USED = ("mediaev", "python", "numpy", "opencv-python-headless", "av", "pillow")


@dataclass(frozen=True, slots=True)
class Origin:
    """One side of a match as a sheet names it."""

    letter: str
    names: tuple[bytes, ...]
    """Paths where it was seen; only the last part of each is ever shown."""
    digest: Digest
    size: int | None
    """Bytes; None where they are gone and nothing says."""
    examination: Examination
    from_film: bool = False
    """Whether its pictures are those of the film that the case keeps."""

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
    blurred: bool


def content_of(about: About, found: Sequence[Passage], drawn: Sequence[Shown]) -> Content:
    """All that the sheet shows."""
    match, parties = about.match, about.origins
    title = _SAYS[match.relation]
    if not match.accepted:
        title = f"Possible: {title}"
    return Content(
        title,
        tuple(_sentences(match, len(found), len(drawn))),
        (_party(parties[0]), _party(parties[1])),
        tuple(found),
        tuple(drawn),
        tuple(_sections(about, found)),
        tuple(_warnings(about)),
        about.blurred,
        _foot(about),
    )


def _foot(about: About) -> str:
    """What names the match on each page, should pages come apart."""
    sides = ", ".join(f"{each.letter} {each.digest.hex[:16]}…" for each in about.origins)
    named = filter(None, (about.match_id, about.case, sides))
    return f"mediaev {mediaev.__version__}: {'; '.join(named)}"


def segment_words(number: int, count: int, segment: Segment, *, heard: bool) -> str:
    """A segment in one line."""
    if segment.query == segment.exhibit == (0.0, 0.0):
        return "The two pictures"
    which = f"Segment {number} of {count}" if count > 1 else "Segment"
    return f"{which}: {_segment(segment, heard=heard)}"


def _segment(segment: Segment, *, heard: bool) -> str:
    text = f"{_interval(segment.query)} of A is {_interval(segment.exhibit)} of B"
    if abs(segment.speed - 1) > 0.005:
        text += f", at {segment.speed:.2f}× speed"
    text += f", score {segment.score:.2f}"
    if segment.offset_ambiguous:
        why = "the sound repeats itself" if heard else "the footage hardly changes"
        text += f" ({why}: the place is uncertain)"
    return text


def _sentences(match: Match, segments: int, drawn: int) -> Iterator[str]:
    accepted = "accepted" if match.accepted else "not accepted by itself"
    yield f"{match.relation.value}, score {match.score:.2f} of 1, {accepted}"
    yield from _transform_words(match.transform)
    if drawn < segments:
        yield f"{drawn} of {segments} segments are drawn, the surest ones; all stand below"


def _transform_words(transform: Transform) -> Iterator[str]:
    words = ["B's picture is mirrored in A"] if transform.mirrored else []
    if transform.rotation:
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
    if len(origin.names) > 1:
        title += f"  (and {len(origin.names) - 1} more)"
    facts = _facts_line(origin.examination.facts)
    size = f"{origin.size:,} bytes" if origin.size is not None else ""
    lines = [title, f"SHA-256 {origin.digest.hex}", ", ".join(filter(None, (facts, size)))]
    if origin.examination.reason:
        lines.append(f"not read as a whole: {shown(origin.examination.reason)}")
    return Party(origin.letter, tuple(lines), origin.seconds)


def _facts_line(facts: MediaFacts) -> str:
    parts = [
        shown(facts.format),
        shown(facts.video_codec),
        f"{facts.width}×{facts.height}" if facts.width and facts.height else "",
        f"turned {facts.rotation}°" if facts.rotation else "",
        clock(float(facts.duration)) if facts.duration else "",
        f"{float(facts.frame_rate):.5g} frames a second" if facts.frame_rate else "",
        f"sound {shown(facts.audio_codec)}" if facts.audio_codec else "",
    ]
    return ", ".join(filter(None, parts))


def _warnings(about: About) -> Iterator[str]:
    for origin in about.origins:
        if origin.from_film:
            yield (
                f"The bytes of {origin.letter} could not be had: its pictures are those of the "
                "small grey film that the case keeps."
            )
    if about.blurred:
        yield "All pictures are blurred on request; the figures are those of the sharp ones."


def _sections(about: About, found: Sequence[Passage]) -> Iterator[tuple[str, Rows]]:
    yield "The match", tuple(_match_rows(about, found))
    yield "What speaks for it", tuple(_witness_rows(about))
    for origin, examined in zip(
        about.origins, (about.parameters.a, about.parameters.b), strict=True
    ):
        yield origin.letter, tuple(_side_rows(origin, examined))
    yield "To compute it again", tuple(_again_rows(about))


def _match_rows(about: About, found: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    match = about.match
    if about.case:
        yield "case", about.case
    if about.match_id is not None:
        yield "match", about.match_id
    yield "relation", match.relation.value
    yield "score", f"{match.score:.4f}"
    heard = match.relation is Relation.AUDIO_ONLY
    for number, passage in enumerate(found, 1):
        yield f"segment {number}", _segment(passage.segment, heard=heard)
        if passage.high > passage.low:
            line = f"B = {passage.speed:.6f} · A {_signed(passage.offset, 6)} s"
            yield "", f"{line}, agreeing from {passage.low:.3f} to {passage.high:.3f} s of A"
    transform = match.transform
    yield "mirrored", str(transform.mirrored).lower()
    yield "rotation", f"{transform.rotation}°"
    box = transform.box
    sides = ", ".join(f"{each:.4f}" for each in (box.left, box.top, box.right, box.bottom))
    yield "box", f"{sides} of the {transform.box_in}'s frame"
    placings = {_matrix(each) for each in found if each.placing is not None}
    for text in sorted(placings):
        yield "placing", text


def _matrix(passage: Passage) -> str:
    if passage.placing is None:
        return ""
    (a, b, c), (d, e, f) = passage.placing.matrix
    first = f"x of A = {a:.5f} x {_signed(b)} y {_signed(c)}"
    return f"{first}; y of A = {d:.5f} x {_signed(e)} y {_signed(f)}, of B, in longer sides"


def _signed(value: float, digits: int = 5) -> str:
    return f"{'-' if value < 0 else '+'} {abs(value):.{digits}f}"


def _witness_rows(about: About) -> Iterator[tuple[str, str]]:
    """What each witness says, with its figures."""
    visual = _mapping(about.match.evidence.get("visual"))
    audio = _mapping(about.match.evidence.get("audio"))
    yield (
        "fingerprints",
        _figures(visual, ("distance_median", "distance_limit", "query_region", "exhibit_region")),
    )
    yield "spots", _figures(visual, ("spots", "spots_limit"))
    yield (
        "films",
        _figures(
            visual,
            (
                *("samples", "look", "look_limit", "motion_agreement", "motion_needed"),
                *("motion_activity", "ends_at_cuts", "shared_card"),
            ),
        ),
    )
    yield "sound", _figures(audio, tuple(name for name in audio if name != "segments"))
    named = {"visual", "audio", "thresholds"}
    for name, value in about.match.evidence.items():
        if name not in named:
            yield shown(str(name)), shown(str(value))[:300]


def _figures(said: Mapping[str, Any], names: Sequence[str]) -> str:
    told = [
        f"{shown(name)} {_value(said[name])}"
        for name in names
        if isinstance(said.get(name), str | int | float)
    ]
    return ", ".join(told) or "did not speak"


def _value(value: str | float) -> str:
    return shown(value)[:60] if isinstance(value, str) else json.dumps(value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _side_rows(origin: Origin, examined: Examined | None) -> Iterator[tuple[str, str]]:
    yield "SHA-256", origin.digest.hex
    if origin.size is not None:
        yield "bytes", str(origin.size)
    yield "drawn from", "the film in the case" if origin.from_film else "the bytes, digest checked"
    if examined is not None:
        yield "settings", shown(examined.settings)
        yield "descriptors", ", ".join(map(shown, examined.descriptors)) or "none"
        yield "libraries", _listed(examined.libraries)


def _again_rows(about: About) -> Iterator[tuple[str, str]]:
    parameters = about.parameters
    yield "engine", shown(parameters.engine)
    yield "thresholds", shown(parameters.thresholds or "not named by the version that matched")
    if parameters.tool is not None:
        yield "compared with", _listed(parameters.tool)
    if parameters.event is not None:
        yield "custody event", f"{parameters.event}, {shown(parameters.time or '')}"
    used = versions()
    told = {name: used[name] for name in _USED if name in used}
    yield "drawn with", f"{SHEET}, {_listed(told)}"
    how = f"mediaev {mediaev.__version__}, `compare A B --json`"
    if about.match_id is not None:
        how = f"{how}; `show {about.match_id} --json` holds these values and all thresholds"
    yield "how", how


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{shown(name)} {shown(version)}" for name, version in versions.items())
