"""Boilerplate in words: what recurs, where, and what speaks for and against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediaev.actions.decision_documents import state
from mediaev.cli.display.output import line
from mediaev.cli.display.places import Places, first_place
from mediaev.cli.display.tables import table
from mediaev.cli.display.wording import clock, count
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.decision import Place


def boilerplate_table(found: Sequence[Boilerplate], places: Places) -> None:
    """Print one row an interval, with an example and the grounds."""
    if not found:
        line("Nothing recurs in three recordings or more that have nothing else in common.")
        return
    table(
        ("exhibits", "boilerplate", "state", "stands", "seen in, and what speaks for it or not"),
        (
            (
                str(len({place.exhibit for place in each.places})),
                each.id,
                state(each.verdict),
                _stands(each),
                [example(each.places[0], places), *ground_lines(each)],
            )
            for each in found
        ),
        numbers=1,
        names=[1],
    )


def ground_lines(found: Boilerplate) -> Iterator[str]:
    """What speaks for it, then what speaks against it."""
    for each in found.grounds:
        yield each.says if each.speaks_for else f"but {each.says}"


def place_lines(found: Boilerplate, places: Places) -> Iterator[str]:
    """Every place where it lies."""
    for each in found.places:
        yield example(each, places)


def example(place: Place, places: Places) -> str:
    """One place, with the first path of its exhibit."""
    where = f"{clock(place.start)} - {clock(place.end)}"
    return f"{where}  {first_place(place.exhibit, places)}"


def heading(found: Boilerplate) -> str:
    """Id, state, length and how many exhibits hold it."""
    exhibits = count(len({place.exhibit for place in found.places}), "exhibit")
    return f"{found.id}  {state(found.verdict)}  {_stands(found)}, {exhibits}"


def _stands(found: Boilerplate) -> str:
    return f"{found.where}, {found.seconds:.1f} s"
