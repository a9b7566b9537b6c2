"""OpenTimestamps proofs: a chain of hashes from a digest to statements of calendars and blocks.

A proof (`.ots`) holds a digest and a tree of operations; at its leaves stand attestations. One of
a calendar is a promise (`pending`). One of a Bitcoin block says that the result is the Merkle
root of the block at a height (`attested`): that is worth nothing until the header of that block
is at hand. With headers that the user brought from a source of his own it can be `checked`.
This module reads and follows proofs, offline; it makes none.

The format is that of the `opentimestamps` library, version 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

MAGIC = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94"
MAX_BYTES = 1 << 20
MAX_MESSAGE = 4096
"""Bytes of a message between two operations."""
MAX_DEPTH = 256
MAX_PAYLOAD = 8192
MAX_STEPS = 50_000
"""Operations of a proof, at most."""
_PENDING = bytes.fromhex("83dfe30d2ef90c8e")
_BITCOIN = bytes.fromhex("0588960d73d71901")
_MAX_URI = 1000
_DIGESTS: Mapping[int, tuple[str, int]] = MappingProxyType(
    {0x02: ("sha1", 20), 0x03: ("ripemd160", 20), 0x08: ("sha256", 32), 0x67: ("keccak256", 32)}
)
_APPEND, _PREPEND, _REVERSE, _HEXLIFY = 0xF0, 0xF1, 0xF2, 0xF3
_FORK, _ATTESTATION = 0xFF, 0x00
_WEAK = frozenset({"sha1", "ripemd160"})
"""Digests that twins can be made for, where a proof begins. On its way they do no harm: what goes
in there is the outcome of SHA-256, which nobody can choose."""
_COMPUTED = frozenset({"sha1", "sha256"} | hashlib.algorithms_available & {"ripemd160"})
"""Keccak-256 is not in Python, RIPEMD-160 not in every one."""
HEADER = 80
"""Bytes of the header of a block."""


class ProofError(ValueError):
    """Bytes that are no proof of a version that is read here."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """A statement at the end of a path through a proof."""

    kind: str
    """`pending`, `bitcoin`, or `unknown`."""
    message: bytes | None
    """What it is about; None where an operation on the way is not computed here."""
    where: str
    """The calendar's address, or the eight bytes in hex that name an unknown kind."""
    height: int = -1
    """Of the block; -1 if it is about none."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof, read; nothing is checked."""

    hash_name: str
    digest: bytes
    attestations: tuple[Attestation, ...]

    def is_over(self, message: bytes) -> bool:
        """Whether it begins at the digest of a message."""
        if self.hash_name not in {"sha1", "sha256"}:
            return False
        return hashlib.new(self.hash_name, message).digest() == self.digest


@dataclass(frozen=True, slots=True)
class ProofVerdict:
    """What a proof shows of some message."""

    kind: str
    """`unreadable`, `imprint` (over other bytes), `weak` (over a digest that can be forged),
    `unknown` (no statement that is understood), `pending`, `attested` (a block is named, and its
    header is not at hand), `checked`, or `mismatch` (the header is another one)."""
    says: str
    height: int | None = None
    time: datetime | None = None
    """Of the block, if it is `checked`: right within two hours or so."""


def read_proof(data: bytes) -> Proof:
    """Read a proof. Raises ProofError, and nothing else."""
    if len(data) > MAX_BYTES:
        raise ProofError(f"longer than {MAX_BYTES} bytes")
    reader = _Reader(data)
    if reader.take(len(MAGIC)) != MAGIC:
        raise ProofError("it does not begin as a proof does")
    if reader.number() != 1:
        raise ProofError("a proof of an unknown version")
    kind = reader.byte()
    if kind not in _DIGESTS:
        raise ProofError("a digest of an unknown kind")
    name, length = _DIGESTS[kind]
    digest = reader.take(length)
    attestations = tuple(_follow(reader, digest))
    if not reader.is_at_end:
        raise ProofError("bytes after the end")
    return Proof(name, digest, attestations)


def judge_proof(data: bytes, message: bytes, headers: Mapping[int, bytes]) -> ProofVerdict:
    """What a proof shows of a message; `headers` are those of blocks, 80 bytes, by height.

    Raises nothing.
    """
    try:
        proof = read_proof(data)
    except ProofError as error:
        return ProofVerdict("unreadable", f"It cannot be read as a proof: {error}.")
    if not proof.is_over(message):
        return ProofVerdict("imprint", "It is over other bytes.")
    if proof.hash_name in _WEAK:
        return ProofVerdict("weak", f"It is over a {proof.hash_name} digest, which can be forged.")
    return _judged(proof, headers)


