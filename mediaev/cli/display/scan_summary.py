"""The summary of a scan: what came in, what failed, and what to watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from mediaev.actions.naming import StoredMatch
from mediaev.actions.scan import ScanReport
from mediaev.actions.watching import to_watch
from mediaev.cli.display.wording import count
from mediaev.model.exhibit import FileOutcome, Status, shown

_WORDS = {
    Status.NEW: "new",
    Status.KNOWN: "known from elsewhere",
    Status.UNCHANGED: "unchanged",
    Status.PARTIAL: "readable in part",
    Status.NOT_MEDIA: "no media",
    Status.FAILED: "failed",
    Status.CHANGED: "changed meanwhile",
    Status.REFUSED: "refused",
    Status.SKIPPED: "passed over",
}
_MEDIA_NAMES = (
    *(".3gp", ".aac", ".avi", ".avif", ".flac", ".flv", ".gif", ".heic", ".jpeg", ".jpg", ".m4a"),
    *(".m4v", ".mkv", ".mov", ".mp3", ".mp4", ".mpeg", ".mpg", ".mts", ".ogg", ".ogv", ".opus"),
    *(".png", ".tif", ".tiff", ".ts", ".wav", ".webm", ".webp", ".wmv"),
)
"""Endings of names by which people expect a picture, video or sound."""


def count_lines(report: ScanReport) -> Iterator[str]:
    """How many files there were, and what became of them."""
    words = [
        f"{report.counts[status]:,} {word}"
        for status, word in _WORDS.items()
        if status in report.counts
    ]
    yield f"{count(len(report.outcomes), 'file')}: {', '.join(words) or 'nothing there'}"
    skipped = [each.reason for each in report.outcomes if each.status is Status.SKIPPED]
    if skipped:
        why = Counter(reason.partition(";")[0] for reason in skipped)
        said = ", ".join(f"{reason} ×{number}" for reason, number in sorted(why.items()))
        yield f"passed over, as -v names one by one: {said}"


def outcome_lines(outcomes: Sequence[FileOutcome]) -> Iterator[str]:
    """Every path with what became of it."""
    for outcome in outcomes:
        reason = f"  ({outcome.reason})" if outcome.reason else ""
        yield f"  {outcome.status.value:<10} {shown(outcome.path)}{reason}"


def failure_lines(report: ScanReport) -> Iterator[str]:
    """Every file that could not be read, or not as a whole, with the reason."""
    if not report.failures:
        return
    yield f"{count(len(report.failures), 'file')} could not be read, or not as a whole:"
    for outcome in report.failures:
        yield f"  {shown(outcome.path)}"
        yield f"      {outcome.status.value}: {outcome.reason}"


def misnamed_lines(report: ScanReport) -> Iterator[str]:
    """Every file that is named like media and is none: an empty download, a playlist, a fake."""
    found = [
        each
        for each in report.outcomes
        if each.status is Status.NOT_MEDIA and shown(each.path).lower().endswith(_MEDIA_NAMES)
    ]
    if not found:
        return
    yield f"{count(len(found), 'file')} named like media, but no media:"
    for outcome in found:
        yield f"  {shown(outcome.path)}"
        yield f"      {outcome.reason}"


def saving_line(report: ScanReport, matches: Iterable[StoredMatch]) -> str:
    """How many of the files there are to watch; empty if it is no saving."""
    watchable = {Status.NEW, Status.KNOWN, Status.UNCHANGED, Status.PARTIAL}
    files = [each.exhibit for each in report.outcomes if each.status in watchable and each.exhibit]
    left = to_watch(set(files), report.clusters, matches)
    if len(left) == len(files):
        return ""
    others = "the other one is a copy or an excerpt of one of them"
    if len(files) - len(left) > 1:
        others = "the others are copies or excerpts of them"
    return f"Watch {count(len(left), 'file')} instead of {len(files):,}: {others}."
