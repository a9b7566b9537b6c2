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
    given: a key that the log announces), and no signature in such a key's name is bad; or one of
    `vault.recover` did, after a head that counts: it then counts for no more than the log itself.
13. An event under it announces each of those keys, and none under it ended one.
14. Its root is the recomputed one at its size.

Every time stamp
15. It is the response that its event records, if one does.
16. If a trusted authority vouches for it, it is over a checkpoint of the size that it is filed
    under.

A fault of these is *tampering*, with two exceptions: a good checkpoint in the log folder, a
pin, or a checkpoint that a good time stamp is over, that is of a larger size than the database
holds (kind `older`) or is another one (`other-history`). If these are the only faults, the
database fits together in itself, and it is a *rollback*: an older or incomplete copy, or one
that was cut off or rewritten as a whole.
A checkpoint in the database that covers more than the database holds is tampering.

Warnings break nothing: an unknown type or field; a wall clock that was set back; a session or
an announced act that never ended (a crash); events that no checkpoint covers yet (a crash
between commit and signature); a checkpoint that only the log folder holds; no trusted key; a
checkpoint without a signature by each algorithm of the trusted keys, which counts as none for
the level; an algorithm that this machine cannot check; a time stamp that counts for nothing, is
gone, is in no event or should be renewed; times that contradict each other; of the openings
that the keeper has, one that is gone though no event destroyed it, or is there though one did.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mediaev.custody.anchors import judge_anchors
from mediaev.custody.heads import (
    Head,
    Signed,
    announced_keys,
    handed_on,
    judge_heads,
    judge_pins,
    read_heads,
)
from mediaev.custody.note import NoteError, Verifier
from mediaev.custody.openings import Openings
from mediaev.custody.token import Authority
from mediaev.custody.verdict import (
    DATABASE,
    LOG_FOLDER,
    Anchor,
    Fault,
    Findings,
    FoundAnchor,
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
    "Anchor",
    "Authority",
    "Fault",
    "FoundAnchor",
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
    anchors: Iterable[FoundAnchor] = (),
    authorities: Iterable[Authority] = (),
    now: datetime | None = None,
) -> Verdict:
    """Check a log against every rule above.

    `rows` and `disclosures` come in the order of `seq` and are read once, side by side.
    `vault` is the name that the log should have; `trusted` are the vkeys of its keeper, learnt
    outside the case: without them no signature counts, and the level stays below SIGNED.
    `all_openings` says that `disclosures` are all that the keeper has, and not those of a profile.
    `anchors` are the time stamps beside the log, and `authorities` those who may vouch for
    them; `now` is only used to tell which ones should be renewed.
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
    trusted_here = [verifier for verifier in verifiers if verifier.usable]
    known = trusted_here + handed_on(walk, trusted_here) or announced_keys(walk)
    signed = judge_heads(heads, walk, vault, known, findings)
    judge_pins(pins, walk, findings)
    judged = judge_anchors(
        anchors, heads, signed.good, walk, findings, authorities=authorities, now=now
    )
    anchored_size = max((each.size for each in judged if each.sound), default=0)
    _warn(heads, pins, walk.events, signed, findings)
    _warn_of_algorithms([*verifiers, *known], findings)
    if signed.by_any and not trusted_here:
        findings.warn(
            None, "no-trusted-key", "The signatures were checked by the log's own keys only."
        )
    faults = findings.sorted_faults()
    return Verdict(
        level=_level(faults, signed.by_all if trusted_here else 0, anchored_size),
        faults=faults,
        warnings=findings.sorted_warnings(),
        events=walk.events,
        root=walk.frontier.root(),
        signed_size=signed.by_all,
        anchored_size=anchored_size,
        anchors=tuple(judged),
    )


def _trusted_key(vkey: str) -> Verifier:
    try:
        return Verifier.parse(vkey)
    except NoteError as error:
        raise UsageError(f"{vkey[:200]!a} is not a public key to trust: {error}.") from None


def _warn(
    heads: list[Head], pins: list[Pin], events: int, signed: Signed, findings: Findings
) -> None:
    """Note what no checkpoint covers, and checkpoints that are not where they should be."""
    if signed.by_any < events:
        findings.warn(
            signed.by_any, "unsigned", f"{events - signed.by_any} events are not yet signed."
        )
    if signed.by_all < signed.by_any:
        findings.warn(
            signed.by_all,
            "half-signed",
            f"{signed.by_any - signed.by_all} events are signed with one algorithm alone, though "
            "keys of two are known: by a machine that has only one, or somebody took the other "
            "signature away.",
        )
    known = {head.checkpoint.size for head in heads if head.checkpoint and head.in_database}
    found = {head.checkpoint.size for head in heads if head.checkpoint}
    lost = found - known
    for size in sorted(lost):
        findings.warn(
            None, "lost-checkpoint", f"Only the log folder holds a checkpoint of {size} events."
        )
    for pin in pins:
        if signed.by_any < pin.size <= events and pin.size not in found:
            findings.warn(
                None, "lost-checkpoint", f"The checkpoint of {pin.size} events seen before is gone."
            )


def _warn_of_algorithms(verifiers: Iterable[Verifier], findings: Findings) -> None:
    """Note what this machine cannot check."""
    lacking = sorted({one.algorithm.value for one in verifiers if not one.usable})
    for name in lacking:
        findings.warn(
            None,
            "unchecked-signature",
            f"This machine cannot check {name} signatures; they were passed over.",
        )


def _level(faults: tuple[Fault, ...], signed_size: int, anchored_size: int) -> Level:
    if faults:
        return Level.READABLE
    if not signed_size:
        return Level.CONSISTENT
    return Level.ANCHORED if anchored_size else Level.SIGNED
