"""Checkpoints (C2SP tlog-checkpoint): the signed head of a log at one size.

A log signs each twice, with Ed25519 for today's readers and with ML-DSA-44 for the decades in
which Ed25519 may be broken.
"""

from __future__ import annotations

from collections.abc import Iterable

from mediaev.custody import note, tree_head
from mediaev.custody.form import NoteError
from mediaev.custody.note import Note, Signer, Verifier
from mediaev.custody.tree_head import NO_DOMAIN, Checkpoint, origin

__all__ = [
    "NO_DOMAIN",
    "Checkpoint",
    "add_signatures",
    "origin",
    "parse",
    "sign",
    "signed_by",
    "unchecked",
    "verify",
]


def sign(checkpoint: Checkpoint, signers: Iterable[Signer], timestamp: int = 0) -> bytes:
    """The signed note of a checkpoint. Raises NoteError if its origin or root are malformed.

    `timestamp` is when, in seconds since 1970; only ML-DSA-44 signatures hold it.
    """
    signed = note.sign(checkpoint.text, signers, timestamp)
    if parse(signed) != checkpoint:
        raise NoteError("the checkpoint cannot be written as a note")
    return signed


def parse(signed: bytes) -> Checkpoint:
    """Read a checkpoint without checking who signed it.

    Raises NoteError, and nothing else, on whatever bytes it is given.
    """
    return tree_head.read(note.parse(signed).text)


def signed_by(
    signed: bytes, verifiers: Iterable[Verifier]
) -> tuple[Checkpoint, tuple[Verifier, ...]]:
    """Read a checkpoint, and which of the verifiers' keys signed it; there may be none.

    Signatures of other keys are passed over, and so are those that this machine cannot check.
    Raises NoteError if a signature in a known key's name does not hold (C2SP signed-note).
    """
    taken_apart = note.parse(signed)
    checkpoint = tree_head.read(taken_apart.text)
    found: list[Verifier] = []
    for verifier in verifiers:
        for signature in filter(verifier.made, taken_apart.signatures):
            if not verifier.usable:
                continue
            if not verifier.verify(taken_apart.text, signature):
                raise NoteError(
                    f"the {verifier.algorithm.value} signature of {verifier.name} does not hold"
                )
            if verifier not in found:
                found.append(verifier)
    return checkpoint, tuple(found)


def unchecked(signed: bytes, verifiers: Iterable[Verifier]) -> bool:
    """Whether a known key is named in it whose signatures this machine cannot check."""
    lines = note.parse(signed).signatures
    return any(not key.usable and any(map(key.made, lines)) for key in verifiers)


def verify(signed: bytes, verifiers: Iterable[Verifier]) -> tuple[Checkpoint, Verifier]:
    """Read a checkpoint that one of the verifiers' keys signed; say which key did.

    As `signed_by`, and raises NoteError if none of the known keys signed.
    """
    checkpoint, found = signed_by(signed, verifiers)
    if not found:
        raise NoteError("no trusted key signed it")
    return checkpoint, found[0]


def add_signatures(signed: bytes, lines: Iterable[note.Signature]) -> bytes:
    """The same note with further signature lines, each once. Raises NoteError."""
    taken_apart = note.parse(signed)
    every = dict.fromkeys([*taken_apart.signatures, *lines])
    return note.write(Note(taken_apart.text, tuple(every)))
