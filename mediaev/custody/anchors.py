"""Anchors: every rule about third parties' time stamps, against the checkpoints they are over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from mediaev.custody.bracket import Bound, Brackets
from mediaev.custody.heads import Head
from mediaev.custody.token import GOOD, Authority, judge
from mediaev.custody.verdict import Anchor, Findings, FoundAnchor
from mediaev.custody.walk import TokenEvent, Walk

MISFIT = "imprint"
"""The verdict on a good time stamp over other bytes."""
TOLERANCE = timedelta(seconds=60)
"""How far a clock of this machine may be off before events and time stamps contradict."""
RENEW_BEFORE = timedelta(days=60)
"""How long before its certificates end a time stamp should be renewed."""


def judge_anchors(
    found: Iterable[FoundAnchor],
    heads: Sequence[Head],
    good: Collection[int],
    walk: Walk,
    findings: Findings,
    *,
    authorities: Iterable[Authority],
    now: datetime | None = None,
) -> list[Anchor]:
    """Check every time stamp; `good` are the sizes of the good heads, `walk` has read all rows."""
    known, notes = list(authorities), _notes(heads)
    met: set[tuple[int, str]] = set()
    anchors: list[Anchor] = []
    for each in found:
        met.add((each.size, each.name))
        event = walk.tokens.get((each.size, each.name))
        anchor = judge_one(each, notes.get(each.size, ()), known, event.seq if event else None)
        is_recorded = _check_recorded(each, event, findings)
        anchor = replace(anchor, sound=anchor.kind == GOOD and each.size in good and is_recorded)
        was_misfit = event is not None and event.found == MISFIT
        _tell(anchor, walk, findings, has_note=each.size in notes, was_misfit=was_misfit)
        anchors.append(anchor)
    for (size, name), event in walk.tokens.items():
        if (size, name) not in met:
            says = f"Event {event.seq}: the time stamp {name} over {size} events is gone."
            findings.warn(event.seq, "lost-anchor", says)
    anchors.sort(key=lambda anchor: (anchor.size, anchor.name))
    _check_times(anchors, walk, findings)
    if now is not None:
        for anchor in ageing(anchors, now):
            findings.warn(None, "ageing", _ages(anchor, now))
    return anchors


def judge_one(
    found: FoundAnchor, notes: Iterable[bytes], authorities: Iterable[Authority], event: int | None
) -> Anchor:
    """What one time stamp says; whether the log continues its checkpoint is not looked at.

    The authority that it is filed under is asked first.
    """
    own = found.name.partition("~")[0]
    ordered = sorted(authorities, key=lambda authority: authority.name != own)
    verdict = judge(found.response, notes, ordered, request=found.request)
    token = verdict.token
    return Anchor(
        found.size,
        found.name,
        verdict.kind,
        verdict.says,
        time=token.time if token else None,
        accuracy=token.accuracy if token else timedelta(),
        serial=token.serial if token else None,
        authority=verdict.authority,
        signer=verdict.signer,
        valid_until=verdict.valid_until,
        strangers=verdict.strangers,
        event=event,
    )


def ageing(anchors: Iterable[Anchor], now: datetime) -> Iterator[Anchor]:
    """The sound time stamps whose certificates end soon, with no other to take their place.

    Another one takes the place if it lasts, and is over the same checkpoint or over the event
    that records this one: then it vouches for this one's bytes.
    """
    sound = [each for each in anchors if each.sound]
    until = now + RENEW_BEFORE
    lasting = {each.size for each in sound if each.valid_until and each.valid_until > until}
    largest = max(lasting, default=-1)
    for each in sound:
        ends = each.valid_until is not None and each.valid_until <= until
        renewed = each.event is not None and largest > each.event
        if ends and not renewed and each.size not in lasting:
            yield each


def _notes(heads: Iterable[Head]) -> dict[int, list[bytes]]:
    """The signed notes by the size that they tell."""
    notes: dict[int, list[bytes]] = {}
    for head in heads:
        if head.checkpoint and isinstance(head.found.note, bytes):
            notes.setdefault(head.checkpoint.size, []).append(head.found.note)
    return notes


def _check_recorded(found: FoundAnchor, event: TokenEvent | None, findings: Findings) -> bool:
    """Whether the files are those that the event records; without an event, nothing is."""
    if event is None:
        says = f"No event records the time stamp {found.name} over {found.size} events."
        findings.warn(None, "unlogged-anchor", says)
        return True
    request = found.request and sha256(found.request).hexdigest()
    if sha256(found.response).hexdigest() != event.response or request not in {None, event.request}:
        says = f"The time stamp {found.name} over {found.size} events is not the recorded one."
        findings.fault(event.seq, "anchor", f"Event {event.seq}: {says}")
        return False
    return True


def _tell(
    anchor: Anchor, walk: Walk, findings: Findings, *, has_note: bool, was_misfit: bool
) -> None:
    """Note what a time stamp contradicts, or why it counts for nothing.

    One that was over other bytes when it came, as a replayed one is, contradicts nothing.
    """
    stamp = f"The time stamp {anchor.name} over {anchor.size} events"
    is_contradiction = anchor.kind == MISFIT and not was_misfit
    if is_contradiction and anchor.size > walk.events:
        findings.fault(
            None,
            "older",
            f"{stamp} is good, but this log has only {walk.events}: an older or incomplete "
            "copy, or events were removed.",
        )
    elif is_contradiction and has_note:
        findings.fault(
            None,
            "other-history",
            f"{stamp} is good, but over another checkpoint than the one here: another copy that "
            "went its own way, or the log was rewritten.",
        )
    elif is_contradiction:
        findings.warn(None, "time-stamp", f"{stamp} counts for nothing: its checkpoint is gone.")
    elif anchor.kind != GOOD:
        findings.warn(
            None, "time-stamp", f"{stamp} counts for nothing ({anchor.kind}): {anchor.says}"
        )


def _check_times(anchors: Iterable[Anchor], walk: Walk, findings: Findings) -> None:
    """Authorities must not contradict each other, nor the events their brackets."""
    brackets = Brackets(anchors)
    for anchor in anchors:
        bound = brackets.of(anchor.size - 1).not_before if anchor.sound else None
        if bound and anchor.time and anchor.time + anchor.accuracy + TOLERANCE < bound.time:
            findings.warn(
                None,
                "time",
                f"The authorities {anchor.authority} and {bound.authority} contradict each other: "
                f"{anchor.name} stamped {anchor.size} events at {written(anchor.time)}, some of "
                f"which were logged not before {written(bound.time)}.",
            )
    for stretch in walk.stretches:
        bracket = brackets.of(stretch.first)
        _check_clock(*stretch.earliest, bracket.not_before, "before", findings)
        _check_clock(*stretch.latest, bracket.not_after, "after", findings)


def _check_clock(
    clock: float, seq: int, bound: Bound | None, side: str, findings: Findings
) -> None:
    """The wall clock of an event lies on the right side of a bound."""
    if bound is None:
        return
    off = bound.time.timestamp() - clock
    if (off if side == "before" else -off) > TOLERANCE.total_seconds():
        told = written(datetime.fromtimestamp(clock, UTC))
        findings.warn(
            seq,
            "time",
            f"Event {seq}: it says {told}, but by the time stamps of {bound.authority} it was "
            f"logged not {side} {written(bound.time)}.",
        )


def _ages(anchor: Anchor, now: datetime) -> str:
    until = anchor.valid_until or now
    ended = "ended" if until <= now else "ends"
    return (
        f"The certificate behind the time stamp {anchor.name} over {anchor.size} events {ended} on "
        f"{written(until)}: renew it (`mediaev anchor --renew`)."
    )


def written(moment: datetime) -> str:
    """A moment in UTC as people and programs read it, as precise as it is."""
    precision = "microseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
