"""Sheets: a match drawn for a person to look at, from originals that are checked first.

Frames are decoded in a process that can be killed; this one sees nothing but raw pictures.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from mediaev.actions.frames import decoded
from mediaev.actions.holding import held, opened_as
from mediaev.actions.pair import Comparison, Side
from mediaev.actions.parameters import of_now, of_stored
from mediaev.actions.sheet_words import About, Origin, content_of, segment_words
from mediaev.actions.subjects import reel_of, shape_of
from mediaev.compare.passages import Passage, passages
from mediaev.compare.placing import Size
from mediaev.compare.reel import Reel
from mediaev.compare.registration import LAG
from mediaev.compare.telling import Moment, course, moments
from mediaev.derive.sheet.content import Pair, Shown
from mediaev.derive.sheet.from_film import film_frame
from mediaev.derive.sheet.page import sheet
from mediaev.errors import DamagedMediaError, EvidenceError, TamperedCaseError, UsageError
from mediaev.intake.opened import OpenedFile
from mediaev.jobs import ProcessExecutor
from mediaev.model.digest import Digest
from mediaev.model.frame import Frame, Wanted
from mediaev.model.match import Match, Relation, Segment
from mediaev.ports import Executor
from mediaev.store import CaseStore, StoredMatch

_SEGMENTS = 6
"""Segments that are drawn; a loop may have dozens."""
_MOMENTS = {1: 5, 2: 4, 3: 3}
"""Moments of each, by how many segments are drawn."""
_FEWEST = 2
_SIDE, _SIDE_BEFORE = 960, 640
"""Longest sides of the pictures that are asked for."""
_FEATURES = 600
_SLACK = 1e-3

Opening = Callable[[], contextlib.AbstractContextManager[OpenedFile]]


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """How a sheet is drawn."""

    blur: bool = False
    """Soften all pictures, so that no detail of what may be cruel is seen."""
    film: bool = False
    """Where an original cannot be had, draw the small grey film that the case keeps."""


def of_match(
    store: CaseStore, stored: StoredMatch, options: SheetOptions, executor: Executor | None = None
) -> bytes:
    """A match of the case as a PNG file, seen from its exhibit `a`.

    Raises EvidenceError where an original cannot be had or drawn, UsageError for exhibits that
    were never examined, TamperedCaseError for a match that makes no sense.
    """
    sides = _Side.held_in(store, "A", stored.a), _Side.held_in(store, "B", stored.b)
    about = About(
        stored.match,
        stored.id,
        of_stored(store, stored),
        (sides[0].origin, sides[1].origin),
        _cited(store),
        options.blur,
    )
    return _draw(about, sides, options, executor)


def of_comparison(
    comparison: Comparison,
    store: CaseStore | None,
    options: SheetOptions,
    executor: Executor | None = None,
) -> bytes:
    """Two files or exhibits that were compared, as a PNG file. Raises as `of_match` does."""
    match = comparison.match
    if match is None:
        raise UsageError(
            "The two share nothing, so there is nothing to draw.",
            advice="A sheet shows what two files share.",
        )
    sides = tuple(
        _Side.of(store, letter, side) for letter, side in (("A", comparison.a), ("B", comparison.b))
    )
    about = About(
        match,
        None,
        of_now(comparison.a.examination, comparison.b.examination),
        (sides[0].origin, sides[1].origin),
        "",
        options.blur,
    )
    return _draw(about, (sides[0], sides[1]), options, executor)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a match, and how its bytes are had."""

    origin: Origin
    open: Opening
    reel: Reel | None
    shape: Size

    @classmethod
    def held_in(cls, store: CaseStore, letter: str, digest: Digest) -> _Side:
        """An exhibit of the case."""
        examination = store.examination(digest)
        if examination is None:
            raise UsageError(f"{digest} was taken in but never examined; scan again")
        [exhibit] = store.find_exhibits(digest.hex)
        places = dict.fromkeys(sighting.path for sighting in store.sightings(digest))
        origin = Origin(letter, tuple(places), digest, exhibit.size, examination)
        return cls._made(origin, functools.partial(held, store, digest))

    @classmethod
    def of(cls, store: CaseStore | None, letter: str, side: Side) -> _Side:
        """One side of a comparison."""
        if not side.is_file and store is not None:
            return cls.held_in(store, letter, side.digest)
        origin = Origin(letter, (side.given,), side.digest, None, side.examination)
        return cls._made(origin, functools.partial(opened_as, side.given, side.digest))

    @classmethod
    def _made(cls, origin: Origin, opening: Opening) -> _Side:
        reel = reel_of(origin.examination.film, str(origin.digest))
        shape = reel.size if reel is not None else shape_of(origin.examination.facts)
        return cls(origin, opening, reel, shape)


