"""JSON of any shape: its hashes are found wherever a member's name, or their form, tells them.

Values are taken one by one as they stand in the text, so that no tree of it is ever built:
nesting, size and number of values cost no memory beyond the text's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mediaev.errors import UnfitListError
from mediaev.lists.frames import MOST_FRAMES, Frame, entry_of, frame_of
from mediaev.lists.hashes import NoHashError, is_hash, kind_named, parse
from mediaev.lists.records import NOTHING, items_of, label_of, role_of, shortened
from mediaev.model.hash_list import Entry, EntryKind, Item, LeftOut, Unfit

DOCUMENT_BYTES = 256 << 20
"""Size of the largest JSON that is read."""
DEPTH = 64
"""Objects and arrays inside one another; a list has a handful."""
_STRING_BYTES = 16 << 20
_TAGS = 20
_LABELS = {"tags", "says", "name"}
"""Roles of arrays whose texts say something of the object around them."""
# Commas and colons are passed over like spaces: only a list that is damaged lacks one.
_TOKEN = re.compile(
    rb'[ \t\r\n,:]*+(?:([{}\[\]])|("(?:[^"\\]++|\\.)*+")|(-?[0-9][0-9.eE+-]*+|true|false|null))',
    re.DOTALL,
)
_FRAME = re.compile(r"\s*([0-9a-fA-F]{64}),(\d{1,3}),([0-9.eE+-]{1,24})\s*")
"""A frame of vPDQ as ThreatExchange packs it."""
_FRAMES = re.compile(rb'\s*+\[\s*+(?:"[^"\\\[\]]*+"\s*+,?+\s*+)*+\]\s*+')
_FRAME_IN_TEXT = re.compile(rb'"([^"\\\[\]]*+)"')


@dataclass(slots=True)
class _Open:
    """An object or array that has not ended yet."""

    closer: bytes
    line: int
    name: str = ""
    """What the member was called that it is the value of."""
    key: str | None = None
    """In an object: the member whose value comes next."""
    cells: dict[str, str] = field(default_factory=dict)
    """In an object: its own members that tell, by role or kind."""
    scalars: list[str] = field(default_factory=list)
    """In an array: the first few plain values."""
    frames: list[Frame] = field(default_factory=list)
    told: bool = False
    """Whether anything in it was an entry."""

    def take(self, frames: Iterable[Frame]) -> None:
        """Add frames of one video."""
        self.frames.extend(frames)
        if len(self.frames) > MOST_FRAMES:
            raise UnfitListError(
                f"the video that begins on line {self.line} has more than {MOST_FRAMES:,} frames",
                advice="Make a vPDQ text of it, a line for each frame.",
            )


def read_document(text: bytes, encoding: str) -> Iterator[Item]:
    """Entries of one JSON document, or of several that follow one another.

    Raises UnfitListError for nesting that no list has.
    """
    if encoding == "utf-16":
        text = text.decode(encoding, "replace").encode()
    return _Document(text.removeprefix(b"\xef\xbb\xbf")).items()


class _Document:
    """The state of the walk over a document."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._open: list[_Open] = []
        self._place = 0
        self._counted = 0
        self._lines = 1

    def items(self) -> Iterator[Item]:
        place, end = 0, len(self._text)
        while end and self._text[end - 1] in b" \t\r\n,:":
            end -= 1
        while place < end:
            found = _TOKEN.match(self._text, place, end)
            if found is None:
                self._place = place
                yield Unfit(self._line, f"no JSON from here on: {self._text[place : place + 24]!a}")
                return
            place = self._place = found.end()
            mark, string, other = found.groups()
            if mark is None:
                yield from self._value(string, other)
            elif mark in b"{[":
                self._begin(mark)
            elif not self._open or self._open[-1].closer != mark:
                yield Unfit(self._line, f"{mark.decode()} closes nothing that is open")
                return
            else:
                yield from self._end()
        if self._open:
            yield Unfit(self._line, "the JSON ends too early: something was cut off")

    @property
    def _line(self) -> int:
        """The line of the value that was read last."""
        self._lines += self._text.count(b"\n", self._counted, self._place)
        self._counted = self._place
        return self._lines

    def _begin(self, mark: bytes) -> None:
        if len(self._open) == DEPTH:
            raise UnfitListError(f"its JSON is nested more than {DEPTH} deep: no hash list is")
        above = self._open[-1] if self._open else None
        name = (above.key or above.name) if above else ""
        self._open.append(_Open(b"}" if mark == b"{" else b"]", self._line, name))

    def _value(self, string: bytes | None, other: bytes | None) -> Iterator[Item]:
        """Take a plain value, or the name of a member."""
        if string is not None and len(string) > _STRING_BYTES:
            yield Unfit(self._line, f"a text of more than {_STRING_BYTES:,} bytes")
            string = b'""'
        text = _decoded(string) if string is not None else (other or b"").decode()
        if not self._open:
            yield from self._element(None, text)
            return
        top = self._open[-1]
        if top.closer == b"]":
            yield from self._element(top, text)
        elif top.key is None:
            top.key = text
        else:
            if other != b"null":
                yield from self._member(top, text)
            top.key = None

    def _member(self, top: _Open, text: str) -> Iterator[Item]:
        role = role_of(top.key or "")
        if role == "value" and text.lstrip().startswith("["):
            try:
                top.take(_packed(text, self._line))
            except NoHashError as error:
                top.told = True
                yield Unfit(self._line, str(error))
        elif role and role not in top.cells:
            top.cells[role] = text

    def _element(self, top: _Open | None, text: str) -> Iterator[Item]:
        """Take a plain value of an array, or one that stands alone."""
        name = top.name if top is not None else ""
        try:
            if top is not None and (frame := _FRAME.fullmatch(text)) is not None:
                top.take([frame_of(self._line, frame[1], frame[2], frame[3])])
            elif top is not None and role_of(name) in _LABELS:
                if len(top.scalars) < _TAGS:
                    top.scalars.append(text)
            elif is_hash(text) or not name or role_of(name):
                kind = kind_named(name)
                named, bits = parse(text, EntryKind.PDQ if kind is EntryKind.VPDQ else kind)
                if top is not None:
                    top.told = True
                yield Entry(named, bits, self._line)
        except NoHashError as error:
            yield Unfit(self._line, str(error))

    def _end(self) -> Iterator[Item]:
        done = self._open.pop()
        above = self._open[-1] if self._open else None
        if done.closer == b"]":
            yield from self._end_of_array(done, above)
        else:
            yield from self._end_of_object(done, above)
        if above is not None:
            above.key = None
            above.told |= done.told

    def _end_of_array(self, done: _Open, above: _Open | None) -> Iterator[Item]:
        if above is not None and above.closer == b"}":
            if role_of(done.name) in _LABELS and done.scalars:
                above.cells.setdefault(role_of(done.name), " ".join(done.scalars))
            above.take(done.frames)
            return
        if done.frames:
            done.told = True
            yield entry_of(done.frames)

    def _end_of_object(self, done: _Open, above: _Open | None) -> Iterator[Item]:
        cells = done.cells
        if done.frames:
            done.told = True
            yield entry_of(done.frames, label_of(cells))
            cells.pop("value", None)
        elif cells.get("value") or any(kind in cells for kind in EntryKind):
            made = list(items_of(cells, done.line))
            done.told = True
            for each in made:
                if isinstance(each, Frame) and above is not None:
                    above.take([each])
                elif isinstance(each, Frame):
                    yield entry_of([each])
                else:
                    yield each
        elif not done.told:
            yield LeftOut(done.line, NOTHING)
            done.told = True


def _packed(text: str, line: int) -> list[Frame]:
    """The frames of a vPDQ signal, which is JSON in a text. Raises NoHashError."""
    packed = text.encode()
    if _FRAMES.fullmatch(packed) is None:
        raise NoHashError(f"{shortened(text[:24])!a}… is no list of frames")
    frames = []
    for found in _FRAME_IN_TEXT.finditer(packed):
        frame = _FRAME.fullmatch(found[1].decode())
        if frame is None:
            raise NoHashError(f"{found[1].decode()[:24]!a} is no frame of a video")
        frames.append(frame_of(line, frame[1], frame[2], frame[3]))
    return frames


def _decoded(string: bytes) -> str:
    """The text of a JSON string, with what cannot be decoded as visible escapes."""
    inner = string[1:-1].decode("utf-8", "backslashreplace")
    if b"\\" not in string:
        return inner
    try:
        decoded: str = json.loads(f'"{inner}"', strict=False)
    except ValueError:
        return inner
    return decoded.encode("utf-8", "backslashreplace").decode()
