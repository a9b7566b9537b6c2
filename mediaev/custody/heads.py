"""The heads: every rule about signed checkpoints and pins, against the recomputed roots."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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


@dataclass(frozen=True, slots=True)
class Signed:
    """How far the good heads of a log reach, in events."""

    by_any: int
    """Under the largest that a known key signed."""
    by_all: int
    """Under the largest that keys of every known algorithm signed, as far as can be checked."""
    good: tuple[int, ...] = ()
    """The sizes of all that a known key signed, and 0."""


def judge_heads(
    heads: Iterable[Head],
    walk: Walk,
    vault: str,
    verifiers: Collection[Verifier],
    findings: Findings,
) -> Signed:
    """Check every head against the keys given; `walk` has read all rows.

    With keys of two algorithms, a head counts in full only if both signed it: else whoever
    breaks the weaker one could leave the other's line out. One that lacks a line is no fault,
    since a machine may have a single algorithm. After a head that counts, one may be signed by
    keys that only `vault.recover` announces; it is told, and counts for nothing.
    """
    wanted = {verifier.algorithm for verifier in verifiers if verifier.usable}
    recovered = _verifiers(walk.signing.trusted_by(walk.signing.recovered))
    good, in_full = [0], [0]
    misfits: dict[bool, list[tuple[Head, Checkpoint]]] = {True: [], False: []}
    for head in heads:
        unknown = len(good) > 1 and bool(recovered) and _is_of_others(head, verifiers)
        by = recovered if unknown else verifiers
        checkpoint, keys = _signed(head, walk, vault, by, findings)
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
            if wanted <= {key.algorithm for key in keys}:
                in_full.append(checkpoint.size)
    for misfit in misfits.values():
        if misfit:
            _does_not_fit(misfit, good, findings)
    return Signed(max(good), max(in_full), tuple(good))


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


def announced_keys(walk: Walk) -> list[Verifier]:
    """The keys that the log itself announces, as far as they are keys."""
    return _verifiers(walk.keys)


def handed_on(walk: Walk, verifiers: Iterable[Verifier]) -> list[Verifier]:
    """Further keys to trust if these are: those that they handed on to by `key.rotate`."""
    known = [verifier.vkey for verifier in verifiers]
    return _verifiers(each for each in walk.signing.trusted_by(known) if each not in known)


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


def _verifiers(vkeys: Iterable[str]) -> list[Verifier]:
    verifiers = []
    for vkey in vkeys:
        try:
            verifiers.append(Verifier.parse(vkey))
        except NoteError:
            continue
    return verifiers


def _is_of_others(head: Head, verifiers: Collection[Verifier]) -> bool:
    """Whether no signature of a head even claims to be by one of the keys."""
    if head.flaw or not isinstance(head.found.note, bytes):
        return False
    made = note.parse(head.found.note).signatures
    return not any(verifier.made(each) for verifier in verifiers for each in made)


def _signed(
    head: Head, walk: Walk, vault: str, verifiers: Collection[Verifier], findings: Findings
) -> tuple[Checkpoint | None, tuple[Verifier, ...]]:
    """The checkpoint of a head and who signed it, if it is this log's and a known key did."""
    if head.checkpoint is None or head.flaw or not isinstance(head.found.note, bytes):
        findings.fault(None, "checkpoint", f"{head.place} is damaged: {head.flaw}.")
        return None, ()
    if head.checkpoint.origin.rpartition("/")[2] != vault:
        findings.fault(None, "checkpoint", f"{head.place} belongs to another log.")
        return None, ()
    try:
        _, keys = checkpoints.signed_by(head.found.note, verifiers)
        if not keys and checkpoints.unchecked(head.found.note, verifiers):
            return None, ()
        if not keys:
            raise NoteError("no trusted key signed it")  # noqa: TRY301
    except NoteError as error:
        findings.fault(None, "signature", f"{head.place} is not signed as it must be: {error}.")
        return None, ()
    if says := _flaw_of_keys(head.checkpoint.size, keys, walk):
        findings.fault(None, "key", f"{head.place} is signed by a key that {says}.")
        return None, ()
    return head.checkpoint, keys


def _flaw_of_keys(size: int, keys: Iterable[Verifier], walk: Walk) -> str:
    """What is wrong with one of the keys of a head of that size; empty if nothing is."""
    if size > walk.events:
        return ""
    for key in keys:
        if walk.keys.get(key.vkey, size) >= size:
            return "no event under it announces"
        ended = walk.signing.ended.get(key.vkey, size)
        if ended < size:
            return f"event {ended} ended"
    return ""


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
