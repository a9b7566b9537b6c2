"""Deriving: a clip of an exhibit, logged with the exact command that made it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from mediaev.actions.documents import path_text
from mediaev.derive import Derived, clip
from mediaev.errors import ChangedFileError, EvidenceError
from mediaev.intake.opened import OpenedFile, digest, open_once
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.store import CaseStore, object_path


def derive_clip(
    store: CaseStore, exhibit: Digest, target: Path, start: float, end: float
) -> Derived:
    """Cut a clip of an exhibit for viewing; must run inside a session of the store.

    Raises EvidenceError when no place where the exhibit was seen still holds its bytes.
    """
    with _held(store, exhibit) as opened:
        derived = clip(opened.fd, target, start, end)
        opened.check_unchanged()
    detail = {
        "made": str(derived.digest),
        "command": list(derived.command[1:]),
        "program": derived.program,
        "start_ms": round(start * 1000),
        "end_ms": round(end * 1000),
        "target": Private(path_text(os.fsencode(target))),
    }
    with store.transaction():
        store.append([EventDraft("item.derive", detail, exhibit)])
    return derived


@contextlib.contextmanager
def _held(store: CaseStore, exhibit: Digest) -> Iterator[OpenedFile]:
    """The exhibit's bytes, open, from the first place that still holds them."""
    places = [sighting.path for sighting in store.sightings(exhibit)]
    places.append(bytes(store.folder / object_path(exhibit)))
    for place in dict.fromkeys(places):
        with contextlib.ExitStack() as stack:
            try:
                opened = stack.enter_context(open_once(place))
                if digest(opened)[0] != exhibit:
                    continue
            except EvidenceError:
                continue
            yield opened
            return
    raise ChangedFileError(
        f"no place where {exhibit} was seen still holds its bytes",
        advice="Bring the file back to where it was, or scan the folder where it is now.",
    )
