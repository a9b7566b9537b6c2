"""Ranking: which of the copies held seems closest to the source, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mediaev.model.cluster import Member, Ranking, Reason


@dataclass(frozen=True, slots=True)
class Criterion:
    """One ground for preferring a copy; the larger value is better."""

    name: str
    value: Callable[[Member], float | None]
    """None where the member does not say; such members come last."""
    tie: float
    """Values within this share of the best are a near-tie and pass on."""
    says: Callable[[Member], str]


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours:02d}:{minutes:02d}:{rest:06.3f}"


def _spent(member: Member) -> float | None:
    """What was spent on the picture: bits a second, for a still its bytes."""
    return float(member.bit_rate or (member.size if member.duration is None else 0)) or None


def _spends(member: Member) -> str:
    if member.bit_rate:
        return f"spends {member.bit_rate / 1000:.0f} kbit a second"
    return f"spends {member.size} bytes"


def _earliness(member: Member) -> float | None:
    """Earlier is larger; RFC 3339 digits to the second order as numbers."""
    digits = "".join(filter(str.isdigit, (member.claimed_time or "")[:19]))
    return -float(digits) if len(digits) >= 8 else None


def _seconds(member: Member) -> float | None:
    """How long it shows this recording."""
    whole = member.duration
    shown = member.shown if member.shown is not None else whole
    return float(shown) if shown is not None else None


def _runs(member: Member) -> str:
    seconds = _seconds(member) or 0.0
    if member.duration is not None and seconds < float(member.duration):
        return f"shows {_clock(seconds)} of it, among other footage"
    return f"runs {_clock(seconds)}"


def _covers(member: Member) -> str:
    if member.covered:
        return f"overlays cover {member.covered:.1%} of the picture"
    return "carries no overlay that was noticed"


CRITERIA = (
    Criterion("longest", _seconds, 0.03, _runs),
    Criterion(
        "least cropped",
        lambda member: member.cropped,
        0.03,
        lambda member: f"shows {member.cropped:.0%} of the picture",
    ),
    Criterion("fewest overlays", lambda member: 1.0 - member.covered, 0.002, _covers),
    Criterion(
        "least padded",
        lambda member: member.shown_area,
        0.03,
        lambda member: f"picture fills {member.shown_area:.0%} of the frame",
    ),
    Criterion(
        "largest",
        lambda member: float(member.pixels) if member.pixels else None,
        0.1,
        lambda member: f"has {member.pixels} pixels of picture",
    ),
    Criterion("least re-encoded", _spent, 0.15, _spends),
    Criterion(
        "with sound",
        lambda member: None if member.duration is None else float(not member.mute),
        0.0,
        lambda member: "is silent or has no sound" if member.mute else "has sound",
    ),
    Criterion(
        "earliest claimed time",
        _earliness,
        0.0,
        lambda member: f"claims {member.claimed_time}",
    ),
)


def closest_to_source(
    members: Sequence[Member], criteria: Sequence[Criterion] = CRITERIA
) -> Ranking:
    """Order copies by how close each seems to the source recording.

    Criteria are tried in turn; a near-tie passes on to the next one. The reasons are
    kept, because a ranking without reasons is not evidence, and each names the copy that
    its criterion favours, so that their disagreement stays in sight.
    """
    ordered = _order(sorted(members, key=lambda member: member.exhibit), criteria)
    reasons = [reason for each in criteria if (reason := _reason(each, ordered)) is not None]
    return Ranking(tuple(member.exhibit for member in ordered), tuple(reasons))


def _order(members: list[Member], criteria: Sequence[Criterion]) -> list[Member]:
    if len(members) < 2 or not criteria:
        return members
    criterion, *rest = criteria
    known = [value for each in members if (value := criterion.value(each)) is not None]
    if not known:
        return _order(members, rest)
    tied = [each for each in members if _nearly_best(criterion.value(each), max(known), criterion)]
    others = [each for each in members if each not in tied]
    return _order(tied, rest) + _order(others, criteria)


def _nearly_best(value: float | None, best: float, criterion: Criterion) -> bool:
    return value is not None and best - value <= criterion.tie * abs(best)


def _reason(criterion: Criterion, ordered: Sequence[Member]) -> Reason | None:
    """What a criterion favours; None where it does not tell the members apart."""
    values = [(criterion.value(member), member) for member in ordered]
    known = [(value, member) for value, member in values if value is not None]
    if not known:
        return None
    best = max(value for value, _ in known)
    tied = [member for value, member in known if _nearly_best(value, best, criterion)]
    if len(tied) == len(ordered):
        return None
    favoured = tied[0]
    verb = "does" if len(tied) == 2 else "do"
    more = f", as {verb} {len(tied) - 1} more" if len(tied) > 1 else ""
    return Reason(criterion.name, favoured.exhibit, criterion.says(favoured) + more)
