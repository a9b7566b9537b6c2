"""Tables: columns on a terminal, and lines that stay whole in a pipe."""

from __future__ import annotations

import io
import sys
from collections.abc import Collection, Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mediaev.cli.display.output import write
from mediaev.cli.display.wording import said

Cell = str | Sequence[str]
"""One line, or several."""

_UNBOUNDED = 100_000
"""Columns in a pipe: nothing is wrapped there, so that each path stays in one piece."""

_NARROWEST = 40
"""Columns below which a table that keeps names whole would lose other cells."""


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    numbers: int = 0,
    names: Collection[int] = (),
) -> None:
    """Print a table; the first `numbers` columns hold numbers. Nothing is ever cut off.

    The columns `names` hold what people copy and paste, so that they are not broken unless
    the terminal is too narrow for anything else.
    """
    # Drawn in memory, because rich ends the process by itself when a pipe closes.
    drawing = io.StringIO()
    console = Console(
        file=drawing,
        force_terminal=sys.stdout.isatty(),
        width=None if sys.stdout.isatty() else _UNBOUNDED,
        markup=False,
        highlight=False,
        emoji=False,
    )
    lines = box.SIMPLE_HEAD if (sys.stdout.encoding or "").lower().startswith("utf") else None
    drawn = Table(box=lines, show_edge=False, pad_edge=False)
    whole = names if console.width >= _NARROWEST else ()
    for place, heading in enumerate(headings):
        justify = "right" if place < numbers else "left"
        drawn.add_column(heading, overflow="fold", justify=justify, no_wrap=place in whole)  # type: ignore[arg-type]
    for row in rows:
        drawn.add_row(*map(_text, row))
    console.print(drawn)
    write("".join(f"{each.rstrip()}\n" for each in drawing.getvalue().splitlines()))


def _text(cell: Cell) -> Text:
    parts = [cell] if isinstance(cell, str) else cell
    return Text("\n".join(map(said, parts)))
