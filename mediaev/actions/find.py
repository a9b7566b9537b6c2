"""Find: have we seen this? Answers for files, and takes nothing in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mediaev.actions.examining import Looked, in_order, look
from mediaev.actions.progress import Listener, Progress, silent
from mediaev.actions.subjects import sounds, subject_of, subjects
from mediaev.compare.relate import View, relate
from mediaev.compare.sound_profile import Sound, sound_of
from mediaev.compare.testimony import weigh
from mediaev.compare.track import Subject
from mediaev.index.candidates import CandidateIndex
from mediaev.index.sounds import SoundIndex
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, ExaminationStatus, ExamineSettings
from mediaev.model.exhibit import shown
from mediaev.model.match import Match, Relation
from mediaev.ports import Executor
from mediaev.store import CaseStore

QUERY = ExamineSettings(samples_per_second=12)
"""Queries are sampled three times as densely as exhibits, so that every sample of an exhibit
meets one of the same moment (`docs/decisions/0004-sampling.md`)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the case holds that matches one query file."""

    path: bytes
    digest: Digest | None
    """None when the query could not be read."""
    matches: tuple[tuple[Digest, Match], ...] = ()
    """Exhibit and match, best first; the match is seen from the query."""
    error: str | None = None
    """Why the query could not be read, or not as a whole."""
    failed: bool = False
    """Whether nothing could be said of the query."""


class _Library:
    """What the case holds, with all that finds it."""

    def __init__(self, store: CaseStore) -> None:
        self.held = {exhibit.digest for exhibit in store.exhibits()}
        self._seen: dict[Digest, Subject] = subjects(store)
        self._heard: dict[Digest, Sound] = sounds(store)
        self._by_sight, self._by_sound = CandidateIndex(self._seen), SoundIndex(self._heard)

    def matches(self, digest: Digest, query: Examination) -> tuple[tuple[Digest, Match], ...]:
        """What matches a query, best first."""
        found = []
        if digest in self.held:
            found.append((digest, Match(Relation.IDENTICAL, 1.0)))
        seen, heard = subject_of(query), sound_of(query.fingerprints)
        views = self._by_sight.views(seen)
        seeds = self._by_sound.seeds(heard) if heard is not None else {}
        for other in sorted((views.keys() | seeds.keys()) - {digest}):
            match = self._related(other, seen, views.get(other))
            match = weigh(heard, self._heard.get(other), match, seeds.get(other, ()))
            if match is not None:
                found.append((other, match))
        return tuple(sorted(found, key=lambda pair: (-pair[1].score, pair[0])))

    def _related(self, other: Digest, query: Subject, views: set[View] | None) -> Match | None:
        """What the pictures say."""
        if not views:
            return None
        # Seen from the exhibit, whose fewer samples each find their moment in the query.
        match = relate(self._seen[other], query, {view.from_the_other() for view in views})
        return match.turned() if match is not None else None


def find(
    store: CaseStore,
    paths: Sequence[bytes],
    *,
    settings: ExamineSettings | None = None,
    executor: Executor | None = None,
    listen: Listener = silent,
) -> Iterator[Answer]:
    """Answer for each path, in the order given; a bad file fails alone."""
    library = _Library(store)
    distinct = list(dict.fromkeys(paths))

    def answers() -> Iterator[tuple[bytes, Answer]]:
        looks = look(distinct, settings=settings or QUERY, executor=executor)
        for number, looked in enumerate(looks, 1):
            listen(Progress("examine", number, len(paths), shown(looked.path)))
            yield looked.path, _answer(looked, library)

    yield from in_order(paths, answers())


def _answer(looked: Looked, library: _Library) -> Answer:
    digest = looked.digests[0] if looked.digests else None
    examination = looked.examination
    if examination is None or digest is None:
        return Answer(looked.path, digest, error=str(looked.error), failed=True)
    matches = library.matches(digest, examination)
    ok = examination.status in {ExaminationStatus.OK, ExaminationStatus.PARTIAL}
    reason = examination.reason or None
    return Answer(looked.path, digest, matches, reason, failed=not (ok or matches))
