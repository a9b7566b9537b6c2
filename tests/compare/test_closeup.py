"""Edits with a known truth, and what is said of the two copies."""

from dataclasses import replace
from fractions import Fraction
from functools import cache

import cv2
import numpy as np
import pytest
from moving import fixed, meetings, picture, reencoded, still, video, wandering

from mediaev.compare import testimony
from mediaev.compare.closeup import close_up
from mediaev.compare.differences import differences
from mediaev.compare.relate import relate
from mediaev.compare.testimony import Lead
from mediaev.compare.view import ALL_VIEWS
from mediaev.model.cluster import Member
from mediaev.model.difference import Side, What, closer
from mediaev.model.digest import Digest

QUERY, EXHIBIT = Side.QUERY, Side.EXHIBIT
SECONDS = 7


@cache
def source(seed):
    return wandering(seed, SECONDS)


@cache
def library(seed):
    return video(source(seed))


def member(letter, subject, **facts):
    height, width = subject.size[1] * 320, subject.size[0] * 320
    usual = {
        "duration": None if subject.still else Fraction(subject.duration).limit_denominator(1000),
        "frame_pixels": round(width * height),
        "bit_rate": None if subject.still else 500_000,
        "codec": "h264",
    }
    return Member(Digest("sha256", letter.encode() * 32), 1000, **{**usual, **facts})


def said(query, exhibit, *, of_query=None, of_exhibit=None):
    """What is said of two subjects, by what and side."""
    match = testimony.testify(query, exhibit, Lead(ALL_VIEWS, meetings(query, exhibit)))
    sides = member("a", query, **(of_query or {})), member("b", exhibit, **(of_exhibit or {}))
    found = differences(match, *sides)
    back = differences(match.turned(), *sides[::-1])
    assert {(each.what, each.side) for each in back} == {
        (each.what, each.side and each.side.other) for each in found
    }
    return {each.what: each for each in found}


def edited(frames, edit):
    return video(np.stack([edit(each, number) for number, each in enumerate(frames)]))


def with_logo(frame, _number):
    frame = frame.copy()
    cv2.rectangle(frame, (250, 10), (305, 36), 250, -1)
    cv2.putText(frame, "TV7", (255, 32), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 5, 2)
    return frame


def with_subtitles(frame, number):
    """Another line every two seconds."""
    frame = frame.copy()
    text = ("they came at dawn", "from the north side", "nobody was warned", "watch this")[
        number // 16
    ]
    for colour, width in ((0, 6), (255, 2)):
        cv2.putText(frame, text, (20, 165), cv2.FONT_HERSHEY_SIMPLEX, 0.9, colour, width)
    return frame


def cropped(frame, _number):
    return cv2.resize(frame[18:150, 40:270], (320, 184), interpolation=cv2.INTER_AREA)


def beside_other_footage(frame, number):
    large = cv2.resize(wandering(50, SECONDS)[number], (640, 360))
    large[180:340, 330:614] = cv2.resize(frame, (284, 160), interpolation=cv2.INTER_AREA)
    return large


def padded(frame, _number):
    large = np.full((270, 480), 16, np.uint8)
    large[45:225, 80:400] = frame
    return large


def blur_padded(frame, _number):
    large = cv2.GaussianBlur(cv2.resize(frame, (320, 568)), (0, 0), 12)
    large = (large * 0.7).astype(np.uint8)
    large[194:374] = frame
    return large


def test_a_mere_reencoding_has_nothing_laid_over_or_around_it():
    assert said(video(reencoded(source(1))), library(1)) == {}


def test_a_logo_is_found_on_the_side_that_stands_still():
    found = said(edited(source(1), with_logo), library(1))
    assert set(found) == {What.OVERLAY}
    overlaid = found[What.OVERLAY]
    assert overlaid.side is QUERY
    assert overlaid.favours is EXHIBIT
    assert 0.01 < overlaid.measured["share"] < 0.15


def test_subtitles_that_change_are_found():
    found = said(edited(source(1), with_subtitles), library(1))
    assert set(found) == {What.OVERLAY}
    assert found[What.OVERLAY].side in {QUERY, None}


def test_an_overlay_on_a_camera_that_stands_still_could_be_on_either():
    moment = fixed(41, 1, SECONDS)
    found = said(edited(moment, with_logo), video(moment))
    assert found[What.OVERLAY].side is None
    assert found[What.OVERLAY].favours is None
    assert "cannot tell" in found[What.OVERLAY].says


def test_a_crop_is_told_from_a_frame():
    crop = said(edited(source(1), cropped), library(1))
    assert crop[What.CROPPED].side is QUERY
    assert crop[What.CROPPED].measured["share"] == pytest.approx(230 * 132 / 320 / 180, abs=0.04)
    assert not {What.FRAMED, What.OVERLAY} & set(crop)
    frame = said(edited(source(1), beside_other_footage), library(1))
    assert frame[What.FRAMED].side is QUERY
    assert not {What.CROPPED, What.OVERLAY} & set(frame)


