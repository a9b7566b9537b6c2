"""Column types: how digests, exact numbers, hostile text and structured values are stored.

Only TEXT, INTEGER, REAL and BLOB are used, so that the same tables stand on SQLite (STRICT)
and on PostgreSQL. What comes back is checked, because the bytes of a database file can hold
any type in any column: a value of another form raises ValueError.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, ClassVar, TypeVar

from sqlalchemy import BigInteger, Double, Integer, LargeBinary, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import REAL, TypeDecorator, TypeEngine

from mediaev.model.digest import Digest

T = TypeVar("T")
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


class _Checked(TypeDecorator[T]):
    """A column whose values have one Python type, both ways."""

    __abstract__ = True
    stored: ClassVar[type]
    """The type in which the database's driver hands values over."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.cache_ok = True  # SQLAlchemy asks each class itself

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__()
        self.optional = optional
        """Whether there may be no value."""

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """What the database is given."""
        return None if value is None else self.spell(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> T | None:  # noqa: ARG002
        """What the database gave. Raises ValueError."""
        if value is None and self.optional:
            return None
        if type(value) is not self.stored:
            raise ValueError(f"{self.stored.__name__} expected, found {value!r:.80}")
        return self.read(value)

    def spell(self, value: T) -> Any:
        """The stored form of a value."""
        return value

    def read(self, value: Any) -> T:
        """The value of a stored form. Raises ValueError."""
        result: T = value
        return result


class Number(_Checked[int]):
    """A whole number of 64 bits."""

    # STRICT tables know the name INTEGER only.
    impl: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
    stored = int


class Floating(_Checked[float]):
    """A number in double precision."""

    impl: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")
    stored = float


class Bytes(_Checked[bytes]):
    """Bytes."""

    impl = LargeBinary
    stored = bytes


class Words(_Checked[str]):
    """Text, usually from other programs or files.

    Lone surrogates and NUL, which databases refuse, are kept as visible escapes.
    """

    impl = Text
    stored = str

    def spell(self, value: str) -> str:
        """Escape what a database would refuse."""
        return storable(value)


class DigestText(_Checked[Digest]):
    """A digest in its printed form, `sha256:…`."""

    impl = Text
    stored = str

    def spell(self, value: Digest) -> str:
        """Spell the digest."""
        return str(value)

    def read(self, value: str) -> Digest:
        """Read the digest. Raises ValueError."""
        return Digest.parse(value)


class WideNumber(_Checked[int]):
    """An integer that may not fit in 64 bits (inodes, nanoseconds), in decimal."""

    impl = Text
    stored = str

    def spell(self, value: int) -> str:
        """Spell the number."""
        return str(value)

    def read(self, value: str) -> int:
        """Read the number. Raises ValueError."""
        return int(value)


class ExactFraction(_Checked[Fraction]):
    """A fraction as `numerator/denominator`, never rounded."""

    impl = Text
    stored = str

    def spell(self, value: Fraction) -> str:
        """Spell the fraction."""
        return f"{value.numerator}/{value.denominator}"

    def read(self, value: str) -> Fraction:
        """Read the fraction. Raises ValueError."""
        return read_fraction(value)


class Structured(_Checked[Any]):
    """A JSON value in ASCII, keys sorted, without spaces."""

    impl = Text
    stored = str

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002
        """Write the JSON; no value is one too, `null`."""
        return spelled(value)

    def read(self, value: str) -> Any:
        """Read the JSON. Raises ValueError."""
        return json.loads(value)


def spelled(value: Any) -> str:
    """The one spelling of a structured value in the database: the text that digests cover."""
    return _ENCODER.encode(value)


def storable(text: str) -> str:
    r"""Text without the characters that databases refuse.

    >>> storable("a\x00b\udcff")
    'a\\x00b\\udcff'
    """
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", r"\x00")


def read_fraction(text: str) -> Fraction:
    """Read `numerator/denominator`. Raises ValueError."""
    numerator, _, denominator = text.partition("/")
    if int(denominator) == 0:
        raise ValueError(f"{text} divides by zero")
    return Fraction(int(numerator), int(denominator))
