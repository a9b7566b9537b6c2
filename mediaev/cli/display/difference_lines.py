"""Differences in words: what was done to which copy, and which is closer to the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mediaev.model.difference import Difference, Side, signs

Names = Mapping[Side, str]
QUERY: Names = {Side.QUERY: "the query", Side.EXHIBIT: "the exhibit"}
LETTERS: Names = {Side.QUERY: "A", Side.EXHIBIT: "B"}
HERE: Names = {Side.QUERY: "this one", Side.EXHIBIT: "the other"}


def difference_lines(found: Sequence[Difference], names: Names) -> Iterator[str]:
    """One line a statement, then whom they speak for."""
    for each in found:
        name = names[each.side] if each.side is not None else "one of the two"
        yield f"{name} {each.says}"
    told = [
        f"{names[side]} ({names[side.other]}: {', '.join(listed)})"
        for side, listed in signs(found).items()
        if listed
    ]
    if told:
        how = "by these signs" if len(told) == 1 else "the signs disagree"
        yield f"closer to the source, {how}: {' or '.join(told)}"
