from mediaev.cli.display.match_lines import HERE, LETTERS, QUERY
from mediaev.model.difference import Difference, Side, What, sentences

CROPPED = Difference(What.CROPPED, Side.QUERY, "is cropped: it shows 64%", Side.EXHIBIT)
SILENT = Difference(What.SILENT, Side.QUERY, "is silent", Side.EXHIBIT)
SMALLER = Difference(What.FEWER_PIXELS, Side.EXHIBIT, "has fewer pixels", Side.QUERY)
MIRRORED = Difference(What.MIRRORED, None, "is mirrored")


def test_each_statement_begins_with_whom_it_is_about():
    assert list(sentences([MIRRORED, CROPPED], QUERY))[:2] == [
        "one of the two is mirrored",
        "the query is cropped: it shows 64%",
    ]


def test_reasons_that_agree_name_the_closer_one():
    assert list(sentences([CROPPED, SILENT], LETTERS))[-1] == (
        "closer to the source, by these signs: B (A: cropped, silent)"
    )


def test_reasons_that_disagree_stay_in_sight():
    last = list(sentences([CROPPED, SMALLER], LETTERS))[-1]
    assert "disagree" in last
    assert "A (B: fewer pixels)" in last
    assert "B (A: cropped)" in last


def test_what_favours_nobody_names_nobody():
    assert list(sentences([MIRRORED], LETTERS)) == ["one of the two is mirrored"]
    assert list(sentences([], LETTERS)) == []


def test_the_other_one_goes_by_its_name():
    lacks = Difference(What.SHORTER, Side.EXHIBIT, "lacks 2 s of the other's 9 s", Side.QUERY)
    deaf = Difference(What.NO_SOUND, Side.EXHIBIT, "has no sound, and the other has", Side.QUERY)
    assert list(sentences([lacks, deaf], HERE))[:2] == [
        "the other lacks 2 s of this one's 9 s",
        "the other has no sound, and this one has",
    ]
    assert next(sentences([lacks], LETTERS)) == "B lacks 2 s of A's 9 s"
