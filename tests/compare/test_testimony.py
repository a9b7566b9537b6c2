"""What pictures and sound say together."""

from dataclasses import replace

import numpy as np
import pytest
from made_sound import played, sound, wandering, worn

from mediaev.compare import testimony
from mediaev.compare.sound_windows import seeds
from mediaev.compare.testimony import Lead, weigh
from mediaev.compare.track import subject
from mediaev.model.match import Match, Relation, Segment

SOURCE = wandering(1, 20)
OTHER = wandering(2, 20)
SEEN = Match(
    Relation.SAME_RECORDING,
    0.8,
    (Segment((0.0, 20.0), (0.0, 20.0)),),
    evidence={"visual": {"engine": "made up"}},
)
SCENE = replace(SEEN, relation=Relation.SAME_SCENE, score=0.4)


def says(match):
    return match.evidence["audio"]["verdict"]


def test_agreeing_sound_supports_agreeing_pictures_a_little():
    match = weigh(sound(worn(SOURCE, 3)), sound(SOURCE), SEEN)
    assert says(match) == "same"
    assert SEEN.score < match.score < 0.9
    assert match.relation is SEEN.relation
    assert match.evidence["visual"] == SEEN.evidence["visual"]
    (heard,) = match.evidence["audio"]["segments"]
    assert heard == pytest.approx([0, 20, 0, 20], abs=0.3)


def test_another_sound_was_put_in_its_place():
    match = weigh(sound(OTHER), sound(SOURCE), SEEN)
    assert says(match) == "replaced"
    assert match.score == SEEN.score
    assert match.evidence["audio"]["segments"] == []


def test_of_one_scene_other_sound_is_only_different():
    assert says(weigh(sound(OTHER), sound(SOURCE), SCENE)) == "different"


def test_sound_makes_no_copy_of_a_scene():
    match = weigh(sound(worn(SOURCE, 3)), sound(SOURCE), SCENE)
    assert says(match) == "same"
    assert (match.relation, match.score, match.accepted) == (Relation.SAME_SCENE, 0.4, False)


def test_sound_alone_is_never_accepted():
    match = weigh(sound(worn(SOURCE[40:140], 3)), sound(SOURCE), None)
    assert (match.relation, match.accepted) == (Relation.AUDIO_ONLY, False)
    assert says(match) == "only"
    assert match.segments[0].exhibit == pytest.approx((4, 14), abs=0.3)
    assert weigh(sound(OTHER), sound(SOURCE), None) is None


def test_sound_at_another_place_than_the_picture_is_said():
    moved = np.concatenate([OTHER[:40], SOURCE[:160]])
    match = weigh(sound(worn(moved, 3)), sound(SOURCE), SEEN)
    assert says(match) == "elsewhere"
    assert match.score == SEEN.score


def test_a_voice_over_the_sound_is_not_called_a_replacement():
    covered = np.maximum(SOURCE, OTHER + 3)
    assert says(weigh(sound(covered), sound(SOURCE), SEEN)) in {"same", "unsure"}


def test_silence_on_one_side_says_nothing():
    mute = sound(SOURCE, votes=np.zeros(len(SOURCE), dtype=bool))
    assert says(weigh(mute, sound(SOURCE), SEEN)) == "silent"
    assert says(weigh(None, sound(SOURCE), SEEN)) == "silent"
    assert weigh(None, sound(SOURCE), None) is None
    assert weigh(None, None, SEEN) == SEEN
    assert weigh(None, None, None) is None


def test_where_the_pictures_place_is_uncertain_nothing_counts_as_replaced():
    still = replace(SEEN, segments=(replace(SEEN.segments[0], offset_ambiguous=True),))
    assert says(weigh(sound(OTHER), sound(SOURCE), still)) == "unsure"


def test_too_little_sound_says_nothing_for_sure():
    short = replace(SEEN, segments=(Segment((0.0, 1.5), (0.0, 1.5)),))
    assert says(weigh(sound(OTHER[:15]), sound(SOURCE), short)) in {"unsure", "silent"}


def test_a_photo_and_identical_bytes_have_no_sound_to_weigh():
    photo = replace(SEEN, segments=(Segment((0.0, 0.0), (4.0, 4.0)),))
    assert weigh(sound(SOURCE), sound(SOURCE), photo) == photo
    same = Match(Relation.IDENTICAL, 1.0)
    assert weigh(sound(SOURCE), sound(SOURCE), same) == same


def test_the_evidence_turns_with_the_match():
    query = sound(played(SOURCE, 1.25))
    match = weigh(query, sound(SOURCE), None)
    turned = match.turned()
    ((q0, q1, e0, e1),) = match.evidence["audio"]["segments"]
    assert turned.evidence["audio"]["segments"] == [[e0, e1, q0, q1]]
    assert turned.evidence["audio"]["speed"] == pytest.approx(0.8, rel=0.02)
    assert turned.turned().evidence["audio"]["segments"] == match.evidence["audio"]["segments"]


@pytest.mark.parametrize(
    "audio", [None, 5, [], {"segments": 3}, {"segments": [7]}, {"segments": [], "speed": "x"}]
)
def test_evidence_that_someone_made_up_still_turns(audio):
    match = replace(SEEN, evidence={"audio": audio})
    assert match.turned().turned().evidence == match.evidence


def heard_alone(levels):
    return replace(subject([], duration=20.0, still=False, gate=0), sound=sound(levels))


def test_a_lead_by_sound_is_followed_from_either_side():
    part, whole = heard_alone(worn(SOURCE[40:140], 3)), heard_alone(SOURCE)
    lead = Lead(seeds=seeds(part.sound, whole.sound))
    match, turned = (
        testimony.testify(part, whole, lead),
        testimony.testify(whole, part, lead.turned()),
    )
    assert match.relation is turned.relation is Relation.AUDIO_ONLY
    assert match.segments[0].exhibit == pytest.approx(turned.segments[0].query, abs=0.3)
    assert testimony.testify(part, heard_alone(OTHER), Lead()) is None


def test_sound_that_was_not_led_to_is_not_looked_for_again():
    assert Lead().turned().seeds == ()
    assert Lead(seeds=None).turned().seeds is None
