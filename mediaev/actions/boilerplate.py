"""Boilerplate in a case: what is proposed, and what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mediaev.actions.subjects import Library
from mediaev.compare.boilerplate import standing
from mediaev.compare.grounds import IsCut, grounds
from mediaev.compare.recurring import recurring, where
from mediaev.compare.testimony import ENGINE
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.decision import Decision, Place, Verdict
from mediaev.model.digest import Digest
from mediaev.store import CaseStore


def boilerplate(store: CaseStore) -> list[Boilerplate]:
    """What was decided and what is proposed, with grounds; proposals first."""
    durations = _durations(store)
    found, decided = _found(store, durations), _decided(store)
    spread = defaultdict(list)
    for name, place in store.boilerplate_places():
        spread[name].append(place)
    open_ones = _undecided(found, decided)
    settled = [_settled(one, found, spread[one.subject], durations) for one in decided]
    every = [*open_ones, *settled]
    if not every:
        return []
    is_cut = _cuts(store)
    return [replace(each, grounds=grounds(each, durations, is_cut)) for each in every]


def proposed(store: CaseStore) -> int:
    """How many are proposed and undecided."""
    return len(_undecided(_found(store, _durations(store)), _decided(store)))


def _found(store: CaseStore, durations: Mapping[Digest, float]) -> list[Boilerplate]:
    return recurring((each.sides for each in store.matches(engine=ENGINE)), durations)


def _decided(store: CaseStore) -> list[Decision]:
    return standing(each.decision for each in store.decisions())


def _undecided(found: Iterable[Boilerplate], decided: Sequence[Decision]) -> list[Boilerplate]:
    return [each for each in found if not any(_is_about(one, each) for one in decided)]


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
    """Where exhibits have cuts."""
    subjects = Library(store).subjects

    def is_cut(digest: Digest, at: float) -> bool:
        return digest in subjects and subjects[digest].has_cut_near(at)

    return is_cut
