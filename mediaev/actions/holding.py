"""Holding: an exhibit's bytes, open again from a place that still has them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from mediaev.errors import ChangedFileError, EvidenceError
from mediaev.intake.opened import OpenedFile, digest, open_once
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown
from mediaev.store import CaseStore, object_path

_TOLD = 8
"""Places that are named when none of them holds the bytes."""


@contextlib.contextmanager
def held(store: CaseStore, exhibit: Digest) -> Iterator[OpenedFile]:
    """The exhibit's bytes, open, from the first place that still holds them.

    Copies that the case keeps come last. The bytes are read and their digest is checked before
    anything is done with them. Raises ChangedFileError, which names the places that were tried.
    """
    tried = []
    for place in _places(store, exhibit):
        with contextlib.ExitStack() as stack:
            try:
                opened = stack.enter_context(open_once(place))
                if digest(opened)[0] != exhibit:
                    tried.append(f"{shown(place)} holds other bytes now")
                    continue
            except EvidenceError as error:
                tried.append(error.message)
                continue
            yield opened
            return
    raise ChangedFileError(
        f"no place where {exhibit} was seen still holds its bytes: {_said(tried)}",
        advice="Mount the disk or bring the file back to where it was, or scan the folder where "
        "it is now; then try again.",
    )


@contextlib.contextmanager
def opened_as(path: bytes, exhibit: Digest) -> Iterator[OpenedFile]:
    """A file that must hold just these bytes, open. Raises EvidenceError."""
    with open_once(path) as opened:
        if digest(opened)[0] != exhibit:
            raise ChangedFileError(f"{shown(path)} does not hold the bytes of {exhibit} any more")
        yield opened


def _places(store: CaseStore, exhibit: Digest) -> list[bytes]:
    places = [sighting.path for sighting in store.sightings(exhibit)]
    places.append(bytes(store.folder / object_path(exhibit)))
    return list(dict.fromkeys(places))


def _said(tried: list[str]) -> str:
    more = len(tried) - _TOLD
    return "; ".join([*tried[:_TOLD], *([f"and {more} more"] if more > 0 else [])])
