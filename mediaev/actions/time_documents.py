"""Documents about third parties' time, for `anchor`, `verify`, `show` and `log`."""

from __future__ import annotations

from typing import Any

from mediaev.custody.anchors import written
from mediaev.custody.bracket import Bound, Bracket
from mediaev.custody.verify import Anchor

Document = dict[str, Any]


def anchor_document(anchor: Anchor) -> Document:
    """One time stamp, judged."""
    return {
        "events": anchor.size,
        "name": anchor.name,
        "verdict": anchor.kind,
        "sound": anchor.sound,
        "says": anchor.says,
        "time": written(anchor.time) if anchor.time else None,
        "accuracy": anchor.accuracy.total_seconds(),
        "serial": None if anchor.serial is None else f"{anchor.serial:x}",
        "authority": anchor.authority or None,
        "signer": anchor.signer or None,
        "valid_until": written(anchor.valid_until) if anchor.valid_until else None,
        "further_certificates": anchor.strangers,
        "event": anchor.event,
    }


def bracket_document(bracket: Bracket) -> Document:
    """Between which times an event was logged, by third parties."""
    return {
        "logged_not_before": _bound(bracket.not_before),
        "logged_not_after": _bound(bracket.not_after),
    }


def _bound(bound: Bound | None) -> Document | None:
    return None if bound is None else {"time": written(bound.time), "authority": bound.authority}
