"""Gathering: what the log says of exhibits, as far as a profile lets it out.

Everything that an export tells is taken from the events and from the openings that the profile
lets out. So nothing that the log holds as a commitment can slip into one.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any

from mediaev.custody.commitment import MARK, fitting
from mediaev.custody.leaf import EventView
from mediaev.errors import TamperedCaseError
from mediaev.model.digest import Digest
from mediaev.model.event import Disclosure
from mediaev.model.export import EventRecord, ExhibitRecord, Letting

_ALGORITHMS = ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b")


def let_out(
    view: EventView, openings: Iterable[Disclosure], letting: Letting
) -> tuple[Disclosure, ...]:
    """The openings that may leave the case; raises TamperedCaseError if one does not fit."""
    chosen = tuple(each for each in openings if letting.tells(view.type, each.path))
    if chosen:
        sound = fitting(view.detail, chosen)
        for each in chosen:
            if each not in sound:
                raise TamperedCaseError(
                    f"Event {view.seq}: the opening kept of {each.path} does not fit its "
                    "commitment, so nothing was exported."
                )
    return chosen


def event_record(view: EventView, leaf_hash: bytes, told: Iterable[Disclosure]) -> EventRecord:
    """An event with the values that are let out in their places."""
    values = {each.path: each.value for each in told}
    return EventRecord(
        seq=view.seq,
        type=view.type,
        time=view.time,
        actor=view.actor_id,
        role=view.actor_role,
        session=view.session,
        item=view.item,
        informed_by=None if view.prev_item is None else view.prev_item[0],
        intent=view.intent,
        outcome=view.outcome,
        detail=_put_in(view.detail, values, "detail"),
        leaf_hash=leaf_hash.hex(),
    )


def _put_in(value: Any, values: Mapping[str, Any], path: str) -> Any:
    if isinstance(value, Mapping):
        if MARK in value:
            return values.get(path, value)
        return {key: _put_in(inner, values, f"{path}.{key}") for key, inner in value.items()}
    if isinstance(value, list):
        return [_put_in(inner, values, f"{path}.{place}") for place, inner in enumerate(value)]
    return value


class Gathering:
    """Takes the events in order, and knows then what they say of the case and its exhibits."""

    def __init__(self) -> None:
        self.created = self.number = self.organisation = self.operator = ""
        self.time = ""
        self._found: dict[Digest, dict[str, Any]] = {}

    def take(self, event: EventRecord) -> None:
        """Learn from the next event; what it says in an unknown way is passed over."""
        self.time = event.time
        detail = event.detail
        if event.type == "vault.create":
            self.created = _text(detail.get("created")) or event.time
            self.number = _text(detail.get("number"))
            self.organisation = _text(detail.get("organisation"))
            self.operator = _text(detail.get("operator"))
        elif event.item is not None:
            self._take_item(event, event.item)

    def _take_item(self, event: EventRecord, item: Digest) -> None:
        if event.type == "item.ingest":
            self._ingest(event, item)
        elif item in self._found:
            about, detail = self._found[item], event.detail
            if event.type == "item.identify":
                about["kind"] = _text(detail.get("kind"))
                about["format"] = _text(detail.get("format"))
                about["examined"] = event.outcome
            elif event.type == "item.exhibit":
                about["number"] = _text(detail.get("number")) or about["number"]

    def _ingest(self, event: EventRecord, item: Digest) -> None:
        detail = event.detail
        about = self._found.setdefault(
            item,
            {
                "ingest": event.seq,
                "size": _number(detail.get("size")),
                "taken_in": _text(detail.get("taken_in")) or event.time,
                "digests": {"sha256": item.hex},
                "number": "",
                "names": {},
                "paths": {},
            },
        )
        recorded = detail.get("digests")
        if isinstance(recorded, Mapping):
            about["digests"].update(_digests(recorded))
        for name, key in (("names", "name_b64"), ("paths", "path_b64")):
            if (value := _bytes(detail.get(key))) is not None:
                about[name].setdefault(value)

    def exhibits(self) -> list[ExhibitRecord]:
        """All exhibits, in the order of their first events."""
        return [
            ExhibitRecord(
                digest=digest,
                **{
                    **about,
                    "digests": dict(sorted(about["digests"].items())),
                    "names": tuple(about["names"]),
                    "paths": tuple(about["paths"]),
                },
            )
            for digest, about in self._found.items()
        ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _bytes(value: Any) -> bytes | None:
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None


def _digests(recorded: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name in _ALGORITHMS:
        if isinstance(digits := recorded.get(name), str):
            try:
                found[name] = Digest(name, bytes.fromhex(digits)).hex
            except ValueError:
                continue
    return found
