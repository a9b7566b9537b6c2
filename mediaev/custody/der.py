"""ASN.1 as it travels (ITU-T X.690): just enough to read and write time stamps.

Reads DER, and the freedoms of BER that authorities really take: sets in any order and lengths
that are not told beforehand. Nothing is read twice, and nothing in the bytes can raise
anything but DerError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
GENERALIZED_TIME = 0x18
SEQUENCE, SET = 0x30, 0x31
CONSTRUCTED = 0x20
MAX_DEPTH = 32
"""How many elements may stand inside one another."""
MAX_ELEMENTS = 10_000
"""How many elements may stand side by side."""
MAX_INTEGER = 128
"""Bytes of an integer: serial numbers and nonces have up to some 20."""
_TIME = re.compile(rb"(\d{14})(?:\.(\d{1,9}))?Z")


class DerError(ValueError):
    """Bytes that are not the ASN.1 expected at that place."""


@dataclass(frozen=True, slots=True)
class Element:
    """One tagged value."""

    tag: int
    """The first byte: class, whether it is constructed, number."""
    content: bytes
    whole: bytes
    """Tag, length and content as they stood."""

    def parts(self) -> list[Element]:
        """The elements in a constructed one. Raises DerError."""
        if not self.tag & CONSTRUCTED:
            raise DerError("a value where elements should be")
        return elements(self.content)

    def expect(self, tag: int) -> Element:
        """The element itself, if it has that tag. Raises DerError."""
        if self.tag != tag:
            raise DerError(f"an element {self.tag:#04x} where {tag:#04x} should be")
        return self

    def integer(self) -> int:
        """The value of an INTEGER. Raises DerError."""
        self.expect(INTEGER)
        if not 0 < len(self.content) <= MAX_INTEGER:
            raise DerError("an integer that is empty or too long")
        return int.from_bytes(self.content, "big", signed=True)

    def oid(self) -> str:
        """An OBJECT IDENTIFIER in dotted form. Raises DerError."""
        self.expect(OID)
        content = self.content
        if not 0 < len(content) <= 64 or content[-1] & 0x80:
            raise DerError("an object identifier that is empty, too long or cut off")
        arcs, arc = [], 0
        for byte in content:
            arc = arc << 7 | byte & 0x7F
            if not byte & 0x80:
                arcs.append(arc)
                arc = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))

    def octets(self) -> bytes:
        """The value of an OCTET STRING, joined if it came in pieces. Raises DerError."""
        if self.tag == OCTET_STRING | CONSTRUCTED:
            return b"".join(part.octets() for part in self.parts())
        return self.expect(OCTET_STRING).content

    def time(self) -> datetime:
        """The value of a GeneralizedTime in UTC. Raises DerError."""
        found = _TIME.fullmatch(self.expect(GENERALIZED_TIME).content)
        if not found:
            raise DerError("a time that is not in UTC to the second")
        try:
            whole = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            raise DerError("a time that does not exist") from None
        return whole + timedelta(microseconds=int((found[2] or b"0").ljust(6, b"0")[:6]))


class Parts:
    """Takes the elements of a structure one by one; some may be left out."""

    def __init__(self, element: Element) -> None:
        self._parts = element.parts()
        self._next = 0

    def next(self) -> Element:
        """The next one. Raises DerError if there is none."""
        if self._next == len(self._parts):
            raise DerError("a structure that lacks a part")
        self._next += 1
        return self._parts[self._next - 1]

    def take(self, tag: int) -> Element | None:
        """The next one, if it has that tag."""
        if self._next < len(self._parts) and self._parts[self._next].tag == tag:
            return self.next()
        return None


def read(data: bytes) -> Element:
    """The one element that the bytes are. Raises DerError, and nothing else."""
    element, end = _element(data, 0, 0)
    if end != len(data):
        raise DerError("bytes after the end")
    return element


def elements(data: bytes) -> list[Element]:
    """The elements that stand side by side in the bytes. Raises DerError, and nothing else."""
    found: list[Element] = []
    place = 0
    while place < len(data):
        element, place = _element(data, place, 0)
        found.append(element)
        if len(found) > MAX_ELEMENTS:
            raise DerError("too many elements")
    return found


def _element(data: bytes, start: int, depth: int) -> tuple[Element, int]:
    """The element at a place, and where it ends."""
    if depth > MAX_DEPTH:
        raise DerError("nested too deeply")
    if start + 2 > len(data):
        raise DerError("cut off")
    tag, length, body = data[start], data[start + 1], start + 2
    if tag & 0x1F == 0x1F or not tag:
        raise DerError("a tag that is not used here")
    if length == 0x80:
        if not tag & CONSTRUCTED:
            raise DerError("a value without a length")
        end = _end_of_contents(data, body, depth)
        return Element(tag, data[body:end], data[start : end + 2]), end + 2
    if length > 0x80:
        size = length & 0x7F
        if size > 4 or body + size > len(data):
            raise DerError("a length that cannot be")
        length = int.from_bytes(data[body : body + size], "big")
        body += size
    end = body + length
    if end > len(data):
        raise DerError("cut off")
    return Element(tag, data[body:end], data[start:end]), end


def _end_of_contents(data: bytes, place: int, depth: int) -> int:
    """Where the two zero bytes stand that end an element of untold length."""
    for _ in range(MAX_ELEMENTS):
        if data[place : place + 2] == b"\0\0":
            return place
        _, place = _element(data, place, depth + 1)
    raise DerError("too many elements")


def write(tag: int, *contents: bytes) -> bytes:
    """The DER of an element made of what stands in it."""
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def write_integer(value: int) -> bytes:
    """The DER of an INTEGER."""
    return write(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def write_oid(dotted: str) -> bytes:
    """The DER of an OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        content += bytes(reversed(groups))
    return write(OID, bytes(content))
