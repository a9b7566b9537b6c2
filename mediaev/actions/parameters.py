"""Parameters: all that a match was computed with, so that anybody can compute it again.

The numbers are read off the modules of the comparison themselves, so none can be forgotten, and
a match that names their id can be computed again by whoever has them.
"""

from __future__ import annotations

import functools
import importlib
import json
import pkgutil
from hashlib import sha256
from typing import Any

import mediaev.compare
from mediaev.actions.doctor import versions
from mediaev.compare.testimony import ENGINE
from mediaev.custody.leaf import EventView, fields
from mediaev.custody.verify import LogRow
from mediaev.model.examination import Examination
from mediaev.store import CaseStore, StoredMatch

THRESHOLDS = "thresholds"
"""Where a match's evidence names the numbers that it rests on."""

Parameters = dict[str, Any]
"""As JSON has them (`computed` in `docs/formats/json.md`)."""


@functools.cache
def in_force() -> dict[str, dict[str, Any]]:
    """All numbers, and rows of numbers, that the modules of the comparison name in capitals."""
    found: dict[str, dict[str, Any]] = {}
    for module in pkgutil.iter_modules(mediaev.compare.__path__):
        named = vars(importlib.import_module(f"mediaev.compare.{module.name}"))
        told = {
            name.lstrip("_"): json.loads(json.dumps(value))
            for name, value in named.items()
            if name.isupper() and _is_number(value)
        }
        if told:
            found[module.name] = told
    return found


def _is_number(value: object) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(map(_is_number, value))
    return isinstance(value, int | float) and not isinstance(value, bool)


@functools.cache
def thresholds_id() -> str:
    """`t-` and the first 12 hexadecimal digits of SHA-256 over the numbers as JSON."""
    spelled = json.dumps(in_force(), sort_keys=True, separators=(",", ":"))
    return f"t-{sha256(spelled.encode('ascii')).hexdigest()[:12]}"


def of_now(a: Examination, b: Examination) -> Parameters:
    """What a match that was computed just now was computed with."""
    return {
        "engine": ENGINE,
        "thresholds": {"id": thresholds_id(), "values": in_force()},
        "tool": dict(versions()),
        "event": None,
        "time": None,
        "a": _examined(a),
        "b": _examined(b),
    }


def of_stored(store: CaseStore, stored: StoredMatch) -> Parameters:
    """What a match of the case was computed with, as the case and its log say."""
    told = stored.match.evidence.get(THRESHOLDS)
    event = _event_of(store, stored)
    values = in_force() if told == thresholds_id() else None
    return {
        "engine": stored.engine,
        "thresholds": {"id": told if isinstance(told, str) else None, "values": values},
        "tool": _tool_of(store, event.session) if event is not None else None,
        "event": event.seq if event is not None else None,
        "time": event.time if event is not None else None,
        "a": _examined(store.examination(stored.a)),
        "b": _examined(store.examination(stored.b)),
    }


def _examined(examination: Examination | None) -> dict[str, Any] | None:
    """How one side was examined."""
    if examination is None:
        return None
    made = [each.descriptor for each in examination.fingerprints]
    if examination.features is not None:
        made.append(examination.features.descriptor)
    if examination.film is not None:
        made.append(examination.film.codec)
    return {
        "settings": examination.settings,
        "descriptors": list(dict.fromkeys(made)),
        "libraries": dict(examination.libraries),
    }


def _event_of(store: CaseStore, stored: StoredMatch) -> EventView | None:
    """The last event that records a match."""
    found = None
    for row in store.events(stored.a):
        event = _read(row) if row.type == "item.match" else None
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
