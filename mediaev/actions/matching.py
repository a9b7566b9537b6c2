"""Matching within a case: every new exhibit against all others, then clusters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mediaev.actions.progress import Listener, Progress
from mediaev.actions.subjects import sounds, subjects
from mediaev.compare import relate as pictures
from mediaev.compare.cluster import clusters
from mediaev.compare.relate import View, relate
from mediaev.compare.sound import SOUNDS
from mediaev.compare.sound_profile import Sound
from mediaev.compare.testimony import weigh
from mediaev.compare.track import Subject
from mediaev.index.candidates import CandidateIndex
from mediaev.index.sounds import SoundIndex
from mediaev.model.claim import Claim
from mediaev.model.cluster import Cluster, Member
from mediaev.model.digest import Digest
from mediaev.model.examination import MediaFacts
from mediaev.model.fingerprint import Region
from mediaev.model.match import Match
from mediaev.store import CaseStore

TIME_FIELDS = ("capture_time", "gps_time", "container_create_time")
"""Claims of a time at or near the recording, as opposed to posting or saving."""


ENGINE = f"{pictures.ENGINE}+{SOUNDS}"
"""Names the comparison of pictures and sound; another version compares anew."""


def match_new(store: CaseStore, listen: Listener) -> int:
    """Compare each exhibit not yet compared by this engine with all the others.

    Each pair is compared once and always from the smaller digest, so that an interrupted
    and resumed run ends with the same matches. Returns how many exhibits were compared.
    """
    known = _Known(subjects(store), sounds(store))
    done = store.compared(ENGINE) & known.digests
    new = sorted(known.digests - done)
    if not new:
        return 0
    seen, heard = CandidateIndex(known.seen), SoundIndex(known.heard)
    for number, digest in enumerate(new):
        listen(Progress("compare", number, len(new)))
        views = seen.views(known.seen[digest]) if digest in known.seen else {}
        alike = heard.seeds(known.heard[digest]).keys() if digest in known.heard else set()
        found = [
            (other, match)
            for other in sorted((views.keys() | alike) & done)
            if (match := _match(known, digest, other, views.get(other), alike=other in alike))
            is not None
        ]
        with store.transaction():
            store.record_matches(digest, ENGINE, found)
        done.add(digest)
    listen(Progress("compare", len(new), len(new)))
    return len(new)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the case holds for comparison."""

    seen: Mapping[Digest, Subject]
    heard: Mapping[Digest, Sound]

    @property
    def digests(self) -> set[Digest]:
        return set(self.seen.keys() | self.heard.keys())


def _match(
    known: _Known, digest: Digest, other: Digest, views: set[View] | None, *, alike: bool
) -> Match | None:
    """The match seen from `digest`, computed from the smaller of the two."""
    if digest > other:
        turned = {view.from_the_other() for view in views} if views else None
        match = _match(known, other, digest, turned, alike=alike)
        return match.turned() if match is not None else None
    match = relate(known.seen[digest], known.seen[other], views) if views else None
    # Places are looked for again, so that they do not depend on which of the two came first.
    places = None if alike else ()
    return weigh(known.heard.get(digest), known.heard.get(other), match, places)


def cluster_all(store: CaseStore) -> list[Cluster]:
    """Cluster the case anew from its accepted matches and record the result."""
    accepted = [each for each in store.matches() if each.match.accepted]
    named = {digest for each in accepted for digest in (each.a, each.b)}
    members = _members(store, named)
    found = clusters(((each.a, each.b, each.match) for each in accepted), members)
    with store.transaction():
        store.record_clusters(found)
    return found


def _members(store: CaseStore, named: set[Digest]) -> dict[Digest, Member]:
    facts = store.facts()
    known = subjects(store)
    sizes = {exhibit.digest: exhibit.size for exhibit in store.exhibits()}
    times: dict[Digest, list[Claim]] = {}
    for field in TIME_FIELDS:
        for digest, claims in store.claims(field).items():
            times.setdefault(digest, []).extend(claims)
    return {
        digest: _member(digest, sizes[digest], facts[digest], known[digest], times.get(digest, []))
        for digest in named
    }


def _member(
    digest: Digest, size: int, facts: MediaFacts, subject: Subject, times: list[Claim]
) -> Member:
    inner = subject.track(Region.INNER)
    shown = inner.box.area if inner is not None else 1.0
    pixels = facts.width * facts.height if facts.width and facts.height else None
    claimed = sorted(
        claim.value for claim in times if isinstance(claim.value, str) and not claim.rejected
    )
    return Member(
        digest,
        size,
        facts.duration,
        round(pixels * shown) if pixels else None,
        facts.bit_rate,
        shown,
        claimed_time=claimed[0] if claimed else None,
    )
