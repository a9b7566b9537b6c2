"""Holding: an exhibit's bytes, open again from a place that still has them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from mediaev.errors import ChangedFileError, EvidenceError
from mediaev.intake.opened import OpenedFile, digest, open_once
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown
from mediaev.store import CaseStore, object_path

_TOLD = 3
"""Places that are named when none of them holds the bytes."""


@contextlib.contextmanager
def held(store: CaseStore, exhibit: Digest) -> Iterator[OpenedFile]:
    """The exhibit's bytes, open, from the first place that still holds them.

    A copy that the case keeps comes last. The bytes are read and their digest is checked before
    anything is done with them. Raises ChangedFileError, which names the places that were tried.
    """
    places = [sighting.path for sighting in store.sightings(exhibit)]
    copy = store.folder / object_path(exhibit)
    if copy.exists():
        places.append(bytes(copy))
    tried = []
    for place in dict.fromkeys(places):
        with contextlib.ExitStack() as stack:
            try:
                opened = stack.enter_context(opened_as(place, exhibit))
            except EvidenceError as error:
                tried.append(error.message)
                continue
            yield opened
            return
    more = f"; and {len(tried) - _TOLD} more" if len(tried) > _TOLD else ""
    raise ChangedFileError(
        f"no place where {exhibit} was seen still holds its bytes: "
        f"{'; '.join(tried[:_TOLD])}{more}",
        advice="Mount the disk or bring the file back to where it was, or scan the folder where "
        "it is now; then try again.",
    )


@contextlib.contextmanager
def opened_as(path: bytes, exhibit: Digest) -> Iterator[OpenedFile]:
    """A file that must hold just these bytes, open. Raises EvidenceError."""
    with open_once(path) as opened:
        if digest(opened)[0] != exhibit:
            raise ChangedFileError(f"{shown(path)} holds other bytes now")
        yield opened
