"""Values of the model to JSON and back, by their declared types.

Reading is strict, because a case may come from anyone: a missing or unknown field, or a value
of another type than the class declares, raises ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from mediaev.model.digest import Digest
from mediaev.store.columns import read_fraction

T = TypeVar("T")
_Decoder = Callable[[Any], Any]


def encode(value: Any) -> Any:
    """The JSON form: fractions as `n/d`, digests as text, dataclasses as objects.

    Numbers that JSON does not know become the words `nan`, `inf` and `-inf`.
    """
    return _encoder(cast("Hashable", type(value)))(value)


@cache
def _encoder(kind: Any) -> Callable[[Any], Any]:
    """What writes values of one type."""
    if is_dataclass(kind) and kind is not Digest:
        names = [field.name for field in fields(kind)]
        return lambda value: {name: encode(getattr(value, name)) for name in names}
    for base, encoder in _ENCODERS.items():
        if issubclass(kind, base):
            return encoder
    return _as_is


def decode(kind: type[T], value: Any) -> T:
    """Read the JSON form of a `kind`. Raises ValueError."""
    decoded: T = _decoder(cast("Hashable", kind))(value)
    return decoded


@cache
def _decoder(kind: Any) -> _Decoder:
    """What reads one declared type."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in _GENERIC:
        return _GENERIC[origin](inner)
    if issubclass(kind, Enum):
        return cast("_Decoder", kind)
    return _dataclass(kind)


def _as_is(value: Any) -> Any:
    return value


def _exactly(kind: type) -> _Decoder:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"{kind.__name__} expected, found {value!r:.80}")
        return value

    return read


_string = _exactly(str)


def _integer(value: Any) -> int:
    if type(value) not in {int, bool}:
        raise ValueError(f"a whole number expected, found {value!r:.80}")
    return int(value)


def _float(value: Any) -> float:
    if type(value) not in {int, float}:
        raise ValueError(f"a number expected, found {value!r:.80}")
    return float(value)


def _digest(value: Any) -> Digest:
    return Digest.parse(_string(value))


def _exact(value: Any) -> Fraction:
    return read_fraction(_string(value))


def _array(value: Any) -> list[Any]:
    found: list[Any] = _exactly(list)(value)
    return found


def _object(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = _exactly(dict)(value)
    return found


def _one_of(inner: tuple[Any, ...]) -> _Decoder:
    decoders = [_decoder(part) for part in inner]

    def read(value: Any) -> Any:
        for decoder in decoders:
            try:
                return decoder(value)
            except ValueError:
                continue
        raise ValueError(f"none of the allowed types: {value!r:.80}")

    return read


def _list(inner: tuple[Any, ...]) -> _Decoder:
    each = _decoder(inner[0])
    return lambda value: list(map(each, _array(value)))


def _mapping(inner: tuple[Any, ...]) -> _Decoder:
    each = _decoder(inner[1])
    return lambda value: {key: each(one) for key, one in _object(value).items()}


def _tuple(inner: tuple[Any, ...]) -> _Decoder:
    if inner[-1] is ...:
        each = _decoder(inner[0])
        return lambda value: tuple(map(each, _array(value)))
    parts = [_decoder(part) for part in inner]

    def read(value: Any) -> Any:
        if len(_array(value)) != len(parts):
            raise ValueError(f"{len(parts)} values expected, found {value!r:.80}")
        return tuple(part(one) for part, one in zip(parts, value, strict=True))

    return read


def _dataclass(kind: Any) -> _Decoder:
    hints = get_type_hints(kind)
    readers = {field.name: _decoder(hints[field.name]) for field in fields(kind)}

    def read(value: Any) -> Any:
        if _object(value).keys() != readers.keys():
            raise ValueError(f"{kind.__name__} has other fields than {sorted(value)!r:.200}")
        return kind(**{name: reader(value[name]) for name, reader in readers.items()})

    return read


_PLAIN: dict[Any, _Decoder] = {
    Any: _as_is,
    str: _string,
    bool: _exactly(bool),
    NoneType: _exactly(NoneType),
    int: _integer,
    float: _float,
    Fraction: _exact,
    Digest: _digest,
}
_GENERIC: dict[Any, Callable[[tuple[Any, ...]], _Decoder]] = {
    UnionType: _one_of,
    list: _list,
    tuple: _tuple,
    dict: _mapping,
    Mapping: _mapping,
}
_ENCODERS: dict[type, Callable[[Any], Any]] = {
    float: lambda value: value if math.isfinite(value) else str(value),
    Fraction: lambda value: f"{value.numerator}/{value.denominator}",
    Digest: str,
    Mapping: lambda value: {str(key): encode(inner) for key, inner in value.items()},
    list: lambda value: [encode(inner) for inner in value],
    tuple: lambda value: [encode(inner) for inner in value],
}
