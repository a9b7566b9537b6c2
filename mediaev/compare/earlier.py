"""Earlier copies: where a group's copies point to one that is not held.

If the copy that ranks first lacks something that another one has, and that one lacks something
that the first one has, then neither was made from the other. Both come from a copy that lacks
neither, and if no such copy is in the group, it is not held. Only what can hardly be put back
counts: what was cropped away, covered, or cut off a continuous recording. Pixels are enlarged,
sound is laid over and pads are cut off every day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from mediaev.compare.told import Told
from mediaev.model.cluster import EarlierCopy
from mediaev.model.difference import Difference, Side, What
from mediaev.model.digest import Digest

_PHRASES: Mapping[What | None, str] = MappingProxyType(
    {
        What.CROPPED: "is cropped",
        What.OVERLAY: "carries an overlay",
        What.SHORTER: "is shorter",
        What.FRAMED: "stands in a frame or beside other footage",
        None: "shows this recording between cuts, as compilations do",
    }
)
"""What a copy may lack, the most telling first; None where the whole group tells it."""
_PICTURE = {What.CROPPED, What.OVERLAY}


def earlier(order: Sequence[Digest], told: Told) -> tuple[EarlierCopy, ...]:
    """The signs of an earlier, fuller copy, the stronger ones first.

    `order` is the ranking, the copy closest to the source first.
    """
    if len(order) < 2 or any(_lacks_nothing(one, told) for one in order):
        return ()
    best, *others = order
    found: dict[What | None, EarlierCopy] = {}
    for other in others:
        between = told.between(best, other)
        here, there = _lacked(between, Side.QUERY), _lacked(between, Side.EXHIBIT)
        if told.is_cut_together(best):
            here.append(None)
        for what in here if there else ():
            sign = _sign(what, there[0], (best, other))
            known = found.get(what)
            if known is None or (sign.by_picture and not known.by_picture):
                found[what] = sign
    return tuple(sorted(found.values(), key=lambda each: not each.by_picture))


def _lacks_nothing(one: Digest, told: Told) -> bool:
    """Whether a copy could be the one that all others come from."""
    return not told.is_cut_together(one) and not any(
        _lacked(told.between(one, other), Side.QUERY) for other, _ in told.matched(one)
    )


def _lacked(found: Sequence[Difference], side: Side) -> list[What | None]:
    """What one of two copies lacks, the most telling first."""
    said = {each.what for each in found if each.side is side and each.favours is side.other}
    return [what for what in _PHRASES if what in said]


def _sign(here: What | None, there: What | None, members: tuple[Digest, Digest]) -> EarlierCopy:
    says = (
        f"the first {_PHRASES[here]}, the other not; the other {_PHRASES[there]}, the first not: "
        "neither seems to be made from the other"
    )
    return EarlierCopy(here in _PICTURE and there in _PICTURE, says, members)
