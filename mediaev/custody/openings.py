"""Openings: every rule about the values that are kept beside their commitments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mediaev.custody.commitment import MARK, commitments, opens
from mediaev.custody.verdict import Findings
from mediaev.model.event import Disclosure


class Openings:
    """Reads openings beside the events they belong to; both come in the order of `seq`."""

    def __init__(self, disclosures: Iterable[Disclosure], findings: Findings) -> None:
        self._rest = iter(disclosures)
        self._next = next(self._rest, None)
        self._findings = findings

    def check(self, seq: int, detail: dict[str, Any]) -> None:
        """Check the openings of one event; a commitment without one is as it should be."""
        if self._next is None or _later(self._next.seq, seq):
            return
        committed = dict(commitments(detail))
        while self._next is not None and not _later(self._next.seq, seq):
            opening, self._next = self._next, next(self._rest, None)
            commitment = committed.get(opening.path, {}).get(MARK, "")
            if opening.seq != seq or not opens(commitment, opening):
                self._findings.fault(
                    seq, "opening", f"Event {seq}: a kept private value is not the recorded one."
                )

    def end(self) -> None:
        """Note openings past the last event."""
        if self._next is not None:
            self._findings.fault(None, "opening", "A private value is kept for an event not here.")


def _later(number: object, seq: int) -> bool:
    """Whether a row's number lies past an event; one that is no number lies nowhere."""
    return isinstance(number, int) and number > seq
