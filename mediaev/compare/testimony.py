"""Testimony: what pictures and sound say of a pair together.

Sound is a witness of its own. It never makes a copy out of pictures that are not one, it
supports pictures that are, and it says aloud where it contradicts them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mediaev.compare import relate as pictures
from mediaev.compare.closeup import CLOSEUP, close_up
from mediaev.compare.likeness import Likeness, told
from mediaev.compare.proposals import Meeting
from mediaev.compare.relate import relate
from mediaev.compare.sound import SOUNDS, agree, likeness_at
from mediaev.compare.sound_profile import Sound
from mediaev.compare.sound_stretch import LIKENESS, LIKENESS_BESIDE
from mediaev.compare.sound_windows import Seed, seeds
from mediaev.compare.track import Subject
from mediaev.compare.view import View
from mediaev.model.match import Match, Relation, Segment
from mediaev.model.sound import SoundAgreement, SoundVerdict

ENGINE = f"{pictures.ENGINE}+{SOUNDS}+{CLOSEUP}"
"""Names the comparison of pictures and sound; matches found by another are found anew."""

UNLIKE = 0.15
"""Correlation below which telling sound at one place is called another sound. Copies lie at 0.4
and more, one in twenty under a voice twice as loud at less than 0.14."""
CHANCE = 1.4
"""Over the root of the telling rows: the correlation that unrelated sound reaches by chance,
when the best of many places and pitches is taken."""
ENOUGH = 20
"""Telling rows (a tenth of a second each) on both sides before sound is called another."""
SUPPORT = 0.25
"""Share of what the pictures leave open that agreeing sound adds to their score."""
SAME_PLACE = 0.6
"""Seconds by which pictures and sound may differ on one place."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Why a pair is worth comparing: what searching for candidates found of it."""

    views: Collection[View] = ()
    """Under which the pictures of some moment look alike."""
    meetings: Collection[Meeting] = ()
    """Keyframes that share spots."""
    seeds: Collection[Seed] | None = ()
    """Places that may sound alike; None where they have yet to be looked for."""
    likenesses: Sequence[Likeness] = ()
    """Pictures that a learned network describes alike."""

    @property
    def by_picture(self) -> bool:
        """Whether anything that is seen speaks for the pair."""
        return bool(self.views or self.meetings or self.likenesses)

    def turned(self) -> Lead:
        """The same lead seen from the other side, whose places are found there anew."""
        return Lead(
            {view.from_the_other() for view in self.views},
            [meeting.turned() for meeting in self.meetings],
            None if self.seeds is None or self.seeds else (),
            [likeness.turned() for likeness in self.likenesses],
        )


def testify(query: Subject, exhibit: Subject, lead: Lead) -> Match | None:
    """What pictures and sound say of a pair that a lead names, seen from the query.

    None where neither speaks for it.
    """
    seen = None
    if lead.by_picture:
        seen = relate(query, exhibit, lead.views, lead.meetings, lead.likenesses)
    heard = weigh(query.sound, exhibit.sound, seen, lead.seeds)
    match = told(query, exhibit, heard, lead.likenesses)
    if match is None or not match.accepted:
        return match
    closeup = close_up(query, exhibit, match)
    if closeup is None:
        return match
    return replace(match, evidence={**match.evidence, "closeup": closeup})


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of listening to a pair."""

    verdict: SoundVerdict
    agreement: SoundAgreement | None = None
    likeness: float | None = None
    """Correlation at the pictures' place, where there is no agreement."""


