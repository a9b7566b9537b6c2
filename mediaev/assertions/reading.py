"""Reading custody records: which form a file is in, and its records one after the other."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from mediaev.assertions import auto_archiver
from mediaev.assertions.premis import read_premis
from mediaev.assertions.table import Row, is_heading, read_table
from mediaev.errors import UnfitRecordsError
from mediaev.model.assertion import Record, UnfitRecord

FILE_BYTES = 64 << 20
"""Size of the largest file that is read."""
RECORDS = 100_000
"""Records of one file that are read."""
_CELL = 1 << 20
"""Characters of the longest cell."""
_HEADING_ROWS = 20
"""Rows among which a heading is looked for: sheets have titles."""
_DIVIDERS = (",", ";", "\t")
_FORMS = (
    "Forms that are read: a table with a heading, PREMIS 3, and what auto-archiver writes "
    "(docs/formats/records.md). `mediaev hashes import` reads hash lists."
)
_CSV = threading.Lock()
"""The longest cell is a setting of the whole process."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file of records being read."""

    format: str
    """`table`, `auto-archiver-sheet`, `auto-archiver-csv`, `auto-archiver-json` or `premis`."""
    records: Iterator[Record]


def read(file: BinaryIO, size: int) -> Reading:
    """Begin to read records from the beginning of an open file of `size` bytes.

    Raises UnfitRecordsError for a file that is too large or in no known form, also while the
    records are read.
    """
    if size > FILE_BYTES:
        raise UnfitRecordsError(
            f"it has {size:,} bytes; records of up to {FILE_BYTES:,} are read",
            advice="Split it into several files.",
        )
    content = file.read(FILE_BYTES + 1)
    encoding = "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in content[:4096]:
        raise UnfitRecordsError("it is no text, so it holds no records", advice=_FORMS)
    start = content[:4096].decode(encoding, "replace").lstrip()
    if start.startswith("<"):
        return Reading("premis", _limited(read_premis(io.BytesIO(content))))
    text = content.decode(encoding, "replace" if encoding == "utf-16" else "backslashreplace")
    if start[:1] in {"{", "["}:
        return Reading("auto-archiver-json", _limited(_read_json(text)))
    return _read_tables(text)


def _limited(records: Iterator[Record]) -> Iterator[Record]:
    for number, record in enumerate(records):
        if number == RECORDS:
            raise UnfitRecordsError(
                f"it holds more than {RECORDS:,} records", advice="Split it into several files."
            )
        yield record


def _read_json(text: str) -> Iterator[Record]:
    """Results of auto-archiver: one, an array of them, or one a line."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        yield from _read_json_lines(text)
        return
    found = whole if isinstance(whole, list) else [whole]
    if not any(map(auto_archiver.is_result, found)):
        raise UnfitRecordsError("it is JSON, but no result of auto-archiver", advice=_FORMS)
    for number, result in enumerate(found, start=1):
        yield from _result(number, result)


def _read_json_lines(text: str) -> Iterator[Record]:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    read: list[tuple[int, object]] = []
    for number, line in lines:
        try:
            read.append((number, json.loads(line)))
        except (ValueError, RecursionError) as error:
            read.append((number, f"it is no JSON: {str(error)[:80]}"))
    if not any(auto_archiver.is_result(found) for _, found in read):
        raise UnfitRecordsError("it is neither JSON nor a JSON value a line", advice=_FORMS)
    for number, found in read:
        yield from _result(number, found)


def _result(number: int, found: object) -> Iterator[Record]:
    if isinstance(found, dict) and auto_archiver.is_result(found):
        yield from auto_archiver.read_result(number, found)
    else:
        says = found if isinstance(found, str) else "it is no result of auto-archiver"
        yield UnfitRecord(number, says)


def _read_tables(text: str) -> Reading:
    """Tell by the heading which table it is."""
    for divider in _DIVIDERS:
        for place, (_, cells) in enumerate(itertools.islice(_rows(text, divider), _HEADING_ROWS)):
            if isinstance(cells, str):
                continue
            form = _form(cells)
            if form:
                rest = itertools.islice(_rows(text, divider), place + 1, None)
                return Reading(form, _limited(_read_rows(form, cells, rest)))
    raise UnfitRecordsError("it is in no form that is known", advice=_FORMS)


def _form(heading: Sequence[str]) -> str:
    if auto_archiver.is_sheet(heading):
        return "auto-archiver-sheet"
    if auto_archiver.is_database(heading):
        return "auto-archiver-csv"
    return "table" if is_heading(heading) else ""


_READERS = {
    "auto-archiver-sheet": auto_archiver.read_sheet,
    "auto-archiver-csv": auto_archiver.read_database,
    "table": read_table,
}


def _read_rows(
    form: str, heading: Sequence[str], rows: Iterator[tuple[int, Sequence[str] | str]]
) -> Iterator[Record]:
    """Records of the rows, and those rows that cannot be cut into cells, in their order."""
    unfit: list[UnfitRecord] = []

    def fit() -> Iterator[Row]:
        for number, cells in rows:
            if isinstance(cells, str):
                unfit.append(UnfitRecord(number, cells))
            else:
                yield number, cells

    for record in _READERS[form](heading, fit()):
        while unfit:
            yield unfit.pop(0)
        yield record
    yield from unfit


def _rows(text: str, divider: str) -> Iterator[tuple[int, Sequence[str] | str]]:
    """Rows with their numbers; in the place of cells, why a row cannot be cut into them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    for number in itertools.count(1):
        before = reader.line_num
        try:
            with _CSV:
                usual = csv.field_size_limit(_CELL)
                try:
                    cells = next(reader, None)
                finally:
                    csv.field_size_limit(usual)
        except csv.Error as error:
            lines = f"lines {before + 1} to {reader.line_num}"
            yield number, f"its cells cannot be told apart ({lines}): {error}"
            continue
        if cells is None:
            return
        yield number, cells
