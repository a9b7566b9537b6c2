"""What auto-archiver writes: the sheet that it fills, its CSV database, its JSON."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from mediaev.assertions.digests import NoDigestError, digest_of
from mediaev.assertions.table import Row
from mediaev.model.assertion import FIELDS_LIMIT, Assertion, Record, UnfitRecord, shortened
from mediaev.model.digest import Digest

CAPTURE = "capture"
_SHEET = {
    "link": "url",
    "archive status": "outcome",
    "archive location": "name",
    "archive date": "time",
    "hash": "digest",
}
_DATABASE = {"status", "metadata", "media"}
_DEPTH = 4
"""Media within media that are followed: thumbnails, frames, certificates."""
_UNHASHED = {"", "not-calculated"}


def is_sheet(heading: Sequence[str]) -> bool:
    """Whether a first row is the heading of a sheet that auto-archiver fills."""
    names = {cell.strip().lower() for cell in heading}
    return {"link", "archive status"} <= names


def is_database(heading: Sequence[str]) -> bool:
    """Whether a first row is the heading of its CSV database."""
    return {cell.strip() for cell in heading} >= _DATABASE


def read_sheet(heading: Sequence[str], rows: Iterator[Row]) -> Iterator[Record]:
    """Assertions of a sheet; rows that were not archived assert nothing and are passed over."""
    names = [cell.strip().lower() for cell in heading]
    for number, cells in rows:
        told: dict[str, str] = {}
        further: dict[str, str] = {}
        for name, cell in zip(names, cells, strict=False):
            text = shortened(cell)
            if text and name in _SHEET:
                told[_SHEET[name]] = text
            elif text and name and len(further) < FIELDS_LIMIT:
                further[name] = text
        if not told.get("outcome"):
            continue
        try:
            digests, other = _hash(told.pop("digest", ""))
        except NoDigestError as error:
            yield UnfitRecord(number, str(error))
            continue
        if "url" not in told:
            yield UnfitRecord(number, "it names no link")
            continue
        yield Assertion(number, CAPTURE, digests=digests, further=further | other, **told)


def read_database(heading: Sequence[str], rows: Iterator[Row]) -> Iterator[Record]:
    """Assertions of the CSV database, whose cells hold Python values as text."""
    columns = {name.strip(): place for place, name in enumerate(heading)}
    for number, cells in rows:
        if not any(cells):
            continue
        try:
            status, metadata, media = (
                cells[columns[name]] for name in ("status", "metadata", "media")
            )
            whole = {"status": status, "metadata": _value(metadata), "media": _value(media)}
        except IndexError:
            yield UnfitRecord(number, f"{len(cells)} cells where {len(heading)} are expected")
            continue
        except ValueError as error:
            yield UnfitRecord(number, str(error))
            continue
        yield from read_result(number, whole)


def is_result(found: object) -> bool:
    """Whether a JSON value is a result of auto-archiver."""
    return isinstance(found, Mapping) and found.keys() >= _DATABASE


def read_result(number: int, result: Mapping[str, Any]) -> Iterator[Record]:
    """Assertions of one result: one for each medium that was kept, or one if none was."""
    metadata, media = result["metadata"], result["media"]
    if not isinstance(metadata, Mapping) or not isinstance(media, Sequence | Mapping):
        yield UnfitRecord(number, "metadata and media are not as auto-archiver writes them")
        return
    about = Assertion(
        number,
        CAPTURE,
        time=_text(metadata.get("_processed_at")),
        url=_text(metadata.get("url")),
        outcome=_text(result["status"]),
        note=_text(metadata.get("title")),
    )
    found = list(_media(media, _DEPTH))
    for medium in found:
        try:
            digests, further = _hash(_text(_properties(medium).get("hash")))
        except NoDigestError as error:
            yield UnfitRecord(number, f"{_text(medium.get('filename'))[:60]}: {error}")
            continue
        urls = medium.get("urls")
        stored = [_text(url) for url in urls[:10]] if isinstance(urls, list) else []
        if stored:
            further = {**further, "stored at": shortened("\n".join(stored))}
        name = _text(medium.get("key")) or _text(medium.get("filename"))
        yield replace(about, digests=digests, name=name, further=further)
    if not found:
        if not about.url:
            yield UnfitRecord(number, "it names neither a URL nor a medium")
            return
        yield about


def _media(found: object, depth: int) -> Iterator[Mapping[str, Any]]:
    """Media, and those in their properties."""
    if depth == 0:
        return
    if isinstance(found, Mapping):
        if "filename" in found:
            yield found
        for inner in _properties(found).values():
            if isinstance(inner, Mapping | list):
                yield from _media(inner, depth - 1)
    elif isinstance(found, list):
        for each in found:
            yield from _media(each, depth)


def _properties(medium: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = medium.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _hash(text: str) -> tuple[tuple[Digest, ...], dict[str, str]]:
    """The digest, or the text where it is of a kind that is only kept. Raises NoDigestError."""
    if text in _UNHASHED:
        return (), {}
    digest = digest_of(text)
    return ((digest,), {}) if digest is not None else ((), {"hash": text})


def _text(value: object) -> str:
    if isinstance(value, str):
        return shortened(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return shortened(str(value)) if isinstance(value, int | float) else ""


def _value(text: str) -> Any:
    """The Python value that a cell spells. Raises ValueError; nothing is ever executed."""
    try:
        return _literal(ast.parse(text.strip(), mode="eval").body)
    except (
        SyntaxError,
        ValueError,
        RecursionError,
        MemoryError,
        TypeError,
        OverflowError,
    ) as error:
        raise ValueError(f"a cell is no value of Python's: {str(error)[:80]}") from None


def _literal(node: ast.AST) -> Any:
    """Constants, their containers, and times as `datetime` spells them."""
    match node:
        case ast.Constant():
            return node.value
        case ast.List() | ast.Tuple() | ast.Set():
            return [_literal(each) for each in node.elts]
        case ast.Dict():
            keys = [None if key is None else _literal(key) for key in node.keys]
            values = [_literal(value) for value in node.values]
            return {str(key): value for key, value in zip(keys, values, strict=True)}
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.Call(func=ast.Attribute(attr="datetime"), args=args):
            numbers = [_literal(each) for each in args[:7]]
            told = datetime(*numbers)  # noqa: DTZ001 - its zone follows
            return told.replace(tzinfo=UTC) if node.keywords else told
    raise ValueError(f"{type(node).__name__} is no plain value")
