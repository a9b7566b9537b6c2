"""Searching: which exhibits of a library are worth holding against a query."""

from __future__ import annotations

from mediaev.actions.subjects import Library
from mediaev.compare.testimony import Lead
from mediaev.compare.track import Subject
from mediaev.index.candidates import CandidateIndex
from mediaev.index.embeddings import EmbeddingIndex
from mediaev.index.features import FeatureIndex
from mediaev.index.sounds import SoundIndex
from mediaev.model.digest import Digest


class Search:
    """All indexes of a library: by fingerprints, local features, learned likeness and sound."""

    def __init__(self, library: Library) -> None:
        self._fingerprints = CandidateIndex(library.subjects)
        self._features = FeatureIndex(library.albums())
        self._embeddings = EmbeddingIndex(library.galleries())
        self._sounds = SoundIndex(library.sounds())

    def candidates(self, query: Subject) -> dict[Digest, Lead]:
        """What may show or sound the same as a query, and what speaks for it."""
        views = self._fingerprints.views(query)
        meetings = self._features.meetings(query.album)
        alike = self._embeddings.likenesses(query.galleries)
        seeds = self._sounds.seeds(query.sound) if query.sound is not None else {}
        return {
            each: Lead(
                views.get(each, ()),
                meetings.get(each, ()),
                seeds.get(each, ()),
                alike.get(each, ()),
            )
            for each in views.keys() | meetings.keys() | alike.keys() | seeds.keys()
        }
