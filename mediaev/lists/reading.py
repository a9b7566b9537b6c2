"""Reading a hash list: which format it is in, and its entries one after the other."""

from __future__ import annotations

import codecs
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from mediaev.errors import UnfitListError
from mediaev.lists.documents import DOCUMENT_BYTES, read_document
from mediaev.lists.frames import Frame, gathered
from mediaev.lists.hashdeep import HEAD, MARK, read_hashdeep
from mediaev.lists.lines import Line, fits, read_lines
from mediaev.lists.table import layout_of, read_table
from mediaev.lists.vpdq import form_of, read_vpdq
from mediaev.model.hash_list import Item, LeftOut, Unfit

LIST_BYTES = 1 << 30
"""Size of the largest list that is read."""
LINE_CHARACTERS = 1 << 20
"""Length of the longest line that is read; a longer one is passed over, and said to be."""
_HEAD_BYTES = 4096
_SAMPLE_LINES = 200
_SAMPLE_CHARACTERS = 1 << 18
_NOTED = 20
COMMENTED = "commented out"
_COMMENTED = re.compile(r"\b[0-9a-fA-F]{32,128}\b")
_FORMS = (
    "Forms that are read: hashes one a line, sha256sum and its sisters, CSV, hashdeep, PDQ and "
    "vPDQ lists, JSON of ThreatExchange and the like (docs/formats/hash-lists.md)."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A list being read."""

    format: str
    """`hashdeep`, `json`, `vpdq`, `table` or `lines`."""
    items: Iterator[Item]
    """Once; every line that is no comment comes out as an entry, left out, or unfit."""


def read(file: BinaryIO, size: int) -> Reading:
    """Begin to read a list of `size` bytes from the beginning of an open file.

    Raises UnfitListError for a file that is too large, is no text, or is in no known format.
    """
    if size > LIST_BYTES:
        raise UnfitListError(
            f"it has {size:,} bytes; lists of up to {LIST_BYTES:,} are read",
            advice="Split the list into several files.",
        )
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    encoding = _encoding(head)
    if encoding == "utf-8-sig" and b"\0" in head:
        raise UnfitListError("it is no text, so no hash list", advice=_FORMS)
    start = head.decode(encoding, "replace").lstrip()
    if start[:1] in {"{", "["}:
        return Reading("json", gathered(read_document(_whole(file, size), encoding)))
    text = io.TextIOWrapper(file, encoding, errors=_errors(encoding), newline=None)
    return _read_text(text)


def _encoding(head: bytes) -> str:
    """UTF-8 with or without its mark, or the UTF-16 that shells of Windows write."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def _errors(encoding: str) -> str:
    # A name that is not UTF-8 keeps its bytes as visible escapes.
    return "replace" if encoding == "utf-16" else "backslashreplace"


def _whole(file: BinaryIO, size: int) -> bytes:
    if size > DOCUMENT_BYTES:
        raise UnfitListError(
            f"it is JSON of {size:,} bytes; up to {DOCUMENT_BYTES:,} are read",
            advice="Split it, or make a CSV file of it.",
        )
    return file.read(DOCUMENT_BYTES)


def _read_text(text: io.TextIOWrapper) -> Reading:
    """Tell the format by the first lines that are no comments."""
    aside = _Aside()
    lines = _lines(text, aside)
    sample: list[Line] = []
    characters = 0
    for line in lines:
        sample.append(line)
        characters += len(line[1])
        if len(sample) == _SAMPLE_LINES or characters > _SAMPLE_CHARACTERS:
            break
    texts = [line for _, line in sample]
    rest = itertools.chain(sample, lines)
    if not sample and not aside.unfit:
        raise UnfitListError("it holds no hashes", advice=_FORMS)
    if sample and texts[0].startswith(MARK):
        if texts[0].strip() != HEAD:
            raise UnfitListError(f"it is of another version than {HEAD.removeprefix(MARK)}")
        return Reading("hashdeep", aside.after(read_hashdeep(rest)))
    if form := form_of(texts):
        return Reading("vpdq", aside.after(read_vpdq(rest, form)))
    if layout := layout_of(texts):
        return Reading("table", aside.after(read_table(rest, layout)))
    if not any(map(fits, texts)):
        where = f": line {sample[0][0]} begins {texts[0].strip()[:40]!a}" if sample else ""
        raise UnfitListError(f"it is in no format that is known{where}", advice=_FORMS)
    return Reading("lines", aside.after(read_lines(rest)))


@dataclass(slots=True)
class _Aside:
    """Lines that no parser sees."""

    unfit: list[Unfit] = field(default_factory=list)
    commented: list[int] = field(default_factory=lambda: [0, 0])
    """Comments with a hash in them: how many, and the line of the last."""

    def note(self, number: int, says: str) -> None:
        """Keep an unfit line; past the first few, only how many they are."""
        if len(self.unfit) < _NOTED:
            self.unfit.append(Unfit(number, says))
        else:
            self.unfit[-1] = self.unfit[-1]._replace(more=self.unfit[-1].more + 1)

    def after(self, items: Iterator[Item | Frame]) -> Iterator[Item]:
        """The items of a parser, and then what it did not see."""
        yield from gathered(items)
        yield from self.unfit
        number, line = self.commented
        yield from itertools.repeat(LeftOut(line, COMMENTED), number)


def _lines(text: io.TextIOWrapper, aside: _Aside) -> Iterator[Line]:
    """Lines with their numbers, without comments and empty ones."""
    number = 0
    try:
        while line := text.readline(LINE_CHARACTERS):
            number += 1
            if len(line) == LINE_CHARACTERS and not line.endswith("\n"):
                while line and not line.endswith("\n"):
                    line = text.readline(LINE_CHARACTERS)
                aside.note(number, f"longer than {LINE_CHARACTERS:,} characters")
            elif "\0" in line:
                aside.note(number, "holds a NUL character")
            elif line.lstrip().startswith("#"):
                if _COMMENTED.search(line):
                    aside.commented = [aside.commented[0] + 1, number]
            elif line.strip():
                yield number, line.rstrip("\n")
    finally:
        text.detach()  # whoever opened the file closes it
