"""From answers to figures."""

from pathlib import Path

import pytest

from evaluation.placing import box_of, overlap, placing
from evaluation.scoring import Method, figures, of_tool
from evaluation.tool import Found, Run, Segment
from evaluation.truth import WHOLE, Box, Exhibit, Kind, Look, Part, Query, Trial


def found(exhibit, score=0.9, relation="excerpt-of", **more):
    values = {
        "segments": (Segment((0.0, 6.0), (2.0, 8.0), 1.0),),
        "mirrored": False,
        "rotation": 0,
        "box": WHOLE,
        "box_in": "exhibit",
        "evidence": {},
    }
    return Found(exhibit, relation, score, **values | more)


def query(name, kind=Kind.COPY, source="a", group="", look=WHOLE):
    part = Part(source, (0.0, 6.0), (2.0, 8.0), 1.0, look if isinstance(look, Look) else Look())
    parts = (part,) if kind is Kind.COPY else ()
    groups = frozenset({group} - {""})
    return Query(name, Path(name), "gray", kind, (source,), groups, parts, 6.0)


@pytest.fixture
def trial():
    """Two copies, one other moment of the camera of `c`, one stranger."""
    library = tuple(Exhibit(Path(e), e, g) for e, g in (("a", ""), ("b", ""), ("c", "cam_c")))
    queries = (
        query("one", source="a"),
        query("two", source="b"),
        query("moment", Kind.CAMERA, "x", "cam_c"),
        query("stranger", Kind.UNRELATED, "y"),
    )
    return Trial("t", library, queries)


def test_a_copy_needs_score_and_relation():
    assert found("a").accepted
    assert not found("a", 0.49).accepted
    assert not found("a", 0.9, "same-scene").accepted
    assert not found("a", 0.9, "audio-only").accepted


def test_figures_of_a_run(trial):
    answers = {
        "one": (found("a", 0.9),),
        "two": (found("b", 0.4, "same-scene"),),
        "moment": (found("c", 0.6),),
        "stranger": (found("a", 0.3, "same-scene"),),
    }
    done = figures(trial, of_tool(Run(answers)), seed=1)
    # Ranked: a true .9, a true .4, a false .3; the camera's pair is left out.
    assert done.uap == pytest.approx(1.0)
    assert (done.clean.recall, done.clean.threshold) == (1.0, 0.4)
    assert (done.accepted.recall, done.accepted.precision) == (0.5, 1.0)
    assert done.accepted_strictly == 0.5
    assert done.accepted_flagged["other moment"].right == 1
    assert done.accepted_flagged["unrelated"].right == 0
    assert (done.per_edit["gray"].right, done.accepted_per_edit["gray"].right) == (2, 1)


def test_a_method_without_a_rule_of_its_own_accepts_nothing(trial):
    done = figures(trial, Method("peer", {("one", "a"): 0.5, ("one", "b"): 0.7}), seed=1)
    assert done.accepted is None
    assert done.clean.recall == 0.0
    assert done.uap == pytest.approx(0.25)


def test_what_a_card_makes_alike_is_counted_by_itself():
    library = (Exhibit(Path("a"), "a"), Exhibit(Path("k"), "k", "card_intro"))
    queries = (query("one"), query("card", Kind.CARD, "z", "card_intro"))
    run = Run({"one": (found("a"),), "card": (found("k", 0.95),)})
    done = figures(Trial("t", library, queries), of_tool(run), seed=1)
    assert (done.uap, done.accepted.precision, done.accepted_strictly) == (1.0, 1.0, 0.5)
    assert done.accepted_flagged["shared card"].right == 1


def test_segments_are_judged_on_both_sides():
    part = query("q").parts[0]
    assert overlap(part, Segment((0.0, 6.0), (2.0, 8.0), 1.0)) == 1.0
    assert overlap(part, Segment((0.0, 6.0), (5.0, 11.0), 1.0)) == pytest.approx(3 / 9)


def test_times_turns_and_mirrors(trial):
    late = (Segment((0.5, 6.0), (2.7, 8.0), 1.1),)
    answers = {
        "one": (found("a", segments=late, mirrored=True),),
        "two": (),
        "moment": (),
        "stranger": (),
    }
    done = placing(trial, Run(answers))
    assert done.parts == 1
    assert done.figures["start error, s"]["median"] == pytest.approx(0.7)
    assert done.figures["end error, s"]["median"] == 0
    assert done.figures["speed error"]["median"] == pytest.approx(0.1)
    assert (done.mirrored_right, done.mirrored_wrong) == ((0, 0), (1, 1))


def test_times_that_the_tool_calls_ambiguous_are_judged_apart(trial):
    unsure = (Segment((0.0, 6.0), (5.0, 11.0), 1.0, ambiguous=True),)
    answers = {"one": (found("a", segments=unsure),), "two": (), "moment": (), "stranger": ()}
    done = placing(trial, Run(answers))
    assert (done.parts, done.ambiguous) == (1, 1)
    assert "start error, s" not in done.figures
    assert done.figures["start error, s, ambiguous as well"]["median"] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("look", "box", "box_in", "iou"),
    [
        (Look(), WHOLE, "exhibit", 1.0),
        (Look(Box(0, 0, 0.5, 1)), Box(0, 0, 0.5, 1), "query", 1.0),
        (Look(Box(0, 0, 0.5, 1)), WHOLE, "exhibit", 0.5),
        (Look(WHOLE, Box(0, 0, 0.5, 1)), Box(0, 0, 0.25, 1), "exhibit", 0.5),
    ],
)
def test_boxes_are_judged_where_they_were_named(look, box, box_in, iou):
    part = query("q", look=look).parts[0]
    assert box_of(part, found("a", box=box, box_in=box_in)) == pytest.approx(iou)
