"""Queries cut from one clip: an excerpt, edited frame by frame, with the truth about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from evaluation import hearing
from evaluation.cache import Details
from evaluation.chance import chance, drawn
from evaluation.corpus import Clip
from evaluation.edits import Edit, Timing, apply
from evaluation.footage import RECIPE, Excerpt, frames, write
from evaluation.framing import even
from evaluation.hearing import Samples, lay
from evaluation.shot import Picture, Shot
from evaluation.surroundings import Beside
from evaluation.truth import Kind, Look, Part, Query
from evaluation.workshop import Workshop

BESIDE_RATE = 12.5
BESIDE_SIDE = 240
BESIDE_SECONDS = 4.0
ALL_BUT_END = 0.15
"""Seconds at a clip's end that are left alone: containers often promise more than there is."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a clip is shown, and how fast."""

    excerpt: Excerpt
    timing: Timing

    @property
    def once(self) -> float:
        """Seconds that the excerpt takes in the query, to whole frames."""
        played = self.excerpt.seconds / self.timing.speed
        return max(1, round(played * self.timing.rate)) / self.timing.rate

    @property
    def seconds(self) -> float:
        """Length of the query."""
        return self.once * self.timing.times

    def parts(self, digest: str, look: Look) -> list[Part]:
        """The truth: every showing of the excerpt."""
        shown = self.excerpt.start, self.excerpt.start + self.once * self.timing.speed
        return [
            Part(
                digest,
                (number * self.once, (number + 1) * self.once),
                shown,
                self.timing.speed,
                look,
            )
            for number in range(self.timing.times)
        ]


def cut(clip: Clip, timing: Timing, choice: np.random.Generator) -> Cut:
    """An excerpt from a random moment; shorter where the clip is too short."""
    room = max(0.5, clip.seconds - ALL_BUT_END)
    seconds = min(timing.seconds * timing.speed, room)
    return Cut(Excerpt(clip.path, drawn(choice, 0.0, room - seconds), seconds), timing)


def reel(clip: Clip, edit: Edit, kind: Kind, others: Sequence[Clip], shop: Workshop) -> Query:
    """An edited excerpt of a clip as a file. `others` may stand beside it in the picture."""
    choice = chance(shop.seed, clip.digest, edit.name)
    made_of = cut(clip, edit.timing, choice)
    strangers = [each for each in others if each != clip] or [clip]
    other = strangers[int(choice.integers(len(strangers)))]
    crf = int(choice.integers(32, 41)) if edit.crf is None else edit.crf

    def make(path: Path) -> Details:
        looks: list[Look] = []
        pictures = _edited(made_of, edit, choice, _beside(other), looks)
        write(path, pictures, rate=edit.timing.rate, crf=crf)
        parts = made_of.parts(clip.digest, looks[0])
        return {"parts": [part.document() for part in parts], "seconds": made_of.seconds}

    key = (
        *(clip.digest, other.digest, edit.name, edit.version, edit.timing),
        *(shop.seed, crf, RECIPE),
    )
    path, details = shop.cache.get(f"video/{edit.name}", ".mp4", *key, make=make)
    parts = tuple(Part.of(each) for each in details["parts"])
    return Query(
        f"{edit.name}/{kind}/{clip.digest[:12]}",
        path,
        edit.name,
        kind,
        (clip.digest,),
        frozenset({clip.group} - {""}),
        parts if kind is Kind.COPY else (),
        details["seconds"],
    )


def over(
    query: Query, sound: Samples, folder: str, shop: Workshop, *, again: bool = False
) -> Query:
    """The query with a sound; it must follow from the query alone."""

    def make(path: Path) -> Details:
        lay(path, query.path, sound, again=again)
        return {}

    key = (query.name, query.path.name, hearing.VERSION)
    path, _ = shop.cache.get(folder, ".mp4", *key, make=make)
    return replace(query, path=path)


def _edited(
    made_of: Cut, edit: Edit, choice: np.random.Generator, beside: Beside, looks: list[Look]
) -> Iterator[Picture]:
    """The query's pictures; the truth about the first one goes to `looks`."""
    steps = edit.steps(choice, beside)
    timing = made_of.timing
    once: list[Picture] = []
    for number, picture in enumerate(frames(made_of.excerpt, rate=timing.rate, speed=timing.speed)):
        shot = even(apply(steps, replace(Shot.of(picture), at=number / timing.rate)))
        if not looks:
            looks.append(shot.look())
        if timing.times > 1:
            once.append(shot.picture)
        yield shot.picture
    for _ in range(timing.times - 1):
        yield from once


def _beside(other: Clip) -> Beside:
    def at(seconds: float) -> Picture:
        pictures = _watched(other.path, min(BESIDE_SECONDS, other.seconds - ALL_BUT_END))
        return pictures[int(seconds * BESIDE_RATE) % len(pictures)]

    return at


@lru_cache(maxsize=4)
def _watched(path: Path, seconds: float) -> tuple[Picture, ...]:
    return tuple(frames(Excerpt(path, 0.0, seconds), rate=BESIDE_RATE, side=BESIDE_SIDE))
