"""What goes over the socket between an executor and its workers: frames of pickled values.

A frame is its length (8 bytes, little-endian) and that many bytes of pickle. Results come
from a process that may have been taken over by a hostile file, so that only plain values and
the classes of `mediaev.model` and `mediaev.ports` are ever rebuilt from them.
"""

from __future__ import annotations

import inspect
import io
import pickle
import struct
from enum import Enum
from typing import Any

LENGTH = struct.Struct("<Q")
LARGEST_RESULT = 256 << 20
"""Bytes; a week of samples is below, and a worker gone mad cannot fill the parent's memory."""

_OURS = ("mediaev.model.", "mediaev.ports")
_PLAIN = {
    ("fractions", "Fraction"),
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("builtins", "bytearray"),
    ("builtins", "complex"),
}


def frame(value: Any) -> bytes:
    """Pack a value for the socket. Raises what pickle raises."""
    body = pickle.dumps(value, protocol=5)
    return LENGTH.pack(len(body)) + body


def plain_value(body: bytes | bytearray) -> Any:
    """Rebuild a result. Raises an exception of any kind when it is not a plain value."""
    return _PlainUnpickler(io.BytesIO(body)).load()


class _PlainUnpickler(pickle.Unpickler):
    """Finds harmless classes only, never functions."""

    def find_class(self, module: str, name: str) -> Any:
        # A dotted name would walk from a class of ours to whatever its module imported.
        if "." not in name:
            if (module, name) == ("builtins", "getattr"):
                return _member
            if (module, name) in _PLAIN:
                return super().find_class(module, name)
            if module.startswith(_OURS):
                found = super().find_class(module, name)
                if inspect.isclass(found) and found.__module__ == module:
                    return found
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a result")


def _member(kind: Any, name: Any) -> Any:
    """The member of an enumeration: Python 3.11.2 packs it as `getattr(kind, name)`."""
    if not (inspect.isclass(kind) and issubclass(kind, Enum) and isinstance(name, str)):
        raise pickle.UnpicklingError("getattr is allowed for members of enumerations only")
    return kind[name]
