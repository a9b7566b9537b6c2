"""Pending: what an interrupted scan left undone, so that no answer seems whole that is not."""

from __future__ import annotations

from dataclasses import dataclass

from mediaev.actions.learned import held_by
from mediaev.actions.subjects import COMPARED
from mediaev.compare.testimony import ENGINE
from mediaev.errors import TamperedCaseError
from mediaev.examine.fingerprint import MATCHING
from mediaev.store import CaseStore


@dataclass(frozen=True, slots=True)
class Pending:
    """What the next scan has yet to do with what the case holds already."""

    unexamined: int
    """Exhibits taken in and never examined: nothing can find them."""
    uncompared: int
    """Exhibits whose fingerprints were not compared with the others."""
    unended: bool
    """Whether the last scan was interrupted, failed, or is still at work."""
    undescribed: int = 0
    """Exhibits with pictures that the case's learned model did not describe, if it has one."""

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.unexamined or self.uncompared or self.unended or self.undescribed)


def pending(store: CaseStore) -> Pending:
    """Count what is undone."""
    try:
        ended = store.last_ended_well("scan")
    except (ValueError, TamperedCaseError):
        ended = True  # a log that cannot be read is for `verify` to judge
    return Pending(
        store.count_unexamined(),
        store.count_uncompared(ENGINE, COMPARED),
        not ended,
        _undescribed(store),
    )


def _undescribed(store: CaseStore) -> int:
    described = sum(held_by(store).values())
    if not described:
        return 0
    shown = store.count_described(MATCHING.id, f"{MATCHING.id}\0").get(MATCHING.id, 0)
    return max(0, shown - described)
