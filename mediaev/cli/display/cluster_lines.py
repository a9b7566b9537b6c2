"""Clusters in words: how many copies, how they relate, which is closest to the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from mediaev.actions.naming import StoredMatch
from mediaev.cli.display.output import line
from mediaev.cli.display.places import Places, first_place
from mediaev.cli.display.tables import table
from mediaev.cli.display.wording import count, short
from mediaev.model.cluster import Cluster
from mediaev.model.match import Relation

CLOSEST = "closest to source among the copies held"
"""Fixed words: nobody can tell an original from the copies alone."""

_WORDS = {
    Relation.IDENTICAL: "identical",
    Relation.SAME_RECORDING: "same recording",
    Relation.EXCERPT_OF: "excerpt",
    Relation.CONTAINS: "excerpt",
    Relation.OVERLAPS: "overlap",
}


def cluster_table(
    clusters: Sequence[Cluster], places: Places, matches: Iterable[StoredMatch]
) -> None:
    """Print one row a cluster, with the reasons of its ranking."""
    if not clusters:
        line("No two exhibits of this case show the same recording.")
        return
    related = _relations(clusters, matches)
    table(
        ("copies", "cluster", "related as", CLOSEST),
        (
            (
                str(len(cluster.members)),
                cluster.id,
                related[cluster.id],
                [
                    first_place(cluster.ranking.order[0], places),
                    *reasons(cluster),
                    *earlier_lines(cluster),
                    *([boilerplate_line(cluster)] if cluster.apart else []),
                ],
            )
            for cluster in clusters
        ),
        numbers=1,
        names=[1],
    )


def reasons(cluster: Cluster) -> list[str]:
    """Why the first one ranks first, and what speaks for another one."""
    first = cluster.ranking.order[0]
    for_it = [
        f"{each.criterion}: {each.says}"
        for each in cluster.ranking.reasons
        if each.favours == first
    ]
    against = [
        f"but {short(each.favours)} is {each.criterion}: {each.says}"
        for each in cluster.ranking.reasons
        if each.favours != first
    ]
    return for_it + against


def earlier_lines(cluster: Cluster) -> list[str]:
    """What points to an earlier copy that is not held."""
    return [
        f"{'points' if each.by_picture else 'may point'} to an earlier copy that is not held: "
        f"{each.says} ({short(each.rests_on[0])}, {short(each.rests_on[-1])})"
        for each in cluster.earlier
    ]


def boilerplate_line(cluster: Cluster) -> str:
    """How many matches of the members do not join it, since only boilerplate is shared."""
    matches = count(cluster.apart, "further match", "further matches")
    return f"{matches} of its members rest on boilerplate alone"


def _relations(clusters: Sequence[Cluster], matches: Iterable[StoredMatch]) -> dict[str, str]:
    """How often each relation joins the members of each cluster."""
    home = {digest: cluster.id for cluster in clusters for digest in cluster.members}
    found: dict[str, Counter[str]] = {cluster.id: Counter() for cluster in clusters}
    for each in matches:
        if each.match.accepted and each.a in home and home[each.a] == home.get(each.b):
            found[home[each.a]][_WORDS[each.match.relation]] += 1
    return {
        name: ", ".join(f"{word} ×{number}" for word, number in sorted(words.items()))
        for name, words in found.items()
    }
