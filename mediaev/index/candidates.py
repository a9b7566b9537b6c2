"""Candidates: which exhibits have any sample near any sample of a query.

Exact search over every sample, by faiss' flat binary index: nothing within the radius is
missed. A run of samples that hardly differ enters once, so that hours of static footage do
not drown the rest. What comes out is only worth a closer look; `mediaev.compare` decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import faiss
import numpy as np

from mediaev.compare.align import VOTE_RADIUS
from mediaev.compare.bits import TURNS, Packed, runs, turned
from mediaev.compare.track import Subject
from mediaev.compare.view import View
from mediaev.model.digest import Digest
from mediaev.model.fingerprint import Region

_REGIONS = tuple(Region)
_QUERIES_AT_ONCE = 4096
_THREADS = faiss.omp_get_max_threads()


class CandidateIndex:
    """All voting samples of many exhibits, searched exactly."""

    def __init__(self, subjects: Mapping[Digest, Subject], *, bits: int = 256) -> None:
        """Index the subjects' samples; `bits` is the length of one."""
        self._index = faiss.IndexBinaryFlat(bits)
        self._digests = sorted(subjects)
        owners, regions = [], []
        for number, digest in enumerate(self._digests):
            for region, packed in _seeds(subjects[digest]):
                self._index.add(np.ascontiguousarray(packed))
                owners.append(np.full(len(packed), number))
                regions.append(np.full(len(packed), _REGIONS.index(region)))
        self._owners = np.concatenate(owners) if owners else np.zeros(0, dtype=np.intp)
        self._regions = np.concatenate(regions) if regions else np.zeros(0, dtype=np.intp)

    def views(self, query: Subject) -> dict[Digest, set[View]]:
        """For each exhibit with a sample within the radius, the views that brought them near."""
        laid = [
            (turn, region, turned(packed, turn))
            for region, packed in _seeds(query)
            for turn in TURNS
        ]
        found: dict[Digest, set[View]] = {}
        for number, owner, other in self._near([packed for _, _, packed in laid]):
            turn, region, _ = laid[number]
            view = View(turn, region, _REGIONS[other])
            found.setdefault(self._digests[owner], set()).add(view)
        return found

    def _near(self, laid: Sequence[Packed]) -> list[list[int]]:
        """Distinct (position in `laid`, exhibit number, region number) within the radius."""
        if not self._index.ntotal or not laid:
            return []
        queries = np.ascontiguousarray(np.concatenate(laid))
        positions = np.repeat(np.arange(len(laid)), [len(packed) for packed in laid])
        # Threads cost more than they save where there is little to compare.
        faiss.omp_set_num_threads(1 if len(queries) * self._index.ntotal < 2e7 else _THREADS)
        found = []
        for start in range(0, len(queries), _QUERIES_AT_ONCE):
            block = queries[start : start + _QUERIES_AT_ONCE]
            ends, _, hits = self._index.range_search(block, VOTE_RADIUS + 1)
            counts = np.diff(ends.astype(np.int64))
            position = np.repeat(positions[start : start + len(block)], counts)
            rows = np.stack([position, self._owners[hits], self._regions[hits]], axis=1)
            found.append(np.unique(rows, axis=0))
        near: list[list[int]] = np.unique(np.concatenate(found), axis=0).tolist()
        return near


def _seeds(subject: Subject) -> list[tuple[Region, Packed]]:
    """The clear samples of each region, one of each run."""
    clear = [(track.region, track.bits[track.clear]) for track in subject.tracks]
    return [(region, packed[runs(packed)]) for region, packed in clear if len(packed)]
