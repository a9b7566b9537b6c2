"""Boilerplate in a case: what is proposed, and what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from mediaev.actions.subjects import Library
from mediaev.compare.boilerplate import standing
from mediaev.compare.grounds import IsCut, grounds
from mediaev.compare.recurring import recurring, where
from mediaev.compare.testimony import ENGINE
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.decision import Decision, Place, Verdict
from mediaev.model.digest import Digest
from mediaev.store import CaseStore

_CUT_WITHIN = 0.3
"""Seconds around a moment in which a cut counts as being there."""


def boilerplate(store: CaseStore) -> list[Boilerplate]:
    """What was decided and what is proposed, with grounds; proposals first."""
    durations = _durations(store)
    found = recurring(
        ((each.a, each.b, each.match) for each in store.matches(engine=ENGINE)), durations
    )
    decided = standing(each.decision for each in store.decisions())
    spread = defaultdict(list)
    for name, place in store.boilerplate_places():
        spread[name].append(place)
    open_ones = [each for each in found if not any(_is_about(one, each) for one in decided)]
    settled = [_settled(one, found, spread[one.subject], durations) for one in decided]
    every = [*open_ones, *settled]
    if not every:
        return []
    is_cut = _cuts(store)
    return [replace(each, grounds=grounds(each, durations, is_cut)) for each in every]


def proposed(store: CaseStore) -> int:
    """How many are proposed and undecided."""
    found = recurring(
        ((each.a, each.b, each.match) for each in store.matches(engine=ENGINE)), _durations(store)
    )
    decided = standing(each.decision for each in store.decisions())
    return sum(not any(_is_about(one, each) for one in decided) for each in found)


def _durations(store: CaseStore) -> dict[Digest, float]:
    """Seconds of every exhibit that has any."""
    return {
        digest: float(facts.duration) for digest, facts in store.facts().items() if facts.duration
    }


def _is_about(decision: Decision, found: Boilerplate) -> bool:
    return decision.subject == found.id or any(map(decision.concerns, found.places))


def _settled(
    decision: Decision,
    found: Iterable[Boilerplate],
    spread: list[Place],
    durations: Mapping[Digest, float],
) -> Boilerplate:
    """What was decided, under the id it had then, with all places known by now."""
    alike = next((each for each in found if _is_about(decision, each)), None)
    places = tuple(sorted(spread or decision.places))
    if alike is not None and decision.verdict is not Verdict.BOILERPLATE:
        places = alike.places
    timed = [place for place in places if place.exhibit in durations]
    recordings = alike.recordings if alike is not None else 0
    return Boilerplate(
        decision.subject, places, recordings, where(timed, durations), verdict=decision.verdict
    )


def _cuts(store: CaseStore) -> IsCut:
    """Where exhibits have cuts: samples come early there."""
    subjects = Library(store).subjects

    def is_cut(digest: Digest, at: float) -> bool:
        subject = subjects.get(digest)
        if subject is None:
            return False
        early = np.diff(subject.samples) < 0.9 * subject.pace
        return bool((np.abs(subject.samples[1:][early] - at) <= _CUT_WITHIN).any())

    return is_cut
