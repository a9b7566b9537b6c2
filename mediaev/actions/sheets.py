"""Sheets: a match drawn for a person to look at, from originals that are checked first.

Frames are decoded in a process that can be killed; this one sees nothing but raw pictures.
"""

from __future__ import annotations

import contextlib
import functools
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import mediaev
from mediaev.actions.documents import Document, path_document, path_text
from mediaev.actions.frames import decoded, spots_of
from mediaev.actions.holding import held, opened_as
from mediaev.actions.members import told_apart
from mediaev.actions.pair import Comparison, Side
from mediaev.actions.parameters import of_now, of_stored
from mediaev.actions.sheet_words import About, Origin, content_of, segment_words
from mediaev.actions.subjects import shape_of
from mediaev.compare.passages import Passage, passages
from mediaev.compare.placing import Size
from mediaev.compare.reel import Reel, reel
from mediaev.compare.registration import LAG
from mediaev.compare.telling import Moment, moments
from mediaev.derive.sheet.content import Pair, Shown
from mediaev.derive.sheet.from_film import film_frame
from mediaev.derive.sheet.page import SHEET, sheet
from mediaev.derive.target import require_free, write_whole
from mediaev.errors import (
    ChangedFileError,
    DamagedMediaError,
    EvidenceError,
    TamperedCaseError,
    UsageError,
)
from mediaev.intake.opened import OpenedFile
from mediaev.jobs import ProcessExecutor
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.model.exhibit import shown
from mediaev.model.frame import Frame
from mediaev.model.match import Match, Relation, Segment
from mediaev.ports import Executor
from mediaev.store import CaseStore, StoredMatch

_SEGMENTS = 6
"""Segments that are drawn; a loop may have dozens."""
_MOMENTS = {1: 5, 2: 4, 3: 3}
"""Moments of each, by how many segments are drawn."""
_FEWEST = 2

Opening = Callable[[], contextlib.AbstractContextManager[OpenedFile]]
Beat = tuple[Moment, float | None]
"""A moment to show, and one half a second away; None where nothing can move."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was drawn."""

    digest: Digest
    """Of the PNG file."""
    warnings: tuple[str, ...]
    """Why pictures of a side are not those of its original."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a match, and how its bytes are had."""

    origin: Origin
    open: Opening
    kept: bool
    """Whether it is an exhibit of the case, whose film may stand in for the original."""
    reel: Reel | None
    shape: Size


def require_place(target: Path, store: CaseStore | None) -> None:
    """Raise UsageError unless a sheet can be written there; nothing is ever overwritten."""
    require_free(target)
    if store is not None and target.resolve().is_relative_to(store.folder.resolve()):
        name = shown(os.fsencode(target))
        raise UsageError(f"{name} lies in the case itself", advice="Name a file elsewhere.")


def draw_sheet(
    about: StoredMatch | Comparison,
    target: Path,
    store: CaseStore | None,
    executor: Executor | None = None,
) -> Sheet:
    """Draw a match as a PNG file; with a store, inside a session, and with its events.

    Raises UsageError where it cannot be written or there is nothing to draw, EvidenceError where
    an original cannot be had or drawn, TamperedCaseError for a match that makes no sense.
    """
    require_place(target, store)
    if isinstance(about, Comparison):
        sides = _compared(store, "A", about.a), _compared(store, "B", about.b)
        if about.match is None:
            raise UsageError("The two share nothing, so there is nothing to draw.")
        match, name, case = about.match, None, ""
        parameters = of_now(about.a.examination, about.b.examination)
        differences = about.differences
    elif store is not None:
        sides = _held_in(store, "A", about.a), _held_in(store, "B", about.b)
        match, name, parameters = about.match, about.id, of_stored(store, about)
        case = ", ".join(filter(None, (store.number, f"log {store.vault}")))
        differences = told_apart(store, [about]).get(about.id, ())
    else:
        raise UsageError("a match of a case cannot be drawn without the case")
    drawn, origins = _drawn(match, sides, executor)
    content = content_of(About(match, name, parameters, origins, case, differences), *drawn)
    try:
        made = write_whole(target, sheet(content))
    except ValueError as error:
        raise DamagedMediaError(f"The sheet cannot be drawn: {error}.") from error
    if store is not None:
        _log(store, origins, name, made, target)
    return Sheet(
        made,
        tuple(
            f"{each.letter} is drawn from its film: {each.gone}" for each in origins if each.gone
        ),
    )


def sheet_document(target: str | None, made: Sheet | None) -> Document:
    """`sheet`, where one was asked for; null if there was nothing to draw."""
    if target is None:
        return {}
    if made is None:
        return {"sheet": None}
    path = path_document(os.fsencode(target))
    return {"sheet": {**path, "sha256": made.digest.hex, "warnings": list(made.warnings)}}


def _log(
    store: CaseStore,
    origins: tuple[Origin, Origin],
    match: str | None,
    made: Digest,
    target: Path,
) -> None:
    """An event for each exhibit of the case that the sheet shows."""
    one, other = origins
    drafts = [
        EventDraft(
            "item.derive",
            {
                "made": str(made),
                "kind": "sheet",
                "with": str(beside.digest),
                "from": "film" if side.gone else "original",
                "match": match,
                "program": f"mediaev {mediaev.__version__}, {SHEET}",
                "target": Private(path_text(os.fsencode(target))),
            },
            side.digest,
        )
        for side, beside in [(one, other), (other, one)][: 1 + (one.digest != other.digest)]
        if store.find_exhibits(side.digest.hex)
    ]
    with store.transaction():
        store.append(drafts)


