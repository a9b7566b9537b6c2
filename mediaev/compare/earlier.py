"""Earlier copies: whether a group's copies must or may come from one that is not held.

If the copy that ranks first lacks something that another one has, and that one lacks something
that the first one has, then neither was made from the other. Both come from a copy that lacks
neither, and if no such copy is in the group, it is not held. That is certain only where what is
lacking is picture: a frame can be cropped and covered, but hardly uncropped and uncovered. Length
may have been added, pixels enlarged, sound laid over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from mediaev.compare.told import Told
from mediaev.model.cluster import EarlierCopy
from mediaev.model.difference import Difference, Side, What
from mediaev.model.digest import Digest

_PHRASES: Mapping[What, str] = MappingProxyType(
    {
        What.CROPPED: "is cropped",
        What.OVERLAY: "carries an overlay",
        What.SHORTER: "is shorter",
        What.FRAMED: "stands in a frame or beside other footage",
        What.PADDED: "is padded",
        What.NO_SOUND: "has no sound",
        What.SILENT: "is silent",
        What.FEWER_PIXELS: "has fewer pixels",
    }
)
"""What a copy may lack, the most telling first; bits are not among them, since a later copy may
spend more."""
_PICTURE = {What.CROPPED, What.OVERLAY}
_ONLY_AGAINST = {What.FEWER_PIXELS}
"""What does not make the first copy a later one by itself."""
_CUT_TOGETHER = "shows this recording between cuts, as compilations do,"
"""What may be said of a whole copy, besides what two say of each other."""


def earlier(order: Sequence[Digest], told: Told) -> tuple[EarlierCopy, ...]:
    """The reasons why an earlier, fuller copy must or may exist, certain ones first.

    `order` is the ranking, the copy closest to the source first.
    """
    if len(order) < 2 or any(_lacks_nothing(one, told) for one in order):
        return ()
    best, *others = order
    found: dict[str, EarlierCopy] = {}
    for other in others:
        between = told.between(best, other)
        there = _lacked(between, Side.EXHIBIT)
        here: list[What | None] = [
            what for what in _lacked(between, Side.QUERY) if what not in _ONLY_AGAINST
        ]
        if told.is_cut_together(best):
            here.append(None)
        for what in here if there else ():
            reason = _reason(what, there[0], (best, other))
            known = found.get(what or "")
            if known is None or (reason.certain and not known.certain):
                found[what or ""] = reason
    return tuple(sorted(found.values(), key=lambda each: not each.certain))


def _lacks_nothing(one: Digest, told: Told) -> bool:
    """Whether a copy could be the one that all others come from."""
    return not told.is_cut_together(one) and not any(
        _lacked(told.between(one, other), Side.QUERY) for other, _ in told.matched(one)
    )


def _lacked(found: Sequence[Difference], side: Side) -> list[What]:
    """What one of two copies lacks, the most telling first."""
    said = {each.what for each in found if each.side is side and each.favours is side.other}
    return [what for what in _PHRASES if what in said]


def _reason(here: What | None, there: What, members: tuple[Digest, Digest]) -> EarlierCopy:
    certain = here in _PICTURE and there in _PICTURE
    how = _CUT_TOGETHER if here is None else _PHRASES[here]
    verb = "must have existed" if certain else "probably existed"
    says = (
        f"the first {how} and this one not, but this one {_PHRASES[there]}: "
        f"neither was made from the other, so an earlier, fuller copy {verb}"
    )
    return EarlierCopy(certain, says, members)
