"""The algorithms that sign: Ed25519 (RFC 8032) and ML-DSA-44 (FIPS 204).

A *signature type* is the byte by which C2SP signed-note tells what a key signs and how: two
types may use keys of one algorithm. Not every build of the library `cryptography` has ML-DSA;
`available` says so, and everything else here works without it.
"""

from __future__ import annotations

from enum import Enum
from functools import cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.mldsa import (
    MLDSA44PrivateKey,
    MLDSA44PublicKey,
)

from mediaev.custody import sealed
from mediaev.errors import UsageError

PrivateKey = Ed25519PrivateKey | MLDSA44PrivateKey


class Algorithm(Enum):
    """An algorithm, by the name that people know it by."""

    ED25519 = "Ed25519"
    ML_DSA_44 = "ML-DSA-44"


class SignatureType(Enum):
    """What a key signs: the type byte of C2SP signed-note."""

    NOTE = 0x01
    """Ed25519 over the text of any note."""
    COSIGNATURE = 0x04
    """Ed25519 over a checkpoint and the time (C2SP tlog-cosignature)."""
    SUBTREE = 0x06
    """ML-DSA-44 over a statement on the tree and the time (C2SP tlog-cosignature)."""

    @property
    def algorithm(self) -> Algorithm:
        """What the key computes with."""
        return Algorithm.ML_DSA_44 if self is SignatureType.SUBTREE else Algorithm.ED25519

    @property
    def byte(self) -> bytes:
        """As it stands in keys."""
        return bytes([self.value])

    @property
    def key_size(self) -> int:
        """Bytes of a public key."""
        return 1312 if self is SignatureType.SUBTREE else 32


@cache
def available(algorithm: Algorithm) -> bool:
    """Whether this machine can sign and check with it."""
    try:
        generate(algorithm)
    except UnsupportedAlgorithm:
        return False
    return True


def generate(algorithm: Algorithm) -> PrivateKey:
    """A new private key. Raises UnsupportedAlgorithm where the library lacks it."""
    if algorithm is Algorithm.ML_DSA_44:
        return MLDSA44PrivateKey.generate()
    return Ed25519PrivateKey.generate()


def algorithm_of(key: PrivateKey) -> Algorithm:
    """What a private key computes with."""
    return Algorithm.ED25519 if isinstance(key, Ed25519PrivateKey) else Algorithm.ML_DSA_44


def holds(
    algorithm: Algorithm, public_key: bytes, message: bytes, value: bytes, context: bytes = b""
) -> bool:
    """Whether a signature is good. False for keys and signatures of any wrong form.

    `context` is ML-DSA's own; notes have none. Raises UnsupportedAlgorithm where the library
    lacks the algorithm.
    """
    try:
        if algorithm is Algorithm.ML_DSA_44:
            key = MLDSA44PublicKey.from_public_bytes(public_key)
            key.verify(value, message, context or None)
        else:
            Ed25519PublicKey.from_public_bytes(public_key).verify(value, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def pem(key: PrivateKey, passphrase: bytes | None) -> bytes:
    """The private key as PKCS#8 PEM, encrypted if there is a passphrase."""
    encoding = serialization.Encoding.DER if passphrase else serialization.Encoding.PEM
    plain = key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return sealed.seal(plain, passphrase) if passphrase else plain


def from_pem(name: str, content: bytes, passphrase: bytes | None) -> PrivateKey:
    """Read a private key written by `pem`. Raises UsageError if it cannot be opened."""
    try:
        key = serialization.load_pem_private_key(content, passphrase or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(
            f"The signing key of {name} cannot be opened: {error}",
            advice="Check the passphrase, and that the key file is the one made at `init`.",
        ) from None
    if not isinstance(key, Ed25519PrivateKey | MLDSA44PrivateKey):
        raise UsageError(f"The signing key of {name} is neither an Ed25519 nor an ML-DSA-44 key.")
    return key
