"""The head of a log at one size: the text that checkpoints, cosignatures and proofs are about.

Three lines (C2SP tlog-checkpoint): origin, number of events, base64 of the Merkle root.
Further lines, which the specification allows and advises against, are refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from mediaev.custody.form import NoteError, hash_from, in_base64, number_from

NO_DOMAIN = "mediaev.invalid"
"""Stands for the organisation's domain where there is none (RFC 2606 keeps it free)."""


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
        return f"{self.origin}\n{self.size}\n{in_base64(self.root)}\n"


def origin(vault: str, domain: str = NO_DOMAIN) -> str:
    """The name of a vault's log, and of the keys that sign for it."""
    return f"{domain}/{vault}"


def read(text: str) -> Checkpoint:
    """The head that a note's text states. Raises NoteError, and nothing else."""
    lines = text.split("\n")
    if len(lines) != 4 or not lines[0] or lines[3]:
        raise NoteError("a checkpoint has three lines: origin, size, root")
    try:
        size = number_from(lines[1])
    except NoteError:
        raise NoteError("the size of a checkpoint is a decimal number") from None
    try:
        root = hash_from(lines[2])
    except NoteError as error:
        raise NoteError(f"the root of a checkpoint is {error}") from None
    return Checkpoint(lines[0], size, root)
