"""Proofs that travel (C2SP tlog-proof): one event of a log, in a file of its own.

The file holds the event's number, the hashes from its leaf to the root, and the signed
checkpoint with that root. Whoever holds the event's body and trusts a key can check it without
the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mediaev.custody import checkpoint, covered, tree
from mediaev.custody.form import NoteError, from_base64, in_base64, number_from
from mediaev.custody.note import Verifier
from mediaev.custody.tree_head import Checkpoint

HEADER = "c2sp.org/tlog-proof@v1"
_WHAT = "a tlog-proof"


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof taken apart; nothing of it is checked yet."""

    index: int
    """Number of the event."""
    hashes: tuple[bytes, ...]
    """From the leaf's sibling up."""
    note: bytes
    """The signed checkpoint."""
    extra: bytes | None = None
    """Anything that its maker added; nothing vouches for it."""


def write(proof: Proof) -> bytes:
    """The bytes of a proof's file. Raises NoteError if they could not be read back."""
    lines = [HEADER]
    if proof.extra is not None:
        lines.append(f"extra {in_base64(proof.extra)}")
    lines += [f"index {proof.index}", *map(in_base64, proof.hashes)]
    written = covered.joined(lines, proof.note)
    if parse(written) != proof:
        raise NoteError("this cannot be written as a tlog-proof")
    return written


def parse(written: bytes) -> Proof:
    """Take a proof apart. Raises NoteError, and nothing else, on whatever bytes it is given."""
    (header, *lines), note = covered.parted(written, _WHAT)
    if header != HEADER:
        raise NoteError(f"a tlog-proof begins with the line {HEADER}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise NoteError("a tlog-proof names the number of its event")
    index = number_from(lines.pop(0).removeprefix("index "))
    checkpoint.parse(note)
    return Proof(index, covered.hashes(lines, _WHAT), note, extra)


def verify(
    written: bytes, body: bytes, verifiers: Iterable[Verifier]
) -> tuple[Checkpoint, tuple[Verifier, ...]]:
    """Check that an event's body is under a checkpoint that trusted keys signed; say which.

    Raises NoteError if it is not, or if the proof is none.
    """
    proof = parse(written)
    head, signed_by = checkpoint.signed_by(proof.note, verifiers)
    if not signed_by:
        raise NoteError("no trusted key signed the proof's checkpoint")
    leaf = tree.leaf_hash(body)
    if not tree.verify_inclusion(leaf, proof.index, head.size, proof.hashes, head.root):
        raise NoteError(f"the proof does not lead from this event {proof.index} to the root")
    return head, signed_by
