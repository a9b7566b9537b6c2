"""Searching: which exhibits of a library are worth holding against a query."""

from __future__ import annotations

from mediaev.actions.subjects import Library
from mediaev.compare.proposals import Meeting
from mediaev.compare.track import Subject
from mediaev.compare.view import View
from mediaev.index.candidates import CandidateIndex
from mediaev.index.features import FeatureIndex
from mediaev.model.digest import Digest


class Search:
    """Both indexes of a library: by fingerprints and by local features."""

    def __init__(self, library: Library) -> None:
        self._fingerprints = CandidateIndex(library.subjects)
        self._features = FeatureIndex(library.albums())

    def candidates(self, query: Subject) -> dict[Digest, tuple[set[View], list[Meeting]]]:
        """What may show the same as a query, and what speaks for it."""
        views = self._fingerprints.views(query)
        meetings = self._features.meetings(query.album)
        named = views.keys() | meetings.keys()
        return {each: (views.get(each, set()), meetings.get(each, [])) for each in named}
