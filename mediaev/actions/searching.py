"""Searching: which exhibits of a library are worth holding against a query."""

from __future__ import annotations

from mediaev.actions.progress import Listener, Progress, silent
from mediaev.actions.subjects import Library
from mediaev.compare.testimony import Lead
from mediaev.compare.track import Subject
from mediaev.index.candidates import CandidateIndex
from mediaev.index.catalogue import Catalogue
from mediaev.index.embeddings import EmbeddingIndex
from mediaev.index.features import FeatureIndex
from mediaev.index.segment_folder import SegmentFolder
from mediaev.index.sounds import SoundIndex
from mediaev.index.tables import SETTINGS
from mediaev.index.trust import Notes
from mediaev.model.digest import Digest

_REFUSED = (
    "{} of the files in cache/index could not be used (damaged, altered, out of date, or made "
    "on another machine); what they should hold was made anew from the case"
)


class Search:
    """All indexes of a library: by fingerprints, local features, learned likeness and sound."""

    def __init__(self, library: Library, listen: Listener = silent, *, keep: bool = True) -> None:
        """Open what the cache keeps of the index, and make the rest.

        `keep`: whether the cache is used at all; without it all is made in memory.
        """
        places = library.index_places() if keep else None
        folder = SegmentFolder(places[0], Notes(places[1]), SETTINGS) if places else None
        self._catalogue = Catalogue(
            library.described,
            library.to_index,
            folder,
            lambda done, total: listen(Progress("index", done, total)),
        )
        if refused := self._catalogue.refused:
            listen(Progress("index", 0, 0, warning=_REFUSED.format(refused)))
        parts = self._catalogue.parts
        self._fingerprints = CandidateIndex.over([(each.names, each.samples) for each in parts])
        self._features = FeatureIndex.over([(each.names, each.spots) for each in parts])
        self._embeddings = EmbeddingIndex(library.galleries())
        self._sounds = SoundIndex.over([(each.names, each.windows) for each in parts])

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

    def tidy(self) -> None:
        """Put the kept index in order, once all searching is done."""
        if self._catalogue.made:
            self._catalogue.tidy()