def _held_in(store: CaseStore, letter: str, digest: Digest) -> _Side:
    """An exhibit of the case."""
    examination = store.examination(digest)
    if examination is None:
        raise UsageError(f"{digest} was taken in but never examined; scan again")
    [exhibit] = store.find_exhibits(digest.hex)
    seen = sorted(store.sightings(digest), key=lambda sighting: sighting.superseded)
    places = dict.fromkeys(sighting.path for sighting in seen)
    origin = Origin(letter, tuple(places), digest, exhibit.size, examination)
    return _side(origin, functools.partial(held, store, digest), kept=True)


def _compared(store: CaseStore | None, letter: str, side: Side) -> _Side:
    """One side of a comparison."""
    if not side.is_file and store is not None:
        return _held_in(store, letter, side.digest)
    origin = Origin(letter, (side.given,), side.digest, None, side.examination)
    return _side(origin, functools.partial(opened_as, side.given, side.digest), kept=False)


def _side(origin: Origin, opening: Opening, *, kept: bool) -> _Side:
    film = reel(origin.examination.film, str(origin.digest))
    shape = film.size if film is not None else shape_of(origin.examination.facts)
    return _Side(origin, opening, kept, film, shape)


def _drawn(
    match: Match, sides: tuple[_Side, _Side], executor: Executor | None
) -> tuple[tuple[list[Passage], list[Shown]], tuple[Origin, Origin]]:
    """All segments, those that are shown with their pictures, and where these come from."""
    found = _passages(match, sides)
    plans = _plans(match, found, sides)
    here: list[float] = []
    there: list[float] = []
    for index, beats in plans:
        for moment, earlier in beats:
            times = [moment.at, *([earlier] if earlier is not None else [])]
            here += times
            there += [found[index].there(at) for at in times]
    own = executor or ProcessExecutor(1)
    try:
        one, origin = _frames(sides[0], here, own)
        other, beside = _frames(sides[1], there, own)
    finally:
        if executor is None:
            own.close()
    drawn = []
    for index, beats in plans:
        passage = found[index]
        says = segment_words(index + 1, len(found), passage.segment, match)
        pairs = tuple(_pair(passage, beat, one, other) for beat in beats)
        drawn.append(Shown(says, passage, pairs))
    return (found, drawn), (origin, beside)


def _passages(match: Match, sides: tuple[_Side, _Side]) -> list[Passage]:
    if match.relation is Relation.IDENTICAL and not match.segments:
        # The same bytes: all of the one is all of the other.
        whole = 0.0, sides[0].origin.seconds
        match = replace(match, segments=(Segment(whole, whole),))
    try:
        return passages(match, sides[0].shape, sides[1].shape)
    except ValueError as error:
        raise TamperedCaseError(f"The match makes no sense: {error}.") from error


def _plans(
    match: Match, found: Sequence[Passage], sides: tuple[_Side, _Side]
) -> list[tuple[int, list[Beat]]]:
    """The surest segments in order of time, each with the moments to show of it."""
    surest = sorted(range(len(found)), key=lambda index: (-_weight(found[index]), index))
    chosen = sorted(surest[:_SEGMENTS])
    if match.relation is Relation.AUDIO_ONLY or any(side.reel is None for side in sides):
        return [(index, []) for index in chosen]
    most = _MOMENTS.get(len(chosen), _FEWEST)
    return [
        (index, [(each, _earlier(found[index], each)) for each in told])
        for index in chosen
        for told in [moments(sides[0].reel, sides[1].reel, found[index], most)]
    ]


def _weight(passage: Passage) -> float:
    """How much a segment says: how sure it is, and how long."""
    return passage.segment.score * math.sqrt(max(0.0, passage.high - passage.low))


def _earlier(passage: Passage, moment: Moment) -> float | None:
    if passage.placing is None:
        return None
    near = moment.at - LAG, moment.at + LAG
    return next((at for at in near if passage.low - 1e-3 <= at <= passage.high + 1e-3), None)


def _pair(passage: Passage, beat: Beat, one: dict[float, Frame], other: dict[float, Frame]) -> Pair:
    moment, earlier = beat
    wanted = passage.there(moment.at)
    frames = one[moment.at], other[wanted]
    before = (one[earlier], other[passage.there(earlier)]) if earlier is not None else None
    spots = spots_of(frames, passage.placing) if passage.placing is not None else None
    return Pair(moment, wanted, frames, before, spots)


def _frames(
    side: _Side, wanted: Sequence[float], executor: Executor
) -> tuple[dict[float, Frame], Origin]:
    """The pictures of one side, from its original, or from its film where that is gone."""
    try:
        with side.open() as opened:
            frames = decoded(opened, wanted, executor) if wanted else {}
            opened.check_unchanged()
            return frames, replace(side.origin, size=opened.identity.size)
    except EvidenceError as error:
        gone = isinstance(error, ChangedFileError) and side.kept and side.reel is not None
        if not gone or side.reel is None:
            raise
        frames = {at: film_frame(side.reel, at) for at in wanted}
        return frames, replace(side.origin, gone=error.message)
