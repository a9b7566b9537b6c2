"""ONNX files: what a network takes and gives, read from the file without running anything.

Only the few fields that decide are read (onnx.proto: ModelProto, GraphProto, ValueInfoProto,
TensorProto), from the wire format of Protocol Buffers. What OpenCV makes of the rest, it makes
in a process that can be killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mediaev.model.learned import Layout

_FLOAT, _UINT8 = 1, 2
_ZIP = b"PK\x03\x04"
_UNREADABLE = "It is no ONNX model that can be read"
_KINDS = {_UINT8: Layout.BYTES, _FLOAT: Layout.FLOATS}

Value = int | memoryview


class UnfitModelError(ValueError):
    """A file is no network that could describe pictures."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """What a network takes or gives."""

    name: str
    kind: Layout | None
    """None for anything but bytes and 32-bit numbers."""
    shape: tuple[int | None, ...]
    """None where any size will do."""


def takes_and_gives(model: bytes) -> tuple[list[Tensor], list[Tensor]]:
    """What a network takes and what it gives, in the file's order. Raises UnfitModelError.

    Refuses weights that lie in other files, and graphs inside nodes.
    """
    if model.startswith(_ZIP):
        raise UnfitModelError(
            "It is a PyTorch file (TorchScript). Convert it to ONNX first; "
            "docs/formats/learned.md says how"
        )
    graphs = _messages(memoryview(model), 7)
    if len(graphs) != 1:
        raise UnfitModelError(_UNREADABLE)
    takes: list[Tensor] = []
    gives: list[Tensor] = []
    held: set[str] = set()
    for number, value in _fields(graphs[0]):
        if isinstance(value, int):
            continue
        if number == 1:
            _check_node(value)
        elif number == 5:
            held.add(_stored(value))
        elif number == 11:
            takes.append(_tensor(value))
        elif number == 12:
            gives.append(_tensor(value))
    return [each for each in takes if each.name not in held], gives


def _check_node(node: memoryview) -> None:
    for attribute in _messages(node, 5):
        for number, value in _fields(attribute):
            if number in {6, 11}:
                raise UnfitModelError("It holds loops or branches, which no descriptor needs")
            if number == 5 and not isinstance(value, int):
                _stored(value)


def _stored(tensor: memoryview) -> str:
    """The name of stored numbers. Raises UnfitModelError if they lie in another file."""
    name = ""
    for number, value in _fields(tensor):
        if number == 8 and not isinstance(value, int):
            name = _text(value)
        elif number == 13 or (number == 14 and value):
            raise UnfitModelError(
                "Its weights lie in other files; save it as one file with the weights inside"
            )
    return name


def _tensor(info: memoryview) -> Tensor:
    """A ValueInfoProto: name, kind of number and shape."""
    name = "".join(map(_text, _messages(info, 1)))
    for kind in _messages(info, 2):
        for tensor in _messages(kind, 1):
            numbers = dict(_fields(tensor))
            shape = numbers.get(2, memoryview(b""))
            sides = [] if isinstance(shape, int) else map(_side, _messages(shape, 1))
            known = _KINDS.get(number) if isinstance(number := numbers.get(1), int) else None
            return Tensor(name, known, tuple(sides))
    return Tensor(name, None, ())


def _side(dimension: memoryview) -> int | None:
    side = dict(_fields(dimension)).get(1)
    return side if isinstance(side, int) and 0 < side < 1 << 31 else None


def _text(value: memoryview) -> str:
    return bytes(value[:256]).decode("utf-8", "replace")


def _messages(message: memoryview, wanted: int) -> list[memoryview]:
    """The contents of one field of a message, as often as it stands there."""
    return [
        value
        for number, value in _fields(message)
        if number == wanted and not isinstance(value, int)
    ]


def _fields(message: memoryview) -> Iterator[tuple[int, Value]]:
    """All fields of a message: numbers as they are, everything else as its bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == 2:
            size, at = _varint(message, at)
        else:
            size = {1: 8, 5: 4}.get(wire, -1)
        if not 0 <= size <= len(message) - at or number == 0:
            raise UnfitModelError(_UNREADABLE)
        yield number, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 64:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise UnfitModelError(_UNREADABLE)
