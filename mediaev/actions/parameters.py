"""Parameters: all that a match was computed with, so that anybody can compute it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mediaev.actions.doctor import versions
from mediaev.compare.testimony import ENGINE
from mediaev.compare.thresholds import Values, in_force, thresholds_id
from mediaev.custody.leaf import EventView, fields
from mediaev.custody.verify import LogRow
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination
from mediaev.store import CaseStore, StoredMatch

THRESHOLDS = "thresholds"
"""Where a match's evidence names the numbers that it rests on."""


@dataclass(frozen=True, slots=True)
class Examined:
    """How one side was examined."""

    settings: str
    descriptors: tuple[str, ...]
    """Ids of its fingerprints, its local features and its film."""
    libraries: dict[str, str]
    """Name → version."""

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "settings": self.settings,
            "descriptors": list(self.descriptors),
            "libraries": self.libraries,
        }


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a match was computed with."""

    engine: str
    thresholds: str | None
    """Id of the numbers in force then; None for matches of versions that did not say."""
    values: Values | None
    """These numbers; None where they are not those of this version."""
    tool: dict[str, str] | None
    """Versions of mediaev, Python and the libraries that compared."""
    event: int | None
    """The custody event that holds the match; None where none does."""
    time: str | None
    """When it was recorded, RFC 3339 UTC."""
    a: Examined | None
    b: Examined | None

    def document(self) -> dict[str, Any]:
        """As JSON has it (`computed` in `docs/formats/json.md`)."""
        return {
            "engine": self.engine,
            "thresholds": {"id": self.thresholds, "values": self.values},
            "tool": self.tool,
            "event": self.event,
            "time": self.time,
            "a": self.a.document() if self.a is not None else None,
            "b": self.b.document() if self.b is not None else None,
        }


def examined(examination: Examination | None) -> Examined | None:
    """How an examination was made; None without one."""
    if examination is None:
        return None
    made = [each.descriptor for each in examination.fingerprints]
    if examination.features is not None:
        made.append(examination.features.descriptor)
    if examination.film is not None:
        made.append(examination.film.codec)
    return Examined(examination.settings, tuple(dict.fromkeys(made)), dict(examination.libraries))


def of_stored(store: CaseStore, stored: StoredMatch) -> Parameters:
    """What a match of the case was computed with, as the case and its log say."""
    told = stored.match.evidence.get(THRESHOLDS)
    thresholds = told if isinstance(told, str) else None
    row = _event_of(store, stored)
    sides = (_examined_in(store, stored.a), _examined_in(store, stored.b))
    values = in_force() if thresholds == thresholds_id() else None
    if row is None:
        return Parameters(stored.engine, thresholds, values, None, None, None, *sides)
    tool = _tool_of(store, row.session)
    return Parameters(stored.engine, thresholds, values, tool, row.seq, row.time, *sides)


def of_now(a: Examination, b: Examination) -> Parameters:
    """What a match that was computed just now was computed with."""
    sides = examined(a), examined(b)
    return Parameters(ENGINE, thresholds_id(), in_force(), dict(versions()), None, None, *sides)


def _examined_in(store: CaseStore, digest: Digest) -> Examined | None:
    return examined(store.examination(digest))


def _event_of(store: CaseStore, stored: StoredMatch) -> EventView | None:
    """The last event that records a match."""
    found = None
    for row in store.events(stored.a):
        if row.type == "item.match":
            event = _read(row)
            if event is not None and event.detail.get("match") == stored.id:
                found = event
    return found


def _tool_of(store: CaseStore, session: int | None) -> dict[str, str] | None:
    """What versions the run was of that an event belongs to, as its start says."""
    if session is None:
        return None
    for row in store.events(after=session - 1, limit=1):
        event = _read(row)
        tool = event.detail.get("tool") if event is not None else None
        if isinstance(tool, dict):
            return {str(name): str(version) for name, version in tool.items()}
    return None


def _read(row: LogRow) -> EventView | None:
    """An event of the log; None for a row that holds none, of which `verify` tells."""
    try:
        return fields(row.body) if isinstance(row.body, bytes) else None
    except (ValueError, TypeError, RecursionError):
        return None
