"""Verification of a whole log, from the rows and notes as they were found.

Nothing that comes in is trusted, and nothing in it can raise: whatever does not fit is a
fault of the verdict. The rules, in the order in which they are applied:

Every row of `event`
1. `seq` runs from 0 without a gap, a repetition or a step back.
2. `leaf_hash` is SHA-256(0x00 ‖ `body`).
3. `body` is canonical JSON with every field of a leaf, each of the right form.
4. The columns `seq`, `type`, `item`, `session` and `time` repeat the body.
5. The event is of the expected log, and the first one is `vault.create`.
6. `prev_item` names the last earlier event about the same item and its leaf hash, or is null.
7. `session` names an earlier `session.start`, `intent` an earlier event.
8. Every opening that is kept beside the event opens its commitment at that path.
9. Who should have signed the event did, with a key that was announced and not yet ended
   (`mediaev.custody.keys`).

Every checkpoint
10. It is a signed note of three lines, with the size and root that it is filed under.
11. Its origin ends in the log's name.
12. A trusted key signed it, or one that a trusted key handed on to by `key.rotate` (where none is
    given: a key that the log announces); or one of `vault.recover` after a head that such a key
    signed, which then counts for no more than the log itself.
13. An event under it announces that key, and none under it ended the key.
14. Its root is the recomputed one at its size.

A fault of these is *tampering*, with two exceptions: a good checkpoint in the log folder, or a
pin, that is of a larger size than the database holds (kind `older`) or has another root
(`other-history`). If these are the only faults, the database fits together in itself, and it
is a *rollback*: an older or incomplete copy, or one that was cut off or rewritten as a whole.
A checkpoint in the database that covers more than the database holds is tampering.

Warnings break nothing: an unknown type or field; a wall clock that was set back; a session or
an announced act that never ended (a crash); events that no checkpoint covers yet (a crash
between commit and signature); a checkpoint that only the log folder holds; no trusted key; of
the openings that the keeper has, one that is gone though no event destroyed it, or is there
though one did.
"""

from __future__ import annotations

from collections.abc import Iterable

from mediaev.custody.heads import Head, judge_heads, judge_pins, read_heads
from mediaev.custody.note import NoteError, Verifier
from mediaev.custody.openings import Openings
from mediaev.custody.verdict import (
    DATABASE,
    LOG_FOLDER,
    Fault,
    Findings,
    FoundCheckpoint,
    Level,
    LogRow,
    Pin,
    Verdict,
)
from mediaev.custody.walk import Walk
from mediaev.errors import UsageError
from mediaev.model.event import Disclosure

__all__ = [
    "DATABASE",
    "LOG_FOLDER",
    "Fault",
    "FoundCheckpoint",
    "Level",
    "LogRow",
    "Pin",
    "Verdict",
    "verify_log",
]


def verify_log(
    rows: Iterable[LogRow],
    checkpoints: Iterable[FoundCheckpoint] = (),
    *,
    vault: str,
    trusted: Iterable[str] = (),
    pins: Iterable[Pin] = (),
    disclosures: Iterable[Disclosure] = (),
    all_openings: bool = False,
) -> Verdict:
    """Check a log against every rule above.

    `rows` and `disclosures` come in the order of `seq` and are read once, side by side.
    `vault` is the name that the log should have; `trusted` are the vkeys of its keeper, learnt
    outside the case: without them no signature counts, and the level stays below SIGNED.
    `all_openings` says that `disclosures` are all that the keeper has, and not those of a profile.
    Raises UsageError for a trusted vkey that is none.
    """
    findings = Findings()
    heads, pins = read_heads(checkpoints), list(pins)
    verifiers = [_trusted_key(vkey) for vkey in trusted]
    sizes = {head.checkpoint.size for head in heads if head.checkpoint}
    openings = Openings(disclosures, findings, whole=all_openings)
    walk = Walk(vault, sizes | {pin.size for pin in pins}, openings, findings)
    for row in rows:
        walk.take(row)
    walk.end()
    known = {verifier.vkey for verifier in verifiers}
    verifiers += [_trusted_key(one) for one in walk.signing.trusted_by(known) if one not in known]
    signed_size = judge_heads(heads, walk, vault, verifiers, findings)
    judge_pins(pins, walk, findings)
    _warn(heads, pins, walk.events, signed_size, findings)
    if signed_size and not verifiers:
        findings.warn(
            None, "no-trusted-key", "The signatures were checked by the log's own keys only."
        )
    faults = findings.sorted_faults()
    return Verdict(
        level=_level(faults, signed_size if verifiers else 0),
        faults=faults,
        warnings=findings.sorted_warnings(),
        events=walk.events,
        root=walk.frontier.root(),
        signed_size=signed_size,
    )


def _trusted_key(vkey: str) -> Verifier:
    try:
        return Verifier.parse(vkey)
    except NoteError as error:
        raise UsageError(f"{vkey[:200]!a} is not a public key to trust: {error}.") from None


def _warn(
    heads: list[Head], pins: list[Pin], events: int, signed_size: int, findings: Findings
) -> None:
    """Note what no checkpoint covers, and checkpoints that are not where they should be."""
    if signed_size < events:
        findings.warn(signed_size, "unsigned", f"{events - signed_size} events are not yet signed.")
    known = {head.checkpoint.size for head in heads if head.checkpoint and head.in_database}
    found = {head.checkpoint.size for head in heads if head.checkpoint}
    lost = found - known
    for size in sorted(lost):
        findings.warn(
            None, "lost-checkpoint", f"Only the log folder holds a checkpoint of {size} events."
        )
    for pin in pins:
        if signed_size < pin.size <= events and pin.size not in found:
            findings.warn(
                None, "lost-checkpoint", f"The checkpoint of {pin.size} events seen before is gone."
            )


def _level(faults: tuple[Fault, ...], signed_size: int) -> Level:
    if faults:
        return Level.READABLE
    return Level.SIGNED if signed_size else Level.CONSISTENT
