"""Candidates by sound: which exhibits have any window near any window of a query.

Exact search over all telling windows, by faiss' flat binary index, as for pictures. What
comes out are places worth a closer look; `mediaev.compare.sound` decides.
"""

from __future__ import annotations

from collections.abc import Mapping

import faiss
import numpy as np
from numpy.typing import NDArray

from mediaev.compare.sound_profile import Sound
from mediaev.compare.sound_windows import (
    RADIUS,
    Hits,
    Seed,
    exhibit_windows,
    places,
    query_windows,
)
from mediaev.model.digest import Digest

_QUERIES_AT_ONCE = 4096
_THREADS = faiss.omp_get_max_threads()


class SoundIndex:
    """All telling windows of many exhibits, searched exactly."""

    def __init__(self, sounds: Mapping[Digest, Sound]) -> None:
        self._index = faiss.IndexBinaryFlat(256)
        self._digests = sorted(sounds)
        owners, starts = [], []
        for number, digest in enumerate(self._digests):
            windows = exhibit_windows(sounds[digest])
            if len(windows.starts):
                self._index.add(np.ascontiguousarray(windows.bits))
                owners.append(np.full(len(windows.starts), number))
                starts.append(windows.starts)
        self._owners = np.concatenate(owners) if owners else np.zeros(0, dtype=np.intp)
        self._starts = np.concatenate(starts) if starts else np.zeros(0, dtype=np.intp)

    def seeds(self, query: Sound) -> dict[Digest, list[Seed]]:
        """For each exhibit that may share sound with the query, the places to look at."""
        if not self._index.ntotal:
            return {}
        found = [
            hits
            for number, (_, windows) in enumerate(query_windows(query))
            for start in range(0, len(windows.bits), _QUERIES_AT_ONCE)
            for hits in [self._near(number, windows.bits[start:], windows.starts[start:])]
        ]
        return {self._digests[number]: at for number, at in places(found).items()}

    def _near(self, change: int, bits: NDArray[np.uint8], starts: NDArray[np.intp]) -> Hits:
        block = np.ascontiguousarray(bits[:_QUERIES_AT_ONCE])
        # Threads cost more than they save where there is little to compare.
        faiss.omp_set_num_threads(1 if len(block) * self._index.ntotal < 2e7 else _THREADS)
        ends, distance, held = self._index.range_search(block, RADIUS + 1)
        counts = np.diff(ends.astype(np.int64))
        row = np.repeat(starts[: len(block)], counts)
        at = self._starts[held]
        return Hits(
            self._owners[held],
            np.full(len(held), change),
            at - row,
            at,
            distance.astype(np.intp),
        )
