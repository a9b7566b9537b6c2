"""Audits in the log: what is to be looked at, what was found, and when last.

Nothing of it has a table: the log alone says when an exhibit was checked. Exhibits that were
found as recorded are named many at a time (`mediaev.custody.checked`), all others one by one.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select

from mediaev.custody.checked import numbers_in, stretches
from mediaev.custody.event import ANNOUNCED
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.model.exhibit import path_base64
from mediaev.model.fixity import LastCheck, PlaceFinding, PlaceState, RecordedPlace
from mediaev.store import schema
from mediaev.store.columns import storable
from mediaev.store.exhibits import ExhibitShelf
from mediaev.store.objects import object_path
from mediaev.store.shelf import REASON_LIMIT

FIXITY = "fixity.check"
_EVENT = schema.event.c
_NUMBERED = (
    select(_EVENT.item)
    .where(_EVENT.type == "item.ingest", _EVENT.item.is_not(None))
    .group_by(_EVENT.item)
    .order_by(func.min(_EVENT.seq))
)
_COPIED = select(_EVENT.item).where(_EVENT.type == "item.copy", _EVENT.item.is_not(None))
_CHECKS = select(_EVENT.seq, _EVENT.time, _EVENT.item, _EVENT.body).where(_EVENT.type == FIXITY)
_SUMMARIES = _CHECKS.where(_EVENT.item.is_(None)).order_by(_EVENT.seq.desc())
_SIGHTED = (
    select(
        schema.sighting.c.path,
        schema.sighting.c.exhibit,
        schema.sighting.c.superseded,
        schema.exhibit.c.size,
    )
    .select_from(schema.sighting.join(schema.exhibit))
    .order_by(schema.sighting.c.id)
)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """An audit that did not come to its end."""

    event: int
    """The event that announced it."""
    time: str
    """When the first of those began that it went on with."""
    checked: frozenset[Digest]
    """Exhibits that it had found as recorded, or one that it went on with."""


@dataclass(frozen=True, slots=True)
class _Check:
    """One `fixity.check` event, as far as it can be read."""

    seq: int
    time: str
    item: Digest | None
    outcome: str
    intent: int | None
    detail: Mapping[str, Any]


class FixityShelf(ExhibitShelf):
    """What audits need of the case, and what they record."""

    def numbered_exhibits(self) -> list[Digest]:
        """The exhibits in the order in which the log first took them in."""
        self._log.settle()
        return self._database.select(_NUMBERED, lambda row: Digest.parse(row.item))

    def recorded_places(self) -> list[RecordedPlace]:
        """Every place that the log says an exhibit lies at, and the copies that it kept.

        An exhibit at whose places other bytes were recorded since has its former places.
        """
        rows = self._database.select(_SIGHTED, tuple)
        places = [
            RecordedPlace(path, exhibit, size) for path, exhibit, over, size in rows if not over
        ]
        held = {place.exhibit for place in places}
        former = {
            (path, exhibit): RecordedPlace(path, exhibit, size, former=True)
            for path, exhibit, over, size in rows
            if over and exhibit not in held
        }
        return places + list(former.values()) + list(self._copies())

    def _copies(self) -> Iterator[RecordedPlace]:
        kept = set(self._database.select(_COPIED, lambda row: Digest.parse(row.item)))
        sizes = {exhibit.digest: exhibit.size for exhibit in self.exhibits()}
        # As the walk has it: without `..`, but not resolved through links.
        root = os.path.abspath(bytes(self._folder.root))  # noqa: PTH100
        for digest in sorted(kept & sizes.keys()):
            path = b"%s/%s" % (root, object_path(digest).encode())
            yield RecordedPlace(path, digest, sizes[digest], copy=True)

    def scanned_paths(self) -> list[bytes]:
        """The files and folders that scans took in, as far as the log still tells."""
        table = schema.disclosure
        told = (
            select(table.c.value)
            .select_from(schema.event.join(table, table.c.seq == _EVENT.seq))
            .where(_EVENT.type == "session.start", table.c.path == "detail.paths_b64")
            .order_by(table.c.seq)
        )
        found: dict[bytes, None] = {}
        for value in self._database.select(told, lambda row: row.value):
            with suppress(TypeError, ValueError):
                found |= dict.fromkeys(base64.b64decode(path, validate=True) for path in value)
        return [path for path in found if path.startswith(b"/") and b"\0" not in path]

    def last_known_at(self, place: RecordedPlace) -> int:
        """The last session that met an exhibit at a place, or -1 where no event says so."""
        sessions = self._sessions_at(place.exhibit).get(place.path, [])
        table = schema.outcome
        met = select(table.c.session).where(
            table.c.path == place.path, table.c.exhibit == place.exhibit
        )
        sessions = [*sessions, *self._database.select(met, lambda row: int(row.session))]
        return max(sessions, default=-1)

    def first_known_at(self, exhibit: Digest) -> dict[bytes, int]:
        """The first session that met an exhibit, by path."""
        return {path: min(sessions) for path, sessions in self._sessions_at(exhibit).items()}

    def _sessions_at(self, exhibit: Digest) -> dict[bytes, list[int]]:
        """The sessions that recorded an exhibit at each path whose opening is kept."""
        table = schema.disclosure
        told = (
            select(schema.event.c.session, table.c.value)
            .select_from(schema.event.join(table, table.c.seq == _EVENT.seq))
            .where(
                _EVENT.item == str(exhibit),
                _EVENT.type == "item.ingest",
                table.c.path == "detail.path_b64",
            )
        )
        found: dict[str, list[int]] = {}
        for session, path in self._database.select(told, tuple):
            found.setdefault(str(path), []).append(-1 if session is None else session)
        paths = {path_base64(sighting.path): sighting.path for sighting in self.sightings(exhibit)}
        return {paths[name]: sessions for name, sessions in found.items() if name in paths}

    def begin_audit(self, scope: Mapping[str, Any], facts: Mapping[str, Any]) -> int:
        """Announce an audit; returns the number of the event, which names it from now on."""
        detail = {**facts, "scope": Private(dict(scope))}
        [seq] = self.append([EventDraft(FIXITY, detail, outcome=ANNOUNCED)])
        return seq

    def record_in_state(
        self, audit: int, state: PlaceState, numbers: Iterable[int], *, partial: bool = False
    ) -> None:
        """Record exhibits, by their numbers, all of whose places were in a state.

        `partial` says that they have places besides that were not looked at.
        """
        named = {"audit": audit, "state": state.value, **({"partial": True} if partial else {})}
        outcome = "ok" if state is PlaceState.MATCHED else state.value
        self.append(
            [EventDraft(FIXITY, named | each, outcome=outcome) for each in stretches(numbers)]
        )

    def record_findings(
        self,
        audit: int,
        findings: Iterable[tuple[Digest, PlaceFinding, int]],
        partial: Container[Digest],
    ) -> None:
        """Record of exhibits the worst that was found, and at how many places it was looked.

        Those in `partial` have places besides that were not looked at.
        """
        drafts = [
            _finding(audit, exhibit, finding, places, partial=exhibit in partial)
            for exhibit, finding, places in findings
        ]
        self.append(drafts)

    def end_audit(self, audit: int, outcome: str, facts: Mapping[str, Any]) -> int:
        """Record how an audit ended, and what it found in numbers."""
        detail = {"audit": audit, **facts}
        [seq] = self.append([EventDraft(FIXITY, detail, outcome=outcome, intent=audit)])
        return seq

    def interrupted_audit(self, scope: Mapping[str, Any]) -> Interrupted | None:
        """The newest audit of the same scope, if it did not come to its end."""
        checks = list(self._checks(_SUMMARIES))
        ended = {each.intent: each.outcome for each in checks if each.intent is not None}
        for each in checks:
            if each.outcome != ANNOUNCED or self._scope_of(each.seq) != dict(scope):
                continue
            if ended.get(each.seq, "interrupted") != "interrupted":
                return None
            begun = _gone_on_with(each, checks)
            return Interrupted(each.seq, begun[-1].time, self._found_by(begun, checks))
        return None

    def _found_by(self, audits: Sequence[_Check], checks: Sequence[_Check]) -> frozenset[Digest]:
        """What some audits had found as recorded."""
        order = self.numbered_exhibits()
        begun = {audit.seq for audit in audits}
        numbers = {
            number
            for each in checks
            if each.detail.get("audit") in begun and _state(each) is PlaceState.MATCHED
            for number in _numbers(each)
        }
        return frozenset(order[number] for number in numbers if number < len(order))

    def _scope_of(self, seq: int) -> object:
        opened = {each.path: each.value for each in self._log.disclosures(seq)}
        return opened.get("detail.scope")

    def last_checks(self) -> dict[Digest, int]:
        """The event of the last audit of each exhibit that was ever audited."""
        order = self.numbered_exhibits()
        found: dict[Digest, int] = {}
        for each in self._checks(_CHECKS.order_by(_EVENT.seq)):
            if _state(each) is None:
                continue
            if each.item is not None:
                found[each.item] = each.seq
                continue
            for number in _numbers(each):
                if number < len(order):
                    found[order[number]] = each.seq
        return found

    def checks_of(self, exhibit: Digest) -> list[LastCheck]:
        """The last audits of an exhibit, newest first, back to one of all its places."""
        order = {digest: number for number, digest in enumerate(self.numbered_exhibits())}
        number = order.get(exhibit)
        about = _CHECKS.where(_EVENT.item == str(exhibit)).order_by(_EVENT.seq.desc())
        checks = [*self._checks(about), *self._checks(_SUMMARIES)]
        found = []
        for each in sorted(checks, key=lambda check: -check.seq):
            state = _state(each)
            if state is None or (each.item is None and number not in set(_numbers(each))):
                continue
            whole = each.detail.get("partial") is not True
            found.append(LastCheck(each.seq, each.time, state, whole=whole))
            if whole:
                break
        return found

    def _checks(self, chosen: Any) -> Iterator[_Check]:
        """Events of audits; one that cannot be read tells nothing, and `verify` names it."""
        self._log.settle()
        for row in self._database.select(chosen, lambda row: row):
            with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
                yield _check(row)


def _check(row: Row[Any]) -> _Check:
    event = json.loads(row.body)
    item = None if row.item is None else Digest.parse(row.item)
    if not isinstance(event["detail"], dict):
        raise TypeError("the detail is no object")
    return _Check(row.seq, row.time, item, event["outcome"], event["intent"], event["detail"])


def _gone_on_with(audit: _Check, checks: Sequence[_Check]) -> list[_Check]:
    """An audit, and those before it that it went on with, newest first."""
    by_seq = {each.seq: each for each in checks}
    chain = [audit]
    while (before := by_seq.get(chain[-1].detail.get("resumes", -1))) is not None:
        if before.seq >= chain[-1].seq:
            break  # no honest log leads in a circle
        chain.append(before)
    return chain


def _state(check: _Check) -> PlaceState | None:
    """The state that an event tells of exhibits; None for one that begins or ends an audit."""
    with suppress(ValueError):
        return PlaceState(str(check.detail.get("state")))
    return None


def _numbers(check: _Check) -> Iterator[int]:
    with suppress(ValueError):
        yield from numbers_in(check.detail)


def _finding(
    audit: int, exhibit: Digest, finding: PlaceFinding, places: int, *, partial: bool
) -> EventDraft:
    detail: dict[str, Any] = {
        "audit": audit,
        "state": finding.state.value,
        "places": places,
        "path_b64": Private(path_base64(finding.path)),
    }
    if partial:
        detail["partial"] = True
    if finding.found is not None and finding.found != exhibit:
        detail["found"] = str(finding.found)
    if finding.to is not None:
        detail["to_b64"] = Private(path_base64(finding.to))
    if finding.others:
        detail["others"] = len(finding.others)
    if finding.reason:
        detail["reason"] = Private(storable(finding.reason)[:REASON_LIMIT])
    return EventDraft(FIXITY, detail, item=exhibit, outcome=finding.state.value)
