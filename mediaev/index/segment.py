"""Segments: what the index keeps of some exhibits, in one file that never changes.

A segment says which examinations it covers and holds named arrays, which are mapped into
memory rather than read. Form: `docs/decisions/0014-kept-index.md`. Whether a file may be believed
at all is decided before it is opened here (`mediaev.index.trust`); still nothing in it is taken
for granted: each array must lie within the file, and whoever uses one checks what it points at.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from mediaev.model.digest import Digest

MAGIC = b"mediaev index\r\n\x00"
FORMAT = 1
"""Rises with every change of this file's form or of what its arrays mean."""
_HEAD = struct.Struct("<16sIIQ")
"""Magic, format, length of the heading, length of the whole file."""
_LONGEST_HEADING = 1 << 20
_ALIGNED = 64
CHECKSUM = 32
"""Bytes of SHA-256 at the end, over all that comes before."""
_KINDS = ("|u1", "<u2", "<u4", "<u8", "<i8", "<f4")
_DIGESTS, _EXAMINATIONS = "exhibits", "examinations"
_CHUNK = 8 << 20

Array = NDArray[Any]


class BrokenSegmentError(Exception):
    """A file of the cache that is not what it should be; it never leaves the index."""


@dataclass(frozen=True, slots=True)
class Section:
    """One array to be written: its form, and its bytes piece by piece."""

    dtype: str
    shape: tuple[int, ...]
    pieces: Iterable[Array]

    @classmethod
    def of(cls, array: Array) -> Section:
        """A whole array that is at hand."""
        return cls(_kind(array.dtype), array.shape, (array,))

    @property
    def size(self) -> int:
        """Bytes."""
        return int(np.dtype(self.dtype).itemsize * np.prod(self.shape, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Covered:
    """One exhibit as a segment covers it."""

    digest: Digest
    examination: bytes
    """32 bytes that name the examination it was indexed from."""


class Segment:
    """The exhibits that a segment covers, and its arrays."""

    def __init__(
        self, covered: Sequence[Covered], arrays: Mapping[str, Array], *, size: int, name: str = ""
    ) -> None:
        self.covered = tuple(covered)
        self._arrays = arrays
        self.size = size
        """Bytes of the file, or of the arrays where there is none."""
        self.name = name
        """Of the file, empty where there is none."""

    def array(self, name: str, dtype: str, columns: int | None = None) -> Array:
        """An array by name, of shape (n,) or (n, columns). Raises BrokenSegmentError."""
        found = self._arrays.get(name)
        shape = () if columns is None else (columns,)
        if found is None or _kind(found.dtype) != dtype or found.shape[1:] != shape:
            raise BrokenSegmentError(f"{name} is missing or has another form")
        return found


def write(
    file: BinaryIO, settings: str, covered: Sequence[Covered], sections: Mapping[str, Section]
) -> bytes:
    """Write a segment to an empty file; returns its SHA-256."""
    whole = {
        _DIGESTS: Section.of(_rows([each.digest.value for each in covered])),
        _EXAMINATIONS: Section.of(_rows([each.examination for each in covered])),
        **sections,
    }
    heading, starts, size = _heading(settings, whole)
    digest = hashlib.sha256()
    place = 0

    def put(content: bytes | memoryview) -> None:
        nonlocal place
        file.write(content)
        digest.update(content)
        place += len(content)

    put(_HEAD.pack(MAGIC, FORMAT, len(heading), size) + heading)
    for name, section in whole.items():
        put(bytes(starts[name] - place))
        for piece in section.pieces:
            if piece.size:  # a view of nothing cannot be cast
                put(np.ascontiguousarray(piece, section.dtype).data.cast("B"))
        if place != starts[name] + section.size:
            raise ValueError(f"{name} has another size than was announced")
    checksum = digest.digest()
    put(checksum)
    return checksum


def _heading(settings: str, sections: Mapping[str, Section]) -> tuple[bytes, dict[str, int], int]:
    """The heading, where each section starts, and the size of the whole file."""
    forms: dict[str, dict[str, Any]] = {
        name: {"dtype": section.dtype, "shape": list(section.shape)}
        for name, section in sections.items()
    }
    starts: dict[str, int] = {}
    reserved = 128 * len(sections) + len(settings) * 6 + 256
    place = _aligned(_HEAD.size + len(json.dumps(forms)) + reserved)
    for name, section in sections.items():
        starts[name] = place
        forms[name]["start"] = place
        place = _aligned(place + section.size)
    last = list(sections)[-1]
    size = starts[last] + sections[last].size + CHECKSUM
    text = json.dumps({"settings": settings, "arrays": forms}, sort_keys=True).encode("ascii")
    return text, starts, size


def opened(descriptor: int, settings: str, name: str) -> Segment:
    """Map an open file. Raises BrokenSegmentError, OSError; the descriptor may then be closed."""
    length = os.fstat(descriptor).st_size
    if length < _HEAD.size + CHECKSUM:
        raise BrokenSegmentError("it is too short")
    content = mmap.mmap(descriptor, length, access=mmap.ACCESS_READ)
    magic, version, heading, size = _HEAD.unpack_from(content)
    if magic.rstrip(b"\0") != MAGIC.rstrip(b"\0") or version != FORMAT:
        raise BrokenSegmentError("it is of another format")
    if size != length or heading > min(_LONGEST_HEADING, length - _HEAD.size):
        raise BrokenSegmentError("it has another size than it says")
    arrays = dict(_arrays(content, content[_HEAD.size : _HEAD.size + heading], settings))
    found = Segment((), arrays, size=length)
    digests, examinations = (found.array(each, "|u1", 32) for each in (_DIGESTS, _EXAMINATIONS))
    if len(digests) != len(examinations):
        raise BrokenSegmentError("exhibits and examinations differ in number")
    covered = [
        Covered(Digest("sha256", one.tobytes()), other.tobytes())
        for one, other in zip(digests, examinations, strict=True)
    ]
    return Segment(covered, arrays, size=length, name=name)


def _arrays(content: mmap.mmap, heading: bytes, settings: str) -> Iterator[tuple[str, Array]]:
    try:
        told = json.loads(heading)
        if told["settings"] != settings:
            raise BrokenSegmentError("it was made with other settings")
        for name, form in told["arrays"].items():
            yield name, _array(content, form["dtype"], form["shape"], form["start"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise BrokenSegmentError(f"its heading makes no sense: {error}") from error


def _array(content: mmap.mmap, dtype: Any, shape: Any, start: Any) -> Array:
    """An array that lies within the file, and nothing else."""
    numbers = [start, *shape]
    if dtype not in _KINDS or not 1 <= len(shape) <= 2:
        raise BrokenSegmentError("an array is of a kind that no segment has")
    if any(type(each) is not int or not 0 <= each <= len(content) for each in numbers):
        raise BrokenSegmentError("an array lies outside of the file")
    count = int(np.prod(shape, dtype=object))
    if start % _ALIGNED or start + count * np.dtype(dtype).itemsize > len(content) - CHECKSUM:
        raise BrokenSegmentError("an array lies outside of the file")
    return np.frombuffer(content, dtype, count, start).reshape(shape)


def checksum_of(descriptor: int) -> tuple[bytes, bytes]:
    """SHA-256 of all but the end of an open file, and the one that stands at its end."""
    left = os.fstat(descriptor).st_size - CHECKSUM
    if left < 0:
        raise BrokenSegmentError("it is too short")
    digest = hashlib.sha256()
    place = 0
    while place < left:
        piece = os.pread(descriptor, min(_CHUNK, left - place), place)
        if not piece:
            raise BrokenSegmentError("it ended while it was read")
        digest.update(piece)
        place += len(piece)
    return digest.digest(), os.pread(descriptor, CHECKSUM, left)


def _rows(values: Sequence[bytes]) -> Array:
    return np.frombuffer(b"".join(values), np.uint8).reshape(-1, 32)


def _kind(dtype: np.dtype[Any]) -> str:
    return dtype.newbyteorder("<").str if dtype.itemsize > 1 else dtype.str


def _aligned(place: int) -> int:
    return -(-place // _ALIGNED) * _ALIGNED
