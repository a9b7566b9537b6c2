"""Hash lists and hits on them in words: who claims what, and how near it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mediaev.actions.list_import import UNFIT_NAMED, Imported
from mediaev.actions.list_search import ListAnswer
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.wording import clock, count
from mediaev.compare.listed import SHARE
from mediaev.errors import UnfitListError
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown
from mediaev.model.hash_list import HashList, ListHit

_INTERVALS = 5
"""Intervals of one hit that are told."""
_UNFIT = 10
"""Lines that could not be read that are told unless all are asked for."""
_HITS = 5
"""Hits of a query that `find` tells."""


def heading(each: HashList) -> str:
    """A list by its number, its name and its owner."""
    owner = f" of {shown(each.owner)}" if each.owner else ""
    return f"{each.id} “{shown(each.name)}”{owner}"


def import_lines(imported: Imported, *, all_of_them: bool) -> Iterator[str]:
    """What became of one file that was given as a list; all unfit lines, or the first few."""
    if imported.error is not None or imported.list is None:
        yield f"{shown(imported.path)}"
        yield f"  not imported: {imported.error}"
        if isinstance(imported.error, UnfitListError) and imported.error.advice:
            yield f"  {imported.error.advice}"
        return
    made = imported.list
    yield heading(made)
    if imported.known:
        yield f"  the case has this list already, imported {made.imported}"
        return
    yield f"  read as {made.format}: {counts(made.counts)}"
    for reason, number in made.left_out.items():
        yield f"  left out: {number:,} × {shown(reason)}"
    if made.unfit:
        named = imported.unfit if all_of_them else imported.unfit[:_UNFIT]
        yield f"  {count(made.unfit, 'line')} could not be read:"
        yield from (f"    line {each.line:,}: {each.says}" for each in named)
        if len(named) < made.unfit:
            more = f"and {made.unfit - len(named):,} more"
            yield f"    {more}" if all_of_them else f"    {more}; -v tells up to {UNFIT_NAMED:,}"


def counts(of_kinds: Mapping[str, int]) -> str:
    """How many entries there are of each kind."""
    return ", ".join(f"{number:,} {shown(kind)}" for kind, number in of_kinds.items()) or "nothing"


def print_summary(choices: Choices, answer: ListAnswer) -> None:
    """Print how many exhibits are on each list, by what and how near, and what is left open."""
    if answer.hits:
        output.line()
        output.lines(_summary_lines(answer))
        output.note(choices, "`mediaev hashes match` says which, and when in a video")
    print_notes(choices, answer)


def _summary_lines(answer: ListAnswer) -> Iterator[str]:
    on: dict[tuple[int, str], list[ListHit]] = {}
    for hit in answer.hits:
        on.setdefault((hit.list.number, hit.by), []).append(hit)
    for (_, by), hits in sorted(on.items()):
        exhibits = count(len({hit.subject for hit in hits}), "exhibit")
        apart = sorted({hit.distance for hit in hits if hit.distance is not None})
        told = f"with the same {by}"
        if apart:
            span = f"{apart[0]} to {apart[-1]}" if len(apart) > 1 else f"{apart[0]}"
            told = f"near by {by}, {span} of {hits[0].bits} bits differ"
        yield f"on list {heading(hits[0].list)}: {exhibits} {told}"


def found_lines(answer: ListAnswer) -> Iterator[str]:
    """The nearest hits of one query, a line each."""
    for hit in answer.hits[:_HITS]:
        yield f"on list {heading(hit.list)}, line {hit.line:,}: {nearness(hit)}{_label(hit)}"
    if len(answer.hits) > _HITS:
        yield f"and {count(len(answer.hits) - _HITS, 'more hit')} on lists"


def hit_lines(hit: ListHit) -> Iterator[str]:
    """One hit in full."""
    yield f"on {heading(hit.list)}, line {hit.line:,}{_label(hit)}"
    yield f"  {nearness(hit)}"
    if hit.at:
        yield f"  in the exhibit: {_intervals(hit.at)}"
    if hit.entry_at:
        yield f"  in the entry: {_intervals(hit.entry_at)}"
    if hit.mirrored:
        yield "  mirrored"
    if hit.rotation:
        yield f"  turned by {hit.rotation}° clockwise"
    if hit.inner:
        yield "  the picture inside the bars or pads of the exhibit's frame"


def nearness(hit: ListHit) -> str:
    """By which descriptor an exhibit is on a list, and how near it is."""
    if hit.distance is None:
        return f"the same {hit.by}"
    text = f"{hit.by}, {hit.distance} of {hit.bits} bits differ (limit {hit.limit})"
    if hit.shares is not None:
        ours, theirs = hit.shares
        text += f", {ours:.0%} of its frames and {theirs:.0%} of the entry's met"
    return text


def print_notes(choices: Choices, answer: ListAnswer, share: float = SHARE) -> None:
    """Print what an answer about lists leaves open, to standard error."""
    for text in _note_lines(answer, share):
        output.note(choices, text)


def _note_lines(answer: ListAnswer, share: float) -> Iterator[str]:
    if answer.below:
        pairs = count(answer.below, "pair of videos", "pairs of videos")
        told = f"{pairs} met in less than {share:.0%} of either's frames"
        yield f"{told}; `mediaev hashes match --share 0` shows them too"
    if answer.cut:
        entries = count(answer.cut, "entry", "entries")
        yield f"{entries} more, met by exhibits that meet very many, are not told"
    for name, number in answer.unchecked.items():
        yield (
            f"warning: {count(number, 'exhibit')} cannot be held against entries by {name}: "
            f"it was not recorded of them; `mediaev scan --rehash --digest {name}` does"
        )


def by_exhibit(hits: Iterable[ListHit]) -> dict[Digest, list[ListHit]]:
    """Hits by what is on the list, in their order."""
    found: dict[Digest, list[ListHit]] = {}
    for hit in hits:
        found.setdefault(hit.subject, []).append(hit)
    return found


def tally(hits: Sequence[ListHit]) -> Counter[str]:
    """How many exhibits are on each list, by its id."""
    return Counter(name for name, _ in {(hit.list.id, hit.subject) for hit in hits})


def _label(hit: ListHit) -> str:
    return f": {shown(hit.label)}" if hit.label else ""


def _intervals(intervals: Sequence[tuple[float, float]]) -> str:
    told = [
        clock(start) if start == end else f"{clock(start)} - {clock(end)}"
        for start, end in intervals[:_INTERVALS]
    ]
    more = len(intervals) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")
