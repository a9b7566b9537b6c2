"""The log's keys, for a person to write down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediaev.actions.identity import KeyPair
from mediaev.model.exhibit import shown


def key_lines(keys: Sequence[KeyPair]) -> Iterator[str]:
    """Where the private keys lie, the public ones, and what of them goes on paper."""
    for key in keys:
        yield f"private key  {shown(key.private_key)}"
    yield f"public key   {keys[0].public_key}"
    if len(keys) > 1:
        yield "             and a longer one, of the second key, in log/vkey.txt"
    yield ""
    yield "For paper, the fingerprint (SHA-256) of each of these lines of log/vkey.txt:"
    for key in keys:
        yield f"  {key.algorithm:<9}  {_in_groups(key.fingerprint)}"


def _in_groups(digits: str) -> str:
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))
