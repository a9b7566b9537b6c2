"""From what a method named to figures, the same for every method."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field
from typing import Any

from evaluation.chance import shuffled
from evaluation.metrics import Point, Scored, at_threshold, micro_ap, recall_at
from evaluation.tool import Run
from evaluation.truth import Kind, Pair, Query, Trial, pair

PRECISE = 0.99
Scores = Mapping[tuple[str, str], float]
"""(query name, exhibit digest) → score, the higher the surer; pairs not named are left out."""


@dataclass(frozen=True, slots=True)
class Method:
    """Something that was asked all queries of a trial."""

    name: str
    scores: Scores
    accepted: frozenset[tuple[str, str]] | None = None
    """Pairs that it calls copies by its own rule, if it has one."""
    seconds: float = 0.0
    """CPU seconds for the whole trial."""
    note: str = ""
    """What one should know about its figures."""


@dataclass(slots=True)
class Count:
    """So many of so many."""

    right: int = 0
    total: int = 0

    @property
    def share(self) -> float:
        """Right ones as a part of all; 0 of 0 is 0."""
        return self.right / self.total if self.total else 0.0


@dataclass(slots=True)
class Figures:
    """How a method did in a trial. Thresholds are on the method's own scale."""

    method: str
    uap: float
    clean: Point
    """The most recall without a wrong pair."""
    precise: Point
    """The most recall at a precision of 0.99."""
    elsewhere: tuple[Point, Point]
    """Each half of the sources, at the threshold that the other half asks for."""
    per_edit: dict[str, Count]
    """True pairs named at the threshold of `precise`."""
    flagged: dict[str, Count]
    """Queries of each kind of negative for which something was named at that threshold."""
    accepted: Point | None = None
    """By the method's own rule; the threshold says nothing then. Only unrelated pairs are wrong."""
    accepted_strictly: float = 0.0
    """Its precision if pairs of one camera and of one card count as wrong, too."""
    accepted_per_edit: dict[str, Count] = field(default_factory=dict)
    accepted_flagged: dict[str, Count] = field(default_factory=dict)
    seconds: float = 0.0
    note: str = ""

    def document(self) -> dict[str, Any]:
        """The figures as JSON."""
        return asdict(self)


def of_tool(run: Run) -> Method:
    """The tool as a method: every relation ranks with its score, copies alone are accepted."""
    scores: dict[tuple[str, str], float] = {}
    accepted: set[tuple[str, str]] = set()
    for name, answers in run.answers.items():
        for found in answers:
            scores[name, found.exhibit] = max(scores.get((name, found.exhibit), 0.0), found.score)
            if found.accepted:
                accepted.add((name, found.exhibit))
    seconds = run.scan_seconds + run.find_seconds
    return Method("mediaev", scores, frozenset(accepted), seconds)


def figures(trial: Trial, method: Method, seed: int) -> Figures:
    """All figures of one method."""
    kinds = _kinds(trial)
    ranked = _ranked(method.scores, kinds)
    precise = recall_at(ranked, trial.positives, PRECISE)
    named = {key for key, score in method.scores.items() if score >= precise.threshold}
    done = Figures(
        method.name,
        micro_ap(ranked, trial.positives),
        recall_at(ranked, trial.positives, 1.0),
        precise,
        _elsewhere(trial, method.scores, kinds, seed),
        per_edit(trial, named),
        flagged(trial, named, kinds),
        seconds=method.seconds,
        note=method.note,
    )
    if method.accepted is not None:
        _accept(done, trial, method.accepted, kinds)
    return done


Kinds = dict[tuple[str, str], Pair]


def _kinds(trial: Trial) -> Kinds:
    """What every pair of the trial is."""
    return {
        (query.name, exhibit.digest): pair(query, exhibit)
        for query in trial.queries
        for exhibit in trial.library
    }


def _ranked(scores: Scores, kinds: Kinds) -> list[Scored]:
    """The pairs that a ranking can be judged by.

    As in the published benchmarks, pairs of one camera are left out; so are those of one card.
    Both are counted by themselves (`flagged`), and in `accepted_strictly`.
    """
    return [
        Scored(score, kinds[key] is Pair.TRUE)
        for key, score in scores.items()
        if kinds[key] in {Pair.TRUE, Pair.FALSE}
    ]


def _elsewhere(trial: Trial, scores: Scores, kinds: Kinds, seed: int) -> tuple[Point, Point]:
    """Fit the threshold on one half of the sources, look at the other; both ways."""
    halves = _halves(trial.queries, seed)
    results = []
    for fitted, looked_at in (halves, halves[::-1]):
        parts = [
            _ranked({key: score for key, score in scores.items() if key[0] in half}, kinds)
            for half in (fitted, looked_at)
        ]
        threshold = recall_at(parts[0], _positives(trial, fitted), PRECISE).threshold
        results.append(at_threshold(parts[1], _positives(trial, looked_at), threshold))
    return results[0], results[1]


def _halves(queries: Sequence[Query], seed: int) -> tuple[set[str], set[str]]:
    """Names of queries, so that no main source is in both halves; each kind is divided."""
    sources: dict[Kind, set[str]] = defaultdict(set)
    for query in queries:
        sources[query.kind].add(query.sources[0])
    first: set[str] = set()
    for kind in Kind:
        mixed = shuffled(sorted(sources[kind]), seed, "halves", kind)
        first |= set(mixed[::2])
    left = {query.name for query in queries if query.sources[0] in first}
    return left, {query.name for query in queries} - left


def _positives(trial: Trial, names: set[str]) -> int:
    return sum(len(query.found_in) for query in trial.queries if query.name in names)


def per_edit(trial: Trial, named: AbstractSet[tuple[str, str]]) -> dict[str, Count]:
    """True pairs that were named, for each edit."""
    counts: dict[str, Count] = {}
    for query in trial.queries:
        for exhibit in query.found_in:
            count = counts.setdefault(query.edit, Count())
            count.total += 1
            count.right += (query.name, exhibit) in named
    return counts


def flagged(trial: Trial, named: AbstractSet[tuple[str, str]], kinds: Kinds) -> dict[str, Count]:
    """Queries for which a wrong exhibit was named, for each kind of query.

    The same camera's exhibits are wrong for another moment, and those behind the same card
    for a shared card; for all others, only unrelated exhibits are.
    """
    bad = {Kind.CAMERA: {Pair.CAMERA, Pair.FALSE}, Kind.CARD: {Pair.CARD, Pair.FALSE}}
    wrong: dict[str, set[Pair]] = defaultdict(set)
    for key in named:
        wrong[key[0]].add(kinds[key])
    counts = {kind.value: Count() for kind in Kind}
    for query in trial.queries:
        count = counts[query.kind.value]
        count.total += 1
        count.right += bool(wrong[query.name] & bad.get(query.kind, {Pair.FALSE}))
    return {kind: count for kind, count in counts.items() if count.total}


def _accept(
    done: Figures, trial: Trial, accepted: frozenset[tuple[str, str]], kinds: Kinds
) -> None:
    """Fill in what the method's own rule gives."""
    number = {kind: sum(kinds[key] is kind for key in accepted) for kind in Pair}
    right, false = number[Pair.TRUE], number[Pair.FALSE]
    precision = right / (right + false) if right + false else 1.0
    done.accepted = Point(0.0, precision, right / trial.positives if trial.positives else 0.0)
    counted = right + false + number[Pair.CAMERA] + number[Pair.CARD]
    done.accepted_strictly = right / counted if counted else 1.0
    done.accepted_per_edit = per_edit(trial, accepted)
    done.accepted_flagged = flagged(trial, accepted, kinds)
