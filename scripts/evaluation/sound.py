"""The trial of sound: what is left of a recording when only its sound is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from evaluation.cache import Details
from evaluation.chance import chance, shuffled
from evaluation.corpus import Clip, Corpus
from evaluation.edits import Edit, Timing
from evaluation.footage import RECIPE, Excerpt, write
from evaluation.framing import to_height
from evaluation.hearing import (
    QUIET,
    VERSION,
    Synth,
    hear,
    hum,
    lay,
    loudness,
    music,
    silence,
    voice,
)
from evaluation.made_up import RATE, blank
from evaluation.moments import held_moments
from evaluation.reels import ALL_BUT_END, over, reel
from evaluation.sound_edits import LONGEST, OWN_PICTURE, SOUND_EDITS, SoundEdit
from evaluation.truth import Exhibit, Kind, Part, Query, Trial
from evaluation.workshop import Workshop

SOURCES = 11
STRANGERS = 4
MOMENTS = 10
LEAST = 4.0
TITLE_SECONDS = 4.0
MADE_UP_SECONDS = 8.0


def sound_trial(corpus: Corpus, shop: Workshop) -> Trial:
    """Clips that can be heard as sources; the pictures are title cards but where they are named."""
    audible = [clip for clip in corpus.clips if _audible(clip)]
    moments = held_moments(corpus.clips, shop.seed)
    usable = [each for each in audible if each not in moments and each.seconds >= LEAST]
    mixed_up = shuffled(usable, shop.seed, "sound")
    spare = min(STRANGERS, len(mixed_up) // 4)
    strangers = [clip for clip in mixed_up if not clip.group][:spare]
    sources = [clip for clip in mixed_up if clip not in strangers][: shop.sources or SOURCES]
    queries = [
        *_edited(sources, shop),
        *_kept_out(strangers, ("aac32k", "sound5s"), Kind.UNRELATED, shop),
        *_kept_out(
            [each for each in moments if each in audible][:MOMENTS],
            ("with_picture",),
            Kind.CAMERA,
            shop,
        ),
        *_made_up(shop),
    ]
    away = {clip.digest for clip in (*strangers, *moments)}
    library = [
        Exhibit(each.path, each.digest, each.group, each.seconds)
        for each in corpus.clips
        if each.digest not in away
    ]
    return Trial("sound", tuple(library), tuple(queries))


def _audible(clip: Clip) -> bool:
    return clip.sound and loudness(hear(Excerpt(clip.path, 0.0, min(clip.seconds, 60.0)))) > QUIET


def _edited(sources: Sequence[Clip], shop: Workshop) -> Iterator[Query]:
    for clip in sources:
        for edit in SOUND_EDITS.values():
            room = clip.seconds - ALL_BUT_END
            if shop.wants(edit.name) and (edit.seconds in {LONGEST, 5.0} or room >= edit.seconds):
                yield _query(clip, edit, Kind.COPY, shop)


def _kept_out(
    clips: Sequence[Clip], edits: Sequence[str], kind: Kind, shop: Workshop
) -> Iterator[Query]:
    for clip in clips:
        for name in edits:
            yield _query(clip, SOUND_EDITS[name], kind, shop)


def _query(clip: Clip, edit: SoundEdit, kind: Kind, shop: Workshop) -> Query:
    """A changed sound over its own picture or over a title card."""
    picture = Edit("picture", ("video",), lambda _choice, _beside: [to_height(360)])
    own = replace(picture, timing=Timing(seconds=edit.seconds))
    cut = reel(clip, own, Kind.COPY, (), shop)
    start, end = cut.parts[0].shown
    choice = chance(shop.seed, clip.digest, "sound", edit.name)
    under = cut.path if edit.verdict in OWN_PICTURE else _title(shop)

    def make(path: Path) -> Details:
        sound = edit.change(choice, hear(Excerpt(clip.path, start, end - start)))
        seconds = lay(path, under, sound, edit.coding, again=under != cut.path)
        return Part(clip.digest, (0.0, seconds), (start, end), edit.coding.tempo).document()

    key = (
        clip.digest,
        edit.version,
        edit.coding,
        cut.path.name,
        under.name,
        shop.seed,
        VERSION,
        RECIPE,
    )
    path, details = shop.cache.get(f"sound/{edit.name}", ".mp4", *key, make=make)
    part = Part.of(details)
    heard = kind is Kind.COPY and edit.verdict in {"same", "only"}
    return Query(
        f"{edit.name}/{kind}/{clip.digest[:12]}",
        path,
        edit.name,
        kind if heard or kind is not Kind.COPY else Kind.REPLACED,
        (clip.digest,),
        frozenset({clip.group} - {""}),
        (part,) if heard else (),
        part.query[1],
    )


def _made_up(shop: Workshop) -> Iterator[Query]:
    """Sounds in which nothing can be recognised, and speech and music that nobody holds."""
    kinds: dict[str, tuple[Synth, Kind]] = {
        "silence": (lambda _choice, seconds: silence(seconds), Kind.EMPTY),
        "hum": (hum, Kind.EMPTY),
        "speech": (voice, Kind.UNRELATED),
        "music": (music, Kind.UNRELATED),
    }
    for name, (synth, kind) in kinds.items():
        for number in range(2):
            sound = synth(chance(shop.seed, name, str(number)), MADE_UP_SECONDS)
            asked = f"{name}/{number}"
            query = Query(asked, _title(shop), name, kind, (asked,), seconds=MADE_UP_SECONDS)
            yield over(query, sound, f"sound/{name}", shop, again=True)


def _title(shop: Workshop) -> Path:
    """A title card, which no picture of the library is like."""

    def make(path: Path) -> Details:
        pictures = blank("title", chance(shop.seed, "under sounds"), TITLE_SECONDS)
        write(path, pictures, rate=RATE, crf=30)
        return {}

    return shop.cache.get("sound/title", ".mp4", shop.seed, VERSION, RECIPE, make=make)[0]
