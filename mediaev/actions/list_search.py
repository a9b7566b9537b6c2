"""Searching lists: which exhibits, or files that are asked about, others name in their lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mediaev.actions.list_pages import LoadedList, Page
from mediaev.actions.list_subjects import ListSubject
from mediaev.actions.progress import Listener, Progress, silent
from mediaev.compare.bits import TURNS, Packed, Turn, turned
from mediaev.compare.listed import LIMITS, SHARE, Meeting, intervals, meeting
from mediaev.compare.track import Track
from mediaev.model.fingerprint import Region
from mediaev.model.hash_list import UNKNOWN_QUALITY, UNKNOWN_TICK, ListHit
from mediaev.store import CaseStore

MOST = 1000
"""Entries of one list that one exhibit may meet under one descriptor, the nearest first."""
_SAMPLES = 1 << 16
"""Samples of exhibits that are laid in every way at once."""
_ROWS = 1 << 20


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """What lists say of some exhibits."""

    hits: tuple[ListHit, ...] = ()
    """In the order of the exhibits asked about, then of the lists, then the nearest first."""
    below: int = 0
    """Pairs of videos of which less met than the share that was asked for."""
    cut: int = 0
    """Further entries within the limit of exhibits that have more than are told."""
    unchecked: Mapping[str, int] = field(default_factory=dict)
    """Exhibits without a digest that some list has, by algorithm: they may be on it."""


class _Found(NamedTuple):
    """A hit, and the place of its exhibit among those asked about."""

    owner: int
    hit: ListHit


class ListSearch:
    """All lists of a case, ready to be asked."""

    def __init__(
        self, store: CaseStore, numbers: Iterable[int] | None = None, *, share: float = SHARE
    ) -> None:
        """Search all lists, or those with the given numbers.

        `share` is how much of either video has to meet the other, 0..1.
        """
        wanted = None if numbers is None else set(numbers)
        self._share = share
        self._lists = [
            LoadedList(store, each)
            for each in store.hash_lists()
            if wanted is None or each.number in wanted
        ]

    def __bool__(self) -> bool:
        """Whether there is any list."""
        return bool(self._lists)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The digests that entries of the lists have, besides SHA-256."""
        found: set[str] = set().union(*(each.algorithms for each in self._lists))
        return tuple(sorted(found - {"sha256"}))

    def ask(self, subjects: Sequence[ListSubject], listen: Listener = silent) -> ListAnswer:
        """Where any of these is on a list."""
        found: list[_Found] = []
        below = cut = 0
        for number, loaded in enumerate(self._lists):
            listen(Progress("lists", number, len(self._lists)))
            hits: list[_Found] = []
            for some, more in _searches(loaded, subjects):
                enough = [each for each in some if self._suffices(each.hit)]
                hits += enough
                below += len(some) - len(enough)
                cut += more
            hits.sort(key=lambda each: (each.hit.distance or 0, each.hit.line))
            found += hits
        listen(Progress("lists", len(self._lists), len(self._lists)))
        found.sort(key=lambda each: each.owner)  # stable: lists and distances keep their order
        lacking = {
            name: sum(name not in each.digests for each in subjects) for name in self.algorithms
        }
        return ListAnswer(
            tuple(each.hit for each in found),
            below,
            cut,
            {name: count for name, count in lacking.items() if count},
        )

    def _suffices(self, hit: ListHit) -> bool:
        return hit.shares is None or max(hit.shares) >= self._share


def _searches(
    loaded: LoadedList, subjects: Sequence[ListSubject]
) -> Iterator[tuple[list[_Found], int]]:
    """Hits on one list by each kind of entry, and how many entries were cut off."""
    for name in sorted(loaded.algorithms):
        yield _by_digest(loaded, subjects, name)
    for name in ("phash", "dhash"):
        yield _by_picture(loaded, subjects, name)
    if len(loaded.by_pictures("pdq")):
        sizes = [sum(len(track.bits) for track in each.tracks) for each in subjects]
        for start, end in _runs(sizes):
            yield _by_frames(loaded, subjects[start:end], start)


def _by_digest(
    loaded: LoadedList, subjects: Sequence[ListSubject], name: str
) -> tuple[list[_Found], int]:
    owners: dict[bytes, list[int]] = {}
    for owner, each in enumerate(subjects):
        if name in each.digests:
            owners.setdefault(each.digests[name], []).append(owner)
    page = loaded.by_digest(name)
    found = []
    met: Counter[int] = Counter()
    for value, sample in page.equal_to(owners):
        for owner in owners[value]:
            met[owner] += 1
            if met[owner] <= MOST:
                hit = _hit(loaded, subjects[owner], page, sample, by=name)
                found.append(_Found(owner, hit))
    return found, met.total() - len(found)


def _by_picture(
    loaded: LoadedList, subjects: Sequence[ListSubject], name: str
) -> tuple[list[_Found], int]:
    """Hits by a descriptor that stills alone have."""
    owners = [place for place, each in enumerate(subjects) if name in each.pictures]
    page = loaded.by_pictures(name)
    if not owners or not len(page):
        return [], 0
    queries = np.concatenate([subjects[place].pictures[name] for place in owners])
    rows, cut = np.zeros((0, 3), np.int64), 0
    for asked, samples, apart in loaded.index(name, LIMITS[name]).near(queries):
        rows, more = _nearest(
            np.concatenate([rows, np.stack([asked, samples, apart], axis=1)]), MOST
        )
        cut += more
    found = []
    for place, sample, distance in rows.tolist():
        owner = owners[place]
        hit = _hit(loaded, subjects[owner], page, sample, by=name, distance=distance)
        found.append(_Found(owner, hit))
    return found, cut


