from mediaev.cli.display.difference_lines import LETTERS, QUERY, difference_lines
from mediaev.model.difference import Difference, Side, What

CROPPED = Difference(What.CROPPED, Side.QUERY, "is cropped: it shows 64%", Side.EXHIBIT)
SILENT = Difference(What.SILENT, Side.QUERY, "is silent", Side.EXHIBIT)
SMALLER = Difference(What.FEWER_PIXELS, Side.EXHIBIT, "has fewer pixels", Side.QUERY)
MIRRORED = Difference(What.MIRRORED, None, "is mirrored")


def test_each_statement_begins_with_whom_it_is_about():
    assert list(difference_lines([MIRRORED, CROPPED], QUERY))[:2] == [
        "one of the two is mirrored",
        "the query is cropped: it shows 64%",
    ]


def test_reasons_that_agree_name_the_closer_one():
    assert list(difference_lines([CROPPED, SILENT], LETTERS))[-1] == (
        "closer to the source, by these signs: B (A: cropped, silent)"
    )


def test_reasons_that_disagree_stay_in_sight():
    last = list(difference_lines([CROPPED, SMALLER], LETTERS))[-1]
    assert "disagree" in last
    assert "A (B: fewer pixels)" in last
    assert "B (A: cropped)" in last


def test_what_favours_nobody_names_nobody():
    assert list(difference_lines([MIRRORED], LETTERS)) == ["one of the two is mirrored"]
    assert list(difference_lines([], LETTERS)) == []
