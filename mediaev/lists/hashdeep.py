"""Files of hashdeep: a head that names the columns, comments, rows whose last cell is a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mediaev.lists.frames import Frame
from mediaev.lists.hashes import kind_named
from mediaev.lists.lines import Line
from mediaev.lists.records import items_of
from mediaev.model.hash_list import Item, LeftOut, Unfit

MARK = "%%%% "
HEAD = "%%%% HASHDEEP-1.0"


def read_hashdeep(lines: Iterable[Line]) -> Iterator[Item | Frame]:
    """Entries of a file whose first line is `HEAD`; heads may follow where files were joined."""
    columns: Sequence[str] = ()
    for number, text in lines:
        if text.startswith(MARK):
            names = text.removeprefix(MARK).strip().split(",")
            columns = () if text.strip() == HEAD else names
            if columns and (names[0] != "size" or names[-1] != "filename"):
                columns = ()
                yield Unfit(number, "the columns do not begin with size and end with filename")
        elif not columns:
            yield Unfit(number, "no columns are named before this line")
        else:
            yield from _row(number, text, columns)


def _row(number: int, text: str, columns: Sequence[str]) -> Iterator[Item | Frame]:
    cells = text.split(",", len(columns) - 1)  # a comma past the last column is the name's own
    if len(cells) < len(columns) or not cells[0].strip().isdigit():
        yield Unfit(number, f"not {len(columns)} cells with a size in the first")
        return
    known: dict[str, str] = {"name": cells[-1]}
    for name, cell in zip(columns[1:-1], cells[1:-1], strict=True):
        kind = kind_named(name)
        if kind is not None:
            known[kind.value] = cell.strip()
    if len(known) == 1:
        yield LeftOut(number, f"only {', '.join(columns[1:-1])[:60] or 'sizes'}")
        return
    yield from items_of(known, number)
