"""Checkpoints (C2SP tlog-checkpoint): the signed head of a log at one size.

The text of the note has three lines: origin, number of events, base64 of the Merkle root.
Further lines, which the specification allows and advises against, are refused.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from mediaev.custody import note
from mediaev.custody.note import NoteError, Signer, Verifier
from mediaev.custody.tree import HASH_SIZE

NO_DOMAIN = "mediaev.invalid"
"""Stands for the organisation's domain where there is none (RFC 2606 keeps it free)."""
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: this many events, under this root."""

    origin: str
    size: int
    root: bytes
    """32 bytes."""

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def origin(vault: str, domain: str = NO_DOMAIN) -> str:
    """The name of a vault's log, and of the keys that sign for it."""
    return f"{domain}/{vault}"


def sign(checkpoint: Checkpoint, signers: Iterable[Signer]) -> bytes:
    """The signed note of a checkpoint. Raises NoteError if its origin or root are malformed."""
    signed = note.sign(checkpoint.text, signers)
    if parse(signed) != checkpoint:
        raise NoteError("the checkpoint cannot be written as a note")
    return signed


def parse(signed: bytes) -> Checkpoint:
    """Read a checkpoint without checking who signed it.

    Raises NoteError, and nothing else, on whatever bytes it is given.
    """
    return _read(note.parse(signed).text)


def verify(signed: bytes, verifiers: Iterable[Verifier]) -> tuple[Checkpoint, Verifier]:
    """Read a checkpoint that one of the verifiers' keys signed; say which key did.

    Signatures of other keys are passed over. Raises NoteError if none of the known keys
    signed, or if a signature in a known key's name does not hold (C2SP signed-note).
    """
    taken_apart = note.parse(signed)
    checkpoint = _read(taken_apart.text)
    found: Verifier | None = None
    for verifier in verifiers:
        for signature in filter(verifier.made, taken_apart.signatures):
            if not verifier.verify(taken_apart.text, signature):
                raise NoteError(f"the signature of {verifier.name} does not hold")
            found = found or verifier
    if found is None:
        raise NoteError("no trusted key signed it")
    return checkpoint, found


def _read(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != 4 or not lines[0]:
        raise NoteError("a checkpoint has three lines: origin, size, root")
    if not _SIZE.fullmatch(lines[1]):
        raise NoteError("the size of a checkpoint is a decimal number")
    try:
        root = base64.b64decode(lines[2].encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise NoteError("the root of a checkpoint is not base64") from None
    if len(root) != HASH_SIZE or base64.b64encode(root).decode() != lines[2]:
        raise NoteError("the root of a checkpoint is not a SHA-256 in base64")
    return Checkpoint(lines[0], int(lines[1]), root)
