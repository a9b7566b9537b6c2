"""People: legal holds and approvals, signed by who answers for them, and what they bind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mediaev.actions.documents import Document
from mediaev.errors import UsageError
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.cluster import Cluster
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.model.exhibit import Exhibit
from mediaev.store import ROLES, CaseStore, Operator, StoredMatch

__all__ = [
    "ROLES",
    "Operator",
    "Signed",
    "approve",
    "hold",
    "operator_document",
    "refuse_held",
    "signed_document",
]

Approvable = Cluster | StoredMatch | Boilerplate | Exhibit
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Signed:
    """What a person signed."""

    operator: Operator
    events: tuple[int, ...]


def hold(
    store: CaseStore, exhibits: Sequence[Exhibit], ground: str, *, lift: bool, operator: str = ""
) -> Signed:
    """Set or lift a legal hold on exhibits, or on the whole case if there are none.

    Must run inside a session. Raises UsageError for a hold that is in force already, or is not.
    """
    reason = _required(ground, "A legal hold has a ground")
    signing = store.operator_named(operator)
    held = store.holds()
    drafts = []
    items: list[Digest | None] = [each.digest for each in exhibits]
    for item in items or [None]:
        what = "the whole case" if item is None else str(item)
        if lift != (item in held):
            already = "is not held" if lift else f"is held already, by event {held[item]}"
            raise UsageError(f"{what} {already}.")
        kind = "legal_hold.lift" if lift else "legal_hold.set"
        drafts.append(EventDraft(kind, {"ground": reason}, item=item))
    return Signed(signing, tuple(store.sign_off(drafts, signing)))


def refuse_held(store: CaseStore, items: Iterable[Digest | None]) -> None:
    """Raise UsageError if a legal hold forbids to destroy anything of these, or of the case."""
    held = store.holds()
    forbidding = [item for item in (None, *items) if item in held]
    if forbidding:
        what = "The whole case" if forbidding[0] is None else str(forbidding[0])
        raise UsageError(
            f"{what} is under a legal hold, by event {held[forbidding[0]]}: nothing is destroyed.",
            advice="`mediaev hold lift` ends a hold, signed by who answers for it.",
        )


def approve(
    store: CaseStore, named: Sequence[tuple[str, Approvable]], note: str, operator: str = ""
) -> Signed:
    """Sign that a person has reviewed matches, decisions or exhibits, as they are now.

    The event names the event that recorded the subject last, with its leaf hash: what comes
    later is not approved. Must run inside a session. Raises UsageError.
    """
    if not named:
        raise UsageError("Name what is approved.")
    signing = store.operator_named(operator)
    drafts = [_approval(store, name, each, note) for name, each in named]
    return Signed(signing, tuple(store.sign_off(drafts, signing)))


def _approval(store: CaseStore, name: str, subject: Approvable, note: str) -> EventDraft:
    if isinstance(subject, StoredMatch):
        name, item, recorded = subject.id, subject.a, store.event_of_match(subject.a, subject.id)
    elif isinstance(subject, Exhibit):
        item, name = subject.digest, str(subject.digest)
        recorded = store.last_event_of(item)
    elif isinstance(subject, Boilerplate):
        decided = [each for each in store.decisions() if each.decision.subject == subject.id]
        if not decided:
            raise UsageError(f"{subject.id} was not decided yet: there is nothing to approve.")
        name, item = subject.id, decided[-1].decision.places[0].exhibit
        recorded = store.event_numbered(decided[-1].seq)
    else:
        raise UsageError(
            f"{name}: a cluster follows from its matches; approve those.",
            advice="`mediaev show ID` lists them.",
        )
    if recorded is None:
        raise UsageError(f"{name}: no event of the log records it.")
    detail: dict[str, object] = {
        "subject": name,
        "recorded": {"seq": recorded[0], "leaf_hash": recorded[1].hex()},
    }
    if note:
        detail["note"] = _required(note, "")
    return EventDraft("review.approve", detail, item=item)


def _required(text: str, says: str) -> Private:
    if not text.strip():
        raise UsageError(f"{says}.")
    if len(text) > _LONGEST:
        raise UsageError(f"The text is longer than {_LONGEST} characters; shorten it.")
    return Private(text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00"))


def operator_document(operator: Operator) -> Document:
    """One operator, as `operator list --json` has them."""
    return {
        "id": operator.id,
        "role": operator.role,
        "name": operator.name,
        "vkey": operator.vkey,
        "event": operator.seq,
        "here": operator.here,
        "revoked_by": operator.ended,
    }


def signed_document(signed: Signed) -> Document:
    """What `hold` and `approve` print as JSON."""
    return {"operator": signed.operator.id, "events": list(signed.events)}
