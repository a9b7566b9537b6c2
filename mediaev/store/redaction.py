"""Redaction: destroys openings for good, and every row that repeats what they told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import Column, Row, bindparam, delete, select, update

from mediaev.custody.leaf import fields
from mediaev.errors import UsageError
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.model.redaction import Opening, Redaction, Told, unbase64
from mediaev.store import schema
from mediaev.store.columns import storable
from mediaev.store.shelf import REASON_LIMIT, Shelf

_DESTROYED = "disclosure.destroy"
_ACCOUNTS = (_DESTROYED, "legal_hold.set", "legal_hold.lift")
"""Events whose grounds stay unless they are named themselves: somebody answers for them."""
_A_TIME = 4000
"""Openings that one event of destruction names; an event has room for some more."""
_EVENT, _OPENING, _LIST = schema.event, schema.disclosure, schema.hash_list
_OPENED = (
    select(_OPENING.c.seq, _OPENING.c.path, _OPENING.c.value, _EVENT.c.type, _EVENT.c.item)
    .select_from(_OPENING.join(_EVENT))
    .order_by(_OPENING.c.seq, _OPENING.c.path)
)
_GONE = Digest("sha256", bytes(32))
"""In the place of a digest that was redacted."""


class RedactionShelf(Shelf):
    """What is told of private values, and its destruction."""

    def openings(
        self,
        events: Iterable[int] | None = None,
        item: Digest | None = None,
    ) -> list[Opening]:
        """Openings that are still kept: all, those of some events, or those about an exhibit."""
        chosen = _OPENED
        if events is not None:
            chosen = chosen.where(_OPENING.c.seq.in_(bindparam("of", list(events), expanding=True)))
        if item is not None:
            about = (_EVENT.c.item == str(item)) & _EVENT.c.type.not_in(_ACCOUNTS)
            chosen = chosen.where(about)
        return self._database.select(chosen, _opening)

    def planned(self, chosen: Sequence[Opening]) -> Redaction:
        """What destroying some openings would remove with them; nothing is changed."""
        told = Told(chosen)
        known = {(each.seq, each.path) for each in chosen}

        def repeats(row: Row[Any]) -> Opening | None:
            other = _opening(row)
            is_new = (other.seq, other.path) not in known
            return other if is_new and told.repeated_by(other) else None

        told.join(list(filter(None, self._database.select(_OPENED, repeats))))
        repeating = list(filter(None, self._database.select(_OPENED, repeats)))
        named = _OPENED.where(_OPENING.c.path == "detail.name_b64")
        namesakes = set(filter(None, self._database.select(named, _namesake_of(told))))
        namesakes -= {each.item for each in (*chosen, *repeating)}
        plan = Redaction(tuple(chosen), tuple(repeating), {}, tuple(sorted(namesakes)))
        return replace(plan, rows=self._counts(self._repeats(plan.openings)))

    def destroy(self, plan: Redaction, ground: str, authority: str) -> list[int]:
        """Destroy openings and what repeats them, and log it; returns the events' numbers.

        The bytes are gone from the disk only after `scrub`. Raises UsageError without a ground
        or an authority.
        """
        _require(ground, "a ground")
        _require(authority, "an authority")
        openings = plan.openings
        if not openings:
            raise UsageError("There is nothing to destroy.")
        with self.transaction():
            rows = self._repeats(openings)
            self._drop(schema.sighting.c.id, rows["sighting"])
            self._drop(schema.outcome.c.id, rows["outcome"])
            self._drop(schema.claim.c.exhibit, rows["claim"])
            self._forget_operator(rows["meta"])
            self._blank_lists(rows["hash_list"])
            gone = delete(_OPENING).where(
                _OPENING.c.seq == bindparam("of"), _OPENING.c.path == bindparam("at")
            )
            self._database.run(gone, [{"of": each.seq, "at": each.path} for each in openings])
            drafts = list(_events(openings, self._counts(rows), ground, authority))
            return self._log.append(drafts)

    def scrub(self) -> None:
        """Write the database anew, so that nothing of what was removed stays in its files.

        Raises CaseInUseError while another program reads the case.
        """
        self._log.settle()
        self._database.scrub()

    def _repeats(self, openings: Sequence[Opening]) -> dict[str, list[Any]]:
        """Keys of the rows that repeat what openings tell, by table."""
        told = Told(openings)
        claimed = {each.item for each in openings if each.path == "detail.claims"}
        found: dict[str, list[Any]] = {
            "sighting": self._database.select(
                select(schema.sighting.c.id, schema.sighting.c.path),
                lambda row: row.id if row.path in told.paths else None,
            ),
            "outcome": self._database.select(
                select(schema.outcome.c.id, schema.outcome.c.path, schema.outcome.c.reason),
                lambda row: row.id if row.path in told.paths or told.is_in(row.reason) else None,
            ),
            "claim": self._database.select(
                select(schema.claim.c.exhibit).distinct(),
                lambda row: row.exhibit if row.exhibit in claimed else None,
            ),
            "meta": ["operator"] if self._tells_operator(openings) else [],
            "hash_list": list(self._lists(openings)),
        }
        return {name: [key for key in keys if key is not None] for name, keys in found.items()}

    def _tells_operator(self, openings: Sequence[Opening]) -> bool:
        table = schema.meta
        named = select(table.c.value).where(table.c.key == "operator")
        kept = self._database.select(named, lambda row: bool(row.value)) == [True]
        return kept and any((each.seq, each.path) == (0, "detail.operator") for each in openings)

    def _lists(self, openings: Sequence[Opening]) -> Iterator[tuple[int, frozenset[str]]]:
        """Hash lists of which something is destroyed, and what."""
        of_lists = [each for each in openings if each.type == "list.import"]
        for seq, group in groupby(of_lists, key=lambda each: each.seq):
            body = select(_EVENT.c.body).where(_EVENT.c.seq == seq)
            [number] = self._database.select(body, _number_of_list)
            yield number, frozenset(each.path for each in group)

    @staticmethod
    def _counts(rows: Mapping[str, Sequence[Any]]) -> dict[str, int]:
        return {name: len(keys) for name, keys in rows.items() if keys}

    def _drop(self, column: Column[Any], keys: Sequence[Any]) -> None:
        statement = delete(column.table).where(column == bindparam("of"))
        self._database.run(statement, [{"of": key} for key in keys])

    def _forget_operator(self, keys: list[Any]) -> None:
        named = update(schema.meta).where(schema.meta.c.key == bindparam("of")).values(value="")
        self._database.run(named, [{"of": key} for key in keys])

    def _blank_lists(self, keys: list[tuple[int, frozenset[str]]]) -> None:
        """Blank names and owners; with the digest of a list go all its labels."""
        block = schema.list_block
        for number, paths in keys:
            blank: dict[str, Any] = {
                name: "" for name in ("name", "owner") if f"detail.{name}" in paths
            }
            if "detail.file" in paths:
                blank["digest"] = _GONE
                blocks = select(block.c.place, block.c.labels).where(block.c.list == number)
                labelled = self._database.select(blocks, _labels)
                self._database.run(
                    update(block)
                    .where(block.c.list == number, block.c.place == bindparam("at"))
                    .values(labels=bindparam("blank")),
                    [{"at": place, "blank": [""] * count} for place, count in labelled],
                )
            self._database.run(update(_LIST).where(_LIST.c.number == number).values(**blank))


def _events(
    openings: Sequence[Opening], rows: Mapping[str, int], ground: str, authority: str
) -> Iterator[EventDraft]:
    """Events that name what was destroyed; the first one tells of the rows."""
    items = {each.item for each in openings} - {None}
    item = items.pop() if len(items) == 1 else None
    for start in range(0, len(openings), _A_TIME):
        part = openings[start : start + _A_TIME]
        by_path: dict[str, list[int]] = {}
        for each in part:
            by_path.setdefault(each.path, []).append(each.seq)
        detail = {
            "destroyed": [{"path": path, "events": by_path[path]} for path in sorted(by_path)],
            "rows": {} if start else dict(rows),
            "ground": Private(storable(ground)),
            "authority": Private(storable(authority)),
        }
        yield EventDraft(_DESTROYED, detail, item=item)


def _require(text: str, what: str) -> None:
    if not text.strip():
        raise UsageError(f"Nothing is destroyed without {what}.")
    if len(text) > REASON_LIMIT:
        raise UsageError(f"{what} is longer than {REASON_LIMIT} characters; shorten it.")


def _number_of_list(row: Row[Any]) -> int:
    return int(fields(row.body).detail["list"].removeprefix("l-"))


def _labels(row: Row[Any]) -> tuple[int, int]:
    return int(row.place), len(row.labels)


def _namesake_of(told: Told) -> Callable[[Row[Any]], Digest | None]:
    return lambda row: _opening(row).item if unbase64(row.value) in told.names else None


def _opening(row: Row[Any]) -> Opening:
    item = None if row.item is None else Digest.parse(row.item)
    return Opening(row.seq, row.path, row.type, item, row.value)
