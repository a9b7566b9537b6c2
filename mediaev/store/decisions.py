"""What people decided, and where the boilerplate that they confirmed lies."""

from __future__ import annotations

import math
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, delete, insert, select

from mediaev.errors import UsageError
from mediaev.model.decision import VERDICTS, Decision, Place, StoredDecision
from mediaev.model.event import EventDraft, Private
from mediaev.store import codec, schema
from mediaev.store.columns import spelled, storable
from mediaev.store.shelf import REASON_LIMIT, Shelf, unknown

MOST_PLACES = 64
"""Places of one decision: the event has to hold them, and the others follow from matches."""


class DecisionShelf(Shelf):
    """Decisions, and the boilerplate that follows from them."""

    def record_decision(self, decision: Decision, *, reason: str = "") -> StoredDecision:
        """Log a decision and keep it; only a later one can take it back.

        Raises UsageError for a verdict that cannot be given of such a subject, for places of
        exhibits that the case does not hold, and for a reason that is too long.
        """
        self._check(decision, reason)
        with self.transaction():
            [seq] = self._log.append([_event(decision, reason)])
            self._log.settle()
            row = {"seq": seq, **_repeated(decision), "decision": codec.encode(decision)}
            self._database.run(insert(schema.decision), [row])
        return next(each for each in reversed(self.decisions()) if each.seq == seq)

    def _check(self, decision: Decision, reason: str) -> None:
        if decision.verdict not in VERDICTS.get(decision.about, ()):
            raise UsageError(f"{decision.verdict.value} cannot be said of {decision.about}.")
        if not 0 < len(decision.places) <= MOST_PLACES or not all(map(_is_sane, decision.places)):
            raise UsageError(f"A decision is about 1 to {MOST_PLACES} intervals of exhibits.")
        if len(reason) > REASON_LIMIT:
            raise UsageError(f"The reason is longer than {REASON_LIMIT} characters; shorten it.")
        table = schema.exhibit
        for digest in {place.exhibit for place in decision.places}:
            held = select(table.c.digest).where(table.c.digest == digest)
            if not self._database.select(held, tuple):
                raise unknown(digest)

    def decisions(self) -> list[StoredDecision]:
        """All decisions, in the order in which they were taken."""
        kept, event = schema.decision, schema.event
        joined = kept.join(event, kept.c.seq == event.c.seq)
        chosen = select(kept, event.c.time).select_from(joined).order_by(kept.c.seq)
        return self._database.select(
            chosen, lambda row: StoredDecision(row.seq, row.time, _decision(row))
        )

    def record_boilerplate(self, places: Iterable[tuple[str, Place]]) -> None:
        """Replace what is known of confirmed boilerplate: its id and each of its places."""
        rows = [
            {"id": name, "exhibit": place.exhibit, "start": place.start, "end": place.end}
            for name, place in places
        ]
        with self.transaction():
            self._database.run(delete(schema.boilerplate))
            self._database.run(insert(schema.boilerplate), rows)

    def boilerplate_places(self) -> list[tuple[str, Place]]:
        """Where confirmed boilerplate lies, as of the last clustering."""
        return self._database.select(
            select(schema.boilerplate).order_by("place"),
            lambda row: (row.id, _sane(Place(row.exhibit, row.start, row.end))),
        )


def decision_sha256(decision: Decision) -> str:
    """What the log says of a decision: SHA-256 of its JSON as it stands in the database."""
    return sha256(spelled(codec.encode(decision)).encode("ascii")).hexdigest()


def with_seq(row: Row[Any]) -> tuple[int, Decision, bool]:
    """Event and decision of a row, and whether its columns repeat it. Raises ValueError."""
    found = _decision(row)
    expected = _repeated(found)
    return row.seq, found, all(expected[name] == getattr(row, name) for name in expected)


def _decision(row: Row[Any]) -> Decision:
    decision = codec.decode(Decision, row.decision)
    for place in decision.places:
        _sane(place)
    return decision


def _event(decision: Decision, reason: str) -> EventDraft:
    detail: dict[str, Any] = {
        "about": decision.about,
        "subject": decision.subject,
        "verdict": decision.verdict.value,
        "places": [
            {
                "exhibit": str(place.exhibit),
                "start_ms": round(place.start * 1000),
                "end_ms": round(place.end * 1000),
            }
            for place in decision.places
        ],
        "sha256": decision_sha256(decision),
    }
    if reason:
        detail["reason"] = Private(storable(reason))
    return EventDraft("review.decide", detail, item=decision.places[0].exhibit)


def _repeated(decision: Decision) -> dict[str, Any]:
    """The columns that repeat what the decision holds, to search by."""
    return {
        "about": decision.about,
        "subject": decision.subject,
        "verdict": decision.verdict.value,
    }


def _is_sane(place: Place) -> bool:
    return 0 <= place.start <= place.end < math.inf


def _sane(place: Place) -> Place:
    if not _is_sane(place):
        raise ValueError(f"no interval: {place.start!r} to {place.end!r}")
    return place
