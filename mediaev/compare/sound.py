"""Sound against sound: stretches that change alike, in time, tempo and pitch.

Where two recordings hold the same sound, the shape of their spectra changes at the same
moments. A seed (`mediaev.compare.sound_windows`) says where that may be; here the place is
refined and grown for as long as it holds, and then has to stand out from chance by its
length and its likeness together. The thresholds and what they were measured on stand in
docs/decisions/0007-sound.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from mediaev.compare.sound_overlay import Place, Sums, held_together
from mediaev.compare.sound_profile import FRAME_SECONDS, LAG, Sound
from mediaev.compare.sound_stretch import Stretch, covers, follow
from mediaev.compare.sound_windows import SPAN, Change, Seed
from mediaev.model.match import Segment
from mediaev.model.sound import SoundAgreement

SOUNDS = "sound-time/2"
"""Names this comparison; matches found by another version are found anew."""

_PITCHES = (0.75, 0.84, 0.92, 1.09, 1.19, 1.33)
"""Query pitch over exhibit pitch, tried where pictures agree, before sound is called another."""


def agree(
    query: Sound, exhibit: Sound, seeds: Iterable[Seed], shown: Sequence[Segment] = ()
) -> SoundAgreement | None:
    """The stretches that the two share, from the places where they may; None if none holds.

    `shown` are the segments in which the pictures agree: places to listen at as well, and
    where less is enough.
    """
    found: list[Stretch] = []
    pointed = [_pointed_at(query, exhibit, segment)[0] for segment in shown]
    for seed in (*pointed, *seeds):
        if seed in pointed or not any(covers(stretch, seed) for stretch in found):
            stretch = follow(query, exhibit, seed, pointed)
            if stretch is not None:
                found.append(stretch)
    return _agreement(query, exhibit, _apart(found))


def likeness_at(query: Sound, exhibit: Sound, segment: Segment) -> tuple[float, int]:
    """Correlation within a segment that the pictures gave, and the telling rows it rests on.

    The best of a few places nearby, since pictures are aligned to a quarter of a second, and
    of a few pitches, since voices are made unknowable that way.
    """
    _, sums = _pointed_at(query, exhibit, segment)
    return sums.likeness, sums.telling


def _pointed_at(query: Sound, exhibit: Sound, segment: Segment) -> tuple[Seed, Sums]:
    """The place that a segment of the pictures points at, and what is heard there."""
    first = (segment.exhibit[0] - exhibit.start) / FRAME_SECONDS
    last = (segment.exhibit[1] - exhibit.start) / FRAME_SECONDS
    shift = first - segment.speed * (segment.query[0] - query.start) / FRAME_SECONDS
    low, high = max(0, round(first)), min(len(exhibit.codes), round(last)) - LAG
    found = [
        (change, held_together(query, exhibit, Place(change, shift + step), low, high))
        for change in (Change(segment.speed, pitch) for pitch in (1.0, segment.speed, *_PITCHES))
        for step in np.arange(-3.0, 3.01, 1.0)
    ]
    enough = max(sums.telling for _, sums in found) / 2
    change, best = max(
        (each for each in found if each[1].telling >= enough), key=lambda each: each[1].likeness
    )
    return Seed(change, shift, round((first + last) / 2) - SPAN), best


def _apart(found: Sequence[Stretch]) -> list[Stretch]:
    """Drop what a surer stretch says of the same part of the query."""
    kept: list[Stretch] = []
    for stretch in sorted(found, key=lambda one: (-one.telling * one.likeness, one.first)):
        low, high = stretch.on_query
        if all(
            min(high, there[1]) - max(low, there[0]) < 0.5 * (high - low)
            for there in (one.on_query for one in kept)
        ):
            kept.append(stretch)
    return kept


def _agreement(query: Sound, exhibit: Sound, kept: Sequence[Stretch]) -> SoundAgreement | None:
    if not kept:
        return None
    best = max(kept, key=lambda one: one.score)
    segments = sorted((_segment(query, exhibit, one) for one in kept), key=lambda one: one.query)
    return SoundAgreement(
        tuple(segments),
        round(best.score, 4),
        round(best.likeness, 4),
        round(best.error, 4),
        round(sum(one.telling for one in kept) * FRAME_SECONDS, 1),
        round(best.place.change.pitch, 4),
    )


def _segment(query: Sound, exhibit: Sound, stretch: Stretch) -> Segment:
    """In and out points; what is heard before the first picture counts as time 0."""
    sides = [
        tuple(round(max(0.0, sound.seconds(row)), 3) for row in rows)
        for sound, rows in (
            (query, stretch.on_query),
            (exhibit, (stretch.first, stretch.last + LAG)),
        )
    ]
    return Segment(
        (sides[0][0], sides[0][1]),
        (sides[1][0], sides[1][1]),
        round(stretch.place.change.speed, 4),
        round(stretch.score, 4),
        stretch.ambiguous,
    )