class _Laid(NamedTuple):
    """A track of an exhibit, laid in one way."""

    owner: int
    track: Track
    turn: Turn
    bits: Packed


def _by_frames(
    loaded: LoadedList, subjects: Sequence[ListSubject], first: int
) -> tuple[list[_Found], int]:
    """Hits by PDQ and vPDQ, whatever their shares; `first` is the place of the first subject."""
    laid = [
        _Laid(owner, track, turn, turned(track.bits, turn))
        for owner, each in enumerate(subjects)
        for track in each.tracks
        for turn in TURNS
    ]
    if not laid:
        return [], 0
    rows, cut = _met(loaded, laid)
    found = []
    for (owner, entry), group in groupby(rows.tolist(), key=lambda row: (row[0], row[1])):
        hit = _frame_hit(loaded, subjects[owner], entry, [laid[row[2]] for row in group])
        found.append(_Found(first + owner, hit))
    return found, cut


def _met(loaded: LoadedList, laid: Sequence[_Laid]) -> tuple[NDArray[np.int64], int]:
    """Rows of owner, entry, number in `laid` and least distance, in the order of these.

    Only whatever is within the limit, and of each owner the nearest; says how many were cut off.
    """
    owners = np.array([each.owner for each in laid], np.int64)
    track_of = np.repeat(np.arange(len(laid)), [len(each.bits) for each in laid])
    entries = loaded.by_pictures("pdq").entries
    kept, cut = [np.zeros((0, 4), np.int64)], 0
    index = loaded.index("pdq", LIMITS["pdq"])
    for asked, found, apart in index.near(np.concatenate([each.bits for each in laid])):
        track = track_of[asked]
        kept.append(np.stack([owners[track], entries[found], track, apart], axis=1))
        if sum(map(len, kept)) > _ROWS:
            rows, more = _cut(np.concatenate(kept))
            kept, cut = [rows], cut + more
    rows, more = _cut(np.concatenate(kept))
    return rows, cut + more


def _cut(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """One row for each owner, entry and laid track; of each owner the `MOST` nearest entries."""
    if not len(rows):
        return rows, 0
    owner, entry, track, apart = rows.T
    rows = rows[np.lexsort((apart, track, entry, owner))]
    rows = rows[_begins(rows[:, :3])]
    begins = _begins(rows[:, :2])
    number = np.cumsum(begins) - 1
    least = np.minimum.reduceat(rows[:, 3], np.flatnonzero(begins))
    entries = np.stack([rows[begins, 0], np.arange(len(least)), least], axis=1)
    kept, cut = _nearest(entries, MOST)
    return rows[np.isin(number, kept[:, 1])], cut


def _begins(rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows differ from the one before."""
    first = np.ones(len(rows), np.bool_)
    first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    return first


def _nearest(rows: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], int]:
    """Of rows that begin with an owner and end with a distance, `most` of each owner.

    The nearest are kept, and of equal ones the first; says how many were not.
    """
    rows = rows[np.lexsort((rows[:, -1], rows[:, 0]))]
    near = np.arange(len(rows)) - np.searchsorted(rows[:, 0], rows[:, 0]) < most
    return rows[near], int((~near).sum())


def _hit(
    loaded: LoadedList,
    subject: ListSubject,
    page: Page,
    sample: int,
    *,
    by: str,
    distance: int | None = None,
) -> ListHit:
    """A hit on the entry that a sample is of; a digest has no distance."""
    line, label = int(page.lines[sample]), loaded.label(page, sample)
    if distance is None:
        return ListHit(subject.digest, loaded.heading, line, label, by)
    limit = LIMITS["pdq" if by == "vpdq" else by]
    bits = 8 * page.bits.shape[1]
    return ListHit(subject.digest, loaded.heading, line, label, by, distance, limit, bits)


def _frame_hit(
    loaded: LoadedList, subject: ListSubject, entry: int, laid: Sequence[_Laid]
) -> ListHit:
    """The hit of an exhibit on an entry, in the way of laying it that meets best."""
    page = loaded.by_pictures("pdq")
    where = page.frames_of(entry)
    best, way = _best(laid, page.bits[where])
    sample = where.start + best.nearest[1]
    video = bool(page.of_video[sample])
    by = "vpdq" if video else "pdq"
    quality = int(page.quality[sample])
    ticks = page.ticks[where]
    timed = video and not (ticks == UNKNOWN_TICK).any()
    return replace(
        _hit(loaded, subject, page, sample, by=by, distance=best.distance),
        quality=(
            int(way.track.quality[best.nearest[0]]),
            None if quality == UNKNOWN_QUALITY else quality,
        ),
        mirrored=way.turn.mirrored,
        rotation=way.turn.rotation,
        inner=way.track.region is not Region.FULL,
        shares=best.shares if video else None,
        at=() if subject.still else intervals(way.track.times, best.samples),
        entry_at=intervals(ticks / 1000, best.frames) if timed else (),
    )


def _best(laid: Sequence[_Laid], frames: Packed) -> tuple[Meeting, _Laid]:
    """The way of laying an exhibit in which most meets the frames; of equal ones the first."""
    met = [(meeting(each.bits, frames, LIMITS["pdq"]), each) for each in laid]
    return max(
        ((found, each) for found, each in met if found is not None),
        key=lambda pair: (max(pair[0].shares), -pair[0].distance),
    )


def _runs(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From and to of subjects that have few samples together, or are alone."""
    start = total = 0
    for place, size in enumerate(sizes):
        if place > start and total + size > _SAMPLES:
            yield start, place
            start, total = place, 0
        total += size
    if sizes:
        yield start, len(sizes)
