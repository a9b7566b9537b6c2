"""The heads: every rule about signed checkpoints and pins, against the recomputed roots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mediaev.custody import checkpoint as checkpoints
from mediaev.custody import note
from mediaev.custody.checkpoint import Checkpoint
from mediaev.custody.note import NoteError, Verifier
from mediaev.custody.verdict import DATABASE, Findings, FoundCheckpoint, Pin
from mediaev.custody.walk import Walk


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint as it was found, with what can be read of it."""

    found: FoundCheckpoint
    checkpoint: Checkpoint | None
    flaw: str = ""

    @property
    def place(self) -> str:
        """Where it lies, for a sentence."""
        of = f"The checkpoint of {self.checkpoint.size} events" if self.checkpoint else "A note"
        return f"{of} in the {self.found.where}"

    @property
    def in_database(self) -> bool:
        """Whether it is part of the database, and so must fit what stands there."""
        return self.found.where == DATABASE


def read_heads(found: Iterable[FoundCheckpoint]) -> list[Head]:
    """Read checkpoints: those of the database first, by size; each note once."""
    heads: dict[bytes, Head] = {}
    unreadable: list[Head] = []
    for one in sorted(found, key=lambda one: one.where != DATABASE):
        head = _read(one)
        if head.flaw or not isinstance(one.note, bytes):
            unreadable.append(head)
        else:
            heads.setdefault(one.note, head)
    return [*sorted(heads.values(), key=_by_place_and_size), *unreadable]


def judge_heads(
    heads: Iterable[Head], walk: Walk, vault: str, trusted: Iterable[Verifier], findings: Findings
) -> int:
    """Check every head; the size of the largest good one. `walk` has read all rows.

    Where no key is trusted, those that the log itself announces are used.
    """
    verifiers = list(trusted) or _announced(walk)
    recovered = _verifiers(walk.signing.trusted_by(walk.signing.recovered))
    good = [0]
    misfits: dict[bool, list[tuple[Head, Checkpoint]]] = {True: [], False: []}
    for head in heads:
        unknown = len(good) > 1 and bool(recovered) and _is_of_others(head, verifiers)
        keys = recovered if unknown else verifiers
        checkpoint = _signed(head, walk, vault, keys, findings)
        if checkpoint is None:
            continue
        if checkpoint.size > walk.events:
            _ends_before(head, checkpoint, walk, findings)
        elif checkpoint.root != walk.roots.get(checkpoint.size):
            misfits[head.in_database].append((head, checkpoint))
        elif unknown:
            says = f"{head.place} is signed by a key that nobody vouches for but the log itself."
            findings.warn(None, "recovered-key", says)
        else:
            good.append(checkpoint.size)
    for misfit in misfits.values():
        if misfit:
            _does_not_fit(misfit, good, findings)
    return max(good)


def judge_pins(pins: Iterable[Pin], walk: Walk, findings: Findings) -> None:
    """Check the log against heads that were seen before."""
    for pin in pins:
        if pin.size > walk.events:
            findings.fault(
                None,
                "older",
                f"This log has {walk.events} events, but {pin.size} were seen before: "
                "an older or incomplete copy, or events were removed.",
            )
        elif pin.root != walk.roots.get(pin.size):
            findings.fault(
                None,
                "other-history",
                f"The first {pin.size} events are not those that were seen before: "
                "another copy that went its own way, or the log was rewritten.",
            )


def _read(found: FoundCheckpoint) -> Head:
    if not isinstance(found.note, bytes):
        return Head(found, None, "it is not a note")
    try:
        checkpoint = checkpoints.parse(found.note)
    except NoteError as error:
        return Head(found, None, str(error))
    filed = (found.size, found.root)
    if any(
        given is not None and given != own
        for given, own in zip(filed, (checkpoint.size, checkpoint.root), strict=True)
    ):
        return Head(found, checkpoint, "it is filed under another size or root")
    return Head(found, checkpoint)


def _by_place_and_size(head: Head) -> tuple[bool, int]:
    return (not head.in_database, head.checkpoint.size if head.checkpoint else 0)


def _announced(walk: Walk) -> list[Verifier]:
    return _verifiers(walk.keys)


def _verifiers(vkeys: Iterable[str]) -> list[Verifier]:
    verifiers = []
    for vkey in vkeys:
        try:
            verifiers.append(Verifier.parse(vkey))
        except NoteError:
            continue
    return verifiers


def _is_of_others(head: Head, verifiers: list[Verifier]) -> bool:
    """Whether no signature of a head even claims to be by one of the keys."""
    if head.flaw or not isinstance(head.found.note, bytes):
        return False
    made = note.parse(head.found.note).signatures
    return not any(verifier.made(each) for verifier in verifiers for each in made)


def _signed(
    head: Head, walk: Walk, vault: str, verifiers: list[Verifier], findings: Findings
) -> Checkpoint | None:
    """The checkpoint of a head, if it is this log's and signed by a known key."""
    if head.checkpoint is None or head.flaw or not isinstance(head.found.note, bytes):
        findings.fault(None, "checkpoint", f"{head.place} is damaged: {head.flaw}.")
        return None
    if head.checkpoint.origin.rpartition("/")[2] != vault:
        findings.fault(None, "checkpoint", f"{head.place} belongs to another log.")
        return None
    try:
        _, key = checkpoints.verify(head.found.note, verifiers)
    except NoteError as error:
        findings.fault(None, "signature", f"{head.place} is not signed as it must be: {error}.")
        return None
    announced = walk.keys.get(key.vkey, head.checkpoint.size)
    if announced >= head.checkpoint.size and head.checkpoint.size <= walk.events:
        findings.fault(
            None, "key", f"{head.place} is signed by a key that no event under it announces."
        )
        return None
    ended = walk.signing.ended.get(key.vkey, head.checkpoint.size)
    if ended < head.checkpoint.size <= walk.events:
        findings.fault(None, "key", f"{head.place} is signed by a key that event {ended} ended.")
        return None
    return head.checkpoint


def _ends_before(head: Head, checkpoint: Checkpoint, walk: Walk, findings: Findings) -> None:
    missing = checkpoint.size - walk.events
    if head.in_database:
        findings.fault(
            walk.events,
            "missing",
            f"{head.place} covers {missing} events that the database no longer holds.",
        )
    else:
        findings.fault(
            None,
            "older",
            f"{head.place} covers {missing} events more than the database holds: an older or "
            "incomplete copy of the database, or events were removed.",
        )


def _does_not_fit(
    misfits: list[tuple[Head, Checkpoint]], good: list[int], findings: Findings
) -> None:
    """Name the first head that does not fit; the later ones cannot fit either."""
    head, checkpoint = misfits[0]
    last_good = max(size for size in good if size <= checkpoint.size)
    says = (
        f"{head.place} was signed over other events: one from {last_good} on was changed, "
        "added or removed"
    )
    if len(misfits) > 1:
        says += f" ({len(misfits) - 1} later ones do not fit either)"
    if head.in_database:
        # Rows that fail by themselves are named already, and more exactly than this could.
        known = any(fault.seq is not None for fault in findings.faults)
        findings.fault(None if known else last_good, "root", f"{says}.")
    else:
        findings.fault(
            None,
            "other-history",
            f"{says}: another copy that went its own way, or the log was rewritten.",
        )
