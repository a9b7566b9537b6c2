"""Texts that end in a signed checkpoint: some lines, an empty line, the signed note.

Proofs of events (C2SP tlog-proof) and requests to witnesses (C2SP tlog-witness) are of this form.
"""

from __future__ import annotations

from collections.abc import Sequence

from mediaev.custody.form import NoteError, hash_from
from mediaev.custody.note import MAX_BYTES

MOST_HASHES = 63
"""Hashes that a proof may have: it has one for each level of the tree."""


def joined(lines: Sequence[str], note: bytes) -> bytes:
    """The bytes of such a text."""
    return "\n".join([*lines, "", ""]).encode() + note


def parted(written: bytes, what: str) -> tuple[list[str], bytes]:
    """The lines, of which there is at least one, and the note; neither is read yet.

    `what` the text is goes into the NoteError that is raised where it is of another form.
    """
    head, blank, note = written.partition(b"\n\n")
    if not blank or len(head) > MAX_BYTES:
        raise NoteError(f"{what} ends in a signed checkpoint, after an empty line")
    try:
        return head.decode("ascii").split("\n"), note
    except UnicodeDecodeError:
        raise NoteError(f"{what} is plain text") from None


def hashes(lines: Sequence[str], what: str) -> tuple[bytes, ...]:
    """The hashes that the last lines hold. Raises NoteError."""
    if len(lines) > MOST_HASHES:
        raise NoteError(f"{what} has more than {MOST_HASHES} hashes")
    return tuple(map(hash_from, lines))
