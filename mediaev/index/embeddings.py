"""Candidates by likeness: pictures of a case that a learned network describes as a query's.

Exact: the cosine of every telling picture of the query with every one of the case, block by
block. Of a run of pictures that hardly differ, one stands for all. What comes out is only worth
a closer look; `mediaev.compare` decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mediaev.compare.embeddings import Codes, Gallery, directions, runs
from mediaev.compare.likeness import NEAR, Likeness
from mediaev.model.digest import Digest

_MOST = 20
"""Exhibits that one picture of a query is looked at with, the most alike."""
_TIMES = 4
"""Pictures of one of them, the most alike: a vote for a moment needs some."""
_BLOCK = 4096
"""Pictures of the case that are compared at a time: 8 MB of 512 numbers."""
_QUERIES = 512

_Indices = NDArray[np.intp]
_Cosines = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Hits:
    """Pictures of the query, and what they look like: number of the gallery, place in it."""

    row: _Indices
    gallery: _Indices
    place: _Indices
    cosine: _Cosines

    def chosen(self, keep: _Indices | NDArray[np.bool_]) -> _Hits:
        return _Hits(self.row[keep], self.gallery[keep], self.place[keep], self.cosine[keep])


@dataclass(frozen=True, slots=True)
class _Block:
    """Pictures of some galleries, one after the other."""

    gallery: _Indices
    place: _Indices
    codes: Codes


class EmbeddingIndex:
    """The galleries of all exhibits."""

    def __init__(self, galleries: Iterable[tuple[Digest, Sequence[Gallery]]]) -> None:
        """Take the galleries of every exhibit; of different descriptors none is comparable."""
        self._held: list[Gallery] = []
        self._digests: list[Digest] = []
        """Whose each gallery is."""
        self._blocks: dict[tuple[str, int], list[_Block]] = {}
        waiting: dict[tuple[str, int], list[tuple[int, Gallery]]] = {}
        for digest, held in galleries:
            for gallery in map(_thinned, held):
                together = waiting.setdefault(_kind(gallery), [])
                together.append((len(self._held), gallery))
                self._held.append(replace(gallery, codes=gallery.codes[:0]))
                self._digests.append(digest)
                if sum(len(each.codes) for _, each in together) >= _BLOCK:
                    self._close(_kind(gallery), together)
        for kind, together in waiting.items():
            self._close(kind, together)
        numbers = {digest: number for number, digest in enumerate(dict.fromkeys(self._digests))}
        self._owner = np.array([numbers[digest] for digest in self._digests], np.intp)

    def _close(self, kind: tuple[str, int], together: list[tuple[int, Gallery]]) -> None:
        """Make a block of the galleries that wait."""
        if together:
            block = _Block(
                np.concatenate([np.full(len(each.codes), number) for number, each in together]),
                np.concatenate([np.arange(len(each.codes)) for _, each in together]),
                np.concatenate([each.codes for _, each in together]),
            )
            self._blocks.setdefault(kind, []).append(block)
            together.clear()

    def likenesses(self, query: Sequence[Gallery]) -> dict[Digest, list[Likeness]]:
        """For each exhibit with pictures like the query's, which ones, the most alike first."""
        found: dict[Digest, list[Likeness]] = {}
        for gallery in map(_thinned, query):
            for hits in self._near(gallery):
                for row, number, place, cosine in zip(
                    hits.row, hits.gallery, hits.place, hits.cosine, strict=True
                ):
                    told = _likeness(gallery, row, self._held[number], place, cosine)
                    found.setdefault(self._digests[number], []).append(told)
        for each in found.values():
            each.sort(key=lambda one: (-one.cosine, one.query_at, one.exhibit_at))
        return found

    def _near(self, query: Gallery) -> Iterator[_Hits]:
        """What looks like the query's pictures, so many of these at a time."""
        blocks = self._blocks.get(_kind(query), [])
        for start in range(0, len(query.codes) if blocks else 0, _QUERIES):
            vectors = directions(query.codes[start : start + _QUERIES])
            met = []
            for block in blocks:
                cosines = vectors @ directions(block.codes).T
                row, column = np.nonzero(cosines >= NEAR)
                near = cosines[row, column]
                met.append(self._best(_Hits(row, block.gallery[column], block.place[column], near)))
            row, gallery, place, cosine = (
                np.concatenate([getattr(hits, name) for hits in met]) for name in _Hits.__slots__
            )
            yield self._best(_Hits(row + start, gallery, place, cosine))

    def _best(self, hits: _Hits) -> _Hits:
        """The most alike exhibits of each picture, and the most alike pictures of each of those."""
        owner = self._owner[hits.gallery]
        order = np.lexsort((hits.place, hits.gallery, -hits.cosine, owner, hits.row))
        hits, owner = hits.chosen(order), owner[order]
        few = _rank(_firsts(hits.row, owner)) < _TIMES
        hits, owner = hits.chosen(few), owner[few]
        heads = hits.chosen(np.flatnonzero(_firsts(hits.row, owner)))
        ranked = np.lexsort((heads.gallery, -heads.cosine, heads.row))
        place = np.empty(len(ranked), np.intp)
        place[ranked] = _rank(_firsts(heads.row[ranked]))
        group = np.cumsum(_firsts(hits.row, owner)) - 1
        return hits.chosen(place[group] < _MOST)


def _thinned(gallery: Gallery) -> Gallery:
    kept = runs(directions(gallery.codes))
    return replace(gallery, times=gallery.times[kept], codes=gallery.codes[kept])


def _kind(gallery: Gallery) -> tuple[str, int]:
    """What must be equal for two galleries to be comparable."""
    return gallery.descriptor, gallery.codes.shape[1]


def _firsts(*keys: _Indices) -> NDArray[np.bool_]:
    """Which rows of sorted columns begin a run of equal ones."""
    first = np.ones(len(keys[0]), np.bool_)
    first[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    return first


def _rank(first: NDArray[np.bool_]) -> _Indices:
    """The place of each row within its run."""
    places = np.arange(len(first))
    return np.asarray(places - np.maximum.accumulate(np.where(first, places, 0)), np.intp)


def _likeness(query: Gallery, row: int, exhibit: Gallery, place: int, cosine: float) -> Likeness:
    return Likeness(
        query.descriptor,
        float(query.times[row]),
        float(exhibit.times[place]),
        float(cosine),
        query.mirrored,
        query.box,
        exhibit.box,
    )
