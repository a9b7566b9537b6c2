"""The leaf: the fields of an event's body, checked and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mediaev.custody import canonical
from mediaev.custody.commitment import commitments, is_commitment
from mediaev.model.digest import Digest

VERSION = 1
SIG = "sig"
"""The one field that only some events have: signatures of who answers for them."""
_MOST_SIGNATURES = 16

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_ITEM = re.compile(r"sha256:[0-9a-f]{64}")
_HEX = re.compile(r"[0-9a-f]{64}")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")
_VAULT = re.compile(r"[0-9a-z-]{1,64}")
_SYNC = ("ntp", "none", "unknown")


class LeafError(ValueError):
    """A body whose fields are not those of an event."""


@dataclass(frozen=True, slots=True)
class EventView:
    """One event, for reading; its names are the fields of the leaf."""

    vault: str
    seq: int
    type: str
    time: str
    boot: str
    mono_ns: int
    sync: str
    session: int | None
    actor_id: str
    actor_role: str
    item: Digest | None
    prev_item: tuple[int, bytes] | None
    exhibit: str | None
    case: str | None
    intent: int | None
    outcome: str
    detail: Mapping[str, Any]
    private: tuple[str, ...]
    signed_by: tuple[str, ...] = ()
    """Ids of the keys in `sig`; whether they hold is another question."""


def fields(body: bytes) -> EventView:
    """Read the body of an event. Raises CanonicalError or LeafError, both ValueErrors."""
    record = canonical.decode(body)
    if says := flaw(record):
        raise LeafError(says)
    previous = record["prev_item"]
    return EventView(
        vault=record["vault"],
        seq=record["seq"],
        type=record["type"],
        time=record["time"],
        boot=record["clock"]["boot"],
        mono_ns=int(record["clock"]["mono_ns"]),
        sync=record["clock"]["sync"],
        session=record["session"],
        actor_id=record["actor"]["id"],
        actor_role=record["actor"]["role"],
        item=None if record["item"] is None else Digest.parse(record["item"]),
        prev_item=None if previous is None else (previous[0], bytes.fromhex(previous[1])),
        exhibit=record["exhibit"],
        case=record["case"],
        intent=record["intent"],
        outcome=record["outcome"],
        detail=record["detail"],
        private=tuple(record["private"]),
        signed_by=tuple(one["key"] for one in record.get(SIG, ())),
    )


def flaw(record: Mapping[str, Any]) -> str:
    """What is wrong with the fields of a decoded body, or an empty string.

    Fields that this version does not know are no flaw: `unknown_fields` names them.
    """
    for name, sound in _FIELDS.items():
        try:
            value = record[name]
        except KeyError:
            return f"the field {name} is missing"
        if not sound(value):
            return f"the field {name} is not as it should be"
    seq, previous = record["seq"], record["prev_item"]
    for name in ("session", "intent"):
        if record[name] is not None and record[name] >= seq:
            return f"the field {name} does not point to an earlier event"
    if previous is not None and (previous[0] >= seq or record["item"] is None):
        return "the field prev_item does not point to an earlier event about the item"
    if SIG in record and (says := _flaw_of_signatures(record[SIG])):
        return says
    return _flaw_of_private(record["detail"], record["private"])


def unknown_fields(record: Mapping[str, Any]) -> list[str]:
    """The fields of a body that this version does not know."""
    return [] if len(record) == len(_FIELDS) else sorted(record.keys() - _FIELDS.keys() - {SIG})


def moment(time: str) -> float:
    """Seconds since 1970 of a leaf's time, exact to some microseconds. Raises ValueError."""
    return datetime.fromisoformat(time).timestamp()


def _flaw_of_private(detail: Any, private: list[Any]) -> str:
    found = list(commitments(detail))
    if not all(is_commitment(value) for _, value in found):
        return "the field detail holds a malformed commitment"
    if sorted(path for path, _ in found) != private:
        return "the field private does not list the commitments of detail"
    return ""


def _flaw_of_signatures(sig: Any) -> str:
    sound = (
        isinstance(sig, list)
        and 0 < len(sig) <= _MOST_SIGNATURES
        and all(
            isinstance(one, dict)
            and one.keys() == {"key", "value"}
            and all(isinstance(part, str) for part in one.values())
            for one in sig
        )
    )
    return "" if sound else "the field sig is not as it should be"


def _is_number(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_number_or_none(value: Any) -> bool:
    return value is None or (type(value) is int and value >= 0)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_text_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value != "")


def _is_time(value: Any) -> bool:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return False
    try:
        moment(value)
    except ValueError:
        return False
    return True


def _is_clock(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("boot"), str)
        and _matches(_DECIMAL, value.get("mono_ns"))
        and value.get("sync") in _SYNC
    )


def _is_actor(value: Any) -> bool:
    return isinstance(value, dict) and _is_text(value.get("id")) and _is_text(value.get("role"))


def _is_link(value: Any) -> bool:
    return value is None or (
        isinstance(value, list)
        and len(value) == 2
        and _is_number(value[0])
        and _matches(_HEX, value[1])
    )


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


_FIELDS: dict[str, Callable[[Any], bool]] = {
    "v": lambda value: type(value) is int and value == VERSION,
    "vault": lambda value: _matches(_VAULT, value),
    "seq": _is_number,
    "type": _is_text,
    "time": _is_time,
    "clock": _is_clock,
    "session": _is_number_or_none,
    "actor": _is_actor,
    "item": lambda value: value is None or _matches(_ITEM, value),
    "prev_item": _is_link,
    "exhibit": _is_text_or_none,
    "case": _is_text_or_none,
    "intent": _is_number_or_none,
    "outcome": _is_text,
    "detail": lambda value: isinstance(value, dict),
    "private": lambda value: isinstance(value, list),
}
"""Every field of a leaf of this version, and what its value must be."""