@dataclass(frozen=True, slots=True)
class _Beat:
    """A moment to show, and one before or after it to see what moves."""

    passage: Passage
    moment: Moment
    before: float | None
    """None where nothing can move."""

    def wanted(self) -> Iterator[tuple[Wanted, Wanted]]:
        """The pictures to ask for on both sides."""
        features = _FEATURES if self.passage.placing is not None else 0
        for at, side, at_most in (
            (self.moment.at, _SIDE, features),
            (self.before, _SIDE_BEFORE, 0),
        ):
            if at is not None:
                there = self.passage.there(at)
                yield Wanted(at, side, at_most), Wanted(max(0.0, there), side, at_most)

    def drawn(self, frames: Iterator[tuple[Frame, Frame]]) -> Pair:
        """The pair, from the pictures that were asked for."""
        query, exhibit = next(frames)
        earlier = next(frames) if self.before is not None else (None, None)
        return Pair(self.moment, self.passage.there(self.moment.at), query, exhibit, *earlier)


def _draw(
    about: About,
    sides: tuple[_Side, _Side],
    options: SheetOptions,
    executor: Executor | None,
) -> bytes:
    found = _passages(about.match, sides)
    plans = _plans(about.match, found, sides)
    wanted = [each for _, beats in plans for beat in beats for each in beat.wanted()]
    frames, origins = _frames(sides, wanted, options, executor)
    pairs = iter(frames)
    drawn = [
        replace(shown_of, pairs=tuple(beat.drawn(pairs) for beat in beats))
        for shown_of, beats in plans
    ]
    try:
        return sheet(content_of(replace(about, origins=origins), found, drawn))
    except ValueError as error:
        raise DamagedMediaError(f"The sheet cannot be drawn: {error}.") from error


def _passages(match: Match, sides: tuple[_Side, _Side]) -> list[Passage]:
    if match.relation is Relation.IDENTICAL and not match.segments:
        # The same bytes: all of the one is all of the other.
        whole = (0.0, sides[0].origin.seconds)
        match = replace(match, segments=(Segment(whole, whole),))
    try:
        return passages(match, sides[0].shape, sides[1].shape)
    except ValueError as error:
        raise TamperedCaseError(f"The match makes no sense: {error}.") from error


def _plans(
    match: Match, found: Sequence[Passage], sides: tuple[_Side, _Side]
) -> list[tuple[Shown, list[_Beat]]]:
    """The surest segments in order of time, each with the moments to show of it."""
    surest = sorted(range(len(found)), key=lambda index: (-_weight(found[index]), index))
    chosen = sorted(surest[:_SEGMENTS])
    most = _MOMENTS.get(len(chosen), _FEWEST)
    heard = match.relation is Relation.AUDIO_ONLY
    seen = all(side.origin.examination.film is not None for side in sides)
    plans = []
    for index in chosen:
        passage = found[index]
        along = course(sides[0].reel, sides[1].reel, passage)
        says = segment_words(index + 1, len(found), passage.segment, heard=heard)
        beats = [_beat(passage, each) for each in moments(passage, along, most)] if seen else []
        plans.append((Shown(index + 1, says, passage, (), along), beats))
    return plans


def _weight(passage: Passage) -> float:
    """How much a segment says: how sure it is, and how long."""
    return passage.segment.score * math.sqrt(max(0.0, passage.high - passage.low))


def _beat(passage: Passage, moment: Moment) -> _Beat:
    before = None
    if passage.placing is not None:
        for at in (moment.at - LAG, moment.at + LAG):
            if passage.low - _SLACK <= at <= passage.high + _SLACK and before is None:
                before = at
    return _Beat(passage, moment, before)


def _frames(
    sides: tuple[_Side, _Side],
    wanted: Sequence[tuple[Wanted, Wanted]],
    options: SheetOptions,
    executor: Executor | None,
) -> tuple[list[tuple[Frame, Frame]], tuple[Origin, Origin]]:
    """The wanted pictures of both sides, and where they come from."""
    own = executor or ProcessExecutor(1)
    try:
        one, origin = _frames_of(sides[0], [each[0] for each in wanted], options, own)
        other, there = _frames_of(sides[1], [each[1] for each in wanted], options, own)
    finally:
        if executor is None:
            own.close()
    return list(zip(one, other, strict=True)), (origin, there)


def _frames_of(
    side: _Side, wanted: Sequence[Wanted], options: SheetOptions, executor: Executor
) -> tuple[Sequence[Frame], Origin]:
    try:
        with side.open() as opened:
            frames = decoded(opened, wanted, executor) if wanted else ()
            opened.check_unchanged()
            return frames, replace(side.origin, size=opened.identity.size)
    except EvidenceError as error:
        if not options.film or side.reel is None:
            if side.reel is not None:
                error.advice = f"{error.advice} --film draws the small film that the case keeps."
            raise
        frames = [film_frame(side.reel, each.at) for each in wanted]
        return frames, replace(side.origin, from_film=True)


def _cited(store: CaseStore) -> str:
    """How people cite the case: its number, and the name of its log."""
    return ", ".join(filter(None, (store.number, f"log {store.vault}")))
