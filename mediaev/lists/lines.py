"""Lists of which each line speaks for itself: bare hashes, `sha256sum` lines, BSD tags and such."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from mediaev.lists.hashes import NoHashError, kind_named, parse, plain
from mediaev.lists.records import shortened
from mediaev.model.hash_list import Entry, EntryKind, Item, LeftOut, Unfit

Line = tuple[int, str]
"""Number, from 1, and text without its end."""

_BARE = re.compile(r"([0-9a-fA-F]{16,128})(?:\s+#.*)?")
_SUM = re.compile(r"(\\?)([0-9a-fA-F]{16,128})[ \t]+\*?(.+)")
"""md5sum, sha1sum, sha256sum, sha512sum; a name with line breaks is escaped."""
_BSD = re.compile(r"(\\?)([A-Za-z][\w/-]{1,24}) ?\((.*)\) ?= ?([0-9a-fA-F]+)")
_TYPED = re.compile(r"([A-Za-z][\w-]{1,24})(?:\s*:\s*|\s+)([0-9a-fA-F]{8,128})(?:[\s,;]+(.*))?")
"""`pdq f8f8…`, `sha256:9f86…`."""
_UNESCAPED = {r"\\": "\\", r"\n": "\n", r"\r": "\r"}


def read_lines(lines: Iterable[Line]) -> Iterator[Item]:
    """Entries of lines that each fit one of the forms."""
    for number, text in lines:
        line = text.strip()
        try:
            yield _entry(number, line)
        except NoHashError as error:
            yield Unfit(number, str(error))


def fits(line: str) -> bool:
    """Whether a line is of any of these forms, be its hash right or not."""
    return any(form.fullmatch(line.strip()) for form, _ in _FORMS)


def _entry(number: int, line: str) -> Item:
    for form, read in _FORMS:
        found = form.fullmatch(line)
        if found is not None:
            return read(number, found)
    raise NoHashError(f"{line[:24]!a}{'…' if len(line) > 24 else ''} is no hash, nor a line of one")


def _bare(number: int, found: re.Match[str]) -> Item:
    return _plain(number, found[1], None, "")


def _sum(number: int, found: re.Match[str]) -> Item:
    return _plain(number, found[2], None, _unescaped(found[3]) if found[1] else found[3])


def _bsd(number: int, found: re.Match[str]) -> Item:
    return _named(number, found[2], found[4], _unescaped(found[3]) if found[1] else found[3])


def _typed(number: int, found: re.Match[str]) -> Item:
    return _named(number, found[1], found[2], found[3] or "")


def _named(number: int, name: str, digits: str, label: str) -> Item:
    kind = kind_named(name)
    if kind is None:
        return LeftOut(number, f"of the type {plain(name)[:24]}")
    return _plain(number, digits, kind, label)


def _plain(number: int, digits: str, kind: EntryKind | None, label: str) -> Entry:
    kind, bits = parse(digits, kind)
    return Entry(kind, bits, number, shortened(label))


def _unescaped(name: str) -> str:
    return re.sub(r"\\[\\nr]", lambda found: _UNESCAPED[found[0]], name)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[int, re.Match[str]], Item]], ...] = (
    (_BARE, _bare),
    (_SUM, _sum),
    (_BSD, _bsd),
    (_TYPED, _typed),
)
