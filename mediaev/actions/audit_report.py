"""What an audit found, as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from mediaev.actions.audit_plan import AuditScope
from mediaev.errors import EvidenceError, VerificationError
from mediaev.model.digest import Digest
from mediaev.model.fixity import ExhibitState, PlaceFinding, PlaceState


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What one audit found."""

    scope: AuditScope
    findings: tuple[PlaceFinding, ...]
    """Every place that was looked at, in the order of paths."""
    states: dict[Digest, ExhibitState]
    """Each exhibit that was looked at."""
    of_exhibits: int
    """Exhibits with a place in scope, of which a sample may have been taken."""
    passed_over: tuple[tuple[bytes, str], ...]
    """Links and hidden files that the log knows nothing of, with what they are."""
    not_read: int
    """Files that the log does not know and that a sample does not read."""
    read: int
    """Bytes of the files that were read as a whole."""
    resumed: int | None
    """The event of the interrupted audit that this one went on with."""
    taken_over: int
    """Exhibits that the interrupted audit had found as recorded, and that nothing touched since."""
    event: int
    """The event that holds the result."""

    @property
    def counts(self) -> dict[PlaceState, int]:
        """How many places are in each state."""
        told = Counter(finding.state for finding in self.findings)
        return {state: told[state] for state in PlaceState if told[state]}

    @property
    def code(self) -> int:
        """The exit code: 4 if anything is changed or missing, 3 if anything was unreadable."""
        return exit_code(self.counts)


def exit_code(counts: Mapping[PlaceState, int]) -> int:
    """4 if any place is changed or missing, else 3 if any could not be read, else 0."""
    if PlaceState.CHANGED in counts or PlaceState.MISSING in counts:
        return VerificationError.exit_code
    return EvidenceError.exit_code if PlaceState.UNREADABLE in counts else 0
