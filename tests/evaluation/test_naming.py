"""Plain excerpts: named or not, and how near the ends are."""

from pathlib import Path

from evaluation.naming import naming, naming_report
from evaluation.tool import Found, Run, Segment
from evaluation.truth import WHOLE, Exhibit, Kind, Part, Query, Trial


def found(exhibit, start=0.0, score=0.9):
    segment = Segment((0.0, 3.0), (1.0 + start, 4.0), 1.0)
    return Found(exhibit, "excerpt-of", score, (segment,), False, 0, WHOLE, "exhibit", {})  # noqa: FBT003


def query(name, kind=Kind.COPY):
    parts = (Part("a", (0.0, 3.0), (1.0, 4.0)),) if kind is Kind.COPY else ()
    edit = "excerpt3s" if kind is Kind.COPY else "black"
    return Query(name, Path(name), edit, kind, ("a",), parts=parts, seconds=3.0)


def test_named_near_and_more():
    library = tuple(Exhibit(Path(name), name) for name in "ab")
    names = ("exact", "late", "missed", "and another")
    queries = (*map(query, names), query("black", Kind.EMPTY), query("white", Kind.EMPTY))
    run = Run(
        {
            "exact": (found("a"),),
            "late": (found("a", 0.6),),
            "missed": (found("a", score=0.4),),
            "and another": (found("a"), found("b")),
            "black": (),
            "white": (found("b"),),
        }
    )
    trial = Trial("excerpts", library, queries)
    forms, nothing = naming(trial, run)
    form = forms["excerpt3s"]
    assert (form.pairs, form.named, form.near, form.more) == (4, 3, 2, 1)
    assert (nothing.pairs, nothing.more) == (2, 1)
    lines, document = naming_report(trial, run)
    assert "something was found for 1 of 2" in lines[-1]
    assert document["forms"]["excerpt3s"]["near"] == 2
