"""Cryptographic digests: the name that bytes go by."""

from __future__ import annotations

from dataclasses import dataclass

_LENGTHS = {"sha256": 32, "sha512": 64, "sha1": 20, "md5": 16, "sha3_256": 32, "blake2b": 64}


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """A cryptographic digest; prints as `sha256:…` in fixed-width hexadecimal."""

    algorithm: str
    value: bytes

    def __post_init__(self) -> None:
        """Refuse an unknown algorithm or a value of the wrong length."""
        expected = _LENGTHS.get(self.algorithm)
        if expected is None:
            raise ValueError(f"unknown digest algorithm {self.algorithm!r}")
        if len(self.value) != expected:
            raise ValueError(f"{self.algorithm} has {expected} bytes, not {len(self.value)}")

    @property
    def hex(self) -> str:
        """The value in lower-case hexadecimal, leading zeros kept."""
        return self.value.hex()

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Read `algorithm:hex`, or 64 bare hexadecimal digits as SHA-256. Raises ValueError."""
        algorithm, colon, value = text.strip().lower().partition(":")
        if not colon:
            algorithm, value = "sha256", algorithm
        return cls(algorithm, bytes.fromhex(value))

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"
