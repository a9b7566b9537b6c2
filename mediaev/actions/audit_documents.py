"""JSON of audits, described in `docs/formats/json.md`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mediaev.actions.audit_report import AuditReport
from mediaev.actions.documents import Document, path_document, path_text
from mediaev.model.digest import Digest
from mediaev.model.exhibit import path_base64
from mediaev.model.fixity import LastCheck, PlaceFinding, PlaceState


def finding_document(finding: PlaceFinding) -> Document:
    """What was found of one place."""
    document: Document = {
        **path_document(finding.path),
        "state": finding.state.value,
        "expected": _text(finding.expected),
        "found": _text(finding.found),
        "copy": finding.copy,
        "to": None,
        "others": [path_text(path) for path in finding.others],
        "reason": finding.reason or None,
    }
    if finding.to is not None:
        document |= path_document(finding.to, "to")
    if any(path_text(path).encode("utf-8", "replace") != path for path in finding.others):
        document["others_b64"] = [path_base64(path) for path in finding.others]
    return document


def audit_document(report: AuditReport) -> Document:
    """What an audit found, in numbers."""
    exhibits = Counter(report.states.values())
    return {
        "paths": [path_text(root) for root in report.scope.roots] or None,
        "sample": str(report.scope.sample) if report.scope.sample is not None else None,
        "counts": {state.value: number for state, number in report.counts.items()},
        "exhibits": {
            "looked_at": len(report.states),
            "of": report.of_exhibits,
            "states": {state.value: exhibits[state] for state in sorted(exhibits)},
        },
        "bytes_read": report.read,
        "not_read": report.not_read,
        "passed_over": [
            {**path_document(path), "reason": reason} for path, reason in report.passed_over
        ],
        "resumed": report.resumed,
        "taken_over": report.taken_over,
        "event": report.event,
    }


def told(report: AuditReport, *, every: bool) -> list[PlaceFinding]:
    """The findings to tell: those that are not as recorded, or all."""
    return [each for each in report.findings if every or each.state is not PlaceState.MATCHED]


def checks_document(checks: Sequence[LastCheck]) -> list[Document]:
    """The last audits of an exhibit, newest first."""
    return [
        {
            "event": each.event,
            "time": each.time,
            "state": each.state.value,
            "all_places": each.whole,
        }
        for each in checks
    ]


def _text(digest: Digest | None) -> str | None:
    return None if digest is None else str(digest)
