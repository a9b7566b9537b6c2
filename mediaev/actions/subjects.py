"""Subjects: fingerprints of a case or of a file, laid out for comparison."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from mediaev.compare.sound_profile import SOUND, Sound, sound_of
from mediaev.compare.track import Subject, subject
from mediaev.examine.fingerprint import MATCHING
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, MediaFacts
from mediaev.model.exhibit import Kind
from mediaev.model.fingerprint import Fingerprint
from mediaev.store import CaseStore


def subjects(store: CaseStore) -> dict[Digest, Subject]:
    """Every exhibit of the case that has a picture to compare."""
    facts = store.facts()
    kinds = {exhibit.digest: exhibit.kind for exhibit in store.exhibits()}
    grouped = itertools.groupby(store.fingerprints(MATCHING.id), key=lambda each: each[0])
    return {
        digest: _subject((each for _, each in pairs), facts[digest], kinds[digest])
        for digest, pairs in grouped
    }


def sounds(store: CaseStore) -> dict[Digest, Sound]:
    """Every exhibit of the case that has any telling sound."""
    laid_out = ((digest, sound_of([each])) for digest, each in store.fingerprints(SOUND))
    return {digest: sound for digest, sound in laid_out if sound is not None}


def subject_of(examination: Examination) -> Subject:
    """One examined file."""
    own = [each for each in examination.fingerprints if each.descriptor == MATCHING.id]
    return _subject(own, examination.facts, examination.kind)


def _subject(fingerprints: Iterable[Fingerprint], facts: MediaFacts, kind: Kind) -> Subject:
    return subject(
        fingerprints,
        duration=float(facts.duration or 0),
        still=kind is Kind.STILL,
        gate=MATCHING.gate,
    )
