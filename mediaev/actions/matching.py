"""Matching within a case: every new exhibit against all others, then clusters."""

from __future__ import annotations

from dataclasses import replace

from mediaev.actions.learned import held_by
from mediaev.actions.marking import marked
from mediaev.actions.members import members
from mediaev.actions.parameters import THRESHOLDS, thresholds_id
from mediaev.actions.progress import Listener, Progress
from mediaev.actions.searching import Search
from mediaev.actions.subjects import Library
from mediaev.compare.boilerplate import KnownPlaces, confirmed, spread
from mediaev.compare.cluster import clusters
from mediaev.compare.testimony import ENGINE, Lead, testify
from mediaev.compare.track import Subject
from mediaev.model.claim import Claim
from mediaev.model.cluster import Cluster, Member
from mediaev.model.digest import Digest
from mediaev.model.fingerprint import Region
from mediaev.model.match import Match
from mediaev.store import CaseStore

TIME_FIELDS = ("capture_time", "gps_time", "container_create_time")
"""Claims of a time at or near the recording, as opposed to posting or saving."""


def match_new(store: CaseStore, listen: Listener) -> int:
    """Compare each exhibit not yet compared by this engine with all the others.

    Each pair is compared once and always from the smaller digest, so that an interrupted
    and resumed run ends with the same matches. Returns how many exhibits were compared.
    """
    library = Library(store, tuple(held_by(store)))
    done = store.compared(ENGINE) & library.described.keys()
    new = sorted(library.described.keys() - done)
    if not new:
        return 0
    search = Search(library, listen)
    for number, digest in enumerate(new):
        listen(Progress("compare", number, len(new)))
        near = search.candidates(library.whole(digest))
        found = [
            (other, match)
            for other in sorted(near.keys() & done)
            if (match := _match(library, digest, other, near[other])) is not None
        ]
        with store.transaction():
            store.record_matches(digest, ENGINE, found)
        done.add(digest)
    search.tidy()
    listen(Progress("compare", len(new), len(new)))
    return len(new)


def _match(library: Library, digest: Digest, other: Digest, lead: Lead) -> Match | None:
    """The match seen from `digest`, computed from the smaller of the two."""
    back = lead.turned()
    one, another = library.led_to(digest, back), library.led_to(other, lead)
    if digest < other:
        return _stamped(testify(one, another, lead))
    match = _stamped(testify(another, one, back))
    return match.turned() if match is not None else None


def _stamped(match: Match | None) -> Match | None:
    """The match with the id of the numbers that it rests on."""
    if match is None:
        return None
    return replace(match, evidence={**match.evidence, THRESHOLDS: thresholds_id()})


def cluster_all(store: CaseStore) -> list[Cluster]:
    """Cluster the case anew from its accepted matches and record the result.

    Where confirmed boilerplate lies is found anew as well, for it stops joining.
    """
    stored = store.matches(engine=ENGINE)
    decisions = [each.decision for each in store.decisions()]
    places = spread(confirmed(decisions), (each.sides for each in stored))
    matches = [each.sides for each in marked(stored, KnownPlaces(places))]
    named = {digest for a, b, match in matches if match.accepted for digest in (a, b)}
    found = clusters(matches, _members(store, named))
    with store.transaction():
        store.record_boilerplate(places)
        store.record_clusters(found)
    return found


def _members(store: CaseStore, named: set[Digest]) -> dict[Digest, Member]:
    subjects = Library(store).subjects
    times: dict[Digest, list[Claim]] = {}
    for field in TIME_FIELDS:
        for digest, claims in store.claims(field).items():
            times.setdefault(digest, []).extend(claims)
    of_files = members(store)
    return {
        digest: _ranked(of_files[digest], subjects[digest], times.get(digest, []))
        for digest in named
    }


def _ranked(member: Member, subject: Subject, times: list[Claim]) -> Member:
    """A member with what its picture and its claims say for ranking."""
    inner = subject.track(Region.INNER)
    shown = inner.box.area if inner is not None else 1.0
    claimed = sorted(
        claim.value for claim in times if isinstance(claim.value, str) and not claim.rejected
    )
    return replace(
        member,
        pixels=round(member.frame_pixels * shown) if member.frame_pixels else None,
        shown_area=shown,
        claimed_time=claimed[0] if claimed else None,
    )
