"""Views: the ways to hold two exhibits' fingerprints against each other."""

from __future__ import annotations

from dataclasses import dataclass

from mediaev.compare.bits import TURNS, UPRIGHT, Turn
from mediaev.model.fingerprint import Region


@dataclass(frozen=True, slots=True, order=True)
class View:
    """One way to hold two exhibits against each other."""

    turn: Turn = UPRIGHT
    """How the query is laid."""
    query: Region = Region.FULL
    exhibit: Region = Region.FULL

    def from_the_other(self) -> View:
        """The view that brings the same two samples equally near with the sides exchanged."""
        turn = self.turn
        if not turn.mirrored:
            turn = Turn(rotation=(360 - turn.rotation) % 360)
        return View(turn, self.exhibit, self.query)


_SEEN = (Region.FULL, Region.INNER, Region.INSET)
ALL_VIEWS = tuple(
    View(turn, query, exhibit) for turn in TURNS for query in _SEEN for exhibit in _SEEN
)
