"""Openings: every rule about the values that are kept beside their commitments."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from mediaev.custody.commitment import MARK, commitments, opens
from mediaev.custody.verdict import Findings
from mediaev.model.event import Disclosure


class Openings:
    """Reads openings beside the events they belong to; both come in the order of `seq`.

    `whole` says that all are given that the case keeps, so that one without an event of its
    destruction is worth telling. Memory: 8 bytes an opening that is gone or was destroyed.
    """

    def __init__(
        self, disclosures: Iterable[Disclosure], findings: Findings, *, whole: bool = False
    ) -> None:
        self._rest = iter(disclosures)
        self._next = next(self._rest, None)
        self._findings = findings
        self._whole = whole
        self._gone: dict[str, array[int]] = {}
        self._destroyed: dict[str, array[int]] = {}

    def check(self, seq: int, detail: dict[str, Any], private: Sequence[str] = ()) -> None:
        """Check the openings of one event; a commitment without one is as it should be."""
        opened: set[str] = set()
        if self._next is not None and not _later(self._next.seq, seq):
            opened = self._open(seq, dict(commitments(detail)))
        if self._whole:
            for path in private:
                if path not in opened:
                    self._gone.setdefault(path, array("Q")).append(seq)

    def _open(self, seq: int, committed: dict[str, dict[str, Any]]) -> set[str]:
        opened = set()
        while self._next is not None and not _later(self._next.seq, seq):
            opening, self._next = self._next, next(self._rest, None)
            commitment = committed.get(opening.path, {}).get(MARK, "")
            opened.add(opening.path)
            if opening.seq != seq or not opens(commitment, opening):
                self._findings.fault(
                    seq, "opening", f"Event {seq}: a kept private value is not the recorded one."
                )
        return opened

    def learn(self, seq: int, detail: dict[str, Any]) -> None:
        """Take from a `disclosure.destroy` what it destroyed; what is malformed says nothing."""
        named = detail.get("destroyed")
        for each in named if isinstance(named, list) else []:
            if not isinstance(each, dict) or not isinstance(each.get("events"), list):
                continue
            known = self._destroyed.setdefault(str(each.get("path")), array("Q"))
            known.extend(one for one in each["events"] if type(one) is int and 0 <= one < seq)

    def end(self) -> None:
        """Note openings past the last event, and those that are not as the log says."""
        if self._next is not None:
            self._findings.fault(None, "opening", "A private value is kept for an event not here.")
        if not self._whole:
            return
        for path in sorted(self._gone.keys() | self._destroyed.keys()):
            gone, destroyed = (set(each.get(path, ())) for each in (self._gone, self._destroyed))
            if silently := gone - destroyed:
                says = f"{path[:80]!a} is no longer told, and nothing says that it was destroyed"
                self._warn("opening-gone", silently, says)
            if back := destroyed - gone:
                says = f"{path[:80]!a} was destroyed, and is told all the same"
                self._warn("opening-back", back, says)

    def _warn(self, kind: str, events: set[int], says: str) -> None:
        first, more = min(events), len(events) - 1
        also = f" (and {more} later)" if more else ""
        self._findings.warn(first, kind, f"Event {first}{also}: {says}.")


def _later(number: object, seq: int) -> bool:
    """Whether a row's number lies past an event; one that is no number lies nowhere."""
    return isinstance(number, int) and number > seq
