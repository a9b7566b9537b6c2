"""The result of an audit, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from mediaev.actions.audit_report import AuditReport
from mediaev.cli.display.wording import count, size
from mediaev.model.exhibit import shown
from mediaev.model.fixity import ExhibitState, LastCheck, PlaceFinding, PlaceState

_ORDER = (
    PlaceState.CHANGED,
    PlaceState.MISSING,
    PlaceState.UNREADABLE,
    PlaceState.MOVED,
    PlaceState.DUPLICATE,
    PlaceState.NEW,
    PlaceState.MATCHED,
)
_MEANINGS = {
    PlaceState.CHANGED: "other bytes than the log says lie there",
    PlaceState.MISSING: "the bytes are not there",
    PlaceState.UNREADABLE: "nothing is known of the bytes",
    PlaceState.MOVED: "the same bytes lie elsewhere now",
    PlaceState.DUPLICATE: "bytes of an exhibit, at a place that the log does not know",
    PlaceState.NEW: "bytes that the log does not know",
    PlaceState.MATCHED: "as recorded",
}
_OTHERS = 3
"""Further places that are named."""


def head_lines(report: AuditReport) -> Iterator[str]:
    """What was looked at, and what came of it in numbers."""
    places = [f"{number:,} {state.value}" for state, number in report.counts.items()]
    yield f"{count(len(report.findings), 'place')}: {', '.join(places) or 'nothing there'}"
    told = Counter(report.states.values())
    exhibits = [f"{told[state]:,} {state.value}" for state in ExhibitState if told[state]]
    of = f" of {report.of_exhibits:,}" if report.scope.sample is not None else ""
    number = f"{len(report.states):,}{of} {'exhibit' if len(report.states) == 1 else 'exhibits'}"
    yield f"{number}: {', '.join(exhibits) or 'none'}"
    yield f"read {size(report.read)}; event {report.event} of the log"
    if report.resumed is not None:
        yield (
            f"went on with the audit of event {report.resumed}: "
            f"{count(report.taken_over, 'exhibit')} that it had found as recorded and that nothing "
            "touched since were not read again (--anew reads all)"
        )


def finding_lines(findings: Sequence[PlaceFinding]) -> Iterator[str]:
    """Every finding that is to be told, by state, the gravest first."""
    for state in _ORDER:
        chosen = [each for each in findings if each.state is state]
        if chosen:
            yield ""
            yield f"{state.value} ({_MEANINGS[state]}):"
            for each in chosen:
                yield from _finding(each)


def _finding(each: PlaceFinding) -> Iterator[str]:
    yield f"  {shown(each.path)}{'  (copy kept in the case)' if each.copy else ''}"
    if each.state is PlaceState.MATCHED:
        if each.reason:
            yield f"      {each.reason}"
        return
    if each.expected is not None:
        yield f"      expected  {each.expected}"
    if each.found is not None:
        yield f"      found     {each.found}"
    elif each.state not in {PlaceState.MOVED, PlaceState.NEW}:
        yield f"      found     nothing: {each.reason}"
    if each.to is not None:
        yield f"      lies now  {shown(each.to)}"
    if each.found is not None and each.reason:
        yield f"      note      {each.reason}"
    for path in each.others[:_OTHERS]:
        yield f"      also at   {shown(path)}"
    if len(each.others) > _OTHERS:
        yield f"      and at {count(len(each.others) - _OTHERS, 'further place')}"


def rest_lines(report: AuditReport) -> Iterator[str]:
    """What was not looked at."""
    if report.passed_over:
        why = Counter(reason.partition(";")[0] for _, reason in report.passed_over)
        said = ", ".join(f"{reason} ×{number}" for reason, number in sorted(why.items()))
        yield f"passed over, as -v names one by one: {said}"
    if report.not_read:
        yield (
            f"not read: {count(report.not_read, 'file')} at places that the log does not know; an "
            "audit without --sample reads them"
        )
    strange = {PlaceState.NEW, PlaceState.DUPLICATE, PlaceState.MOVED} & report.counts.keys()
    if strange:
        yield "`mediaev scan` records where files lie now; an audit takes nothing in"


def passed_over_lines(report: AuditReport) -> Iterator[str]:
    """Everything that was passed over."""
    for path, reason in report.passed_over:
        yield f"  passed over  {shown(path)}  ({reason})"


def check_lines(checks: Iterable[LastCheck]) -> Iterator[str]:
    """When an exhibit was last audited, and with what result."""
    first = True
    for each in checks:
        where = "" if each.whole else ", at some of its places"
        when = "last audited" if first else "before that"
        yield f"{when} {each.time}: {each.state.value}{where} (event {each.event})"
        first = False
    if first:
        yield "never audited"
