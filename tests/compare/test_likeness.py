"""A learned network proposes, the films judge; alone it never makes a copy."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moving import RATE, fixed, reencoded, still, video, wandering

from mediaev.compare import testimony
from mediaev.compare.embeddings import Gallery, coded
from mediaev.compare.judge import Judged
from mediaev.compare.likeness import ALIKE, NEAR, STILLS_ALIKE, SURE, Likeness, strictly, told
from mediaev.compare.testimony import Lead
from mediaev.index.embeddings import EmbeddingIndex
from mediaev.model.fingerprint import WHOLE, Box
from mediaev.model.match import Match, Relation, Segment, Transform

NAME = "learned/x/1"
CROP = Box(0.1, 0.1, 0.8, 0.9)


def enlarged(frames, left, top, share):
    """A part of each frame, as large as the whole was."""
    height, width = frames[0].shape
    x, y = round(left * width), round(top * height)
    across, down = round(share * width), round(share * height)
    return np.stack(
        [cv2.resize(each[y : y + down, x : x + across], (width, height)) for each in frames]
    )


def alike(pairs, cosine=0.8):
    return [Likeness(NAME, float(here), float(there), cosine) for here, there in pairs]


def seen(subject, moments, *, shift=0.0):
    """The subject as a network sees it that knows moments: a second of footage has its own look.

    `moments` are times; what stands at `shift` later there is what other footage shows at them.
    """
    chance = np.random.default_rng(0)
    looks = chance.normal(size=(64, 48)) + 1.2 * chance.normal(size=48)
    vectors = looks[[round(at + shift) for at in moments]]
    vectors = vectors + 0.1 * chance.normal(size=vectors.shape)
    codes = coded(vectors.astype(np.float32))
    gallery = Gallery(NAME, WHOLE, False, np.asarray(moments, np.float64), codes)  # noqa: FBT003
    return replace(subject, galleries=(gallery,))


def outcome_of(query, exhibit):
    """What comes of a pair that likeness alone leads to."""
    found = EmbeddingIndex([("exhibit", exhibit.galleries)]).likenesses(query.galleries)
    return testimony.testify(query, exhibit, Lead(likenesses=found["exhibit"]))


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda frames: enlarged(frames, 0.15, 0.1, 0.75), id="crop"),
        pytest.param(lambda frames: enlarged(frames, 0.1, 0.2, 0.75)[:, :, ::-1], id="mirrored"),
        pytest.param(lambda frames: frames[:, :, 110:211], id="upright cut"),
    ],
)
def test_likeness_alone_leads_to_the_place_and_the_films_accept_it(edit):
    source = wandering(11, 12)
    query = seen(video(reencoded(edit(source[32:80]))), np.arange(0, 6, 0.5), shift=4.2)
    match = outcome_of(query, seen(video(source), range(12)))
    assert match.relation is Relation.EXCERPT_OF
    assert match.accepted
    (segment,) = match.segments
    assert segment.exhibit == pytest.approx((32 / RATE, 80 / RATE), abs=0.3)
    told_of_it = match.evidence["visual"]["learned"]
    assert told_of_it["descriptor"] == NAME
    assert told_of_it["cosine"] > told_of_it["cosine_limit"] == ALIKE
    assert told_of_it["exhibit_at"] - told_of_it["query_at"] == pytest.approx(4, abs=1)


@pytest.mark.parametrize("crop", [None, (0.15, 0.1, 0.75)])
@pytest.mark.parametrize("moment", [1, 4])
def test_another_moment_of_one_camera_is_no_copy_however_alike(crop, moment):
    query = reencoded(fixed(3, moment, 8))
    query = query if crop is None else enlarged(query, *crop)
    match = outcome_of(seen(video(query), range(8)), seen(video(fixed(3, 2, 8)), range(8)))
    assert match.relation is Relation.SAME_SCENE
    assert not match.accepted


def test_unrelated_footage_is_no_copy_whatever_a_network_says():
    query, exhibit = video(wandering(21, 6)), video(wandering(22, 6))
    match = outcome_of(seen(query, range(6)), seen(exhibit, range(6)))
    assert match.relation is Relation.SAME_SCENE
    assert not match.accepted
    few = Lead(likenesses=alike([(0, 0)], ALIKE - 0.01))
    assert testimony.testify(query, exhibit, few) is None


@given(strength=st.floats(0, 1), was_copy=st.booleans())
def test_films_must_be_very_sure_of_a_place_that_likeness_led_to(strength, was_copy):
    judged = Judged(None, None, 1.0, 0.0, 0.0, 4.0, None, was_copy, strength)
    after = strictly(judged)
    assert after.copy == (was_copy and strength >= SURE)
    assert after.copy or after.strength < 0.5 or not was_copy


STILL, VIDEO = still(wandering(1, 1)[0]), video(wandering(1, 1))


def scene(spots=7, look=0.97, box=CROP, score=0.48):
    """What the pictures alone say of two stills that share a few spots."""
    segment = Segment((0.0, 0.0), (0.0, 0.0), 1.0, score)
    evidence = {"visual": {"spots": spots, "look": look}}
    return Match(Relation.SAME_SCENE, score, (segment,), Transform(box=box), evidence)


@pytest.mark.parametrize(
    ("query", "exhibit", "relation"),
    [
        (STILL, STILL, Relation.SAME_RECORDING),
        (STILL, VIDEO, Relation.EXCERPT_OF),
        (VIDEO, STILL, Relation.CONTAINS),
    ],
)
def test_a_moved_still_that_shares_a_little_too_few_spots_is_borne_out(query, exhibit, relation):
    match = told(query, exhibit, scene(), alike([(0, 0)]))
    assert match.relation is relation
    assert match.accepted
    assert match.score < 0.65


@pytest.mark.parametrize(
    ("match", "cosine"),
    [
        pytest.param(scene(look=0.9), 0.9, id="other looks"),
        pytest.param(scene(box=WHOLE), 0.99, id="the same place, as a fixed camera has it"),
        pytest.param(scene(), ALIKE - 0.01, id="not alike enough"),
        pytest.param(scene(spots=0), 0.99, id="no spots"),
        pytest.param(scene(spots=40), 0.99, id="spots enough, and refused all the same"),
    ],
)
def test_what_was_refused_stays_refused(match, cosine):
    after = told(STILL, STILL, match, alike([(0, 0)], cosine))
    assert after.relation is Relation.SAME_SCENE
    assert not after.accepted
    assert after.score >= match.score
    assert after.evidence["visual"]["learned"]["cosine"] == round(cosine, 3)


@given(
    cosine=st.floats(NEAR, 1.0),
    spots=st.integers(0, 300),
    look=st.floats(0, 1),
    box=st.sampled_from([WHOLE, CROP]),
)
def test_two_videos_never_become_a_copy_through_it(cosine, spots, look, box):
    for match in (None, scene(spots, look, box)):
        after = told(VIDEO, VIDEO, match, alike([(0, 0)], cosine))
        assert after is None or not after.accepted


@given(cosine=st.floats(NEAR, 1.0))
def test_alone_it_is_never_more_than_a_scene(cosine):
    after = told(STILL, STILL, None, alike([(0, 0)], cosine))
    if cosine < STILLS_ALIKE:
        assert after is None
    else:
        assert after.relation is Relation.SAME_SCENE
        assert after.score < 0.5


def test_sound_that_speaks_alone_goes_on_speaking():
    heard = Match(Relation.AUDIO_ONLY, 0.7, evidence={"audio": {"verdict": "only"}})
    after = told(VIDEO, VIDEO, heard, alike([(0, 0)]))
    assert (after.relation, after.score) == (Relation.AUDIO_ONLY, 0.7)
    assert set(after.evidence) == {"audio", "visual"}


def test_without_likeness_nothing_changes():
    match = scene()
    assert told(STILL, STILL, match, ()) is match
    assert told(STILL, STILL, None, ()) is None


def test_a_lead_by_likeness_is_one_by_picture_and_can_be_turned():
    lead = Lead(likenesses=alike([(1, 2)]))
    assert lead.by_picture
    (turned,) = lead.turned().likenesses
    assert (turned.query_at, turned.exhibit_at) == (2, 1)
