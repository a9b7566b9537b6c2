"""What is signed besides a note's text: the messages of C2SP tlog-cosignature.

A cosignature is a signature line of a checkpoint whose value is 8 bytes of time (seconds since
1970, big-endian) and the signature proper. Type 0x04 (Ed25519) signs a text that begins with
`cosignature/v1`; type 0x06 (ML-DSA-44) signs a packed statement on the tree, which also names
the signer and can be about a part of the tree.
"""

from __future__ import annotations

from mediaev.custody import tree_head
from mediaev.custody.form import HASH_SIZE, NoteError
from mediaev.custody.tree_head import Checkpoint

TIME_SIZE = 8
"""Bytes of time before the signature proper."""
_LABEL = b"subtree/v1\n\0"
_MOST = 2**63 - 1


def ed25519_message(text: str, timestamp: int) -> bytes:
    """The bytes that an Ed25519 cosignature of a note's text signs."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def ml_dsa_message(cosigner: str, text: str, timestamp: int) -> bytes:
    """The bytes that an ML-DSA-44 cosignature of a checkpoint's text signs.

    Raises NoteError for a text that is no checkpoint, or names that are too long.
    """
    return subtree_message(cosigner, timestamp, tree_head.read(text))


def subtree_message(cosigner: str, timestamp: int, head: Checkpoint, start: int = 0) -> bytes:
    """The packed statement that the events of a log from `start` up to a size have that root.

    `timestamp` 0 makes no statement on the tree being the largest seen; it has to be 0 where
    `start` is not. Raises NoteError for what the format cannot hold.
    """
    if not 0 <= start <= head.size <= _MOST or not 0 <= timestamp <= _MOST:
        raise NoteError("a cosignature cannot state such numbers")
    if start and timestamp:
        raise NoteError("a cosignature of a part of the tree has no time")
    if len(head.root) != HASH_SIZE:
        raise NoteError("the root of a tree is 32 bytes")
    return b"".join(
        (
            _LABEL,
            _opaque(cosigner),
            timestamp.to_bytes(8, "big"),
            _opaque(head.origin),
            start.to_bytes(8, "big"),
            head.size.to_bytes(8, "big"),
            head.root,
        )
    )


def stamped(timestamp: int, signature: bytes) -> bytes:
    """The value of a cosignature's line, after the key id. Raises NoteError."""
    if not 0 <= timestamp <= _MOST:
        raise NoteError("a cosignature cannot have that time")
    return timestamp.to_bytes(TIME_SIZE, "big") + signature


def taken_apart(value: bytes) -> tuple[int, bytes]:
    """Time and signature proper of a cosignature's value. Raises NoteError."""
    timestamp = int.from_bytes(value[:TIME_SIZE], "big")
    if len(value) <= TIME_SIZE or timestamp > _MOST:
        raise NoteError("not a cosignature: time and signature")
    return timestamp, value[TIME_SIZE:]


def _opaque(name: str) -> bytes:
    """A name after its length in one byte."""
    encoded = name.encode()
    if not 1 <= len(encoded) <= 255:
        raise NoteError("a name in a cosignature has 1 to 255 bytes")
    return bytes([len(encoded)]) + encoded
