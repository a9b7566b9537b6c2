"""The trial of plain excerpts: does it name the right video, and where does it begin and end?

What an investigator does every day, with nothing kept out of the library and the sound left in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from evaluation.chance import shuffled
from evaluation.compilations import Piece, compilation
from evaluation.corpus import Clip, Corpus
from evaluation.edits import Edit, Timing
from evaluation.footage import Excerpt
from evaluation.framing import Step, barred, mirrored, to_height
from evaluation.hearing import hear, silence
from evaluation.reels import over, reel
from evaluation.surroundings import Beside
from evaluation.truth import Exhibit, Kind, Query, Trial
from evaluation.video import blanks
from evaluation.workshop import Workshop

SOURCES = 16
LEAST = 4.0
COMPILATION = "compilation3"


def _plainly(*more: Step) -> list[Step]:
    return [*more, to_height(360)]


def _barred(choice: np.random.Generator, _beside: Beside) -> list[Step]:
    return _plainly(barred(choice))


_LONG = Timing(seconds=8.0)
FORMS = (
    Edit("reencoded", ("video",), lambda _choice, _beside: _plainly(), crf=32, timing=_LONG),
    Edit("mirrored", ("video",), lambda _choice, _beside: _plainly(mirrored), timing=_LONG),
    Edit("letterboxed", ("video",), _barred, timing=_LONG),
    Edit(
        "excerpt3s",
        ("video",),
        lambda _choice, _beside: _plainly(),
        timing=Timing(seconds=3.0),
    ),
)


def excerpts_trial(corpus: Corpus, shop: Workshop) -> Trial:
    """The whole corpus as library, clips of at least four seconds as sources."""
    usable = [clip for clip in corpus.clips if clip.seconds >= LEAST]
    mixed = shuffled(usable, shop.seed, "excerpts")
    first = {clip.place: clip for clip in reversed(mixed)}
    sources = [clip for clip in mixed if first[clip.place] is clip][: shop.sources or SOURCES]
    queries = [
        *_forms(sources, shop),
        *_compilations(sources, shop),
        *blanks(shop),
        *_silent(shop),
    ]
    library = [Exhibit(each.path, each.digest, each.group, each.seconds) for each in corpus.clips]
    return Trial("excerpts", tuple(library), tuple(queries))


def _forms(sources: Sequence[Clip], shop: Workshop) -> Iterator[Query]:
    for clip in sources:
        for form in FORMS:
            if shop.wants(form.name):
                query = reel(clip, form, Kind.COPY, (), shop)
                yield _with_sound(clip, query, shop) if clip.sound else query


def _with_sound(clip: Clip, query: Query, shop: Workshop) -> Query:
    start, end = query.parts[0].shown
    sound = hear(Excerpt(clip.path, start, end - start))
    return over(query, sound, "excerpts", shop) if len(sound) else query


def _compilations(sources: Sequence[Clip], shop: Workshop) -> Iterator[Query]:
    """Three in a row, nothing between; one for every second source."""
    if not shop.wants(COMPILATION):
        return
    for number in range(0, len(sources), 2):
        chosen = [sources[(number + each) % len(sources)] for each in range(3)]
        pieces: list[Piece] = list(dict.fromkeys(chosen))
        truth = list(dict.fromkeys(chosen))
        yield compilation(COMPILATION, truth[0], pieces, truth, shop)


def _silent(shop: Workshop) -> Iterator[Query]:
    """The blanks again, with a sound track that is silent."""
    for query in blanks(shop):
        if query.edit in {"black", "flat"}:
            silent = replace(query, name=f"silent {query.name}", edit="silent")
            yield over(silent, silence(query.seconds), "silent", shop)
