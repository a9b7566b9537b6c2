import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.compare.bits import TURNS
from mediaev.compare.placing import Placing, inverse, mapped, placing_of, size_of
from mediaev.model.fingerprint import WHOLE, Box

WIDE, TALL = size_of(16, 9), size_of(9, 16)


@pytest.mark.parametrize("turn", TURNS)
def test_a_turn_is_told_as_it_was_laid(turn):
    query = TALL if turn.rotation % 180 else WIDE
    placing = placing_of(turn, query, WIDE, WHOLE, WHOLE)
    assert placing.mirrored is turn.mirrored
    # The query laid by `turn` looks like the exhibit, so the exhibit is laid the other way.
    back = turn.rotation if turn.mirrored else (360 - turn.rotation) % 360
    assert placing.transform().rotation == back
    assert placing.transform().box == WHOLE


def test_boxes_come_out_as_they_went_in():
    box = Box(0.0, 0.25, 1.0, 0.75)
    placing = placing_of(TURNS[0], size_of(1, 1), size_of(2, 1), box, WHOLE)
    assert placing.transform().box == box
    assert placing.transform().box_in == "query"
    assert placing.turned().transform().box == box
    assert placing.turned().transform().box_in == "exhibit"


@given(st.floats(0.2, 3), st.floats(-3, 3), st.floats(-1, 1), st.floats(-1, 1), st.booleans())
def test_there_and_back_is_where_one_was(scale, angle, across, down, mirrored):
    turned = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if mirrored:
        turned = turned @ np.diag([-1.0, 1.0])
    matrix = np.concatenate([turned, [[across], [down]]], axis=1)
    points = np.array([[0.0, 0.0], [1.0, 0.3], [0.2, 0.9]])
    assert mapped(inverse(matrix), mapped(matrix, points)) == pytest.approx(points, abs=1e-6)
    placing = Placing(matrix, WIDE, WIDE)
    assert placing.mirrored is mirrored
    assert placing.scale == pytest.approx(scale)
    assert placing.turned().turned().matrix == pytest.approx(matrix, abs=1e-6)
