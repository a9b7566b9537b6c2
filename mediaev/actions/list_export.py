"""Exporting a hash list of one's own exhibits: what others may know, and no more."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mediaev.actions.documents import path_text
from mediaev.actions.list_subjects import PICTURES
from mediaev.errors import InterruptedRunError, UsageError
from mediaev.examine.fingerprint import MATCHING
from mediaev.lists import DIGESTS_ONLY, FORMATS, Listed, Track, write
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Exhibit, Kind, shown
from mediaev.model.fingerprint import Fingerprint, Region
from mediaev.store import CaseStore

FORMS = tuple(FORMATS)
"""Formats that a list can be written in."""
ALGORITHMS = ("md5", "sha1", "sha512")
"""Digests besides SHA-256 that are told where the log has them."""
_ELSEWHERE = "Give another name or another folder with -o."


@dataclass(frozen=True, slots=True)
class Exported:
    """A list that was written."""

    path: Path
    digest: Digest
    """Of the file."""
    exhibits: int
    """How many were to be listed."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many of them the format has no line for, or not all lines, by reason."""

    @property
    def not_listed(self) -> dict[str, int]:
        """How many are not on the list at all, by reason."""
        return {why: each for why, each in self.left_out.items() if why != DIGESTS_ONLY}

    @property
    def listed(self) -> int:
        """How many are on the list."""
        return self.exhibits - sum(self.not_listed.values())


def export_list(
    store: CaseStore,
    form: str,
    target: Path,
    exhibits: Sequence[Exhibit] | None = None,
    *,
    paths: bool = False,
) -> Exported:
    """Write the list and log it; must run inside a session of the store.

    An exhibit goes by the first digits of its digest, or with `paths` by the place where it
    was seen first. Raises UsageError where the target exists or the format is unknown.
    """
    if form not in FORMATS:
        raise UsageError(f"{form!a} is no format of hash lists", advice=", ".join(FORMATS))
    chosen = store.exhibits() if exhibits is None else exhibits
    recorded = store.recorded_digests(ALGORITHMS)
    listed = (_listed(store, each, recorded.get(each.digest, {}), paths=paths) for each in chosen)
    left: Counter[str] = Counter()
    made = _written(target, write(form, listed, left))
    exported = Exported(target, made, len(chosen), dict(sorted(left.items())))
    name = path_text(bytes(target))
    with store.transaction():
        store.record_list_export(form, exported.listed, made, name, paths=paths)
    return exported


def _listed(
    store: CaseStore, exhibit: Exhibit, recorded: Mapping[str, bytes], *, paths: bool
) -> Listed:
    name = f"sha256:{exhibit.digest.hex[:12]}".encode()
    if paths:
        name = next((each.path for each in store.sightings(exhibit.digest)), name)
    made = store.fingerprints_of(exhibit.digest, MATCHING.id)
    whole = [each for each in made if each.region is Region.FULL]
    pictures = {
        told: each.bits.hex()
        for told, descriptor in PICTURES.items()
        for each in store.fingerprints_of(exhibit.digest, descriptor)
    }
    digests = {each: recorded[each].hex() for each in ALGORITHMS if each in recorded}
    return Listed(
        name,
        {"sha256": exhibit.digest.hex, **digests},
        exhibit.kind is Kind.VIDEO,
        _track(whole[0]) if whole else None,
        pictures,
    )


def _track(made: Fingerprint) -> Track:
    ticks = np.frombuffer(made.ticks, "<i8").astype(np.float64)
    return Track(made.bits, made.quality, (ticks * float(made.time_base)).tolist())


def _written(target: Path, pieces: Iterator[bytes]) -> Digest:
    """Write a file that was not there before; nothing half-made is left."""
    name = shown(bytes(target))
    digest = hashlib.sha256()
    try:
        fd = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise UsageError(f"{name} exists; nothing is overwritten", advice=_ELSEWHERE) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise UsageError(f"{name} cannot be made: {why}", advice=_ELSEWHERE) from error
    try:
        with os.fdopen(fd, "wb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
            file.flush()
            os.fsync(fd)
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise InterruptedRunError(f"{name} could not be written: {error.strerror}") from error
        raise
    return Digest("sha256", digest.digest())
