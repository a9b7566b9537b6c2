"""What a peer is."""

from __future__ import annotations

from typing import Protocol

from evaluation.scoring import Method
from evaluation.truth import Trial
from evaluation.workshop import Workshop


class UnavailableError(Exception):
    """A peer cannot be had on this machine; the message says why."""


class Peer(Protocol):
    """A tool or method that can be measured beside mediaev."""

    name: str
    """As the command line and the tables call it."""
    parts: frozenset[str]
    """Trials that it can be asked."""

    def ask(self, trial: Trial, shop: Workshop) -> Method:
        """Scores for the pairs that it names.

        Raises:
            UnavailableError: if it cannot be run here.
        """
        ...
