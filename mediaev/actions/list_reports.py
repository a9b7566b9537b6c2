"""JSON of what importing and exporting lists did, described in `docs/formats/json.md`."""

from __future__ import annotations

from collections.abc import Sequence

from mediaev.actions.documents import Document, path_document, paths_document
from mediaev.actions.list_documents import hit_document, list_document
from mediaev.actions.list_export import Exported
from mediaev.actions.list_import import Imported
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Sighting
from mediaev.model.hash_list import ListHit


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
