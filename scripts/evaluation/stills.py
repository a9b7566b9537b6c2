"""The trial of stills: photos and frames, each edited in every way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from evaluation.cache import Details
from evaluation.chance import chance, drawn, shuffled
from evaluation.corpus import Clip, Corpus, digest_of
from evaluation.edits import STILL_EDITS, Edit, apply
from evaluation.footage import Excerpt, frames
from evaluation.framing import at_most
from evaluation.made_up import drifting
from evaluation.moments import held_moments
from evaluation.peers.pictures import pdq
from evaluation.shot import Picture, Shot
from evaluation.surroundings import Beside
from evaluation.truth import CAMERA, Exhibit, Kind, Part, Query, Trial
from evaluation.workshop import Workshop

SOURCES = 26
HELD_OUT = 30
EDITS_OF_HELD_OUT = 4
LEAST_SIDE = 240
LEAST_QUALITY = 50
"""Quality of PDQ below which its own rule matches nothing: a picture that shows too little."""
POSTED = 1280
"""Pixels of the long side before the edit, as sites scale photos down."""
_PLAIN = "as it is"


@dataclass(frozen=True, slots=True)
class Still:
    """A photo, or a frame cut from a clip."""

    path: Path
    digest: str
    group: str

    def picture(self) -> Picture:
        """Upright, RGB."""
        with Image.open(self.path) as image:
            return np.array(ImageOps.exif_transpose(image).convert("RGB"))


def stills_trial(corpus: Corpus, shop: Workshop) -> Trial:
    """Sources and distractors as library; edits, held-out photos and other moments as queries."""
    held = held_moments(corpus.clips, shop.seed)
    cut = {clip.digest: _frame(clip, shop) for clip in corpus.clips}
    library_frames = [cut[clip.digest] for clip in corpus.clips if clip not in held]
    other_frames = [cut[clip.digest] for clip in held]
    photos = [Still(each.path, each.digest, each.group) for each in corpus.photos]
    large = {each.digest for each in corpus.photos if min(each.size) >= LEAST_SIDE}
    out = _held_out(photos, large, shop.seed)
    other_photos = _other_photos(photos, shop.seed)
    away = {each.digest for each in (*out, *other_photos)}
    library = [each for each in photos if each.digest not in away]
    sources = _sources(library, large, library_frames, other_frames, shop)
    queries = [
        *_copies(sources, out, shop),
        *_unrelated(out, shop),
        *_moments([*other_frames, *other_photos], shop),
    ]
    exhibits = [Exhibit(each.path, each.digest, each.group) for each in (*library, *library_frames)]
    return Trial("stills", tuple(exhibits), tuple(queries))


def _frame(clip: Clip, shop: Workshop) -> Still:
    """A frame from a random moment of a clip, as a photo."""
    moment = drawn(chance(shop.seed, clip.digest, "frame"), 0.1, 0.8) * clip.seconds

    def make(path: Path) -> Details:
        picture = next(frames(Excerpt(clip.path, moment, 0.5), side=720))
        Image.fromarray(picture).save(path, "JPEG", quality=92)
        return {"sha256": digest_of(path)}

    path, details = shop.cache.get("frames", ".jpg", clip.digest, shop.seed, make=make)
    return Still(path, details["sha256"], clip.place)


def _held_out(photos: Sequence[Still], large: set[str], seed: int) -> list[Still]:
    """Photos of no group that the library shall not hold."""
    alone = [each for each in photos if not each.group and each.digest in large]
    return shuffled(alone, seed, "held out")[: min(HELD_OUT, len(photos) // 4)]


def _other_photos(photos: Sequence[Still], seed: int) -> list[Still]:
    """A fifth of each place's photos: other moments of what the library holds."""
    found = []
    for group in sorted({each.group for each in photos if each.group.startswith(CAMERA)}):
        members = shuffled([each for each in photos if each.group == group], seed, group)
        found += members[: -(-len(members) // 5) if len(members) > 1 else 0]
    return found


def _sources(
    photos: Sequence[Still],
    large: set[str],
    cut: Sequence[Still],
    others: Sequence[Still],
    shop: Workshop,
) -> list[Still]:
    """Two thirds photos and one third frames, one of each group, watched cameras first."""
    wanted = shop.sources or SOURCES
    watched = {each.group for each in others}
    mixed = shuffled(cut, shop.seed, "source frames")
    framed = sorted(mixed, key=lambda each: each.group not in watched)
    chosen = list(islice(_one_each(framed), max(1, wanted // 3)))
    usable = [each for each in photos if each.digest in large]
    photographed = _one_each(shuffled(usable, shop.seed, "source photos"))
    return [*islice(photographed, wanted - len(chosen)), *chosen][:wanted]


def _one_each(stills: Sequence[Still]) -> Iterator[Still]:
    """The first of every group that shows enough to be known again, in order."""
    taken: set[str] = set()
    for each in stills:
        name = each.group or each.digest
        if name not in taken and _shows_something(each):
            taken.add(name)
            yield each


def _shows_something(still: Still) -> bool:
    """By a rule that is not ours: one that no tool could find says nothing about any."""
    _bits, quality = pdq([still.picture()])
    return int(quality[0]) >= LEAST_QUALITY


def _copies(sources: Sequence[Still], out: Sequence[Still], shop: Workshop) -> Iterator[Query]:
    for source in sources:
        for edit in STILL_EDITS.values():
            if shop.wants(edit.name):
                yield edited_still(source, edit, Kind.COPY, out, shop)


def _unrelated(out: Sequence[Still], shop: Workshop) -> Iterator[Query]:
    wanted = [edit for edit in STILL_EDITS.values() if shop.wants(edit.name)]
    for source in out:
        for edit in shuffled(wanted, shop.seed, source.digest)[:EDITS_OF_HELD_OUT]:
            yield edited_still(source, edit, Kind.UNRELATED, out, shop)


def _moments(others: Sequence[Still], shop: Workshop) -> Iterator[Query]:
    plain = Edit(_PLAIN, ("still",), lambda _choice, _beside: [])
    for source in others:
        yield edited_still(source, plain, Kind.CAMERA, (), shop)


def edited_still(
    source: Still, edit: Edit, kind: Kind, out: Sequence[Still], shop: Workshop
) -> Query:
    """The edited picture as a file, and the truth about it; `out` may stand beside it."""
    choice = chance(shop.seed, source.digest, edit.name)
    beside, other = _beside([each for each in out if each is not source], choice)
    quality = int(choice.integers(70, 93)) if edit.quality is None else edit.quality

    def make(path: Path) -> Details:
        shot = at_most(POSTED)(Shot.of(source.picture()))
        done = apply(edit.steps(choice, beside), shot)
        Image.fromarray(done.picture).save(path, "JPEG", quality=quality)
        return Part(source.digest, (0.0, 0.0), (0.0, 0.0), look=done.look()).document()

    key = (source.digest, edit.name, edit.version, shop.seed, other)
    path, details = shop.cache.get(f"stills/{edit.name}", ".jpg", *key, make=make)
    parts = (Part.of(details),) if kind is Kind.COPY else ()
    name = f"{edit.name}/{source.digest[:12]}"
    groups = frozenset({source.group} - {""})
    return Query(name, path, edit.name, kind, (source.digest,), groups, parts)


def _beside(others: Sequence[Still], choice: np.random.Generator) -> tuple[Beside, str]:
    """Someone else's picture, which the library does not hold, and what names it."""
    if others:
        other = others[int(choice.integers(len(others)))]
        return lambda _at: other.picture(), other.digest
    return lambda _at: next(drifting(np.random.default_rng(0), 1)), "made up"
