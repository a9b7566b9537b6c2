"""Judging an audit: what was found on disks against what the log says lies where.

Bytes decide, never names: a file that was moved or renamed is told as moved, a further copy
as a duplicate, and missing is only what was found nowhere else (or one copy fewer than there
were). Pure: whoever audits reads the files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from mediaev.model.digest import Digest
from mediaev.model.fixity import (
    ExhibitState,
    Found,
    PlaceFinding,
    PlaceState,
    RecordedPlace,
    Sight,
)

Later = Callable[[RecordedPlace], Collection[bytes]]
"""Paths at which an exhibit was first recorded after a place was last known to hold it."""


def judge(
    places: Sequence[RecordedPlace],
    found: Mapping[bytes, Found],
    known: Collection[Digest],
    later: Later = lambda _place: (),
) -> list[PlaceFinding]:
    """What became of every recorded place, and what every other file is; in order of path.

    `found` holds what lies at each recorded path, and at every other path that was looked at;
    `known` are the exhibits of the case.
    """
    return _Judgement(places, found, known, later).findings()


def states(
    places: Iterable[RecordedPlace], findings: Iterable[PlaceFinding]
) -> dict[Digest, ExhibitState]:
    """What is known of each exhibit that has a recorded place among `places`."""
    held: set[Digest] = set()
    met: dict[Digest, set[PlaceState]] = {
        place.exhibit: set() for place in places if not place.outside
    }
    for each in findings:
        if each.found is not None:
            held.add(each.found)
        if each.expected in met:
            met[each.expected].add(each.state)
            if each.to is not None or each.others:
                held.add(each.expected)
    return {
        exhibit: ExhibitState.INTACT if exhibit in held else _lost(told)
        for exhibit, told in met.items()
    }


def _lost(told: Collection[PlaceState]) -> ExhibitState:
    if PlaceState.UNREADABLE in told:
        return ExhibitState.UNREADABLE
    return ExhibitState.CHANGED if PlaceState.CHANGED in told else ExhibitState.MISSING


WORST = (
    PlaceState.CHANGED,
    PlaceState.MISSING,
    PlaceState.UNREADABLE,
    PlaceState.MOVED,
    PlaceState.MATCHED,
)
"""States of recorded places, the one that weighs most first."""


class _Judgement:
    def __init__(
        self,
        places: Sequence[RecordedPlace],
        found: Mapping[bytes, Found],
        known: Collection[Digest],
        later: Later,
    ) -> None:
        self._places = sorted(places, key=lambda place: (place.path, place.former))
        self._found = found
        self._known = known
        self._later = later
        self._recorded = {place.path: place.exhibit for place in places if not place.former}
        self._holders: dict[Digest, list[bytes]] = defaultdict(list)
        for path in sorted(found):
            digest = found[path].digest
            if digest is not None:
                self._holders[digest].append(path)
        former = {(place.path, place.exhibit) for place in places if place.former}
        self._unexpected = {
            digest: [
                path
                for path in paths
                if self._recorded.get(path) != digest and (path, digest) not in former
            ]
            for digest, paths in self._holders.items()
        }
        """Where bytes lie that the log does not place there."""
        self._targets: set[bytes] = set()

    def findings(self) -> list[PlaceFinding]:
        told = list(self._of_recorded())
        told += self._of_the_rest()
        return sorted(told, key=lambda each: each.path)

    def _of_recorded(self) -> Iterable[PlaceFinding]:
        lost: dict[Digest, list[RecordedPlace]] = defaultdict(list)
        for place in self._places:
            found = self._found[place.path]
            if found.digest == place.exhibit:
                yield self._told(place, PlaceState.MATCHED)
            elif found.sight is Sight.UNREADABLE:
                yield self._told(place, PlaceState.UNREADABLE)
            elif self._is_overwritten(found):
                yield self._told(place, PlaceState.CHANGED)
            else:
                lost[place.exhibit].append(place)
        for exhibit, places in lost.items():
            yield from self._explained(exhibit, places)

    def _is_overwritten(self, found: Found) -> bool:
        """Whether bytes lie there that the log does not know: wherever else its own may be."""
        if found.sight is Sight.OTHER:
            return True
        return found.digest is not None and found.digest not in self._known

    def _explained(self, exhibit: Digest, lost: Sequence[RecordedPlace]) -> Iterable[PlaceFinding]:
        """Pair places that lost an exhibit with those that gained it; like names first."""
        gained = list(self._unexpected.get(exhibit, ()))
        inside_first = sorted(lost, key=lambda place: place.outside)
        rest = []
        for place in inside_first:
            like = [path for path in gained if _name(path) == _name(place.path)]
            if like:
                gained.remove(like[0])
                yield self._moved(place, like[0])
            else:
                rest.append(place)
        for place in rest:
            if gained:
                yield self._moved(place, gained.pop(0))
                continue
            since = [path for path in self._holding(place) if path in self._later(place)]
            if since:
                yield self._moved(place, since[0])
            elif not place.outside:
                # A former place says so itself: what lies there now was recorded.
                other = self._found[place.path].digest is not None and not place.former
                yield self._told(place, PlaceState.CHANGED if other else PlaceState.MISSING)

    def _holding(self, place: RecordedPlace) -> list[bytes]:
        return [path for path in self._holders.get(place.exhibit, ()) if path != place.path]

    def _moved(self, place: RecordedPlace, to: bytes) -> PlaceFinding:
        self._targets.add(to)
        return self._told(place, PlaceState.MOVED, to)

    def _told(
        self, place: RecordedPlace, state: PlaceState, to: bytes | None = None
    ) -> PlaceFinding:
        found = self._found[place.path]
        others = () if state is PlaceState.MATCHED else self._holding(place)
        return PlaceFinding(
            place.path,
            state,
            place.exhibit,
            found.digest,
            to,
            tuple(path for path in others if path != to),
            found.reason,
            place.copy,
        )

    def _of_the_rest(self) -> Iterable[PlaceFinding]:
        """Files at places that the log does not know."""
        met = {place.path for place in self._places}
        for path, found in self._found.items():
            if path in met or path in self._targets or found.sight is Sight.GONE:
                continue
            digest = found.digest
            if digest is None:
                yield PlaceFinding(path, PlaceState.UNREADABLE, reason=found.reason)
            elif digest in self._known:
                others = [other for other in self._holders[digest] if other != path]
                yield PlaceFinding(
                    path,
                    PlaceState.DUPLICATE,
                    found=digest,
                    others=tuple(others),
                    reason=found.reason,
                )
            else:
                yield PlaceFinding(path, PlaceState.NEW, found=digest, reason=found.reason)


def _name(path: bytes) -> bytes:
    return path.rpartition(b"/")[2]
