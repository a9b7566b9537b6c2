"""Searching lists: which exhibits, or files that are asked about, others name in their lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from mediaev.actions.list_frames import frame_hits
from mediaev.actions.listed_pages import LoadedList, Page, nearest
from mediaev.actions.seen import Seen
from mediaev.compare.listed import LIMITS, SHARE
from mediaev.model.hash_list import HashList, ListHit
from mediaev.store import CaseStore

MOST = 1000
"""Hits of one exhibit on one list that are told, the nearest first."""


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """What lists say of some exhibits."""

    hits: tuple[ListHit, ...] = ()
    """In the order of the exhibits asked about, then of the lists, then the nearest first."""
    below: int = 0
    """Pairs of videos of which less met than the share that was asked for."""
    cut: int = 0
    """Further hits of exhibits that have more than are told."""
    unchecked: Mapping[str, int] = field(default_factory=dict)
    """Exhibits without a digest that some list has, by algorithm: they may be on it."""


class _Found(NamedTuple):
    """A hit without its label, and what the label is looked up by."""

    owner: int
    """Place of the exhibit among those asked about."""
    hit: ListHit
    page: Page
    sample: int


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
    def lists(self) -> list[HashList]:
        """The lists that are searched."""
        return [each.heading for each in self._lists]

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The digests that entries of the lists have, besides SHA-256."""
        kinds = {kind for each in self._lists for kind in each.kinds}
        return tuple(sorted({kind.digest for kind in kinds} - {"", "sha256"}))

    def ask(
        self, seen: Sequence[Seen], tell: Callable[[int, int], None] = lambda _done, _total: None
    ) -> ListAnswer:
        """Where any of these is on a list; `tell` hears how many lists were searched."""
        found: list[_Found] = []
        below = cut = 0
        for number, loaded in enumerate(self._lists):
            tell(number, len(self._lists))
            hits, less, more = self._ask_one(loaded, seen)
            found += _labelled(loaded, hits)
            below, cut = below + less, cut + more
        tell(len(self._lists), len(self._lists))
        found.sort(key=lambda each: each.owner)  # stable: lists and distances keep their order
        lacking = {name: sum(name not in each.digests for each in seen) for name in self.algorithms}
        return ListAnswer(
            tuple(each.hit for each in found),
            below,
            cut,
            {name: count for name, count in lacking.items() if count},
        )

    def _ask_one(self, loaded: LoadedList, seen: Sequence[Seen]) -> tuple[list[_Found], int, int]:
        """The hits on one list, how many were below the share, and how many were cut off."""
        frames, cut = frame_hits(loaded, seen)
        page = loaded.by_pictures("pdq").clear
        found = [
            _Found(each.owner, each.hit, page, each.sample)
            for each in frames
            if each.hit.shares is None or max(each.hit.shares) >= self._share
        ]
        below = len(frames) - len(found)
        for hits, more in (*_by_digest(loaded, seen), *_by_picture(loaded, seen)):
            found += hits
            cut += more
        found.sort(key=lambda each: (each.owner, each.hit.distance or 0, each.hit.line))
        told: Counter[int] = Counter()
        kept = []
        for each in found:
            told[each.owner] += 1
            if told[each.owner] <= MOST:
                kept.append(each)
        return kept, below, cut + len(found) - len(kept)


def _by_digest(loaded: LoadedList, seen: Sequence[Seen]) -> Iterator[tuple[list[_Found], int]]:
    """Hits by each digest algorithm, and how many were cut off."""
    for name in sorted({kind.digest for kind in loaded.kinds} - {""}):
        page = loaded.by_digest(name)
        owners = [place for place, each in enumerate(seen) if name in each.digests]
        rows = page.holding([seen[place].digests[name] for place in owners])
        equal = np.concatenate([rows, np.zeros((len(rows), 1), np.int64)], axis=1)
        kept, cut = nearest(equal, MOST)
        found = []
        for place, sample, _ in kept.tolist():
            owner = owners[place]
            line = int(page.lines[sample])
            hit = ListHit(seen[owner].subject, loaded.heading, line, "", name)
            found.append(_Found(owner, hit, page, sample))
        yield found, cut


def _by_picture(loaded: LoadedList, seen: Sequence[Seen]) -> Iterator[tuple[list[_Found], int]]:
    """Hits by each descriptor that stills alone have, and how many were cut off."""
    for name in ("phash", "dhash"):
        owners = [place for place, each in enumerate(seen) if name in each.pictures]
        page = loaded.by_pictures(name).clear
        if not owners or not len(page):
            continue
        queries = np.concatenate([seen[place].pictures[name] for place in owners])
        rows, cut = np.zeros((0, 3), np.int64), 0
        for asked, samples, apart in loaded.index(name, LIMITS[name]).near(queries):
            piece = np.stack([asked, samples, apart], axis=1)
            rows, more = nearest(np.concatenate([rows, piece]), MOST)
            cut += more
        found = []
        for place, sample, distance in rows.tolist():
            owner = owners[place]
            hit = ListHit(
                seen[owner].subject,
                loaded.heading,
                int(page.lines[sample]),
                "",
                name,
                distance,
                LIMITS[name],
                8 * page.bits.shape[1],
            )
            found.append(_Found(owner, hit, page, sample))
        yield found, cut


def _labelled(loaded: LoadedList, found: Iterable[_Found]) -> Iterator[_Found]:
    """The hits with what the list says of their entries."""
    for each in found:
        label = loaded.label(each.page, each.sample)
        yield each._replace(hit=replace(each.hit, label=label))
