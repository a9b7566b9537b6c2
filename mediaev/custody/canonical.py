"""Canonical JSON: one value, one sequence of bytes, so that a hash of it means something.

A subset of RFC 8785 (JSON Canonicalization Scheme) that needs no number formatting and no
UTF-16 sorting: objects with ASCII keys, arrays, strings of Unicode scalar values, booleans,
null and integers within ±(2⁵³−1). Floats, other keys and lone surrogates do not exist in it.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

MAX_BYTES = 65_535
"""Longest body of a leaf: tlog-tiles writes a leaf's length as an unsigned 16-bit number."""
MAX_DEPTH = 32
"""How many arrays and objects may stand inside one another."""
MAX_INTEGER = 2**53 - 1
"""Past this, readers that know only doubles (RFC 7493, I-JSON) would change the value."""


class CanonicalError(ValueError):
    """A value that has no canonical form here, or bytes that are not one."""


def encode(value: Any) -> bytes:
    """The canonical bytes of a value made of dict, list, str, int, bool and None.

    Raises CanonicalError for anything else, and past `MAX_BYTES` or `MAX_DEPTH`.

    >>> encode({"b": [1, None], "a": "ü"}).decode()
    '{"a":"ü","b":[1,null]}'
    """
    _check(value, 1)
    body = _encoded(value)
    if len(body) > MAX_BYTES:
        raise CanonicalError(f"{len(body)} bytes are more than the {MAX_BYTES} allowed")
    return body


def decode(body: bytes) -> dict[str, Any]:
    """Read an object back, if the bytes are exactly its canonical form.

    Raises CanonicalError, and nothing else, on whatever bytes it is given.
    """
    if len(body) > MAX_BYTES:
        raise CanonicalError(f"{len(body)} bytes are more than the {MAX_BYTES} allowed")
    try:
        value = _DECODER.decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise CanonicalError(f"not canonical JSON: {error}") from None
    if type(value) is not dict:
        raise CanonicalError("not a JSON object")
    # Few brackets cannot nest deeply, and a non-ASCII key needs a non-ASCII byte: an escaped
    # one is not canonical. Nearly every body passes here without a walk over its values.
    if not body.isascii() or body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        _check(value, 1)
    # Also finds duplicate keys, since only the last of them is left in `value`.
    if _encoded(value) != body:
        raise CanonicalError("not in canonical form")
    return value


def _integer(digits: str) -> int:
    if len(digits) > 17 or not -MAX_INTEGER <= (value := int(digits)) <= MAX_INTEGER:
        raise CanonicalError("an integer outside ±(2^53-1)")
    return value


def _refuse_number(text: str) -> NoReturn:
    raise CanonicalError(f"the number {text[:24]} is not an integer")


_DECODER = json.JSONDecoder(
    parse_int=_integer, parse_float=_refuse_number, parse_constant=_refuse_number
)
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
)


def _encoded(value: Any) -> bytes:
    """Canonical bytes of a value known to consist of the right types."""
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError:
        raise CanonicalError("a string holds a lone surrogate") from None


def _check(value: Any, depth: int) -> None:
    """Raise CanonicalError if the value holds anything that canonical JSON does not know."""
    if isinstance(value, dict | list) and depth > MAX_DEPTH:
        raise CanonicalError(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise CanonicalError(f"the key {key!r} is not ASCII text")
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise CanonicalError("an integer outside ±(2^53-1)")
    elif value is not None and not isinstance(value, str):
        raise CanonicalError(f"{type(value).__name__} is not a JSON value of a custody event")
