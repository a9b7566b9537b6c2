"""What a plain search is asked: is the right one named, does it lie there, is more named?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from evaluation.placing import closest, errors
from evaluation.report import table
from evaluation.tool import Found, Run
from evaluation.truth import Kind, Pair, Part, Trial, pair

NEAR = 0.5
"""Seconds by which a segment may begin or end too early or too late."""


@dataclass(slots=True)
class Named:
    """What became of the true pairs of one form of query."""

    pairs: int = 0
    named: int = 0
    """The right exhibit was accepted."""
    near: int = 0
    """All its parts were found with both ends within `NEAR` in both files."""
    more: int = 0
    """Queries for which an exhibit of another recording was accepted as well."""


def naming(trial: Trial, run: Run) -> tuple[dict[str, Named], Named]:
    """By form of query; and for those that must find nothing, in how many something was found."""
    forms: dict[str, Named] = {}
    nothing = Named()
    library = {exhibit.digest: exhibit for exhibit in trial.library}
    for query in trial.queries:
        accepted = {found.exhibit: found for found in run.answers[query.name] if found.accepted}
        if query.kind is Kind.EMPTY:
            nothing.pairs += 1
            nothing.more += bool(accepted)
            continue
        form = forms.setdefault(query.edit, Named())
        for digest in query.found_in:
            form.pairs += 1
            if digest in accepted:
                form.named += 1
                parts = [part for part in query.parts if part.exhibit == digest]
                form.near += all(_near(part, accepted[digest]) for part in parts)
        wrong = {Pair.FALSE, Pair.CAMERA}
        form.more += any(pair(query, library[digest]) in wrong for digest in accepted)
    return forms, nothing


def _near(part: Part, said: Found) -> bool:
    start, end, _ = errors(part, closest(part, said.segments))
    return max(start, end) <= NEAR


def naming_report(trial: Trial, run: Run) -> tuple[list[str], dict[str, Any]]:
    """The lines to print and the figures as JSON."""
    forms, nothing = naming(trial, run)
    document = {name: asdict(form) for name, form in forms.items()}
    return list(_lines(forms, nothing)), {"forms": document, "nothing": asdict(nothing)}


def _lines(forms: dict[str, Named], nothing: Named) -> Iterator[str]:
    yield f"`ends`: every segment begins and ends within {NEAR} s, in both files."
    rows = [
        [name, *map(str, (form.pairs, form.named, form.near, form.more))]
        for name, form in forms.items()
    ]
    every = [sum(int(row[place]) for row in rows) for place in range(1, 5)]
    rows.append(["all", *map(str, every)])
    yield from table(["query", "videos to name", "named", "ends", "named others too"], rows)
    yield (
        f"flat, fading, noisy and silent clips: something was found for {nothing.more} of "
        f"{nothing.pairs}"
    )
