"""The run of an audit: look, judge, record, so that an interruption costs little."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mediaev.actions.audit_plan import Plan
from mediaev.actions.audit_report import AuditReport, exit_code
from mediaev.actions.progress import Listener, Progress
from mediaev.custody.fixity import WORST, judge, states
from mediaev.errors import MediaevError
from mediaev.intake.looking import is_gone, is_untouched, link_on_the_way, look_at, size_of
from mediaev.intake.opened import identity_of
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown
from mediaev.model.fixity import Found, PlaceFinding, PlaceState, RecordedPlace, Sight
from mediaev.store import CaseStore

TOLD_ALONE = 1000
"""Exhibits in one state that have an event of their own; more are named many at a time."""
_EVERY = 500
"""Exhibits after which what was found is kept, for the case that the audit is interrupted."""
_SECONDS = 30.0
"""The same, in seconds."""
_FRESH = timedelta(days=7)
"""An audit that was interrupted longer ago is begun anew."""
_MARGIN_NS = 2 * 10**9
"""How much earlier than an audit a file must have been left alone: clocks of disks are coarse."""
_ONE_BY_ONE = {PlaceState.CHANGED}
"""States that always have an event for each exhibit, since the digest that was found counts."""


@dataclass(slots=True)
class AuditRun:
    """The state of one audit."""

    store: CaseStore
    plan: Plan
    listen: Listener
    found: dict[bytes, Found] = field(default_factory=dict)
    read: int = 0
    seq: int = -1
    """The event that announced it."""
    resumed: int | None = None
    began_ns: int = 0
    done: frozenset[Digest] = frozenset()
    """Exhibits that an interrupted audit had found as recorded."""
    taken_over: set[Digest] = field(default_factory=set)
    matched: list[int] = field(default_factory=list)
    """Numbers of exhibits that are as recorded, not yet in the log."""
    logged: set[Digest] = field(default_factory=set)
    _kept_at: float = field(default_factory=time.monotonic)

    def run(self, *, anew: bool) -> AuditReport:
        """Announce, look, judge, and record; an interruption is recorded too."""
        if not anew and self.plan.scope.sample is None:
            self._go_on()
        self.seq = self._announce()
        try:
            self._look_at_recorded()
            not_read = self._look_at_others()
            return self._judge(not_read)
        except BaseException:
            with suppress(MediaevError):  # the first error is the one to hear of
                self._keep()
                self.store.end_audit(self.seq, "interrupted", {"bytes": str(self.read)})
            raise

    def _go_on(self) -> None:
        """Find the audit of the same scope that was interrupted, if there is one."""
        before = self.store.interrupted_audit(self.plan.scope.document())
        if before is None:
            return
        began = datetime.fromisoformat(before.time)
        if datetime.now(UTC) - began < _FRESH:
            self.resumed, self.done = before.event, before.checked
            self.began_ns = int(began.timestamp()) * 10**9 - _MARGIN_NS

    def _announce(self) -> int:
        scope = self.plan.scope
        facts: dict[str, object] = {
            "scope_is": "paths" if scope.roots else "all",
            "exhibits": len(self.plan.places),
            "of": self.plan.in_scope,
        }
        if scope.sample is not None:
            facts["sample"] = str(scope.sample)
        if self.resumed is not None:
            facts["resumes"] = self.resumed
        return self.store.begin_audit(scope.document(), facts)

    def _look_at_recorded(self) -> None:
        total = sum(map(len, self.plan.places.values()))
        looked = 0
        for number, digest in self._numbered():
            places = self.plan.places[digest]
            over = digest in self.done and all(map(self._is_untouched, places))
            if over:
                self.taken_over.add(digest)
            for place in places:
                if over:
                    self.found[place.path] = Found(Sight.HELD, digest)
                else:
                    self._look(place)
                looked += 1
                self.listen(Progress("audit", looked, total, shown(place.path)))
            if not over and self._is_matched(places):
                self.matched.append(number)
                self.logged.add(digest)
                self._keep_now_and_then()
        self._keep()

    def _is_untouched(self, place: RecordedPlace) -> bool:
        below = self.plan.root_of(place.path)
        return not place.former and is_untouched(place, self.began_ns, below=below)

    def _numbered(self) -> list[tuple[int, Digest]]:
        number = {digest: place for place, digest in enumerate(self.plan.order)}
        # Without an event that took it in, an exhibit has no number; `verify` tells of it.
        return [(number.get(digest, -1), digest) for digest in self.plan.places]

    def _look(self, place: RecordedPlace) -> None:
        if place.path in self.found:
            return
        below = self.plan.root_of(place.path)
        found = look_at(place.path, place.size, below=below)
        if found.sight is Sight.HELD:
            self.read += size_of(place.path)
        if found.digest == place.exhibit and below is None:
            found = self._through_link(place, found)
        self.found[place.path] = found

    def _through_link(self, place: RecordedPlace, found: Found) -> Found:
        """Say if a link leads there that may not have been there when the file was seen."""
        here, before = identity_of(place.path), self.store.sighting_at(place.path)
        if here is None or before is None:
            return found
        if (here.device, here.inode) == (before.identity.device, before.identity.inode):
            return found
        link = link_on_the_way(place.path)
        if link is None:
            return found
        reason = f"reached through the symbolic link {shown(link)}; another file than the one seen"
        return Found(found.sight, found.digest, reason)

    def _is_matched(self, places: Sequence[RecordedPlace]) -> bool:
        return all(
            not place.former and self.found[place.path].digest == place.exhibit for place in places
        )

    def _keep_now_and_then(self) -> None:
        if len(self.matched) >= _EVERY or time.monotonic() - self._kept_at > _SECONDS:
            self._keep()

    def _keep(self) -> None:
        """Put what was found so far into the log: an interruption shall not cost it."""
        waiting, self.matched = [number for number in self.matched if number >= 0], []
        self._kept_at = time.monotonic()
        self._record_in_state(PlaceState.MATCHED, waiting)

    def _record_in_state(self, state: PlaceState, numbers: Sequence[int]) -> None:
        """Name many exhibits at once, apart from each other those with places not looked at."""
        for partial in (False, True):
            chosen = [
                number
                for number in numbers
                if (self.plan.order[number] in self.plan.elsewhere) == partial
            ]
            self.store.record_in_state(self.seq, state, chosen, partial=partial)

    def _look_at_others(self) -> int:
        """Read files that the log does not know; a sample only those that may have moved."""
        others = self.plan.others
        if self.plan.scope.sample is not None:
            lost = {
                place.size
                for places in self.plan.places.values()
                for place in places
                if self.found[place.path].digest != place.exhibit
            }
            others = [path for path in others if size_of(path) in lost]
        for looked, path in enumerate(others, start=1):
            found = self.found[path] = look_at(path, below=self.plan.root_of(path))
            self.read += size_of(path) if found.sight is Sight.HELD else 0
            self.listen(Progress("audit-others", looked, len(others), shown(path)))
        self.found |= self.plan.unread
        return len(self.plan.others) - len(others)

    def _judge(self, not_read: int) -> AuditReport:
        places = [place for each in self.plan.places.values() for place in each]
        places += self._gone_elsewhere(places)
        known = set(self.plan.order)
        findings = judge(places, self.found, known, self._recorded_since)
        about = states(places, findings)
        self._record(findings)
        counts = Counter(finding.state for finding in findings)
        told = {state: counts[state] for state in PlaceState if counts[state]}
        exhibits = Counter(about.values())
        facts = {
            "places": {state.value: number for state, number in told.items()},
            "exhibits": {state.value: exhibits[state] for state in sorted(exhibits)},
            "bytes": str(self.read),
            **({"taken_over": len(self.taken_over)} if self.taken_over else {}),
        }
        event = self.store.end_audit(self.seq, "failed" if exit_code(told) else "ok", facts)
        return AuditReport(
            self.plan.scope,
            tuple(findings),
            about,
            self.plan.in_scope,
            tuple(self.plan.passed_over),
            not_read,
            self.read,
            self.resumed,
            len(self.taken_over),
            event,
        )

    def _gone_elsewhere(self, places: Sequence[RecordedPlace]) -> list[RecordedPlace]:
        """Places outside of the scope that explain where bytes in it came from."""
        recorded = {place.path for place in places}
        met = {
            found.digest
            for path, found in self.found.items()
            if found.digest is not None and path not in recorded
        }
        gone = []
        for digest in met & self.plan.elsewhere.keys():
            for place in self.plan.elsewhere[digest]:
                if not place.former and place.path not in self.found and is_gone(place.path):
                    gone.append(
                        RecordedPlace(place.path, digest, place.size, place.copy, outside=True)
                    )
                    self.found[place.path] = Found(Sight.GONE, reason="it was recorded there")
        return gone

    def _recorded_since(self, place: RecordedPlace) -> set[bytes]:
        """Where an exhibit was first met after the last time that it was met at a place."""
        last = self.store.last_known_at(place)
        return {
            path
            for path, first in self.store.first_known_at(place.exhibit).items()
            if first > last >= 0
        }

    def _record(self, findings: Sequence[PlaceFinding]) -> None:
        """Log each exhibit that is not as recorded, the worst of its places for all."""
        number = {digest: place for place, digest in enumerate(self.plan.order)}
        done = self.logged | self.taken_over
        by_exhibit: dict[Digest, list[PlaceFinding]] = defaultdict(list)
        for finding in findings:
            exhibit = finding.expected
            if exhibit is None or exhibit in done:
                continue
            if exhibit in self.plan.places or self.plan.scope.roots:
                by_exhibit[exhibit].append(finding)
        by_state: dict[PlaceState, list[tuple[Digest, PlaceFinding, int]]] = defaultdict(list)
        for exhibit, told in by_exhibit.items():
            worst = min(told, key=lambda finding: WORST.index(finding.state))
            by_state[worst.state].append((exhibit, worst, len(told)))
        with self.store.transaction():
            for state, each in by_state.items():
                if len(each) <= TOLD_ALONE or state in _ONE_BY_ONE:
                    self.store.record_findings(self.seq, each, self.plan.elsewhere.keys())
                else:
                    numbers = [number[exhibit] for exhibit, _, _ in each if exhibit in number]
                    self._record_in_state(state, numbers)
