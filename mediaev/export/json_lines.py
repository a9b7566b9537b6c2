"""JSONL: the exhibits, one JSON object a line, without any loss."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mediaev.model.export import CaseRecord, ExhibitRecord


class JsonLines:
    """The authoritative table of exhibits."""

    kind = "jsonl"
    in_bag = "exhibits.jsonl"

    def write(self, case: CaseRecord, say: Callable[[str], None]) -> Iterator[bytes]:
        """A line for each exhibit: keys sorted, ASCII, names as base64 of their exact bytes."""
        del say
        for each in case.exhibits:
            yield json_line(exhibit_document(each))


def exhibit_document(each: ExhibitRecord) -> dict[str, Any]:
    """What an exhibit's line holds."""
    return {
        "digests": dict(each.digests),
        "event": each.ingest,
        "examined": each.examined or None,
        "exhibit": str(each.digest),
        "format": each.format or None,
        "kind": each.kind or None,
        "names_b64": _base64(each.names),
        "number": each.number or None,
        "path": each.path or None,
        "paths_b64": _base64(each.paths),
        "size": each.size,
        "state": each.state.value if each.state else None,
        "taken_in": each.taken_in,
    }


def json_line(document: Any) -> bytes:
    """One line of JSON in ASCII, always written the same way."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"{text}\n".encode()


def _base64(names: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(name).decode() for name in names]
