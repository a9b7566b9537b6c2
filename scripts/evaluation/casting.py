"""Who plays what in the video trial: sources, other moments, strangers, cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.cache import Details
from evaluation.chance import chance, shuffled
from evaluation.corpus import Clip, Corpus, digest_of
from evaluation.footage import RECIPE, write
from evaluation.made_up import RATE, SIZE, VERSION, drifting
from evaluation.moments import held_moments
from evaluation.workshop import Workshop

SOURCES = 10
STRANGERS = 6
LONG = 6.5
"""Seconds that a source should have, so that its excerpt has room to begin anywhere."""
LEAST = 2.0
STRANGER_LEAST = 4.0


@dataclass(frozen=True, slots=True)
class Cast:
    """The clips of the corpus by what they are used for."""

    library: tuple[Clip, ...]
    """Sources among them."""
    sources: tuple[Clip, ...]
    moments: tuple[Clip, ...]
    """Not in the library, though their camera is."""
    strangers: tuple[Clip, ...]
    """Nothing of them is in the library."""
    behind_cards: tuple[Clip, Clip]
    """In the library only behind an intro, and before an end card."""


def cast(corpus: Corpus, shop: Workshop) -> Cast:
    """Give every clip its part; made-up footage steps in where the corpus has too few."""
    moments = held_moments(corpus.clips, shop.seed)
    rest = [clip for clip in corpus.clips if clip not in moments]
    sources = _sources(rest, shop.sources or SOURCES)
    free = [
        clip
        for clip in rest
        if clip not in sources and not clip.group and clip.seconds >= STRANGER_LEAST
    ]
    wanted = min(STRANGERS, len(sources)) + 2
    to_spare = max(0, (len(rest) - len(sources)) // 2)
    strangers = shuffled(free, shop.seed, "strangers")[: min(wanted, to_spare)]
    library = tuple(clip for clip in rest if clip not in strangers)
    while len(strangers) < wanted:
        strangers.append(_made_up(len(strangers), shop))
    first, second, *others = strangers
    return Cast(library, tuple(sources), tuple(moments), tuple(others), (first, second))


def _sources(clips: Sequence[Clip], wanted: int) -> list[Clip]:
    """The longest clips, one of each group; short ones only where the long ones are too few."""
    ordered = sorted(clips, key=lambda clip: (-clip.seconds, clip.digest))
    chosen: list[Clip] = []
    for least in (LONG, LEAST):
        for clip in ordered:
            taken = {each.place for each in chosen}
            if len(chosen) < wanted and clip.seconds >= least and clip.place not in taken:
                chosen.append(clip)
    return chosen


def _made_up(number: int, shop: Workshop) -> Clip:
    seconds = 8.0

    def make(path: Path) -> Details:
        choice = chance(shop.seed, "made up", str(number))
        write(path, drifting(choice, seconds), rate=RATE, crf=20)
        return {"sha256": digest_of(path)}

    key = (number, shop.seed, VERSION, RECIPE)
    path, details = shop.cache.get("strangers", ".mp4", *key, make=make)
    return Clip(path, details["sha256"], "", SIZE, seconds, sound=False)
