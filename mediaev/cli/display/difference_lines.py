"""Differences in words: what was done to which copy, and which is closer to the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mediaev.cli.display.wording import count
from mediaev.model.difference import Difference, Side

Names = Mapping[Side, str]
QUERY: Names = {Side.QUERY: "the query", Side.EXHIBIT: "the exhibit"}
LETTERS: Names = {Side.QUERY: "A", Side.EXHIBIT: "B"}
HERE: Names = {Side.QUERY: "this one", Side.EXHIBIT: "the other"}


def difference_lines(found: Sequence[Difference], names: Names) -> Iterator[str]:
    """One line a statement, then whom they speak for."""
    for each in found:
        name = names[each.side] if each.side is not None else "one of the two"
        yield f"{name} {each.says}"
    favours = {side: [each.what.value for each in found if each.favours is side] for side in Side}
    if all(favours.values()):
        each_side = (f"{names[side]} ({_for(side, favours)})" for side in Side)
        yield f"closer to the source: they disagree: {' or '.join(each_side)}"
    else:
        for side in Side:
            if favours[side]:
                reasons = count(len(favours[side]), "reason")
                yield f"closer to the source of the two: {names[side]} ({reasons})"


def _for(side: Side, favours: Mapping[Side, Sequence[str]]) -> str:
    """What is wrong with the other side."""
    return f"the other: {', '.join(favours[side])}"
