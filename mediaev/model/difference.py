"""Differences: what an edit did to one of two copies, as far as the two can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Side(StrEnum):
    """One of the two exhibits of a match."""

    QUERY = "query"
    EXHIBIT = "exhibit"

    @property
    def other(self) -> Side:
        """The other one."""
        return Side.EXHIBIT if self is Side.QUERY else Side.QUERY


class What(StrEnum):
    """What can be said; each has a measured rate of error (`docs/decisions/0013`)."""

    MIRRORED = "mirrored"
    TURNED = "turned"
    SHORTER = "shorter"
    FASTER = "faster"
    CROPPED = "cropped"
    PADDED = "padded"
    FRAMED = "framed"
    SHOWS_MORE = "shows more around"
    OVERLAY = "overlay"
    FEWER_PIXELS = "fewer pixels"
    FEWER_BITS = "fewer bits"
    NO_SOUND = "no sound"
    SILENT = "silent"
    SOUND_REPLACED = "sound replaced"


@dataclass(frozen=True, slots=True)
class Difference:
    """One statement about two copies of one recording."""

    what: What
    side: Side | None
    """Of which of the two it is said; None where the two cannot tell."""
    says: str
    """The rest of a sentence that begins with the side's name, or with "one of the two"; of the
    side that it is not about it speaks as "the other"."""
    favours: Side | None = None
    """Which of the two it speaks for as closer to the source, if it speaks for one."""
    measured: Mapping[str, float] = field(default_factory=dict)
    """What it rests on, by name."""

    def turned(self) -> Difference:
        """The same with the sides exchanged."""
        side = self.side.other if self.side is not None else None
        favours = self.favours.other if self.favours is not None else None
        return replace(self, side=side, favours=favours)


def signs(found: Sequence[Difference]) -> dict[Side, list[What]]:
    """What speaks for each side as closer to the source; what speaks for both does for neither."""
    favours = {side: [each.what for each in found if each.favours is side] for side in Side}
    return {
        side: [what for what in listed if what not in favours[side.other]]
        for side, listed in favours.items()
    }


def sentences(found: Sequence[Difference], names: Mapping[Side, str]) -> Iterator[str]:
    """One sentence a statement, with the names of both sides; then whom they speak for."""
    for each in found:
        if each.side is None:
            yield f"one of the two {each.says}"
        else:
            other = names[each.side.other]
            yield f"{names[each.side]} {each.says.replace('the other', other)}"
    told = [
        f"{names[side]} ({names[side.other]}: {', '.join(listed)})"
        for side, listed in signs(found).items()
        if listed
    ]
    if told:
        how = "by these signs" if len(told) == 1 else "the signs disagree"
        yield f"closer to the source, {how}: {' or '.join(told)}"


def closer(found: Sequence[Difference]) -> Side | None:
    """The side that all signs speak for; None where they disagree or there are none."""
    favoured = [side for side, listed in signs(found).items() if listed]
    return favoured[0] if len(favoured) == 1 else None
