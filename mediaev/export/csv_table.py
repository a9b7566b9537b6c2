"""CSV: the exhibits as a table that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from mediaev.model.exhibit import shown
from mediaev.model.export import CaseRecord, ExhibitRecord

COLUMNS = (
    *("exhibit", "number", "state", "kind", "format", "examined", "size", "taken_in", "event"),
    *("sha256", "sha512", "md5", "sha1", "name", "path", "bag_path", "escaped"),
)
_SAME = {column: column for column in ("number", "kind", "format", "examined", "taken_in")}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula, full-width forms included; the
last three of the first row are passed over by some before they look."""


class CsvTable:
    """One row an exhibit; JSONL is the form without loss."""

    kind = "csv"
    in_bag = "exhibits.csv"

    def write(self, case: CaseRecord, say: Callable[[str], None]) -> Iterator[bytes]:
        """A heading, then a row for each exhibit. UTF-8, lines end in CR LF (RFC 4180)."""
        yield _line(COLUMNS)
        escaped = 0
        for each in case.exhibits:
            cells, changed = _inert(_cells(each))
            escaped += bool(changed)
            yield _line([*cells, " ".join(changed)])
        if escaped:
            say(f"CSV: rows with cells that were made inert: {escaped:,}; JSONL has them exactly")


def _cells(each: ExhibitRecord) -> dict[str, str]:
    own = {column: _printable(getattr(each, name)) for column, name in _SAME.items()}
    digests = {name: each.digests.get(name, "") for name in ("sha256", "sha512", "md5", "sha1")}
    return {
        **own,
        **digests,
        "exhibit": str(each.digest),
        "state": each.state.value if each.state else "",
        "size": str(each.size),
        "event": str(each.ingest),
        "name": _text(each.names[0]) if each.names else "",
        "path": _text(each.paths[0]) if each.paths else "",
        "bag_path": each.path,
    }


def _text(name: bytes) -> str:
    """A name as it is where it can be told; `shown` where it is not text, or would deceive."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        return shown(name)
    return _printable(text)


def _printable(text: str) -> str:
    return text if text.isprintable() else shown(text)


def _inert(cells: dict[str, str]) -> tuple[list[str], list[str]]:
    """The cells in their order, and which of them are not what the log holds."""
    changed = []
    told = []
    for column in COLUMNS[:-1]:
        cell = cells[column]
        if cell.lstrip(" \ufeff").startswith(_DANGEROUS):
            cell = f"'{cell}"
            changed.append(column)
        told.append(cell)
    return told, changed


def _line(cells: tuple[str, ...] | list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode("utf-8", "replace")
