"""The trial of relations: is what is said of two copies true?

Each query is a copy with one known edit, so every statement about it is right or wrong. Clips keep
their sound, lose it, or get another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import av
from PIL import Image

from evaluation import framing
from evaluation.chance import chance, shuffled
from evaluation.corpus import Clip, Corpus, Photo
from evaluation.edits import STILL_EDITS, VIDEO_EDITS, Edit, Timing
from evaluation.footage import Excerpt, frames
from evaluation.hearing import QUIET, Samples, hear, loudness, music, silence
from evaluation.reels import over, reel
from evaluation.stills import LEAST_SIDE, Still, edited_still
from evaluation.truth import Exhibit, Kind, Query, Trial
from evaluation.workshop import Workshop

SOURCES = 16
"""Half of them photos, half of them clips."""
LEAST = 4.0


def _enlarged(by: float) -> Edit:
    """A later copy that has more pixels and more bits than what it was made from."""
    step = framing.shrunk(by)
    return Edit("enlarged", ("still", "video"), lambda _c, _b: [step], quality=96, crf=14)


ENLARGED = _enlarged(1.5)
_PLAIN = replace(VIDEO_EDITS["tg480_crf34"], timing=Timing(seconds=10.0))
SOUNDS = {
    "sound_kept": replace(_PLAIN, name="sound_kept"),
    "sound_removed": replace(_PLAIN, name="sound_removed"),
    "sound_silent": replace(_PLAIN, name="sound_silent"),
    "sound_replaced": replace(_PLAIN, name="sound_replaced"),
}
"""What becomes of the sound of clips that have one; the others have their sound removed."""
STILLS = {**STILL_EDITS, ENLARGED.name: ENLARGED}
VIDEOS = {**VIDEO_EDITS, ENLARGED.name: ENLARGED, **SOUNDS}
RELATION_EDITS = tuple(dict.fromkeys([*STILLS, *VIDEOS]))


def relations_trial(corpus: Corpus, shop: Workshop) -> Trial:
    """Some photos and clips as library, every edit of each as a query."""
    wanted = shop.sources or SOURCES
    photos = _photos(corpus.photos, wanted - wanted // 2, shop)
    clips = _clips(corpus.clips, wanted // 2, shop)
    queries = [*_of_photos(photos, shop), *_of_clips(clips, shop)]
    library = [
        *(Exhibit(each.path, each.digest, each.group) for each in photos),
        *(Exhibit(each.path, each.digest, each.group, each.seconds) for each in clips),
    ]
    return Trial("relations", tuple(library), tuple(queries))


def _photos(photos: Sequence[Photo], number: int, shop: Workshop) -> list[Still]:
    large = [each for each in photos if not each.group and min(each.size) >= LEAST_SIDE]
    chosen = shuffled(large, shop.seed, "relations of photos")[:number]
    return [Still(each.path, each.digest, each.group) for each in chosen]


def _clips(clips: Sequence[Clip], number: int, shop: Workshop) -> list[Clip]:
    """One of each place, those with a sound first."""
    usable = [each for each in clips if each.seconds >= LEAST and not _has_bars(each)]
    mixed = shuffled(usable, shop.seed, "relations of clips")
    first = {each.place: each for each in reversed(mixed)}
    one_each = [each for each in mixed if first[each.place] is each]
    return sorted(one_each, key=lambda each: not _can_be_heard(each))[:number]


def _has_bars(clip: Clip) -> bool:
    """Whether a clip is padded itself, so that edits of it are and are not."""
    picture = next(frames(Excerpt(clip.path, clip.seconds / 3, 0.5), side=240)).mean(axis=2)
    sides = picture[:2], picture[-2:], picture[:, :2], picture[:, -2:]
    flat = [float(side.std()) < 3.0 for side in sides]
    return (flat[0] and flat[1]) or (flat[2] and flat[3])


def _can_be_heard(clip: Clip) -> bool:
    return clip.sound and can_be_heard(clip.path, clip.seconds)


@cache
def can_be_heard(path: Path, seconds: float) -> bool:
    """Whether a clip has a sound that is more than silence."""
    if not seconds:
        return False
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return False
    return loudness(hear(Excerpt(path, 0.0, min(seconds, 12.0)))) > QUIET


def _of_photos(photos: Sequence[Still], shop: Workshop) -> Iterator[Query]:
    for photo in photos:
        for edit in STILLS.values():
            if shop.wants(edit.name):
                yield edited_still(photo, edit, Kind.COPY, photos, shop)


def _of_clips(clips: Sequence[Clip], shop: Workshop) -> Iterator[Query]:
    for clip in clips:
        heard = _can_be_heard(clip)
        for edit in VIDEOS.values():
            if shop.wants(edit.name) and (heard or edit.name not in SOUNDS):
                query = reel(clip, edit, Kind.COPY, clips, shop)
                sound = _sound(edit, clip, query, shop)
                yield query if sound is None else over(query, sound, "relations", shop)


def _sound(edit: Edit, clip: Clip, query: Query, shop: Workshop) -> Samples | None:
    """What is heard under the picture."""
    if edit.name == "sound_kept":
        start, end = query.parts[0].shown
        return hear(Excerpt(clip.path, start, end - start))
    if edit.name == "sound_silent":
        return silence(query.seconds)
    if edit.name == "sound_replaced":
        return music(chance(shop.seed, clip.digest, "another sound"), query.seconds)
    return None


def pixels_of(path: Path) -> int:
    """Width times height of a photo or a clip."""
    if path.suffix == ".mp4":
        return _of_video(path)
    try:
        with Image.open(path) as image:
            return image.width * image.height
    except OSError:
        return _of_video(path)


def _of_video(path: Path) -> int:
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        return int(context.width * context.height)
