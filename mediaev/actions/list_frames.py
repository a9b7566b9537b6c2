"""Frames on a list: which tracks of exhibits meet entries of PDQ and vPDQ, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediaev.actions.listed_pages import LoadedList, Page, nearest
from mediaev.actions.seen import Seen
from mediaev.compare.bits import TURNS, Packed, turned
from mediaev.compare.listed import LIMITS, Meeting, intervals, meeting
from mediaev.compare.track import Track
from mediaev.model.fingerprint import Region
from mediaev.model.hash_list import UNKNOWN_QUALITY, UNKNOWN_TICK, ListHit

NEAREST = 4000
"""Entries that one exhibit is held against in full, the nearest first."""
_ROWS = 1 << 20
_LIMIT = LIMITS["pdq"]


class FrameHit(NamedTuple):
    """A hit, of which exhibit it is, and which sample of the page the nearest is."""

    owner: int
    hit: ListHit
    sample: int


@dataclass(slots=True)
class _Queries:
    """All tracks of some exhibits, each laid in every way."""

    tracks: list[Track] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    bits: list[Packed] = field(default_factory=list)


def frame_hits(loaded: LoadedList, seen: Sequence[Seen]) -> tuple[list[FrameHit], int]:
    """Hits by PDQ and vPDQ, whatever their shares, and how many entries were not looked at."""
    page = loaded.by_pictures("pdq").clear
    queries = _queries(seen)
    if not len(page) or not queries.bits:
        return [], 0
    met, cut = _nearest(_met(loaded, page, queries))
    rows = met[np.lexsort((met[:, 1], met[:, 0]))].tolist()
    hits = []
    for (owner, entry), group in groupby(rows, key=lambda row: (row[0], row[1])):
        tracks = [row[2] for row in group]
        hits.append(_hit(loaded, page, queries, seen[owner], (owner, entry, tracks)))
    return hits, cut


def _queries(seen: Sequence[Seen]) -> _Queries:
    found = _Queries()
    for owner, each in enumerate(seen):
        for track in each.tracks:
            for number, turn in enumerate(TURNS):
                found.tracks.append(track)
                found.owners.append(owner)
                found.turns.append(number)
                found.bits.append(turned(track.bits, turn))
    return found


def _met(loaded: LoadedList, page: Page, queries: _Queries) -> Iterator[NDArray[np.int64]]:
    """Rows of exhibit, entry, laid track and distance, for whatever is within the limit."""
    counts = [len(each) for each in queries.bits]
    laid = np.repeat(np.arange(len(counts)), counts)
    owners = np.array(queries.owners, np.int64)
    index = loaded.index("pdq", _LIMIT)
    for asked, found, apart in index.near(np.concatenate(queries.bits)):
        track = laid[asked]
        yield np.stack([owners[track], page.entries[found], track, apart], axis=1)


def _nearest(pieces: Iterator[NDArray[np.int64]]) -> tuple[NDArray[np.int64], int]:
    """The rows, one for each exhibit, entry and track, with the least distance.

    Of each exhibit only the nearest entries are kept; says how many were not.
    """
    kept = np.zeros((0, 4), np.int64)
    cut = 0
    waiting: list[NDArray[np.int64]] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(map(len, waiting)) > _ROWS:
            kept, more = _cut(np.concatenate([kept, *waiting]))
            cut, waiting = cut + more, []
    kept, more = _cut(np.concatenate([kept, *waiting]))
    return kept, cut + more


def _cut(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    owner, entry, track, apart = rows.T
    rows = rows[np.lexsort((apart, track, entry, owner))]
    first = np.ones(len(rows), np.bool_)
    first[1:] = (rows[1:, :3] != rows[:-1, :3]).any(axis=1)
    return nearest(rows[first], NEAREST)


def _hit(
    loaded: LoadedList,
    page: Page,
    queries: _Queries,
    seen: Seen,
    which: tuple[int, int, list[int]],
) -> FrameHit:
    """The hit of an exhibit on an entry, in the way of laying it that meets best."""
    owner, entry, candidates = which
    where = page.frames_of(entry)
    frames = page.bits[where]
    laid, best = max(
        (
            (each, found)
            for each in candidates
            if (found := meeting(queries.bits[each], frames, _LIMIT)) is not None
        ),
        key=lambda pair: (max(pair[1].shares), -pair[1].distance, -pair[0]),
    )
    track, turn = queries.tracks[laid], TURNS[queries.turns[laid]]
    sample = where.start + best.nearest[1]
    video = bool(page.of_video[sample])
    hit = ListHit(
        seen.subject,
        loaded.heading,
        int(page.lines[sample]),
        "",
        "vpdq" if video else "pdq",
        best.distance,
        _LIMIT,
        8 * frames.shape[1],
        (int(track.quality[best.nearest[0]]), known_quality(page, sample)),
        turn.mirrored,
        turn.rotation,
        track.region is Region.INNER,
        best.shares if video else None,
        () if seen.still else intervals(track.times, best.samples),
        _entry_intervals(page.ticks[where], best) if video else (),
    )
    return FrameHit(owner, hit, sample)


def known_quality(page: Page, sample: int) -> int | None:
    """How clear a listed picture is, where the list says so."""
    quality = int(page.quality[sample])
    return None if quality == UNKNOWN_QUALITY else quality


def _entry_intervals(ticks: NDArray[np.int64], best: Meeting) -> tuple[tuple[float, float], ...]:
    if (ticks == UNKNOWN_TICK).any():
        return ()
    return intervals(ticks / 1000, best.frames)
