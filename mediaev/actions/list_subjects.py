"""What of an exhibit, or of a file that is asked about, can be on a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mediaev.actions.subjects import Library
from mediaev.compare.bits import Packed
from mediaev.compare.listed import telling
from mediaev.compare.track import Subject, Track
from mediaev.examine.fingerprint import DHASH, PHASH
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination
from mediaev.model.fingerprint import Fingerprint, Region
from mediaev.store import CaseStore

PICTURES = {"phash": PHASH.id, "dhash": DHASH.id}
"""Descriptors of stills that lists have, by their name there."""


@dataclass(frozen=True, slots=True)
class ListSubject:
    """What of an exhibit or a file can be on a list."""

    digest: Digest
    """SHA-256."""
    digests: Mapping[str, bytes]
    """By algorithm, as far as they are known."""
    tracks: tuple[Track, ...] = ()
    """PDQ of the whole and of the inner picture: the samples that bear witness by themselves."""
    still: bool = False
    pictures: Mapping[str, Packed] = field(default_factory=dict)
    """pHash and dHash, shape (1, 8), of a still that shows enough for them."""


def file_subject(
    digests: Sequence[Digest], subject: Subject | None, examination: Examination | None
) -> ListSubject:
    """A file that was looked at; SHA-256 comes first among its digests."""
    made = {
        name: each
        for each in (examination.fingerprints if examination else ())
        for name, descriptor in PICTURES.items()
        if each.descriptor == descriptor
    }
    return _subject(digests[0], {each.algorithm: each.value for each in digests}, subject, made)


def exhibit_subjects(
    store: CaseStore, wanted: Collection[Digest] | None = None, algorithms: Iterable[str] = ()
) -> list[ListSubject]:
    """The exhibits of a case, or those wanted, in the order they were taken in.

    `algorithms` are the digests to look for in the log, besides SHA-256.
    """
    subjects = Library(store).subjects
    made: dict[Digest, dict[str, Fingerprint]] = {}
    for name, descriptor in PICTURES.items():
        for digest, fingerprint in store.fingerprints(descriptor):
            made.setdefault(digest, {})[name] = fingerprint
    recorded = store.recorded_digests(set(algorithms))
    exhibits = [each.digest for each in store.exhibits()]
    return [
        _subject(
            digest,
            {digest.algorithm: digest.value, **recorded.get(digest, {})},
            subjects.get(digest),
            made.get(digest, {}),
        )
        for digest in exhibits
        if wanted is None or digest in wanted
    ]


def _subject(
    digest: Digest,
    digests: Mapping[str, bytes],
    subject: Subject | None,
    made: Mapping[str, Fingerprint],
) -> ListSubject:
    if subject is None:
        return ListSubject(digest, digests)
    tracks = tuple(each for each in map(_clear, subject.tracks) if len(each.times))
    whole = any(each.region is Region.FULL for each in tracks)
    # They know no quality of their own, and of a picture that is flat they say nothing.
    pictures = _pictures(made) if subject.still and whole else {}
    return ListSubject(digest, digests, tracks, subject.still, pictures)


def _clear(track: Track) -> Track:
    clear = track.clear
    return Track(
        track.region, track.times[clear], track.bits[clear], track.quality[clear], track.box
    )


def _pictures(made: Mapping[str, Fingerprint]) -> dict[str, Packed]:
    found = {name: np.frombuffer(each.bits, np.uint8).reshape(-1, 8) for name, each in made.items()}
    if "dhash" in found and not telling(found["dhash"]).all():
        del found["dhash"]
    return {name: bits for name, bits in found.items() if len(bits) == 1}
