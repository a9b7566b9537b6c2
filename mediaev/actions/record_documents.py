"""JSON of custody records of others, described in `docs/formats/json.md`."""

from __future__ import annotations

from mediaev.actions.documents import Document, path_document
from mediaev.actions.record_import import ImportedRecords
from mediaev.store import StoredAssertion

__all__ = ["StoredAssertion", "assertion_document", "import_document"]


def import_document(imported: ImportedRecords) -> Document:
    """What became of one file."""
    status = "failed" if imported.error is not None else "known" if imported.before else "new"
    return {
        **path_document(imported.path),
        "status": status,
        "error": imported.error.message if imported.error is not None else None,
        "by": imported.by,
        "format": imported.format or None,
        "event": imported.event,
        "taken": imported.taken,
        "about_exhibits": imported.about,
        "known": imported.known,
        "unfit": imported.unfit_count,
        "unfit_rows": [{"row": each.row, "says": each.says} for each in imported.unfit],
    }


def assertion_document(each: StoredAssertion) -> Document:
    """One record of others about an exhibit; `asserted` is null where it was destroyed."""
    asserted = each.asserted
    return {
        "event": each.event,
        "imported": each.imported,
        "source": each.source,
        "row": each.row,
        "by": asserted.get("by") if asserted is not None else None,
        "asserted": (
            {name: value for name, value in asserted.items() if name != "by"}
            if asserted is not None
            else None
        ),
    }
