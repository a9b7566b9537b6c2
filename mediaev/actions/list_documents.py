"""JSON of hash lists and of hits on them, described in `docs/formats/json.md`."""

from __future__ import annotations

from collections.abc import Sequence

from mediaev.actions.documents import Document, path_document, paths_document
from mediaev.actions.list_export import Exported
from mediaev.actions.list_import import Imported
from mediaev.actions.list_search import ListAnswer
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Sighting
from mediaev.model.hash_list import HashList, ListHit


def list_document(each: HashList) -> Document:
    """One list of the case."""
    return {
        "list": each.id,
        "name": each.name,
        "owner": each.owner or None,
        "imported": each.imported,
        "digest": str(each.digest),
        "size": each.size,
        "format": each.format,
        "entries": dict(each.counts),
        "left_out": dict(each.left_out),
        "unfit": each.unfit,
    }


def hit_document(hit: ListHit) -> Document:
    """One hit, without the paths of the exhibit."""
    document: Document = {
        "list": hit.list.id,
        "name": hit.list.name,
        "owner": hit.list.owner or None,
        "imported": hit.list.imported,
        "digest": str(hit.list.digest),
        "line": hit.line,
        "label": hit.label or None,
        "by": hit.by,
        "distance": hit.distance,
        "limit": hit.limit,
        "bits": hit.bits,
    }
    if hit.by in {"pdq", "vpdq"}:
        ours, theirs = hit.quality
        document |= {
            "quality": {"exhibit": ours, "entry": theirs},
            "mirrored": hit.mirrored,
            "rotation": hit.rotation,
            "inner": hit.inner,
            "at": [list(each) for each in hit.at],
            "entry_at": [list(each) for each in hit.entry_at],
            "shares": None,
        }
    if hit.shares is not None:
        ours_met, theirs_met = (round(each, 4) for each in hit.shares)
        document["shares"] = {"exhibit": ours_met, "entry": theirs_met}
    return document


def query_lists_document(answer: ListAnswer | None) -> Document:
    """`lists` of one query; nothing where the case has no lists."""
    return {} if answer is None else {"lists": [hit_document(hit) for hit in answer.hits]}


def scan_lists_document(answer: ListAnswer | None) -> Document:
    """`lists` and `unchecked` of a scan; nothing where the case has no lists."""
    if answer is None:
        return {}
    hits = [{"exhibit": str(hit.subject), **hit_document(hit)} for hit in answer.hits]
    return {"lists": hits, "unchecked": dict(answer.unchecked)}


def import_document(imported: Imported, on_it: int) -> Document:
    """What became of one file that was given as a list; `on_it` is how many exhibits it names."""
    error = imported.error
    return {
        **path_document(imported.path),
        "status": "failed" if error else "known" if imported.known else "new",
        "error": str(error) if error else None,
        "unfit_lines": [{"line": each.line, "says": each.says} for each in imported.unfit],
        "imported": list_document(imported.list) if imported.list is not None else None,
        "exhibits_on_it": on_it,
    }


def export_document(exported: Exported) -> Document:
    """A list that was written."""
    return {
        **path_document(bytes(exported.path)),
        "digest": str(exported.digest),
        "exhibits": exported.exhibits,
        "left_out": dict(exported.left_out),
    }


def listed_document(
    digest: Digest, hits: Sequence[ListHit], places: Sequence[Sighting]
) -> Document:
    """One exhibit with its hits on lists."""
    return {
        "exhibit": str(digest),
        **paths_document(places),
        "lists": [hit_document(hit) for hit in hits],
    }
