"""Watching: which exhibits show all that a set of them shows, as far as matches tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from mediaev.model.cluster import Cluster
from mediaev.model.digest import Digest
from mediaev.model.match import Relation
from mediaev.store import StoredMatch

_COVERED = {Relation.IDENTICAL, Relation.SAME_RECORDING, Relation.EXCERPT_OF}
"""What an exhibit must be of another one to show nothing that the other does not."""


def to_watch(
    exhibits: Collection[Digest], clusters: Iterable[Cluster], matches: Iterable[StoredMatch]
) -> set[Digest]:
    """The exhibits that remain when each one matched as a copy or excerpt of one that stays goes.

    Two that merely overlap both remain: a common title is not worth an unseen recording.
    """
    covers = _covers(matches)
    remaining = set(exhibits)
    for cluster in clusters:
        remaining -= _covered([each for each in cluster.ranking.order if each in remaining], covers)
    return remaining


def _covered(ranked: Sequence[Digest], covers: dict[Digest, set[Digest]]) -> set[Digest]:
    """Those of one cluster that others of it, which stay, cover directly."""
    staying: set[Digest] = set()
    for each in ranked:
        if not covers.get(each, set()) & staying:
            staying.add(each)
    # An excerpt may rank before the whole.
    for each in [each for each in ranked if each in staying]:
        rest = staying - {each}
        leaving = [other for other in ranked if other not in rest]
        if all(covers.get(other, set()) & rest for other in leaving):
            staying = rest
    return set(ranked) - staying


def _covers(matches: Iterable[StoredMatch]) -> dict[Digest, set[Digest]]:
    """By exhibit, those that hold all of it."""
    found: dict[Digest, set[Digest]] = {}
    for each in matches:
        if not each.match.accepted:
            continue
        for one, other, match in (
            each.sides,
            (each.b, each.a, each.match.turned()),
        ):
            if match.relation in _COVERED:
                found.setdefault(one, set()).add(other)
    return found
