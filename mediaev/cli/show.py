"""`mediaev show`: one thing in full."""

from __future__ import annotations

from collections.abc import Iterable

import click

from mediaev.actions.case import Case
from mediaev.actions.decision_documents import boilerplate_document
from mediaev.actions.documents import (
    Document,
    cluster_document,
    exhibit_document,
    stored_match_document,
)
from mediaev.actions.naming import Named, StoredMatch, named
from mediaev.cli.display import dossier, output
from mediaev.cli.display.places import places_of
from mediaev.cli.options import Choices, verb
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.cluster import Cluster
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Exhibit


@verb(example="mediaev show c-3f9a02c41b77\nmediaev show Downloads/clip.mp4")
@click.argument("name", metavar="ID")
def command(choices: Choices, name: str) -> int:
    """Show a cluster, a match, boilerplate or an exhibit in full.

    ID is a cluster (c-...), a match (m-...), boilerplate (b-...), the first digits of an
    exhibit's digest, or a path where the case has seen a file.
    """
    with Case.open(choices.folder) as case:
        found = named(case, name)
        if choices.form != "text":
            output.document(choices, _document(case, found))
        elif isinstance(found, Cluster):
            dossier.print_cluster(case, found)
        elif isinstance(found, Boilerplate):
            dossier.print_boilerplate(case, found)
        elif isinstance(found, Exhibit):
            dossier.print_exhibit(case, found)
        else:
            dossier.print_match(case, found)
    return 0


def _document(case: Case, found: Named) -> Document:
    """What `show --json` prints; `type` says which of the four it is."""
    if isinstance(found, Boilerplate):
        places = places_of(case, (place.exhibit for place in found.places))
        return {"type": "boilerplate", **boilerplate_document(found, places)}
    if isinstance(found, Cluster):
        matches = dossier.matches_within(case, found)
        places = places_of(case, [*found.members, *_sides(matches)])
        return {
            "type": "cluster",
            **cluster_document(found, places),
            "matches": [stored_match_document(each, places) for each in matches],
        }
    if isinstance(found, Exhibit):
        matches = case.matches(found.digest)
        places = places_of(case, [found.digest, *_sides(matches)])
        cluster = dossier.cluster_with(case, found.digest)
        return {
            "type": "exhibit",
            **exhibit_document(found, places[found.digest], case.examination(found.digest)),
            "cluster": cluster.id if cluster is not None else None,
            "matches": [stored_match_document(each, places) for each in matches],
        }
    return {"type": "match", **stored_match_document(found, places_of(case, _sides([found])))}


def _sides(matches: Iterable[StoredMatch]) -> list[Digest]:
    return [digest for each in matches for digest in (each.a, each.b)]
