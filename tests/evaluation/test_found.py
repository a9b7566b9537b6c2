"""The picture of what was found, and the landscapes that it can be made of."""

import numpy as np
import pytest
from PIL import Image

from evaluation.found import TILE, draw_found
from evaluation.tool import Found, Run, Segment
from evaluation.truth import WHOLE, Box, Exhibit, Kind, Look, Part, Query, Trial
from evaluation.walks import SIZE, walk_of
from mediaev.derive.sheet.palette import GREEN, VERMILLION

DIGEST = "ab" * 32
PLACED = {"visual": {"placing": [[0.5, 0.0, 0.25], [0.0, 0.5, 0.125]]}}


def found(relation="excerpt-of", score=0.9, *, evidence=None, box=WHOLE, box_in="query"):
    segment = Segment((0.0, 0.0), (0.0, 0.0), 1.0)
    return Found(
        DIGEST, relation, score, (segment,), mirrored=False, rotation=0,
        box=box, box_in=box_in, evidence=evidence or {},
    )  # fmt: skip


@pytest.fixture
def trial(tmp_path):
    """One source of two edits, each 320×180; and another source that is not drawn."""
    for number, name in enumerate(("source", "crop", "pip", "other")):
        Image.new("RGB", (320, 180), (40 + 30 * number,) * 3).save(tmp_path / f"{name}.png")
    part = Part(DIGEST, (0.0, 0.0), (0.0, 0.0), look=Look())
    queries = [
        Query(name, tmp_path / f"{name}.png", name, Kind.COPY, (DIGEST,), parts=(part,))
        for name in ("crop", "pip")
    ]
    other = Part("cd" * 32, (0.0, 0.0), (0.0, 0.0))
    queries.append(
        Query("other", tmp_path / "other.png", "crop", Kind.COPY, ("cd" * 32,), parts=(other,))
    )
    library = (Exhibit(tmp_path / "source.png", DIGEST),)
    return Trial("stills", library, tuple(queries))


def drawn(trial, tmp_path, answers):
    path = tmp_path / "found.png"
    says = draw_found(path, [(trial, Run(answers={"other": (), **answers}))])
    with Image.open(path) as image:
        return says, np.array(image.convert("RGB")).astype(int)


def hits(pixels, colour):
    return np.nonzero(np.abs(pixels - np.array(colour)).max(axis=2) < 36)


def test_each_edit_of_the_first_source_is_drawn_with_its_place(trial, tmp_path):
    answers = {"crop": (found(evidence=PLACED),), "pip": ()}
    says, pixels = drawn(trial, tmp_path, answers)
    assert says.startswith("drew 2 edits")
    # The second tile; its picture fills the width of it.
    left = 24 + TILE[0] + 14
    top = 74 + (TILE[1] - round(TILE[0] * 9 / 16)) // 2
    rows, columns = hits(pixels[top : top + 107, left : left + TILE[0]], GREEN)
    edges = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    assert edges == pytest.approx((47.5, 23.75, 142.5, 77.2), abs=3)
    assert len(hits(pixels, VERMILLION)[0]) > 20  # the other was missed


def test_a_match_that_is_not_accepted_is_missed(trial, tmp_path):
    near = found("same-scene", 0.49, evidence=PLACED)
    _, pixels = drawn(trial, tmp_path, {"crop": (near,), "pip": (near,)})
    left = 24 + TILE[0] + 14
    part = pixels[74 : 74 + TILE[1], left:]
    assert len(hits(part, VERMILLION)[0]) > len(hits(part, GREEN)[0])


def test_without_a_placing_the_box_is_drawn(trial, tmp_path):
    answer = found(box=Box(0.0, 0.0, 0.5, 1.0))
    _, pixels = drawn(trial, tmp_path, {"crop": (answer,), "pip": (found(box_in="exhibit"),)})
    left, right = 24 + TILE[0] + 14, 24 + 2 * (TILE[0] + 14)
    part = pixels[74 : 74 + TILE[1]]
    columns = hits(part[:, left : left + TILE[0]], GREEN)[1]
    assert columns.max() == pytest.approx(TILE[0] / 2, abs=3)
    columns = hits(part[:, right : right + TILE[0]], GREEN)[1]
    assert columns.max() == pytest.approx(TILE[0], abs=3)


def test_nothing_edited_is_nothing_drawn(tmp_path):
    says = draw_found(tmp_path / "found.png", [(Trial("stills", (), ()), Run())])
    assert "no sheet" in says
    assert not (tmp_path / "found.png").exists()


def test_a_walk_is_the_same_each_time_and_like_no_other(alike):
    one, again, other = (list(walk_of(1, number).frames(0.2)) for number in (0, 0, 1))
    assert one[0].shape == (SIZE[1], SIZE[0], 3)
    for here, there in zip(one, again, strict=True):
        assert (here == there).all()
    assert alike(one[0], other[0]) < 0.9
    assert (one[0] != one[-1]).mean() > 0.2  # it moves
    assert one[0].std() > 25  # and shows something
