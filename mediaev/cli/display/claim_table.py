"""Metadata claims in a table, each with who says so."""

from __future__ import annotations

from collections.abc import Sequence

from mediaev.cli.display.tables import table
from mediaev.model.claim import Claim, ClaimValue
from mediaev.model.exhibit import shown


def claim_table(claims: Sequence[Claim]) -> None:
    """Print one row a claim; an asterisk marks the one to prefer among its field's."""
    table(("", "field", "value", "source", "tag", ""), map(_row, claims))


def _row(claim: Claim) -> tuple[str, ...]:
    marks = (*(("rejected",) if claim.rejected else ()), *claim.flags)
    unit = f" {claim.unit}" if claim.unit else ""
    return (
        "*" if claim.preferred else "",
        shown(claim.field),
        shown(_text(claim.value) + unit),
        shown(claim.source),
        shown(claim.tag),
        shown(", ".join(marks)),
    )


def _text(value: ClaimValue) -> str:
    if value is None:
        return "-"
    return ", ".join(value) if isinstance(value, list) else str(value)
