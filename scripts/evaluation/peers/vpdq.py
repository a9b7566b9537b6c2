"""The rule of vPDQ: PDQ of one frame a second, 31 bits, and the share of frames that match."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.cache import Details
from evaluation.clock import cpu_seconds
from evaluation.footage import RECIPE, Excerpt, frames
from evaluation.peers.pictures import Bits, pdq
from evaluation.scoring import Method
from evaluation.truth import Trial
from evaluation.workshop import Workshop

NEAR = 31
CLEAR = 50
"""Quality below which a frame is left out."""


class Vpdq:
    """After the description in ThreatExchange, on mediaev's PDQ bits.

    The score is the share of the query's clear frames that have a frame within 31 bits in
    the exhibit.
    """

    name = "vpdq"
    parts = frozenset({"video", "excerpts"})

    def ask(self, trial: Trial, shop: Workshop) -> Method:
        """Every pair of which at least one frame matches."""
        seconds = 0.0
        exhibits: dict[str, Bits] = {}
        for exhibit in trial.library:
            bits, spent = _bits(exhibit.path, exhibit.digest, exhibit.seconds, shop)
            exhibits[exhibit.digest] = bits
            seconds += spent
        start = cpu_seconds()
        scores = {}
        for query in trial.queries:
            bits, spent = _bits(query.path, query.path.name, query.seconds, shop)
            seconds += spent
            for digest, others in exhibits.items():
                share = _share(bits, others)
                if share:
                    scores[query.name, digest] = share
        return Method(self.name, scores, seconds=seconds + cpu_seconds() - start)


def _share(bits: Bits, others: Bits) -> float:
    if not len(bits) or not len(others):
        return 0.0
    away = (bits[:, np.newaxis] != others[np.newaxis]).sum(axis=2)
    return float((away.min(axis=1) <= NEAR).mean())


def _bits(path: Path, key: str, seconds: float, shop: Workshop) -> tuple[Bits, float]:
    """Bits of the clear frames, and what making them took when they were made."""

    def make(part: Path) -> Details:
        start = cpu_seconds()
        pictures = list(frames(Excerpt(path, 0.0, seconds), rate=1))
        bits, quality = pdq(pictures)
        np.save(part, bits[quality >= CLEAR])
        return {"seconds": cpu_seconds() - start}

    kept, details = shop.cache.get("peers/vpdq", ".npy", key, RECIPE, make=make)
    bits: NDArray[np.bool_] = np.load(kept)
    return bits, float(details["seconds"])
