"""Compare two: files, or exhibits of a case."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from mediaev.actions.examining import look
from mediaev.actions.learned import VARIABLE, Chosen, chosen_for
from mediaev.actions.marking import known_places
from mediaev.actions.members import member
from mediaev.actions.subjects import subject_of
from mediaev.compare.differences import differences
from mediaev.compare.testimony import Lead, testify
from mediaev.compare.view import ALL_VIEWS
from mediaev.errors import EvidenceError, UsageError
from mediaev.index.embeddings import EmbeddingIndex
from mediaev.index.features import FeatureIndex
from mediaev.model.cluster import Member
from mediaev.model.difference import Difference
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, ExaminationStatus, ExamineSettings
from mediaev.model.exhibit import shown
from mediaev.model.match import Match, Relation
from mediaev.ports import Executor
from mediaev.store import CaseStore


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two things compared."""

    given: bytes
    """The name that the user gave: a path, or the first digits of a digest."""
    digest: Digest
    examination: Examination
    size: int = 0
    """Bytes."""
    is_file: bool = False
    """Whether `given` is a path; else it names an exhibit of the case."""

    @property
    def name(self) -> str:
        """The given name, fit to be printed."""
        return shown(self.given)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides and what was found of them; the match is seen from `a`."""

    a: Side
    b: Side
    match: Match | None
    differences: tuple[Difference, ...] = ()
    """What was done to either, seen from `a`."""


def compare(
    a: str | bytes,
    b: str | bytes,
    *,
    store: CaseStore | None = None,
    executor: Executor | None = None,
    learned: str | None = None,
) -> Comparison:
    """Relate two files or exhibits; with a store, a digest's first digits name an exhibit.

    `learned` names a learned model for the files, as in `ScanOptions`. Raises EvidenceError
    for a file that cannot be examined, UsageError for a name that is neither a file nor an
    exhibit.
    """
    # Without a word from the user nothing is needed: a comparison looks at all there is.
    asked = learned or os.environ.get(VARIABLE)
    chosen = chosen_for(store, asked, executor) if asked else None
    left, right = _sides([a, b], store, executor, chosen)
    if left.digest == right.digest:
        return Comparison(left, right, Match(Relation.IDENTICAL, 1.0))
    one, other = subject_of(left.examination), subject_of(right.examination)
    meetings = FeatureIndex([(right.digest, other.album)]).meetings(one.album)
    alike = EmbeddingIndex([(right.digest, other.galleries)]).likenesses(one.galleries)
    lead = Lead(ALL_VIEWS, meetings.get(right.digest, ()), None, alike.get(right.digest, ()))
    match = testify(one, other, lead)
    if match is not None and store is not None:
        match = known_places(store).marked(left.digest, right.digest, match)
    found = differences(match, _member(left), _member(right)) if match is not None else ()
    return Comparison(left, right, match, tuple(found))


def _member(side: Side) -> Member:
    return member(side.digest, side.size, side.examination.facts)


def _sides(
    names: Sequence[str | bytes],
    store: CaseStore | None,
    executor: Executor | None,
    chosen: Chosen | None,
) -> list[Side]:
    paths = [os.fsencode(name) for name in names]
    files = [path for path in paths if os.path.lexists(path)]
    found = {}
    for looked in look(
        dict.fromkeys(files),
        settings=ExamineSettings(),
        executor=executor,
        learned=chosen.for_exhibits() if chosen is not None else (),
    ):
        if looked.error is not None:
            raise looked.error
        if looked.examination is not None:
            size = looked.opened.identity.size if looked.opened is not None else 0
            found[looked.path] = Side(
                looked.path, looked.digests[0], looked.examination, size, is_file=True
            )
    for path in paths:
        if path not in found:
            found[path] = _held(os.fsdecode(path), store)
        _require_picture(found[path])
    return [found[path] for path in paths]


def _held(name: str, store: CaseStore | None) -> Side:
    exhibits = store.find_exhibits(name) if store is not None else []
    if len(exhibits) != 1 or store is None:
        what = "several exhibits" if exhibits else "neither a file nor an exhibit of this case"
        raise UsageError(f"{shown(name)}: {what}")
    examination = store.examination(exhibits[0].digest)
    if examination is None:
        raise UsageError(f"{shown(name)} was taken in but never examined; scan again")
    return Side(os.fsencode(name), exhibits[0].digest, examination, exhibits[0].size)


def _require_picture(side: Side) -> None:
    if side.examination.status in {ExaminationStatus.FAILED, ExaminationStatus.NOT_MEDIA}:
        raise EvidenceError(f"{side.name}: {side.examination.reason}")
