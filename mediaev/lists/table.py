"""Tables: cells divided by commas or such, with a heading or without."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mediaev.lists.frames import Frame
from mediaev.lists.hashes import is_hash
from mediaev.lists.lines import Line
from mediaev.lists.records import is_heading, items_of, role_of
from mediaev.model.hash_list import EntryKind, Item, Unfit

DIVIDERS = (",", "\t", ";", "|")
_SUM = re.compile(r"\\?[0-9a-fA-F]{16,128} [ *]")
"""A line of sha256sum, whose name may hold anything."""


class NoRowError(ValueError):
    """A line that cannot be cut into cells."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows are to be read."""

    divider: str
    roles: tuple[str, ...]
    """What each column is for; empty for one that tells nothing."""
    heading: bool
    """Whether the first line names the columns."""
    open_ended: bool = False
    """Whether what follows the last divider is a name that may hold more of them."""


def layout_of(sample: Sequence[str]) -> Layout | None:
    """How a table is laid out, from its first lines; None if it is no table."""
    for divider in DIVIDERS:
        try:
            rows = [cells_of(line, divider) for line in sample[:1]]
        except NoRowError:
            continue
        if is_heading(rows[0]):
            return Layout(divider, tuple(map(role_of, rows[0])), heading=True)
        if len(rows[0]) > 1 and any(map(is_hash, rows[0])) and not _SUM.match(sample[0]):
            return _inferred(sample, divider)
    return None


def _inferred(sample: Sequence[str], divider: str) -> Layout:
    """The layout of a table without a heading, as far as its rows tell."""
    rows = []
    for line in sample:
        try:
            rows.append(cells_of(line, divider))
        except NoRowError:
            continue
    columns = range(len(rows[0]))
    roles = ["name" for _ in columns]
    for column in columns:
        if is_hash(rows[0][column]):
            roles[column] = "value"
    for column in columns[1:]:
        cells = [row[column].strip() for row in rows if len(row) > column]
        after_pdq = roles[column - 1] == "value" and len(rows[0][column - 1]) == 64
        if after_pdq and all(map(_is_quality, cells)):
            # As PDQ's own tools write it: hash, quality, file name.
            roles[column] = "quality"
    return Layout(divider, tuple(roles), heading=False, open_ended=roles[-1] == "name")


def _is_quality(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) < 4 and int(cell) <= 100


def cells_of(line: str, divider: str) -> list[str]:
    """The cells of one line. Raises NoRowError where a quotation does not end in it."""
    if '"' not in line:
        return [cell.strip() for cell in line.split(divider)]
    try:
        rows = list(csv.reader([line], delimiter=divider, skipinitialspace=True, strict=True))
    except csv.Error as error:
        raise NoRowError(f"the cells cannot be told apart: {error}") from error
    return [cell.strip() for cell in rows[0]] if rows else []


def read_table(lines: Iterable[Line], layout: Layout) -> Iterator[Item | Frame]:
    """Entries of the rows of a table."""
    waiting = iter(lines)
    if layout.heading:
        next(waiting, None)
    wanted = len(layout.roles)
    needed = max(place for place, role in enumerate(layout.roles) if _is_hash_role(role)) + 1
    for number, text in waiting:
        try:
            cells = cells_of(text, layout.divider)
        except NoRowError as error:
            yield Unfit(number, str(error))
            continue
        if len(cells) > wanted and layout.open_ended:
            cells[wanted - 1 :] = [layout.divider.join(cells[wanted - 1 :])]
        if not needed <= len(cells) <= wanted and not _surplus_is_empty(cells, wanted):
            yield Unfit(number, f"{len(cells)} cells where {wanted} are expected")
            continue
        yield from _row(number, cells, layout.roles)


def _row(number: int, cells: Sequence[str], roles: Sequence[str]) -> Iterator[Item | Frame]:
    """Entries of a row; a column that tells the same as an earlier one adds to it."""
    known: dict[str, str] = {}
    values = []
    for role, cell in zip(roles, cells, strict=False):
        if role == "value":
            values.append(cell)
        elif role and cell:
            known[role] = f"{known[role]}, {cell}" if role in known else cell
    for value in values or [""]:
        yield from items_of({**known, "value": value}, number)


def _is_hash_role(role: str) -> bool:
    return role == "value" or role in set(EntryKind)


def _surplus_is_empty(cells: Sequence[str], wanted: int) -> bool:
    return len(cells) > wanted and not any(cells[wanted:])
