"""Tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluation.metrics import Point, mean
from evaluation.placing import Placing
from evaluation.scoring import Count, Figures
from evaluation.tool import Run
from evaluation.truth import Trial


def report(
    trial: Trial, figures: Sequence[Figures], placed: Placing | None, run: Run, more: Sequence[str]
) -> Iterator[str]:
    """All that is printed about one part."""
    size = f"{len(trial.queries)} queries, {trial.positives} true pairs"
    yield f"== {trial.name}: {size}, library of {len(trial.library)}"
    yield ""
    yield from edit_table(figures, placed)
    yield ""
    yield from summary(figures)
    yield ""
    yield from false_alarms(figures)
    yield ""
    yield from more
    if more:
        yield ""
    if placed is not None:
        yield from _placing(placed)
    yield from _costs(trial, run, figures[1:])


def edit_table(figures: Sequence[Figures], placed: Placing | None) -> Iterator[str]:
    """Recall per edit, one column per method."""
    own = [each for each in figures if each.accepted is not None]
    heads = [*(f"{each.method} accepts" for each in own), *(f"{each.method}@" for each in figures)]
    columns: list[dict[str, Count]] = [
        *(each.accepted_per_edit for each in own),
        *(each.per_edit for each in figures),
    ]
    edits = list(columns[0]) if columns else []
    overlaps = placed.iou_per_edit if placed else {}
    rows = [
        [edit, str(columns[0][edit].total), *(f"{column[edit].share:.2f}" for column in columns)]
        + ([_number(overlaps.get(edit))] if overlaps else [])
        for edit in edits
    ]
    yield "Recall per edit. `accepts`: by its own rule; `@`: at its threshold of precision 0.99."
    yield from table(["edit", "pairs", *heads, *(["segment IoU"] if overlaps else [])], rows)


def summary(figures: Sequence[Figures]) -> Iterator[str]:
    """The figures that benchmarks give."""
    rows = []
    for each in figures:
        recall = mean([point.recall for point in each.elsewhere])
        precision = mean([point.precision for point in each.elsewhere])
        own = each.accepted
        rows.append(
            [
                each.method,
                f"{each.uap:.3f}",
                *_at(each.clean),
                *_at(each.precise),
                f"{recall:.3f} / {precision:.3f}",
                f"{own.recall:.3f} / {own.precision:.3f}" if own else "-",
                f"{each.accepted_strictly:.3f}" if own else "-",
            ]
        )
    yield "`elsewhere`: recall / precision where the threshold was fitted on the other sources."
    yield from table(
        [
            *("method", "uAP", "R@P=1", "thr", "R@P≥.99", "thr", "elsewhere", "accepts R / P"),
            "strict P",
        ],
        rows,
    )


def false_alarms(figures: Sequence[Figures]) -> Iterator[str]:
    """Queries of each kind for which something wrong was named."""
    kinds = list(figures[0].flagged) if figures else []
    rows = []
    for each in figures:
        for name, counts in (("accepts", each.accepted_flagged), ("@.99", each.flagged)):
            if counts:
                shares = [f"{counts[kind].right} of {counts[kind].total}" for kind in kinds]
                rows.append([f"{each.method} {name}", *shares])
    yield "Queries for which a wrong exhibit was called a copy, by what was asked."
    yield from table(["method", *kinds], rows)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table with even columns; the first is for names."""
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    for row in [heads, ["-" * width for width in widths], *rows]:
        cells = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"| {' | '.join(cells)} |"


def _at(point: Point) -> tuple[str, str]:
    return f"{point.recall:.3f}", f"{point.threshold:.2f}"


def _placing(placed: Placing) -> Iterator[str]:
    yield (
        f"What mediaev says about the {placed.parts} accepted true parts. "
        f"Of {placed.ambiguous} it says that they could lie at another time as well."
    )
    rows = [
        [name, f"{values['median']:.3f}", f"{values['nine of ten']:.3f}"]
        for name, values in placed.figures.items()
    ]
    yield from table(["", "median", "nine of ten"], rows)
    told = {
        "mirrored and said so": placed.mirrored_right,
        "not mirrored, said to be": placed.mirrored_wrong,
        "turned and said so": placed.turned_right,
        "upright, said to be turned": placed.turned_wrong,
    }
    yield "; ".join(f"{name}: {right} of {total}" for name, (right, total) in told.items())


def _costs(trial: Trial, run: Run, peers: Sequence[Figures]) -> Iterator[str]:
    minutes = sum(exhibit.seconds for exhibit in trial.library) / 60
    size = run.case_bytes / 1000 / (minutes or len(trial.library))
    per = "minute of video" if minutes else "still"
    asked = run.find_seconds / len(trial.queries) * 1000
    yield (
        f"mediaev: scan {run.scan_seconds:.1f} CPU s, find {run.find_seconds:.1f} CPU s "
        f"({asked:.0f} ms a query), case {size:.1f} kB a {per}"
    )
    for each in peers:
        yield f"{each.method}: {each.seconds:.1f} CPU s{', ' if each.note else ''}{each.note}"
    if run.failed:
        yield f"mediaev could not read {len(run.failed)} queries: {'; '.join(run.failed.values())}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
