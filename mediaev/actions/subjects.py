"""Subjects: what a case or a file holds of pictures and sound, laid out for comparison."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from mediaev.compare.embeddings import Gallery, galleries
from mediaev.compare.placing import Size, size_of
from mediaev.compare.reel import Reel, reel
from mediaev.compare.sound_profile import SOUND, Sound, sound_of
from mediaev.compare.spots import Album, album
from mediaev.compare.testimony import Lead
from mediaev.compare.track import Subject, subject
from mediaev.errors import EvidenceError, TamperedCaseError
from mediaev.examine.fingerprint import MATCHING
from mediaev.examine.fingerprint.sift import SiftFeatures
from mediaev.examine.learned import GATE
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, MediaFacts
from mediaev.model.exhibit import Kind
from mediaev.model.film import Film
from mediaev.model.fingerprint import Fingerprint
from mediaev.model.learned import is_learned
from mediaev.store import CaseStore

COMPARED = (MATCHING.id, SOUND)
"""Descriptors whose fingerprints are compared."""
_AT_HAND = 64
"""Exhibits whose film and keyframes are held at a time; an hour of film is some 260 MB."""


class Library:
    """Every exhibit of a case that has a picture or sound to compare.

    Fingerprints are held for all; films and keyframes are read for those that are looked at.
    """

    def __init__(self, store: CaseStore, learned: Sequence[str] = ()) -> None:
        """`learned`: ids of the learned descriptors whose pictures are compared."""
        self._store = store
        self._learned = learned
        self.subjects = _subjects(store)
        self._whole = functools.lru_cache(_AT_HAND)(self._read)

    def whole(self, digest: Digest) -> Subject:
        """An exhibit with its keyframes and its film. Raises TamperedCaseError."""
        return self._whole(digest)

    def led_to(self, digest: Digest, lead: Lead) -> Subject:
        """An exhibit with what following a lead takes. Raises TamperedCaseError."""
        return self.whole(digest) if lead.by_picture else self.subjects[digest]

    def albums(self) -> Iterator[tuple[Digest, Album]]:
        """The keyframes of every exhibit, one after the other."""
        for digest, features in self._store.features(SiftFeatures.id):
            if digest in self.subjects:
                yield digest, album(features)

    def galleries(self) -> Iterator[tuple[Digest, tuple[Gallery, ...]]]:
        """The pictures of every exhibit as learned networks see them."""
        for descriptor in self._learned:
            described = self._store.fingerprints(descriptor)
            for digest, pairs in itertools.groupby(described, key=lambda each: each[0]):
                if digest in self.subjects:
                    yield digest, _galleries((each for _, each in pairs), str(digest))

    def sounds(self) -> dict[Digest, Sound]:
        """The sound of every exhibit that has any that tells."""
        return {
            digest: each.sound for digest, each in self.subjects.items() if each.sound is not None
        }

    def _read(self, digest: Digest) -> Subject:
        store = self._store
        known = self.subjects[digest]
        spots = album(store.local_features(digest))
        described = [each for name in self._learned for each in store.fingerprints_of(digest, name)]
        return replace(
            known,
            album=spots,
            reel=_reel(store.film(digest), str(digest)),
            galleries=_galleries(described, str(digest)),
        )


def _subjects(store: CaseStore) -> dict[Digest, Subject]:
    facts = store.facts()
    kinds = {exhibit.digest: exhibit.kind for exhibit in store.exhibits()}
    grouped = itertools.groupby(store.fingerprints(MATCHING.id), key=lambda each: each[0])
    found = {
        digest: _subject((each for _, each in pairs), facts[digest], kinds[digest])
        for digest, pairs in grouped
    }
    for digest, profile in store.fingerprints(SOUND):
        known = found.get(digest) or _subject((), facts[digest], kinds[digest])
        found[digest] = replace(known, sound=_sound([profile], str(digest)))
    return found


def subject_of(examination: Examination) -> Subject:
    """One examined file."""
    own = [each for each in examination.fingerprints if each.descriptor == MATCHING.id]
    known = _subject(own, examination.facts, examination.kind)
    return replace(
        known,
        album=album(examination.features),
        reel=_reel(examination.film, "it"),
        sound=_sound(examination.fingerprints, "it"),
        galleries=_galleries(
            (each for each in examination.fingerprints if is_learned(each.descriptor)), "it"
        ),
    )


def _reel(film: Film | None, name: str) -> Reel | None:
    try:
        return reel(film)
    except ValueError as error:
        raise TamperedCaseError(f"The film of {name} is damaged: {error}") from error


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
        size=_size(facts),
    )


def _size(facts: MediaFacts) -> Size:
    """The shape of the upright picture."""
    width, height = facts.width or 1, facts.height or 1
    return size_of(*((height, width) if facts.rotation % 180 else (width, height)))
