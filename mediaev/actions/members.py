"""Members: what the facts of a file say of it as one of several copies."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from mediaev.compare.differences import differences
from mediaev.model.cluster import Member
from mediaev.model.difference import Difference
from mediaev.model.digest import Digest
from mediaev.model.examination import MediaFacts
from mediaev.store import CaseStore, StoredMatch


def member(digest: Digest, size: int, facts: MediaFacts) -> Member:
    """A copy by its facts alone; what its picture and its matches tell is added elsewhere."""
    pixels = facts.width * facts.height if facts.width and facts.height else None
    return Member(
        digest,
        size,
        facts.duration,
        pixels,
        facts.bit_rate,
        frame_pixels=pixels,
        codec=facts.video_codec or facts.format,
        has_sound=bool(facts.audio_codec),
    )


def member_of(store: CaseStore, digest: Digest) -> Member | None:
    """One exhibit of a case; None if it was never examined."""
    facts, exhibit = store.facts_of(digest), store.exhibit(digest)
    if facts is None or exhibit is None:
        return None
    return member(digest, exhibit.size, facts)


def members(store: CaseStore) -> dict[Digest, Member]:
    """Every examined exhibit of a case."""
    sizes = {exhibit.digest: exhibit.size for exhibit in store.exhibits()}
    return {
        digest: member(digest, sizes[digest], facts)
        for digest, facts in store.facts().items()
        if digest in sizes
    }


def told_apart(
    store: CaseStore, matches: Iterable[StoredMatch]
) -> dict[str, tuple[Difference, ...]]:
    """What was done to either copy of each match, by its id; seen from its first exhibit."""
    named = functools.cache(functools.partial(member_of, store))
    return {
        each.id: tuple(differences(each.match, one, other))
        for each in matches
        if (one := named(each.a)) is not None and (other := named(each.b)) is not None
    }
