"""Clusters: exhibits that show one recording, joined by accepted matches.

Rules:
1. Only accepted matches of the copy family join; same-scene and audio-only never do.
2. Matches that a third exhibit bears out join first, and among them the surest.
3. Two groups become one only if more than half of the pairs across are matched, or a
   third of them and at least two. So A ~ B ~ C with A ≁ C stays apart, and one wrong
   match cannot join two groups.
4. Two excerpts of one continuous recording need not match each other: the recording that
   holds both whole excuses them. A compilation, whose parts end at cuts, excuses nothing.
5. An accepted match that joins nothing is kept as a link; nothing is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mediaev.compare.earlier import earlier
from mediaev.compare.rank import closest_to_source
from mediaev.compare.told import Told
from mediaev.model.cluster import Cluster, Member
from mediaev.model.digest import Digest
from mediaev.model.match import Match, Relation

Pair = tuple[Digest, Digest]


def clusters(
    matches: Iterable[tuple[Digest, Digest, Match]], members: Mapping[Digest, Member]
) -> list[Cluster]:
    """Group exhibits, rank each group, largest groups first.

    `matches` are seen from their first exhibit; `members` must know every exhibit
    of an accepted one.
    """
    every = list(matches)
    edges = {
        _pair(left, right): match if left < right else match.turned()
        for left, right, match in every
        if match.accepted
    }
    apart = Counter(
        digest for *pair, match in every if match.rests_on_boilerplate for digest in pair
    )
    groups = _joined(edges)
    beside = _beside(edges)
    found = []
    for group in groups:
        links = {
            other
            for pair in edges
            for one, other in (pair, pair[::-1])
            if one in group and other not in group
        }
        told = Told(group, beside, members)
        ranking = closest_to_source([told.member(each) for each in group])
        name = f"c-{min(group).hex[:12]}"
        found.append(
            Cluster(
                name,
                ranking.order,
                ranking,
                tuple(sorted(links)),
                sum(apart[each] for each in group),
                earlier(ranking.order, told),
            )
        )
    return sorted(found, key=lambda cluster: (-len(cluster.members), cluster.id))


def _beside(edges: Mapping[Pair, Match]) -> Mapping[Digest, Sequence[tuple[Digest, Match]]]:
    """By exhibit, those that it is matched with, each match seen from it."""
    found: dict[Digest, list[tuple[Digest, Match]]] = {}
    for (one, other), match in edges.items():
        found.setdefault(one, []).append((other, match))
        found.setdefault(other, []).append((one, match.turned()))
    return found


def _pair(left: Digest, right: Digest) -> Pair:
    return (left, right) if left < right else (right, left)


def _joined(edges: Mapping[Pair, Match]) -> list[set[Digest]]:
    """Merge groups along the matches, as rules 2 to 4 allow."""
    neighbours: dict[Digest, set[Digest]] = {}
    for one, other in edges:
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)

    def priority(pair: Pair) -> tuple[bool, float, Pair]:
        borne_out = bool(neighbours[pair[0]] & neighbours[pair[1]])
        return not borne_out, -edges[pair].score, pair

    group_of = {digest: {digest} for digest in neighbours}
    for pair in sorted(edges, key=priority):
        left, right = group_of[pair[0]], group_of[pair[1]]
        if left is right or not _may_join(left, right, edges):
            continue
        left |= right
        for each in right:
            group_of[each] = left
    distinct = {id(group): group for group in group_of.values()}
    return [group for group in distinct.values() if len(group) > 1]


def _may_join(left: set[Digest], right: set[Digest], edges: Mapping[Pair, Match]) -> bool:
    matched = counted = 0
    for one in left:
        for other in right:
            if _pair(one, other) in edges:
                matched += 1
                counted += 1
            elif not _excused(one, other, left | right, edges):
                counted += 1
    return 2 * matched > counted or (matched >= 2 and 3 * matched >= counted)


def _excused(one: Digest, other: Digest, group: set[Digest], edges: Mapping[Pair, Match]) -> bool:
    """Whether some exhibit of the group holds both as excerpts of one continuous recording."""
    return any(
        _is_part(one, whole, edges) and _is_part(other, whole, edges)
        for whole in group - {one, other}
    )


def _is_part(part: Digest, whole: Digest, edges: Mapping[Pair, Match]) -> bool:
    match = edges.get(_pair(part, whole))
    if match is None:
        return False
    seen = match if part < whole else match.turned()
    at_cuts = bool(match.evidence.get("visual", {}).get("ends_at_cuts"))
    return seen.relation is Relation.EXCERPT_OF and not at_cuts
