"""What a person reads of a match."""

import pytest

from mediaev.cli.display.match_lines import match_lines
from mediaev.model.match import Match, Relation, Segment


def lines(audio, relation=Relation.SAME_RECORDING, *, ambiguous=False):
    segment = Segment((0.0, 5.0), (1.0, 6.0), offset_ambiguous=ambiguous)
    match = Match(relation, 0.9, (segment,), evidence={"audio": audio})
    return list(match_lines(match, evidence=False))


@pytest.mark.parametrize(
    ("relation", "told"),
    [(Relation.EXCERPT_OF, True), (Relation.CONTAINS, True), (Relation.SAME_RECORDING, False)],
)
def test_a_still_says_when_in_a_video_even_at_its_start(relation, told):
    match = Match(relation, 0.9, (Segment((0.0, 0.0), (0.0, 0.0)),))
    where = "00:00:00.000  is  00:00:00.000 there"
    assert (where in list(match_lines(match, evidence=False))) is told


def test_the_same_sound_says_where():
    audio = {"verdict": "same", "segments": [[1.2, 5.9, 0.2, 4.9], [7.0, 9.0, 6.0, 8.0]]}
    assert lines(audio)[-1] == (
        "sound: the same, 00:00:01.200 - 00:00:05.900, 00:00:07.000 - 00:00:09.000"
    )


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("replaced", "sound: replaced"),
        ("different", "sound: not the same"),
        ("silent", "sound: nothing to compare"),
        ("unsure", "sound: cannot be told"),
    ],
)
def test_each_verdict_has_its_words(verdict, says):
    assert lines({"verdict": verdict, "segments": []})[-1] == says


def test_sound_alone_says_that_it_may_be_shared():
    said = lines({"verdict": "only", "segments": []}, Relation.AUDIO_ONLY, ambiguous=True)
    assert "the sound repeats itself" in said[0]
    assert "shared piece of music or broadcast" in said[-1]


@pytest.mark.parametrize(
    "audio",
    [
        None,
        [],
        {"verdict": ["same"]},
        {"verdict": "\x1b[31m"},
        {"verdict": "same", "segments": 5},
        {"verdict": "same", "segments": [["\x1b", 2, 3, 4], [1], 7, [float("nan")] * 4]},
    ],
)
def test_evidence_that_someone_made_up_does_no_harm(audio):
    assert all(line.isprintable() for line in lines(audio))
