"""Grounds: what speaks for calling a recurring interval boilerplate, and what against it.

They are shown beside every proposal. None of them decides: real footage that three reports
begin with looks the same from here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from mediaev.compare.recurring import EDGE, END_CARD, END_SLACK, INSIDE, INTRO, MOST, stands
from mediaev.model.boilerplate import Boilerplate, Ground
from mediaev.model.decision import Place
from mediaev.model.digest import Digest

_ALL_ALIKE = 0.2
"""Seconds by which lengths may differ that are called equal."""
_AT_ENDS = {INTRO: "the very start", END_CARD: "the very end"}

IsCut = Callable[[Digest, float], bool]
"""Whether an exhibit has a cut at a moment."""


def grounds(
    found: Boilerplate, durations: Mapping[Digest, float], is_cut: IsCut | None = None
) -> tuple[Ground, ...]:
    """What speaks for and against, the former first; `is_cut` where cuts are known."""
    every = [
        *_of_recordings(found),
        *_of_ends(found.places, durations),
        *_of_lengths(found.places),
        *_of_shares(found.places, durations),
        *(_of_cuts(found.places, durations, is_cut) if is_cut is not None else ()),
    ]
    return tuple(sorted(every, key=lambda each: not each.speaks_for))


def _of_recordings(found: Boilerplate) -> Iterator[Ground]:
    exhibits = len({place.exhibit for place in found.places})
    yield Ground(
        speaks_for=True,
        says=f"recurs in {exhibits} exhibits, among which {found.recordings} recordings "
        "have nothing else in common",
    )


def _of_ends(places: Sequence[Place], durations: Mapping[Digest, float]) -> Iterator[Ground]:
    counts = Counter(stands(each, durations[each.exhibit]) for each in places)
    for end, words in _AT_ENDS.items():
        if counts[end]:
            yield Ground(speaks_for=True, says=f"stands at {words} of {_of(counts[end], places)}")
    if counts[INSIDE]:
        yield Ground(
            speaks_for=False,
            says=f"stands inside {_of(counts[INSIDE], places)}: it may be real footage that was "
            "cut in there",
        )


def _of_lengths(places: Sequence[Place]) -> Iterator[Ground]:
    lengths = sorted(each.seconds for each in places)
    if lengths[-1] - lengths[0] <= 2 * _ALL_ALIKE:
        yield Ground(speaks_for=True, says=f"is {lengths[len(lengths) // 2]:.1f} s long everywhere")
    elif lengths[-1] - lengths[0] > END_SLACK:
        yield Ground(
            speaks_for=False,
            says=f"is not equally long everywhere: {lengths[0]:.1f} to {lengths[-1]:.1f} s",
        )


def _of_shares(places: Sequence[Place], durations: Mapping[Digest, float]) -> Iterator[Ground]:
    most = [each for each in places if each.seconds > MOST * durations[each.exhibit]]
    if most:
        yield Ground(
            speaks_for=False,
            says=f"is nearly all of {_of(len(most), places)}: somebody posted it by itself",
        )


def _of_cuts(
    places: Sequence[Place], durations: Mapping[Digest, float], is_cut: IsCut
) -> Iterator[Ground]:
    at_cuts = through = 0
    for place in places:
        inside = (
            (place.start, place.start > EDGE),
            (place.end, durations[place.exhibit] - place.end > EDGE),
        )
        cuts = [is_cut(place.exhibit, end) for end, is_inside in inside if is_inside]
        at_cuts += bool(cuts) and all(cuts)
        through += len(cuts) == 2 and not any(cuts)
    if at_cuts:
        yield Ground(speaks_for=True, says=f"lies between cuts in {_of(at_cuts, places)}")
    if through:
        yield Ground(
            speaks_for=False,
            says=f"no cut is seen before or after it in {_of(through, places)}: it may have been "
            "taken from there",
        )


def _of(number: int, places: Sequence[Place]) -> str:
    return f"{number} of {len(places)}" if number < len(places) else f"all {number}"
