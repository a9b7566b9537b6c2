"""Documents of boilerplate and decisions, described in `docs/formats/json.md`."""

from __future__ import annotations

from mediaev.actions.decide import Decided
from mediaev.actions.documents import Document, paths_document
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.decision import Place, StoredDecision, Verdict
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Sighting

Places = dict[Digest, list[Sighting]]


def boilerplate_document(found: Boilerplate, places: Places) -> Document:
    """One interval that recurs; `places` are the sightings of the exhibits it names."""
    return {
        "boilerplate": found.id,
        "state": state(found.verdict),
        "where": found.where,
        "seconds": round(found.seconds, 3),
        "recordings": found.recordings or None,
        "places": [
            {**_place_document(each), **paths_document(places[each.exhibit])}
            for each in found.places
        ],
        "for": [each.says for each in found.grounds if each.speaks_for],
        "against": [each.says for each in found.grounds if not each.speaks_for],
    }


def state(verdict: Verdict) -> str:
    """What is thought of boilerplate: proposed, or what was decided."""
    return "proposed" if verdict is Verdict.UNDECIDED else verdict.value


def decided_document(decided: Decided) -> Document:
    """What `decide --json` prints."""
    return {
        **decision_document(decided.stored),
        "clusters_before": [each.id for each in decided.before],
        "clusters": [each.id for each in decided.after],
    }


def decision_document(stored: StoredDecision) -> Document:
    """One decision; its reason is in the log."""
    decision = stored.decision
    return {
        "event": stored.seq,
        "time": stored.time,
        "about": decision.about,
        "subject": decision.subject,
        "verdict": decision.verdict.value,
        "places": [_place_document(each) for each in decision.places],
    }


def _place_document(place: Place) -> Document:
    return {"exhibit": str(place.exhibit), "interval": [place.start, place.end]}
