import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

_NAME = "moving"
if _NAME not in sys.modules:
    _place = Path(__file__).parents[1] / "compare" / f"{_NAME}.py"
    _spec = importlib.util.spec_from_file_location(_NAME, _place)
    _module = importlib.util.module_from_spec(_spec)
    sys.modules[_NAME] = _module
    _spec.loader.exec_module(_module)
from moving import picture, still  # noqa: E402

from mediaev.compare.spots import EMPTY  # noqa: E402
from mediaev.index.features import FeatureIndex  # noqa: E402


def album(luma):
    return still(np.ascontiguousarray(luma)).album


@pytest.fixture(scope="module")
def index():
    return FeatureIndex((seed, album(picture(seed, (640, 480)))) for seed in range(12))


@pytest.mark.parametrize(
    "edit", [lambda luma: luma, lambda luma: luma[:, ::-1], lambda luma: luma[100:380, 200:600]]
)
def test_the_source_has_most_votes(index, edit):
    found = index.meetings(album(edit(picture(7, (640, 480)))))
    best = max(found, key=lambda digest: found[digest][0].votes)
    assert best == 7


def test_a_meeting_says_whether_it_is_mirrored(index):
    luma = picture(5, (640, 480))
    assert not index.meetings(album(luma))[5][0].mirrored
    assert index.meetings(album(luma[:, ::-1]))[5][0].mirrored


def test_what_is_found_does_not_depend_on_what_else_is_held(index):
    luma = picture(3, (640, 480))
    alone = FeatureIndex([(3, album(luma))])
    query = album(luma[50:400, 50:500])
    assert alone.meetings(query)[3] == index.meetings(query)[3]


def test_nothing_meets_nothing(index):
    assert index.meetings(EMPTY) == {}
    assert FeatureIndex([]).meetings(album(picture(1))) == {}
    assert FeatureIndex([("flat", EMPTY)]).meetings(album(picture(1))) == {}
