"""Where queries are made: what was asked for, and the folder of those made before."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.cache import Cache


@dataclass(frozen=True, slots=True)
class Workshop:
    """All that a trial depends on besides the corpus."""

    cache: Cache
    seed: int = 1
    sources: int | None = None
    """How many recordings are edited; None for each part's own number."""
    edits: frozenset[str] | None = None
    """Names of the edits to make; None for all."""

    def wants(self, edit: str) -> bool:
        """Whether an edit was asked for."""
        return self.edits is None or edit in self.edits
