"""Naming: what of a case a name given by a person means."""

from __future__ import annotations

import os
from collections.abc import Sequence

from mediaev.actions.case import Case
from mediaev.actions.path_like import PathLike
from mediaev.errors import UsageError
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.cluster import Cluster
from mediaev.model.exhibit import Exhibit, shown
from mediaev.store import StoredMatch

__all__ = ["Named", "StoredMatch", "exhibit_named", "named"]

Named = Cluster | StoredMatch | Boilerplate | Exhibit


def named(case: Case, name: PathLike) -> Named:
    """The cluster `c-…`, match `m-…`, boilerplate `b-…` or exhibit that is meant.

    An exhibit is named by the first digits of its digest, or by a path where the case has
    seen it. Raises UsageError if nothing, or more than one thing, goes by that name.
    """
    text = os.fsdecode(name)
    kept: Sequence[Cluster | StoredMatch | Boilerplate] = ()
    if text.startswith("c-"):
        kept = case.clusters()
    elif text.startswith("m-"):
        kept = [found for found in (case.match(text),) if found is not None]
    elif text.startswith("b-"):
        kept = case.boilerplate()
    for each in kept:
        if each.id == text:
            return each
    return exhibit_named(case, name)


def exhibit_named(case: Case, name: PathLike) -> Exhibit:
    """The exhibit meant by the first digits of its digest or by a path. Raises UsageError."""
    path = os.path.abspath(os.fsencode(name))  # noqa: PTH100 - links stay, as in the walk
    sighting = case.store.sighting_at(path)
    if sighting is not None:
        return case.exhibit(sighting.exhibit.hex)
    outcome = next((each for each in case.outcomes() if each.path == path), None)
    if outcome is not None:
        raise UsageError(
            f"{shown(path)} was met but not taken in: {outcome.reason}",
            advice="`mediaev log` has the event that says so.",
        )
    text = os.fsdecode(name)
    if not text or not case.store.find_exhibits(text):
        raise UsageError(
            f"{shown(text)}: no cluster, match, boilerplate or exhibit of this case, "
            "nor a path it has seen",
            advice="`mediaev clusters` lists clusters; `mediaev scan` takes files in.",
        )
    return case.exhibit(text)