@pytest.mark.parametrize("edit", [padded, blur_padded])
def test_pads_are_of_the_padded_one(edit):
    found = said(edited(source(1), edit), library(1))
    around = found.get(What.PADDED) or found.get(What.FRAMED)
    assert around.side is QUERY
    assert around.favours is EXHIBIT
    assert What.CROPPED not in found


def test_which_one_is_mirrored_is_not_guessed():
    found = said(video(source(1)[:, :, ::-1]), library(1))
    assert found[What.MIRRORED].side is None
    assert found[What.MIRRORED].favours is None


def test_an_excerpt_is_shorter_and_a_faster_one_faster():
    part = said(video(source(1)[8:40]), library(1))
    assert part[What.SHORTER].side is QUERY
    assert part[What.SHORTER].measured["missing"] == pytest.approx(3, abs=0.3)
    times = np.arange(0, SECONDS / 1.25, 1 / 8)
    quick = said(video(source(1)[np.round(times * 10).astype(int)], times), library(1))
    assert quick[What.FASTER].side is QUERY
    assert quick[What.FASTER].measured["times"] == pytest.approx(1.25, abs=0.03)
    assert quick[What.FASTER].favours is None
    assert What.SHORTER not in quick


def test_pixels_and_bits_are_compared_where_they_can_be():
    copy = video(reencoded(source(1)))
    fewer = said(copy, library(1), of_query={"frame_pixels": 10_000, "bit_rate": 90_000})
    assert {What.FEWER_PIXELS, What.FEWER_BITS} == set(fewer)
    assert all(each.side is QUERY and each.favours is EXHIBIT for each in fewer.values())
    assert closer(list(fewer.values())) is EXHIBIT
    both = said(copy, library(1), of_query={"frame_pixels": 10_000, "bit_rate": 9_000_000})
    assert closer(list(both.values())) is None
    other = said(copy, library(1), of_query={"bit_rate": 90_000, "codec": "hevc"})
    assert other == {}


def test_stills_are_looked_at_closely_as_well():
    photo = picture(12)
    logo = photo.copy()
    cv2.rectangle(logo, (700, 40), (900, 120), 250, -1)
    cv2.putText(logo, "NEWS", (710, 105), cv2.FONT_HERSHEY_SIMPLEX, 2, 0, 6)
    found = said(still(logo), still(photo))
    assert found[What.OVERLAY].side is None
    frame = said(still(cv2.resize(source(1)[34], (640, 360))), library(1))
    assert frame[What.SHORTER].side is QUERY


def test_what_is_measured_is_json_and_turns_with_the_match():
    query = edited(source(1), with_logo)
    match = testimony.testify(query, library(1), Lead(ALL_VIEWS, meetings(query, library(1))))
    closeup = match.evidence["closeup"]
    assert closeup["overlays"][0]["on"] == "query"
    turned = match.turned()
    assert turned.evidence["closeup"]["overlays"][0]["on"] == "exhibit"
    assert turned.evidence["closeup"]["exhibit"] == closeup["query"]
    assert turned.turned().evidence == match.evidence


@pytest.mark.parametrize(
    "evidence",
    [
        {"visual": {"placing": "nonsense"}},
        {"visual": {"placing": [[0, 0, 0], [0, 0, 0]]}},
        {"visual": {"placing": [[1e300, 0, 0], [0, float("nan"), 0]]}},
        {"visual": []},
        {},
    ],
)
def test_a_placing_that_makes_no_sense_is_passed_over(evidence):
    match = relate(library(1), library(1), ALL_VIEWS)
    close_up(library(1), library(1), replace(match, evidence=evidence))


@pytest.mark.parametrize(
    "closeup",
    [
        None,
        [],
        {},
        {"query": 1, "overlays": 2},
        {
            "query": {"picture": [0, 0], "seams": [[1], "x", None]},
            "overlays": [None, {"share": "x"}],
        },
        {"query": {"share": float("nan"), "seams": [[1, float("inf")]]}, "exhibit": {"share": -5}},
        {"overlays": [{"share": 0.1, "on": ["query"], "query": {"a": 1}}]},
    ],
)
def test_evidence_may_hold_anything(closeup):
    match = relate(library(1), library(1), ALL_VIEWS)
    match = replace(match, evidence={"closeup": closeup, "audio": {"verdict": "replaced"}})
    sides = member("a", library(1)), member("b", library(1))
    for each in differences(match, *sides):
        assert each.says
    for each in differences(match.turned(), *sides):
        assert each.says
