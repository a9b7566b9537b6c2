"""Documents of matches and what is said of their sides, described in `docs/formats/json.md`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mediaev.model.difference import Difference, closer
from mediaev.model.match import Match, Segment, Transform

Document = dict[str, Any]


def segment_document(segment: Segment) -> Document:
    """One aligned interval, in seconds."""
    document: Document = {
        "query": list(segment.query),
        "exhibit": list(segment.exhibit),
        "speed": segment.speed,
        "score": segment.score,
    }
    if segment.offset_ambiguous:
        document["offset_ambiguous"] = True
    return document


def transform_document(transform: Transform) -> Document:
    """How the picture was laid and where it lies."""
    box = transform.box
    document: Document = {
        "mirrored": transform.mirrored,
        "rotation": transform.rotation,
        "box": [box.left, box.top, box.right, box.bottom],
    }
    if transform.box_in == "query":
        document["box_in"] = "query"
    return document


def difference_document(found: Difference) -> Document:
    """One statement about two copies."""
    return {
        "what": found.what.value,
        "side": found.side.value if found.side is not None else None,
        "says": found.says,
        "favours": found.favours.value if found.favours is not None else None,
        "measured": dict(found.measured),
    }


def match_document(match: Match, found: Sequence[Difference] = ()) -> Document:
    """A match without its two sides; `found` is what was done to either."""
    side = closer(found)
    return {
        "relation": match.relation.value,
        "score": match.score,
        "accepted": match.accepted,
        "rests_on_boilerplate": match.rests_on_boilerplate,
        "segments": [segment_document(segment) for segment in match.segments],
        "transform": transform_document(match.transform),
        "differences": [difference_document(each) for each in found],
        "closer_to_source": side.value if side is not None else None,
        "evidence": dict(match.evidence),
    }