def weigh(
    query: Sound | None,
    exhibit: Sound | None,
    match: Match | None,
    found: Iterable[Seed] | None = None,
) -> Match | None:
    """The match of a pair from what its pictures say and what its sound says.

    `match` is the pictures', or None; `found` are the places from a candidate search, or
    None to search here. All are seen from the query.
    """
    if match is not None and (match.relation is Relation.IDENTICAL or not _moves(match)):
        return match
    if query is None or exhibit is None:
        if match is None or (query is None and exhibit is None):
            return match
        return _together(match, Heard(SoundVerdict.SILENT))
    places = seeds(query, exhibit) if found is None else found
    shown = match.segments if match is not None else ()
    pointed = [segment for segment in shown if not segment.offset_ambiguous]
    agreement = agree(query, exhibit, places, pointed)
    if match is None:
        return _sound_alone(agreement) if agreement is not None else None
    heard = _beside(query, exhibit, match, agreement)
    return _together(match, heard)


def _moves(match: Match) -> bool:
    """Whether there is any stretch of time: a still has no sound."""
    return any(segment.query[1] > segment.query[0] for segment in match.segments)


def _sound_alone(agreement: SoundAgreement) -> Match:
    evidence = {"audio": _evidence(Heard(SoundVerdict.ONLY, agreement))}
    return Match(Relation.AUDIO_ONLY, agreement.score, agreement.segments, evidence=evidence)


def _beside(query: Sound, exhibit: Sound, match: Match, agreement: SoundAgreement | None) -> Heard:
    """What sound says beside pictures."""
    if agreement is not None:
        same = any(
            _one_place(seen, heard) for seen in match.segments for heard in agreement.segments
        )
        return Heard(SoundVerdict.SAME if same else SoundVerdict.ELSEWHERE, agreement)
    compared = [likeness_at(query, exhibit, segment) for segment in match.segments]
    telling = sum(rows for _, rows in compared)
    if not telling:
        return Heard(SoundVerdict.SILENT)
    likeness = sum(each * rows for each, rows in compared) / telling
    certain = telling >= ENOUGH and not any(each.offset_ambiguous for each in match.segments)
    if not certain or likeness >= min(UNLIKE, CHANCE / telling**0.5):
        return Heard(SoundVerdict.UNSURE, likeness=likeness)
    verdict = SoundVerdict.REPLACED if match.accepted else SoundVerdict.DIFFERENT
    return Heard(verdict, likeness=likeness)


def _one_place(seen: Segment, heard: Segment) -> bool:
    """Whether a stretch that is seen and one that is heard overlap on the same place."""
    low, high = max(seen.query[0], heard.query[0]), min(seen.query[1], heard.query[1])
    if low > high + SAME_PLACE:
        return False
    if seen.offset_ambiguous or heard.offset_ambiguous:
        # Either would fit elsewhere as well, so they cannot contradict each other.
        return True
    middle = (low + high) / 2
    there = [each.exhibit[0] + each.speed * (middle - each.query[0]) for each in (seen, heard)]
    return abs(there[0] - there[1]) <= SAME_PLACE


def _together(match: Match, heard: Heard) -> Match:
    score = match.score
    if heard.verdict is SoundVerdict.SAME and match.accepted:
        score = round(score + SUPPORT * (1.0 - score), 4)
    evidence = {**match.evidence, "audio": _evidence(heard)}
    return replace(match, score=score, evidence=evidence)


def _evidence(heard: Heard) -> dict[str, Any]:
    """What a person needs to weigh the sound; seen from the query, as the segments are."""
    told: dict[str, Any] = {"engine": SOUNDS, "verdict": heard.verdict.value}
    agreement = heard.agreement
    if agreement is None:
        told["segments"] = []
        if heard.likeness is not None:
            told["correlation"] = round(heard.likeness, 3)
        return told
    best = max(agreement.segments, key=lambda each: each.score)
    return told | {
        "segments": [[*each.query, *each.exhibit] for each in agreement.segments],
        "speed": best.speed,
        "pitch": agreement.pitch,
        "bit_error": agreement.bit_error,
        "correlation": agreement.correlation,
        "correlation_limit": LIKENESS if heard.verdict is SoundVerdict.ONLY else LIKENESS_BESIDE,
        "seconds": agreement.seconds,
        "score": agreement.score,
    }
