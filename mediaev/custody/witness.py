"""Witnesses: asking somebody else to co-sign a log's head, and doing so (C2SP tlog-witness).

A request is the body of `add-checkpoint`, a text that can go by mail or on a stick: the size
that the witness co-signed last, a proof that the log only grew since, and the signed checkpoint.
A witness that signs states that it saw no other history of that log. The order is the witness's
promise: `check` against what it remembers, remember the new head durably, only then `cosign`;
and from reading what it remembers to writing it, nobody else may do the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mediaev.custody import checkpoint, covered, note, tree
from mediaev.custody.algorithms import SignatureType
from mediaev.custody.form import NoteError, in_base64, number_from
from mediaev.custody.note import MAX_BYTES, Signature, Signer, Verifier
from mediaev.custody.tree_head import Checkpoint

_WHAT = "a request to a witness"


class ConflictError(NoteError):
    """The request does not start where the witness stands; `size` says where that is."""

    def __init__(self, says: str, size: int) -> None:
        super().__init__(says)
        self.size = size
        """Events of the head that the witness co-signed last; 0 if there is none."""


class OtherHistoryError(NoteError):
    """The checkpoint does not continue the head that the witness co-signed last.

    If a trusted key signed it, the log showed two histories: both heads are evidence of that.
    """


@dataclass(frozen=True, slots=True)
class Request:
    """A request taken apart; nothing of it is checked yet."""

    old_size: int
    """Events of the head that the witness co-signed last; 0 if it never did."""
    proof: tuple[bytes, ...]
    """Consistency from that head to the checkpoint; empty from size 0, and to the same size."""
    note: bytes
    """The signed checkpoint."""

    @property
    def checkpoint(self) -> Checkpoint:
        """What is to be co-signed."""
        return checkpoint.parse(self.note)


def write(request: Request) -> bytes:
    """The bytes of a request. Raises NoteError if they could not be read back."""
    lines = [f"old {request.old_size}", *map(in_base64, request.proof)]
    written = covered.joined(lines, request.note)
    if parse(written) != request:
        raise NoteError("this cannot be written as a request to a witness")
    return written


def parse(written: bytes) -> Request:
    """Take a request apart. Raises NoteError, and nothing else, on whatever bytes it is given."""
    (old, *hashes), signed = covered.parted(written, _WHAT)
    if not old.startswith("old "):
        raise NoteError("a request to a witness begins with the line 'old N'")
    checkpoint.parse(signed)
    proof = covered.hashes(hashes, _WHAT)
    return Request(number_from(old.removeprefix("old ")), proof, signed)


def request(node: tree.NodeReader, old_size: int, signed: bytes) -> Request:
    """Ask for a cosignature of a signed checkpoint; `node` reads the log's tree.

    `old_size` is the size that the witness co-signed last, 0 if it never did. Raises NoteError
    if the checkpoint is smaller than that, or none.
    """
    size = checkpoint.parse(signed).size
    if old_size > size:
        raise NoteError(f"the witness has co-signed {old_size} events, the checkpoint has {size}")
    grown = 0 < old_size < size
    proof = tree.consistency_path(node, old_size, size) if grown else []
    return Request(old_size, tuple(proof), signed)


def check(asked: Request, known: Checkpoint | None, verifiers: Iterable[Verifier]) -> Checkpoint:
    """The head that a witness may co-sign: signed by the log, and a continuation of `known`.

    `known` is the head of that log which the witness co-signed last, `verifiers` the log's keys,
    learnt from its keeper. Raises NoteError; ConflictError where the request starts from another
    head than `known`, OtherHistoryError where the log does not continue it.
    """
    head, signed_by = checkpoint.signed_by(asked.note, verifiers)
    if not signed_by:
        raise NoteError("no key that is trusted for this log signed the checkpoint")
    if any(verifier.name != head.origin for verifier in signed_by):
        raise NoteError("the checkpoint is of another log than the key that signed it")
    if known is not None and known.origin != head.origin:
        raise NoteError("the head that is known is of another log")
    size = known.size if known else 0
    if asked.old_size > head.size:
        raise NoteError(f"the request starts after the {head.size} events of its checkpoint")
    if asked.old_size != size:
        raise ConflictError(
            f"the request starts from {asked.old_size} events, but {size} were co-signed last", size
        )
    _refuse_other_history(asked, known, head)
    return head


def cosign(head: Checkpoint, signer: Signer, timestamp: int) -> Signature:
    """Co-sign a head that was checked and is remembered. `timestamp`: seconds since 1970.

    Raises NoteError for a key that makes no cosignatures.
    """
    if not timestamp or signer.type is SignatureType.NOTE:
        raise NoteError("a witness signs with the time, and with a key for cosignatures")
    return signer.sign(head.text, timestamp)


def answer(cosignatures: Iterable[Signature]) -> bytes:
    """The reply to a request: signature lines, and nothing else."""
    return "".join(f"{one.line}\n" for one in cosignatures).encode()


def accepted(
    reply: bytes, signed: bytes, witnesses: Iterable[Verifier]
) -> list[tuple[Verifier, Signature]]:
    """The lines of a reply, or of a whole co-signed note, that known witnesses made.

    `signed` is the checkpoint that was to be co-signed. Lines of others are passed over, and so
    are those that this machine cannot check. Raises NoteError if nothing is left, if a whole
    note is about another text, or if a known witness's line does not hold.
    """
    text = note.parse(signed).text
    if len(reply) > MAX_BYTES:
        raise NoteError("the reply is longer than 1 MiB")
    if b"\n\n" in reply:
        whole = note.parse(reply)
        if whole.text != text:
            raise NoteError("the reply is about another checkpoint")
        lines = whole.signatures
    else:
        try:
            lines = note.parse_lines(reply.decode())
        except UnicodeDecodeError:
            raise NoteError("the reply is not UTF-8") from None
    found = [
        (witness, line)
        for witness in witnesses
        if witness.usable and witness.type is not SignatureType.NOTE
        for line in filter(witness.made, lines)
    ]
    for witness, line in found:
        if not witness.verify(text, line):
            raise NoteError(f"the cosignature of {witness.name} does not hold")
    if not found:
        raise NoteError("no known witness co-signed this checkpoint")
    return found


def _refuse_other_history(asked: Request, known: Checkpoint | None, head: Checkpoint) -> None:
    if known is None or not known.size:
        if asked.proof:
            raise NoteError("a request from 0 events has no proof")
        if not head.size and head.root != tree.EMPTY_ROOT:
            raise OtherHistoryError("a log of no events has another root")
    elif not tree.verify_consistency(known.size, head.size, known.root, head.root, asked.proof):
        raise OtherHistoryError(
            f"the log of {head.size} events is not shown to continue the one of {known.size} that "
            "was co-signed last"
        )
