"""The JSON that tells of an export, described in `docs/formats/json.md`."""

from __future__ import annotations

import os

from mediaev.actions.documents import Document, path_document
from mediaev.actions.export import Exported


def export_document(made: Exported) -> Document:
    """What `mediaev export --json` prints."""
    place = {"path": None} if made.path is None else path_document(os.fsencode(made.path))
    return {
        "kind": made.kind,
        **place,
        "digest": str(made.digest) if made.digest is not None else None,
        "profile": made.letting.profile.value,
        "names": made.letting.names,
        "events": made.size,
        "exhibits": made.exhibits,
        "bytes": made.bytes,
        "states": dict(made.states),
        "failed": [
            {"exhibit": str(each.exhibit), "state": each.state.value, "reason": each.says}
            for each in made.failed
        ],
        "notes": list(made.notes),
    }
