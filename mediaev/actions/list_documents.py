"""JSON of hash lists and of hits on them, described in `docs/formats/json.md`."""

from __future__ import annotations

from typing import Any

from mediaev.actions.list_search import ListAnswer
from mediaev.model.hash_list import HashList, ListHit

Document = dict[str, Any]


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


def lists_document(answer: ListAnswer | None, *, named: bool) -> Document:
    """`lists`: hits on others' lists; nothing where the case has no lists."""
    if answer is None:
        return {}
    hits = answer.hits
    return {
        "lists": [
            {**({"exhibit": str(hit.subject)} if named else {}), **hit_document(hit)}
            for hit in hits
        ]
    }
