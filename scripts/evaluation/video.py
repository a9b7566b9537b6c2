"""The trial of video: excerpts edited in every way, compilations, and all that must not match."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from evaluation.cache import Details
from evaluation.casting import Cast, cast
from evaluation.chance import chance, shuffled
from evaluation.compilations import END, INTRO, Piece, compilation, exhibit_of
from evaluation.corpus import Clip, Corpus
from evaluation.edits import COMPILATIONS, VIDEO_EDITS, Edit
from evaluation.footage import RECIPE, write
from evaluation.made_up import BLANKS, RATE, VERSION, blank
from evaluation.reels import reel
from evaluation.truth import Exhibit, Kind, Query, Trial
from evaluation.workshop import Workshop

EDITS_OF_STRANGERS = 6
BLANK_SECONDS = 3.0
_PLAIN = replace(VIDEO_EDITS["tg480_crf34"], name="as it is")


def video_trial(corpus: Corpus, shop: Workshop) -> Trial:
    """The library is all that is not kept out; what is kept out makes the hard negatives."""
    parts = cast(corpus, shop)
    before, after = parts.behind_cards
    library = [Exhibit(clip.path, clip.digest, clip.group, clip.seconds) for clip in parts.library]
    library.append(exhibit_of("behind intro", [INTRO, before], shop))
    library.append(exhibit_of("before end card", [after, END], shop))
    queries = [
        *_copies(parts, shop),
        *_compilations(parts, shop),
        *_moments(parts, shop),
        *_unrelated(parts, shop),
        *_cards(parts, shop),
        *blanks(shop),
    ]
    return Trial("video", tuple(library), tuple(queries))


def _wanted(shop: Workshop) -> list[Edit]:
    return [edit for edit in VIDEO_EDITS.values() if shop.wants(edit.name)]


def _copies(parts: Cast, shop: Workshop) -> Iterator[Query]:
    for clip in parts.sources:
        for edit in _wanted(shop):
            yield reel(clip, edit, Kind.COPY, parts.strangers, shop)


def _compilations(parts: Cast, shop: Workshop) -> Iterator[Query]:
    """Three sources in a row with strangers between; one for each source to begin with."""
    sources, strangers = parts.sources, parts.strangers
    for edit in COMPILATIONS:
        for number, main in enumerate(sources if shop.wants(edit) else ()):
            chosen = [sources[(number + each) % len(sources)] for each in range(3)]
            chosen = list(dict.fromkeys(chosen))
            pieces: list[Piece] = [INTRO] if edit == "compilation_intro" else []
            for place, clip in enumerate(chosen):
                pieces += [clip, strangers[(number + place) % len(strangers)]]
            yield compilation(edit, main, pieces[:-1], chosen, shop)


def _moments(parts: Cast, shop: Workshop) -> Iterator[Query]:
    """Each other moment as it is, and edited in one way."""
    for clip in parts.moments:
        yield reel(clip, _PLAIN, Kind.CAMERA, parts.strangers, shop)
        for edit in shuffled(_wanted(shop), shop.seed, clip.digest)[:1]:
            yield reel(clip, edit, Kind.CAMERA, parts.strangers, shop)


def _unrelated(parts: Cast, shop: Workshop) -> Iterator[Query]:
    for clip in parts.strangers:
        for edit in shuffled(_wanted(shop), shop.seed, clip.digest)[:EDITS_OF_STRANGERS]:
            yield reel(clip, edit, Kind.UNRELATED, parts.strangers, shop)


def _cards(parts: Cast, shop: Workshop) -> Iterator[Query]:
    """Strangers with the very cards that stand around other recordings in the library."""

    def shared(name: str, clip: Clip, pieces: list[Piece]) -> Query:
        return compilation(name, clip, pieces, (), shop, kind=Kind.CARD)

    for clip in parts.strangers:
        yield shared("shared intro", clip, [INTRO, clip])
        yield shared("shared end card", clip, [clip, END])
        yield shared("both cards", clip, [INTRO, clip, END])


def blanks(shop: Workshop) -> Iterator[Query]:
    """Footage that shows nothing to be found."""
    for kind in BLANKS:
        for number in range(kind.variants):
            name = f"{kind.name}/{number}"
            yield _blank(name, kind.name, shop)


def _blank(name: str, kind: str, shop: Workshop) -> Query:
    def make(path: Path) -> Details:
        pictures = blank(kind, chance(shop.seed, name), BLANK_SECONDS)
        write(path, pictures, rate=RATE, crf=34)
        return {}

    key = (name, shop.seed, VERSION, RECIPE)
    path, _ = shop.cache.get(f"video/{kind}", ".mp4", *key, make=make)
    return Query(name, path, kind, Kind.EMPTY, (name,), seconds=BLANK_SECONDS)
