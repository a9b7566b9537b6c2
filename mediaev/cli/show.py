"""`mediaev show`: one thing in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from mediaev.actions.audit_documents import checks_document
from mediaev.actions.case import Case
from mediaev.actions.decision_documents import boilerplate_document
from mediaev.actions.documents import (
    Document,
    cluster_document,
    exhibit_document,
    stored_match_document,
)
from mediaev.actions.naming import Named, StoredMatch, named
from mediaev.actions.parameters import of_stored
from mediaev.actions.record_documents import assertion_document
from mediaev.actions.sheets import Sheet, sheet_document
from mediaev.actions.time_documents import bracket_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import dossier, output
from mediaev.cli.display.places import places_of
from mediaev.cli.options import verb
from mediaev.cli.sheet_option import require_new, sheet_option, tell
from mediaev.errors import UsageError
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.cluster import Cluster
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Exhibit, Sighting


@verb(
    example="mediaev show c-3f9a02c41b77\nmediaev show Downloads/clip.mp4\n"
    "mediaev show m-0a1b2c3d4e5f --sheet match.png"
)
@click.argument("name", metavar="ID")
@sheet_option
def command(choices: Choices, name: str, sheet: str | None) -> int:
    """Show a cluster, a match, boilerplate or an exhibit in full.

    ID is a cluster (c-...), a match (m-...), boilerplate (b-...), the first digits of an
    exhibit's digest, or a path where the case has seen a file. A sheet can be drawn of a match;
    it is made from the originals, whose digests are checked first, and the custody log tells of it.
    """
    require_new(sheet)
    with Case.open(choices.folder, write=sheet is not None) as case:
        found = named(case, name)
        made = _drawn(case, found, sheet) if sheet is not None else None
        if choices.form != "text":
            output.document(choices, _document(case, found) | sheet_document(sheet, made))
        elif isinstance(found, Cluster):
            dossier.print_cluster(case, found)
        elif isinstance(found, Boilerplate):
            dossier.print_boilerplate(case, found)
        elif isinstance(found, Exhibit):
            dossier.print_exhibit(case, found)
        else:
            dossier.print_match(case, found)
    if sheet is not None and made is not None:
        tell(choices, sheet, made)
    return 0


def _drawn(case: Case, found: Named, sheet: str) -> Sheet:
    if not isinstance(found, StoredMatch):
        raise UsageError(
            "A sheet shows one match, and this is none.",
            advice="`mediaev show` of a cluster or an exhibit lists its matches (m-...).",
        )
    return case.sheet(found, sheet)


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
            "matches": _matches(case, matches, places),
        }
    if isinstance(found, Exhibit):
        matches = case.matches(found.digest)
        places = places_of(case, [found.digest, *_sides(matches)])
        cluster = dossier.cluster_with(case, found.digest)
        return {
            "type": "exhibit",
            **exhibit_document(found, places[found.digest], case.examination(found.digest)),
            "audits": checks_document(case.store.checks_of(found.digest)),
            "asserted_by_others": [
                assertion_document(each) for each in case.store.assertions_about(found.digest)
            ],
            **bracket_document(case.bracket(found.digest)),
            "cluster": cluster.id if cluster is not None else None,
            "boilerplate": [
                {"boilerplate": name, "interval": [place.start, place.end]}
                for name, place in case.boilerplate_on(found.digest)
            ],
            "matches": _matches(case, matches, places),
        }
    (document,) = _matches(case, [found], places_of(case, _sides([found])))
    return {"type": "match", **document, "computed": of_stored(case.store, found)}


def _matches(
    case: Case, matches: Sequence[StoredMatch], places: dict[Digest, list[Sighting]]
) -> list[Document]:
    told = case.differences(matches)
    return [stored_match_document(each, places, told.get(each.id, ())) for each in matches]


def _sides(matches: Iterable[StoredMatch]) -> list[Digest]:
    return [digest for each in matches for digest in (each.a, each.b)]
