"""Places: where exhibits were seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mediaev.actions.case import Case
from mediaev.cli.display.wording import count, short
from mediaev.model.cluster import Cluster
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Sighting, shown

_REPLACED = "  (seen there once; now other bytes lie there)"
Places = Mapping[Digest, Sequence[Sighting]]


def places_of(case: Case, digests: Iterable[Digest]) -> dict[Digest, list[Sighting]]:
    """Where each exhibit was seen."""
    return {digest: case.sightings(digest) for digest in dict.fromkeys(digests)}


def places_of_members(case: Case, clusters: Iterable[Cluster]) -> dict[Digest, list[Sighting]]:
    """Where the members of clusters were seen."""
    return places_of(case, (digest for cluster in clusters for digest in cluster.members))


def shown_paths(sightings: Iterable[Sighting]) -> list[str]:
    """The paths of one exhibit's sightings, each once, fit to be printed.

    Those where other bytes were seen later come last and say so.
    """
    superseded: dict[bytes, bool] = {}
    for each in sightings:
        superseded[each.path] = superseded.get(each.path, True) and each.superseded
    ordered = sorted(superseded, key=lambda path: superseded[path])
    return [shown(path) + (_REPLACED if superseded[path] else "") for path in ordered]


def first_place(digest: Digest, places: Places) -> str:
    """The first place where an exhibit was seen, and how many more there are."""
    paths = shown_paths(places[digest])
    if not paths:
        return short(digest)
    more = f"  (and {count(len(paths) - 1, 'more place')})" if len(paths) > 1 else ""
    return paths[0] + more
