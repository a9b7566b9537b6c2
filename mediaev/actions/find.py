"""Find: have we seen this? Answers for files, and takes nothing in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mediaev.actions.examining import Looked, in_order, look
from mediaev.actions.learned import chosen_for, held_by
from mediaev.actions.list_search import ListAnswer, ListSearch
from mediaev.actions.list_subjects import file_subject
from mediaev.actions.marking import known_places
from mediaev.actions.members import member
from mediaev.actions.progress import Listener, Progress, silent
from mediaev.actions.searching import Search
from mediaev.actions.subjects import Library, subject_of
from mediaev.compare.boilerplate import KnownPlaces
from mediaev.compare.differences import differences
from mediaev.compare.testimony import testify
from mediaev.compare.track import Subject
from mediaev.errors import UsageError
from mediaev.model.difference import Difference
from mediaev.model.digest import Digest
from mediaev.model.examination import ExaminationStatus, ExamineSettings
from mediaev.model.exhibit import shown
from mediaev.model.match import Match, Relation
from mediaev.ports import Executor
from mediaev.store import CaseStore

QUERY = ExamineSettings(
    samples_per_second=12,
    film_per_second=24,
    still_features=1000,
    still_side=800,
    frame_features=500,
    frame_side=640,
    keyframes_per_minute=120,
)
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
    differences: Mapping[Digest, Sequence[Difference]] = field(default_factory=dict)
    """By exhibit, what was done to it or to the query; seen from the query."""
    error: str | None = None
    """Why the query could not be read, or not as a whole."""
    failed: bool = False
    """Whether nothing could be said of the query."""
    lists: ListAnswer | None = None
    """What others' lists say of the query; None where the case has no lists."""


def find(
    store: CaseStore,
    paths: Sequence[bytes],
    *,
    settings: ExamineSettings | None = None,
    executor: Executor | None = None,
    learned: str | None = None,
    listen: Listener = silent,
) -> Iterator[Answer]:
    """Answer for each path, in the order given; a bad file fails alone.

    `learned` names the learned model as in `ScanOptions`. Raises UsageError where the case
    was described with one that is not at hand, unless `none` is asked for.
    """
    described_by = held_by(store)
    chosen = chosen_for(store, learned, executor) if learned or described_by else None
    if chosen is not None and not described_by:
        raise UsageError(
            "Nothing in this case was described with a learned model.",
            advice="Scan with the same --learned first, or leave it out here.",
        )
    library = Library(store, [chosen.model.id] if chosen is not None else [])
    search = Search(library, listen)
    lists = ListSearch(store)
    known = known_places(store)
    distinct = list(dict.fromkeys(paths))

    def answers() -> Iterator[tuple[bytes, Answer]]:
        described = chosen.for_queries() if chosen is not None else ()
        looks = look(
            distinct,
            settings=settings or QUERY,
            executor=executor,
            algorithms=lists.algorithms,
            learned=described,
        )
        for number, looked in enumerate(looks, 1):
            listen(Progress("examine", number, len(paths), shown(looked.path)))
            answer = _answer(looked, store, library, search, known)
            yield looked.path, replace(answer, lists=_listed(looked, lists))

    yield from in_order(paths, answers())
    search.tidy()


def _answer(
    looked: Looked, store: CaseStore, library: Library, search: Search, known: KnownPlaces
) -> Answer:
    digest = looked.digests[0] if looked.digests else None
    examination = looked.examination
    if examination is None or digest is None:
        return Answer(looked.path, digest, error=str(looked.error), failed=True)
    matches = _matches(digest, subject_of(examination), store, library, search)
    own = member(digest, looked.opened.identity.size if looked.opened else 0, examination.facts)
    known = known.with_query(digest, matches)
    matches = tuple((other, known.marked(digest, other, match)) for other, match in matches)
    ok = examination.status in {ExaminationStatus.OK, ExaminationStatus.PARTIAL}
    reason = examination.reason or None
    return Answer(
        looked.path,
        digest,
        matches,
        {
            other: differences(match, own, held_one)
            for other, match in matches
            if (held_one := library.member(other)) is not None
        },
        reason,
        failed=not (ok or matches),
    )


def _listed(looked: Looked, lists: ListSearch) -> ListAnswer | None:
    """What lists say of a query; bytes that cannot be decoded are looked for by digest."""
    if not lists:
        return None
    if not looked.digests or looked.error is not None:
        return ListAnswer()
    subject = subject_of(looked.examination) if looked.examination is not None else None
    return lists.ask([file_subject(looked.digests, subject, looked.examination)])


def _matches(
    digest: Digest,
    query: Subject,
    store: CaseStore,
    library: Library,
    search: Search,
) -> tuple[tuple[Digest, Match], ...]:
    found = []
    if store.exhibit(digest) is not None:
        found.append((digest, Match(Relation.IDENTICAL, 1.0)))
    for other, lead in search.candidates(query).items():
        if other != digest:
            match = testify(query, library.led_to(other, lead), lead)
            if match is not None:
                found.append((other, match))
    return tuple(sorted(found, key=lambda pair: (-pair[1].score, pair[0])))
