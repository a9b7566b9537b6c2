"""What `anchor --json` prints."""

from __future__ import annotations

from typing import Any

from mediaev.actions.anchoring import Anchored, Asked
from mediaev.actions.time_documents import anchor_document

Document = dict[str, Any]


def anchored_document(anchored: Anchored) -> Document:
    """What `anchor --json` prints."""
    return {
        "events": anchored.size,
        "authorities": [asked_document(each) for each in anchored.asked],
        "superseded": anchored.superseded,
        "found": anchored.found,
        "renewed": anchored.renewed,
    }


def asked_document(asked: Asked) -> Document:
    """What became of one request."""
    return {
        "authority": asked.authority,
        "status": asked.status,
        "says": asked.says or None,
        "events": asked.size,
        "request": f"log/anchors/{asked.size}/{asked.file.partition('~')[0]}.tsq",
        "response": f"log/anchors/{asked.size}/{asked.file}.tsr" if asked.anchor else None,
        "time_stamp": anchor_document(asked.anchor) if asked.anchor else None,
    }
