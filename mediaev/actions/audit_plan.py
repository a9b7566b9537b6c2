"""What an audit looks at: the places that the log knows, and the files that lie beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from mediaev.actions.progress import Listener, Progress
from mediaev.actions.scan import require
from mediaev.errors import UsageError
from mediaev.intake.looking import absolute, size_of
from mediaev.intake.walk import EntryKind, walk
from mediaev.model.digest import Digest
from mediaev.model.exhibit import path_base64, shown
from mediaev.model.fixity import Found, RecordedPlace, Sight
from mediaev.store import CaseStore


@dataclass(frozen=True, slots=True)
class AuditScope:
    """What an audit was asked to look at."""

    roots: tuple[bytes, ...] = ()
    """Absolute paths; none for every place that the log knows."""
    sample: Fraction | None = None
    """The share of the exhibits to look at; None for all."""

    def document(self) -> dict[str, object]:
        """As the log keeps it, privately."""
        return {
            "paths_b64": [path_base64(root) for root in self.roots],
            "sample": str(self.sample) if self.sample is not None else None,
        }


@dataclass(slots=True)
class Plan:
    """The places to look at, in order, and the other files that were met."""

    scope: AuditScope
    order: list[Digest]
    """The exhibits of the case by their numbers."""
    places: dict[Digest, list[RecordedPlace]]
    """Those in scope, of the exhibits to look at, in the order of their numbers."""
    elsewhere: dict[Digest, list[RecordedPlace]]
    """Places of exhibits that are not looked at."""
    in_scope: int
    """Exhibits with a place in scope, before a sample was taken."""
    others: list[bytes] = field(default_factory=list)
    """Files at places that the log does not know."""
    unread: dict[bytes, Found] = field(default_factory=dict)
    """What was met and is never opened, or cannot be."""
    passed_over: list[tuple[bytes, str]] = field(default_factory=list)
    """Links and hidden files that the log knows nothing of."""

    roots: dict[bytes, None] = field(default_factory=dict)
    """What is walked: the paths that were named, or those that were scanned."""

    def root_of(self, path: bytes) -> bytes | None:
        """The innermost root that a path lies under, if it does."""
        return _root_of(path, self.roots)


def _root_of(path: bytes, roots: Collection[bytes]) -> bytes | None:
    while path not in roots:
        path, slash, name = path.rpartition(b"/")
        path = path or slash
        if not name:
            return None
    return path


def plan_audit(store: CaseStore, scope: AuditScope, listen: Listener) -> Plan:
    """Lay out an audit. Raises UsageError for a path that is not there and never was."""
    order = store.numbered_exhibits()
    number = {digest: place for place, digest in enumerate(order)}
    places, elsewhere = _by_scope(scope, store.recorded_places())
    _require(scope, places)
    chosen = _sampled(store, scope, places)
    ordered = sorted(chosen, key=lambda digest: number.get(digest, len(order)))
    plan = Plan(
        scope,
        order,
        {digest: sorted(places[digest], key=_by_path) for digest in ordered},
        {digest: elsewhere[digest] for digest in elsewhere},
        len(places),
    )
    for digest in places.keys() - set(chosen):  # a sample leaves them to other runs
        plan.elsewhere.setdefault(digest, []).extend(places[digest])
    _meet_others(store, plan, {place.path for each in places.values() for place in each}, listen)
    return plan


def _by_path(place: RecordedPlace) -> tuple[bytes, bool]:
    return place.path, place.former


def _by_scope(
    scope: AuditScope, recorded: Iterable[RecordedPlace]
) -> tuple[dict[Digest, list[RecordedPlace]], dict[Digest, list[RecordedPlace]]]:
    inside: dict[Digest, list[RecordedPlace]] = defaultdict(list)
    outside: dict[Digest, list[RecordedPlace]] = defaultdict(list)
    for place in recorded:
        within = not scope.roots or _root_of(place.path, scope.roots) is not None
        (inside if within else outside)[place.exhibit].append(place)
    return dict(inside), dict(outside)


def _require(scope: AuditScope, places: Mapping[Digest, Sequence[RecordedPlace]]) -> None:
    """A disk that is not there is a finding, where the log knows of places on it."""
    known = {_root_of(place.path, scope.roots) for each in places.values() for place in each}
    for root in scope.roots:
        if root not in known:
            require([root])


def _sampled(
    store: CaseStore, scope: AuditScope, places: Mapping[Digest, Sequence[RecordedPlace]]
) -> list[Digest]:
    """The exhibits whose turn it is: those audited longest ago, then by digest.

    Each run takes its share of all, rounded up, so that as many runs as the share has parts
    come to every exhibit; one that was never audited comes first.
    """
    if scope.sample is None:
        return list(places)
    last = store.last_checks()
    waiting = sorted(places, key=lambda digest: (last.get(digest, -1), digest))
    return waiting[: -(-len(waiting) * scope.sample.numerator // scope.sample.denominator)]


def _meet_others(store: CaseStore, plan: Plan, known: set[bytes], listen: Listener) -> None:
    """Walk the folders in scope for files that the log does not know."""
    listen(Progress("walk", 0, 0))
    case = absolute(bytes(store.folder))
    if plan.scope.roots:
        plan.roots = dict.fromkeys(root for root in plan.scope.roots if size_of(root) >= 0)
    else:
        for root in [*store.scanned_paths(), case + b"/objects"]:
            if size_of(root) >= 0:
                plan.roots[root] = None
            elif root in known or root == case + b"/objects":
                continue
            else:
                plan.passed_over.append((root, "scanned once, not there now"))
    for entry in walk(plan.roots, leave_out=[case]):
        if entry.path in known:
            continue
        if entry.kind is EntryKind.FILE:
            plan.others.append(entry.path)
        elif entry.kind in {EntryKind.UNREADABLE, EntryKind.SPECIAL}:
            reason = entry.says or entry.kind.value
            plan.unread[entry.path] = Found(Sight.UNREADABLE, reason=reason)
        else:
            plan.passed_over.append((entry.path, entry.says or entry.kind.value))
    listen(Progress("walk", len(plan.others), len(plan.others)))


def sample_named(text: str) -> Fraction:
    """The share that a text such as `1/7` names. Raises UsageError."""
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share < 1 or share.denominator > 10_000:
        raise UsageError(
            f"{shown(text)} is no share of the exhibits",
            advice="Give a part of all, such as 1/7: seven runs then come to every exhibit.",
        )
    return share
