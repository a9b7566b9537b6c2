"""Subjects: what a case or a file holds of pictures and sound, laid out for comparison."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mediaev.actions.members import member_of
from mediaev.compare.embeddings import Gallery, galleries
from mediaev.compare.placing import Size, size_of
from mediaev.compare.reel import reel
from mediaev.compare.sound_profile import SOUND, Sound, sound_of
from mediaev.compare.spots import Album, album
from mediaev.compare.testimony import Lead
from mediaev.compare.track import Subject, subject
from mediaev.errors import EvidenceError, TamperedCaseError
from mediaev.examine.fingerprint import MATCHING
from mediaev.examine.learned import GATE
from mediaev.model.cluster import Member
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, MediaFacts
from mediaev.model.exhibit import Kind
from mediaev.model.fingerprint import Fingerprint
from mediaev.model.learned import is_learned
from mediaev.store import CaseStore

COMPARED = (MATCHING.id, SOUND)
"""Descriptors whose fingerprints are compared."""
_AT_HAND = 64
"""Exhibits whose film and keyframes are held at a time; an hour of film is some 260 MB."""
_REMEMBERED = 1024
"""Exhibits whose fingerprints are held; an hour of them is some 1 MB."""


class Library:
    """Every exhibit of a case that has a picture or sound to compare, read as it is asked for."""

    def __init__(self, store: CaseStore, learned: Sequence[str] = ()) -> None:
        """`learned`: ids of the learned descriptors whose pictures are compared."""
        self._store = store
        self._learned = learned
        self.described = store.described(COMPARED)
        """All of them, each with what names its examination."""
        self.subjects: Mapping[Digest, Subject] = _Subjects(store, self.described)
        """Their fingerprints and their sound."""
        self._album = functools.lru_cache(_AT_HAND)(lambda each: album(store.local_features(each)))
        self._whole = functools.lru_cache(_AT_HAND)(self._read)

    def whole(self, digest: Digest) -> Subject:
        """An exhibit with its keyframes and its film. Raises TamperedCaseError."""
        return self._whole(digest)

    def led_to(self, digest: Digest, lead: Lead) -> Subject:
        """An exhibit with what following a lead takes. Raises TamperedCaseError."""
        if not lead.by_picture:
            return self.subjects[digest]
        self.album_of(digest, lead)
        return self.whole(digest)

    def album_of(self, digest: Digest, lead: Lead) -> Album:
        """The keyframes of an exhibit, among them those of a lead. Raises TamperedCaseError."""
        found = self._album(digest)
        known = len(found.keyframes)
        if any(meeting.exhibit >= known for meeting in lead.meetings):
            raise TamperedCaseError(
                f"{digest} has other features than when it was indexed, and no scan since."
            )
        return found

    def to_index(self, digest: Digest) -> Subject:
        """An exhibit with what finding it takes: all but its film. Raises TamperedCaseError."""
        known = _described(self._store, digest)
        return replace(known, album=album(self._store.local_features(digest)))

    def index_places(self) -> tuple[Path, Path] | None:
        """Where the index of the case and this machine's notes on it are kept."""
        return self._store.index_places()

    def member(self, digest: Digest) -> Member | None:
        """An exhibit as one of several copies, by its facts; None if it was never examined."""
        return member_of(self._store, digest)

    def galleries(self) -> Iterator[tuple[Digest, tuple[Gallery, ...]]]:
        """The pictures of every exhibit as learned networks see them."""
        for descriptor in self._learned:
            described = self._store.fingerprints(descriptor)
            for digest, pairs in itertools.groupby(described, key=lambda each: each[0]):
                if digest in self.described:
                    yield digest, _galleries((each for _, each in pairs), str(digest))

    def _read(self, digest: Digest) -> Subject:
        store = self._store
        known = self.subjects[digest]
        described = [each for name in self._learned for each in store.fingerprints_of(digest, name)]
        return replace(
            known,
            album=self._album(digest),
            film=functools.cache(lambda: reel(store.film(digest), str(digest))),
            galleries=_galleries(described, str(digest)),
        )


class _Subjects(Mapping[Digest, Subject]):
    """The fingerprints and the sound of exhibits, read when they are asked for."""

    def __init__(self, store: CaseStore, described: Mapping[Digest, bytes]) -> None:
        self._described = described
        self._read = functools.lru_cache(_REMEMBERED)(functools.partial(_described, store))

    def __getitem__(self, digest: Digest) -> Subject:
        if digest not in self._described:
            raise KeyError(digest)
        return self._read(digest)

    def __iter__(self) -> Iterator[Digest]:
        return iter(self._described)

    def __len__(self) -> int:
        return len(self._described)


def _described(store: CaseStore, digest: Digest) -> Subject:
    """One exhibit's fingerprints and its sound. Raises TamperedCaseError."""
    facts, exhibit = store.facts_of(digest), store.exhibit(digest)
    if facts is None or exhibit is None:
        raise TamperedCaseError(f"{digest} has fingerprints but was never examined.")
    known = _subject(store.fingerprints_of(digest, MATCHING.id), facts, exhibit.kind)
    return replace(known, sound=_sound(store.fingerprints_of(digest, SOUND), str(digest)))


def subject_of(examination: Examination) -> Subject:
    """One examined file."""
    own = [each for each in examination.fingerprints if each.descriptor == MATCHING.id]
    known = _subject(own, examination.facts, examination.kind)
    return replace(
        known,
        album=album(examination.features),
        film=functools.cache(lambda: reel(examination.film, "it")),
        sound=_sound(examination.fingerprints, "it"),
        galleries=_galleries(
            (each for each in examination.fingerprints if is_learned(each.descriptor)), "it"
        ),
    )


def _galleries(fingerprints: Iterable[Fingerprint], name: str) -> tuple[Gallery, ...]:
    try:
        return galleries(fingerprints, GATE)
    except ValueError as error:
        raise TamperedCaseError(f"The learned descriptions of {name} are damaged.") from error


def _sound(fingerprints: Iterable[Fingerprint], name: str) -> Sound | None:
    try:
        return sound_of(fingerprints)
    except EvidenceError as error:
        raise TamperedCaseError(f"The sound profile of {name} is damaged: {error}") from error


def _subject(fingerprints: Iterable[Fingerprint], facts: MediaFacts, kind: Kind) -> Subject:
    return subject(
        fingerprints,
        duration=float(facts.duration or 0),
        still=kind is Kind.STILL,
        gate=MATCHING.gate,
        size=shape_of(facts),
    )


def shape_of(facts: MediaFacts) -> Size:
    """The shape of the upright picture."""
    width, height = facts.width or 1, facts.height or 1
    return size_of(*((height, width) if facts.rotation % 180 else (width, height)))
