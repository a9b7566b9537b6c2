"""Marking: matches with a note where they rest on confirmed boilerplate alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mediaev.compare.boilerplate import KnownPlaces
from mediaev.store import CaseStore, StoredMatch


def known_places(store: CaseStore) -> KnownPlaces:
    """Where confirmed boilerplate lies, as of the last scan or decision."""
    return KnownPlaces(store.boilerplate_places())


def marked(matches: Iterable[StoredMatch], known: KnownPlaces) -> list[StoredMatch]:
    """The matches of a case, those marked that rest on it."""
    return [replace(each, match=known.marked(*each.sides)) if known else each for each in matches]
