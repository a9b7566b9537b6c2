"""What is said of copies, judged against made-up truths."""

from pathlib import Path

import pytest
from PIL import Image

from evaluation.edits import STILL_EDITS, VIDEO_EDITS
from evaluation.relating import OVERLAID, STATEMENTS, related, relating_report
from evaluation.relations import RELATION_EDITS, STILLS, VIDEOS
from evaluation.tool import Found, Run
from evaluation.truth import WHOLE, Box, Exhibit, Kind, Look, Part, Query, Trial
from mediaev.model.difference import What

RIGHT, WRONG = (1, 0), (0, 1)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.new("RGB", (100, 80)).save(path)
    return path


def judged(photo, edit, look, *differences, closer=None, score=0.9):
    part = Part("e", (0.0, 0.0), (0.0, 0.0), look=look)
    query = Query("q", photo, edit, Kind.COPY, ("e",), parts=(part,))
    told = tuple(
        {"what": what, "side": side, "favours": favours} for what, side, favours in differences
    )
    found = Found(
        *("e", "same-recording", score, ()),
        mirrored=False,
        rotation=0,
        box=WHOLE,
        box_in="exhibit",
        evidence={},
        differences=told,
        closer=closer,
    )
    trial = Trial("relations", (Exhibit(photo, "e"),), (query,))
    return trial, Run(answers={"q": (found,)})


def test_every_statement_that_there_is_is_judged():
    assert {each.value for each in What} == set(STATEMENTS)
    assert set(STILL_EDITS) | set(VIDEO_EDITS) < set(RELATION_EDITS)
    assert set(STILLS) | set(VIDEOS) > OVERLAID


@pytest.mark.parametrize(
    ("edit", "look", "statement", "outcome"),
    [
        ("hflip", Look(mirrored=True), ("mirrored", None), RIGHT),
        ("hflip", Look(mirrored=True), ("mirrored", "query"), WRONG),
        ("gray", Look(), ("mirrored", None), WRONG),
        ("crop40", Look(exhibit_box=Box(0.2, 0.2, 0.8, 0.8)), ("cropped", "query"), RIGHT),
        ("crop40", Look(exhibit_box=Box(0.2, 0.2, 0.8, 0.8)), ("cropped", "exhibit"), WRONG),
        ("crop40", Look(exhibit_box=Box(0.2, 0.2, 0.8, 0.8)), ("framed", "exhibit"), WRONG),
        ("pip42", Look(query_box=Box(0.5, 0.5, 0.9, 0.9)), ("framed", "query"), RIGHT),
        ("pip42", Look(query_box=Box(0.5, 0.5, 0.9, 0.9)), ("cropped", "exhibit"), WRONG),
        ("logo", Look(), ("overlay", None), RIGHT),
        ("logo", Look(), ("overlay", "query"), RIGHT),
        ("logo", Look(), ("overlay", "exhibit"), WRONG),
        ("gray", Look(), ("overlay", None), WRONG),
        ("gray", Look(), ("fewer bits", "query"), RIGHT),
        ("gray", Look(), ("fewer bits", "exhibit"), WRONG),
        ("gray", Look(), ("fewer pixels", "query"), WRONG),
        ("gray", Look(), ("no sound", "query"), WRONG),
        ("gray", Look(), ("shorter", "query"), WRONG),
    ],
)
def test_a_statement_is_right_or_wrong(photo, edit, look, statement, outcome):
    done = related(*judged(photo, edit, look, (*statement, None)))
    said = done.statements[statement[0]]
    assert (said.right, said.wrong_side + said.untrue) == outcome
    assert bool(said.examples) is (outcome == WRONG)


def test_what_is_true_and_not_said_is_counted(photo):
    done = related(*judged(photo, "logo", Look()))
    assert (done.pairs, done.statements["overlay"].unsaid) == (1, 1)


def test_only_accepted_pairs_count(photo):
    assert related(*judged(photo, "logo", Look(), score=0.4)).pairs == 0


def test_the_report_has_a_row_a_statement_and_who_is_closer(photo):
    lines, document = relating_report(
        *judged(photo, "logo", Look(), ("overlay", "query", "exhibit"), closer="exhibit")
    )
    assert all(any(line.startswith(f"| {name}") for line in lines) for name in STATEMENTS)
    assert document["closer"] == {"exhibit": 1}
    enlarged = related(
        *judged(photo, "enlarged", Look(), ("fewer pixels", "exhibit", "query"), closer="query")
    )
    assert (enlarged.closer, enlarged.enlarged) == ({}, {"query": 1})
    assert Path(photo).exists()