def _judged(proof: Proof, headers: Mapping[int, bytes]) -> ProofVerdict:
    blocks = sorted(
        (each for each in proof.attestations if each.kind == "bitcoin"),
        key=lambda each: each.height,
    )
    found = [
        _checked(each, headers[each.height])
        for each in blocks
        if each.height in headers and each.message is not None
    ]
    if found:
        return min(found, key=lambda verdict: verdict.kind != "checked")
    if blocks:
        height = blocks[0].height
        says = f"It names block {height}, whose header is not at hand: nothing is proved yet."
        return ProofVerdict("attested", says, height)
    if any(each.kind == "pending" for each in proof.attestations):
        return ProofVerdict("pending", "Only calendars promise to have it stamped.")
    return ProofVerdict("unknown", "Nothing in it is understood here.")


def _checked(attestation: Attestation, header: bytes) -> ProofVerdict:
    height = attestation.height
    if len(header) != HEADER or not _took_work(header) or header[36:68] != attestation.message:
        says = f"The header of block {height} is not the one that it leads to."
        return ProofVerdict("mismatch", says, height)
    time = datetime.fromtimestamp(int.from_bytes(header[68:72], "little"), UTC)
    return ProofVerdict("checked", f"It leads to the header of block {height}.", height, time)


def _took_work(header: bytes) -> bool:
    """Whether a header meets the difficulty that it states, as only miners can make it."""
    bits = int.from_bytes(header[72:76], "little")
    exponent, mantissa = bits >> 24, bits & 0x7FFFFF
    if not 3 <= exponent <= 32:
        return False
    hashed = hashlib.sha256(hashlib.sha256(header).digest()).digest()
    return 0 < int.from_bytes(hashed, "little") <= mantissa << 8 * (exponent - 3)


class _Reader:
    """Takes values from bytes; raises ProofError at the end of them."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    @property
    def is_at_end(self) -> bool:
        return self._place == len(self._data)

    def take(self, length: int) -> bytes:
        end = self._place + length
        if end > len(self._data):
            raise ProofError("cut off")
        taken, self._place = self._data[self._place : end], end
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        value = 0
        for shift in range(0, 63, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return value
        raise ProofError("a number that is too large")

    def text(self, most: int) -> bytes:
        length = self.number()
        if length > most:
            raise ProofError("a value that is too long")
        return self.take(length)


def _follow(reader: _Reader, digest: bytes) -> list[Attestation]:
    """All attestations of a proof, with the messages that they are about."""
    found: list[Attestation] = []
    # Branches that go on: the message there, and how many operations lie before it.
    open_: list[tuple[bytes | None, int]] = [(digest, 0)]
    for _ in range(MAX_STEPS):
        if not open_:
            return found
        message, depth = open_.pop()
        tag = reader.byte()
        if tag == _FORK:
            open_.append((message, depth))
            tag = reader.byte()
        if tag == _ATTESTATION:
            found.append(_attestation(reader, message))
            continue
        if depth == MAX_DEPTH:
            raise ProofError("nested too deeply")
        open_.append((_result(reader, tag, message), depth + 1))
    raise ProofError("too many operations")


def _result(reader: _Reader, tag: int, message: bytes | None) -> bytes | None:
    """What an operation makes of a message; None if that is not computed here."""
    if tag in {_APPEND, _PREPEND}:
        value = reader.text(MAX_MESSAGE)
        if not value:
            raise ProofError("an operation that does nothing")
        made = None if message is None else message + value
        if tag == _PREPEND and message is not None:
            made = value + message
    elif tag == _REVERSE:
        made = None if message is None else message[::-1]
    elif tag == _HEXLIFY:
        made = None if message is None else message.hex().encode()
    elif tag in _DIGESTS:
        name = _DIGESTS[tag][0]
        made = None if message is None or name not in _COMPUTED else _digest(name, message)
    else:
        raise ProofError("an operation of an unknown kind")
    if made is not None and len(made) > MAX_MESSAGE:
        raise ProofError("a message that is too long")
    return made


def _digest(name: str, message: bytes) -> bytes:
    return hashlib.new(name, message).digest()


def _attestation(reader: _Reader, message: bytes | None) -> Attestation:
    kind, payload = reader.take(8), _Reader(reader.text(MAX_PAYLOAD))
    if kind == _PENDING:
        where = payload.text(_MAX_URI)
        if not payload.is_at_end or not where.isascii():
            raise ProofError("a calendar's promise that cannot be read")
        return Attestation("pending", message, where.decode("ascii"))
    if kind == _BITCOIN:
        height = payload.number()
        if not payload.is_at_end:
            raise ProofError("a block's attestation that cannot be read")
        return Attestation("bitcoin", message, "", height)
    return Attestation("unknown", message, kind.hex())
