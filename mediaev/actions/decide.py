"""Decide: record what a person says of a subject, and draw the conclusions at once.

What can be decided about is told by the beginning of its id. Another kind of subject is a
line in `_SUBJECTS` and its verdicts in `mediaev/model/decision.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mediaev.actions.boilerplate import boilerplate
from mediaev.actions.matching import cluster_all
from mediaev.errors import UsageError
from mediaev.model.cluster import Cluster
from mediaev.model.decision import (
    BOILERPLATE,
    VERDICTS,
    Decision,
    Place,
    StoredDecision,
    Verdict,
)
from mediaev.model.exhibit import shown
from mediaev.store import MOST_PLACES, CaseStore


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and what came of it."""

    stored: StoredDecision
    before: tuple[Cluster, ...]
    """The clusters as they were."""
    after: tuple[Cluster, ...]


def decide(store: CaseStore, subject: str, verdict: str, *, reason: str = "") -> Decided:
    """Record a decision and cluster the case anew; must run inside a session of the store.

    Raises UsageError for a subject that the case does not have and a verdict that cannot be
    given of it.
    """
    decision = _decision(store, subject, _verdict(verdict))
    before = tuple(store.clusters())
    with store.transaction():
        stored = store.record_decision(decision, reason=reason)
        after = tuple(cluster_all(store))
    return Decided(stored, before, after)


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text)
    except ValueError:
        every = ", ".join(Verdict)
        raise UsageError(f"{shown(text)}: no such verdict; there are {every}") from None


def _decision(store: CaseStore, subject: str, verdict: Verdict) -> Decision:
    for beginning, (about, places_of) in _SUBJECTS.items():
        if subject.startswith(beginning):
            if verdict not in VERDICTS[about]:
                every = ", ".join(VERDICTS[about])
                raise UsageError(f"{verdict} cannot be said of {about}; there are {every}")
            return Decision(about, subject, verdict, places_of(store, subject, verdict))
    raise UsageError(
        f"{shown(subject) or 'no id'}: nothing that can be decided about",
        advice="`mediaev boilerplate` lists what can be, with ids that begin with b-.",
    )


def _places_of_boilerplate(store: CaseStore, name: str, verdict: Verdict) -> tuple[Place, ...]:
    found = next((each for each in boilerplate(store) if each.id == name), None)
    if found is None:
        raise UsageError(
            f"{shown(name)}: no boilerplate of this case goes by that id",
            advice="`mediaev boilerplate` lists them; a scan may have given it another id.",
        )
    if verdict is found.verdict is Verdict.UNDECIDED:
        raise UsageError(f"{name} is undecided already: there is nothing to take back")
    return found.places[:MOST_PLACES]


_Places = Callable[[CaseStore, str, Verdict], tuple[Place, ...]]

_SUBJECTS: Mapping[str, tuple[str, _Places]] = MappingProxyType(
    {"b-": (BOILERPLATE, _places_of_boilerplate)}
)
"""By the beginning of an id: kind of the subject, and how its places are found."""
