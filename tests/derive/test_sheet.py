"""What is drawn on a sheet: letters, places, differences; and that it is drawn alike each time."""

import io
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from media_factory import scene
from PIL import Image

from mediaev.compare.bits import TURNS, Turn
from mediaev.compare.passages import Passage
from mediaev.compare.placing import Placing, corners, mapped, placing_of, size_of
from mediaev.compare.telling import Moment
from mediaev.derive.sheet.content import Content, Pair, Party, Shown
from mediaev.derive.sheet.head import MARGIN, WIDTH
from mediaev.derive.sheet.lettering import Hand, drawable, width, wrapped
from mediaev.derive.sheet.marks import Tile, overlap
from mediaev.derive.sheet.moment import PICTURE, moment
from mediaev.derive.sheet.page import HEIGHT, SHEET, pages, sheet
from mediaev.derive.sheet.palette import VERMILLION
from mediaev.derive.sheet.panels import difference, laid, motion, picture_of
from mediaev.model.fingerprint import WHOLE, Box
from mediaev.model.frame import Frame
from mediaev.model.match import Segment

HAND = Hand(15, (0, 0, 0))
PLAIN = Turn()


def frame(picture, at=0):
    return Frame(Fraction(at), *picture.size, picture.convert("RGB").tobytes())


def passage(placing, seconds=0.0):
    segment = Segment((0.0, seconds), (0.0, seconds))
    return Passage(segment, 1.0, 0.0, 0.0, seconds, placing)


def content(pairs, where, **more):
    party = Party("A", ("a.mp4", "SHA-256 …"), 4.0), Party("B", ("b.mp4",), 4.0)
    drawn = Shown("Segment", where, pairs)
    facts = (("The match", (("relation", "excerpt-of"),)), ("A", ()), ("B", ()))
    told = {"says": ("says",), **more}
    return Content(
        title="A is an excerpt of B",
        parties=party,
        passages=(where,),
        shown=(drawn,),
        facts=facts,
        **told,
    )


# Letters


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("clip.mp4", "clip.mp4"),
        ("видео № 5.mp4", "видео № 5.mp4"),
        ("Σπάρτη é ß", "Σπάρτη é ß"),
        ("視頻.mp4", "視頻.mp4"),
        ("서울 かな", "서울 かな"),
        ("مقطع", "\\u0645\\u0642\\u0637\\u0639"),
        ("שיר", "\\u05e9\\u05d9\\u05e8"),
        ("a\u202eb\n", "a\\u202eb\\n"),
        ("e\u0301", "e\\u0301"),
        ("a\u00a0b\u3000c", "a\\xa0b\\u3000c"),
        ("😀", "\\U0001f600"),
        ("what?", "what?"),
    ],
)
def test_a_name_is_drawn_as_it_is_or_escaped(name, drawn):
    assert drawable(name) == drawn


@given(st.text(max_size=30), st.integers(40, 400))
def test_any_text_fits_into_its_room_and_loses_nothing(text, room):
    lines = wrapped(text, room, HAND)
    assert all(width(line, HAND) <= room or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == drawable(text).replace(" ", "")


# Registering


@pytest.mark.parametrize("turn", TURNS)
def test_a_picture_that_was_laid_otherwise_is_laid_back(turn):
    picture = scene(7, (320, 180))
    laid_otherwise = picture
    # The exhibit is the query laid by `turn`: mirrored first, then turned clockwise.
    if turn.mirrored:
        laid_otherwise = laid_otherwise.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    laid_otherwise = laid_otherwise.rotate(-turn.rotation, expand=True)
    placing = placing_of(turn, size_of(320, 180), size_of(*laid_otherwise.size), WHOLE, WHOLE)
    over, mask = laid(frame(laid_otherwise), placing, (320, 180))
    away = np.abs(over.astype(int) - np.asarray(picture)).mean()
    assert away < 2.0
    assert mask.mean() > 0.98


def test_a_crop_and_an_inset_are_laid_to_the_pixel():
    picture = scene(8, (400, 300))
    box = Box(0.25, 0.2, 0.75, 0.8)
    cropped = picture.crop((100, 60, 300, 240))
    into = placing_of(PLAIN, size_of(200, 180), size_of(400, 300), WHOLE, box)
    over, mask = laid(frame(picture), into, (200, 180))
    assert np.abs(over.astype(int) - np.asarray(cropped)).mean() < 1.0
    assert mask.all()
    inset = Image.new("RGB", (400, 300), "black")
    inset.paste(picture.resize((200, 180), Image.Resampling.BOX), (100, 60))
    into = placing_of(PLAIN, size_of(400, 300), size_of(400, 300), box, WHOLE)
    over, mask = laid(frame(picture), into, (400, 300))
    rows, columns = np.nonzero(mask)
    edges = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert edges == pytest.approx((100, 60, 300, 240), abs=1)
    assert np.abs(over[mask].astype(int) - np.asarray(inset)[mask]).mean() < 4.0


def test_other_brightness_is_no_difference_and_another_thing_is():
    picture = np.asarray(scene(9, (160, 120)))
    everywhere = np.ones((120, 160), bool)
    darker = (picture * 0.6 + 20).astype(np.uint8)
    assert difference(picture, darker, everywhere)[1] < 2.0
    changed = darker.copy()
    changed[30:60, 40:80] = 255
    drawn, mean = difference(picture, changed, everywhere)
    assert mean > 3.0
    inside, outside = drawn[35:55, 45:75].astype(int), drawn[80:, 100:].astype(int)
    # Blue: the query is darker there.
    assert inside[..., 2].mean() - inside[..., 0].mean() > 50
    assert abs(outside[..., 2].mean() - outside[..., 0].mean()) < 30


def test_what_moves_is_drawn_and_noise_and_flashes_are_not():
    chance = np.random.default_rng(1)
    before = np.full((90, 160, 3), 100, np.uint8)
    noisy = np.clip(before + chance.normal(0, 2, before.shape) + 40, 0, 255).astype(np.uint8)
    everywhere = np.ones((90, 160), bool)
    assert (motion(noisy, before, everywhere, forward=True) > 250).mean() > 0.99
    moved = before.copy()
    moved[20:40, 20:50] = 200
    brighter = motion(moved, before, everywhere, forward=True)[30, 30].astype(int)
    darker = motion(moved, before, everywhere, forward=False)[30, 30].astype(int)
    assert brighter[0] - brighter[2] > 100
    assert darker[2] - darker[0] > 100


def test_a_frame_of_another_size_than_it_says_is_refused():
    with pytest.raises(ValueError, match="frame"):
        picture_of(Frame(Fraction(0), 10, 10, bytes(299)), (5, 5))


# The sheet


def outlined(canvas, left, top, right, bottom):
    """The edges of the orange outline in a part of a canvas."""
    part = canvas[top:bottom, left:right].astype(int)
    rows, columns = np.nonzero(np.abs(part - np.array(VERMILLION)).max(axis=2) < 40)
    return left + columns.min(), top + rows.min(), left + columns.max() + 1, top + rows.max() + 1


@pytest.mark.parametrize(
    "box", [Box(0.25, 0.2, 0.75, 0.8), Box(0.5, 0.05, 0.95, 0.5), Box(0.0, 0.3, 1.0, 0.7)]
)
def test_the_rectangle_lies_where_the_match_says(box):
    """In the picture of a pair of stills, whose place on the sheet is known."""
    one, other = (Image.new("RGB", (400, 300), "white") for _ in range(2))
    placing = placing_of(PLAIN, size_of(400, 300), size_of(400, 300), box, WHOLE)
    pair = Pair(Moment(0.0, ""), 0.0, (frame(one), frame(other)))
    canvas = moment(pair, passage(placing), 1, timed=False)
    tile = Tile.within(size_of(400, 300), MARGIN, 0, PICTURE)
    found = outlined(canvas, tile.left, 0, tile.left + tile.width, tile.height)
    across = [tile.left + each * tile.width for each in (box.left, box.right)]
    expected = (across[0], box.top * tile.height, across[1], box.bottom * tile.height)
    assert found == pytest.approx(expected, abs=3)


def test_the_same_content_is_the_same_bytes_and_says_what_it_is():
    picture = scene(3, (320, 180))
    placing = placing_of(Turn(mirrored=True), size_of(16, 9), size_of(16, 9), WHOLE, WHOLE)
    pair = Pair(Moment(1.0, "first", 0.9, 0.8), 1.0, (frame(picture, 1),) * 2)
    drawn = [sheet(content((pair,), passage(placing, 4.0))) for _ in range(2)]
    assert drawn[0] == drawn[1]
    with Image.open(io.BytesIO(drawn[0])) as image:
        assert image.width == WIDTH
        assert image.height % HEIGHT == 0
        assert image.info["Software"] == SHEET


def test_hostile_names_keep_the_sheet_in_its_shape():
    names = ("\u202e" * 300, "W" * 5000, "\x1b[31m\n\n", "\U0001f600" * 200, "ن" * 255)
    pair = Pair(Moment(0.0, ""), 0.0, (frame(scene(1)),) * 2)
    for name in names:
        drawn = sheet(content((pair,), passage(None), says=(name,), warnings=(name,), foot=name))
        with Image.open(io.BytesIO(drawn)) as image:
            assert image.width == WIDTH
            assert image.height <= 4 * HEIGHT


@given(
    st.floats(0.1, 3), st.floats(-3.1, 3.1), st.floats(-0.5, 1), st.floats(-0.5, 1), st.booleans()
)
@example(1.0, 0.0, -3.3e-29, -0.25, False)  # noqa: FBT003
def test_the_overlap_lies_in_both_pictures_and_is_one(scale, angle, across, down, mirrored):
    turned = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if mirrored:
        turned = turned @ np.diag([-1.0, 1.0])
    wide, tall = size_of(16, 9), size_of(9, 16)
    placing = Placing(np.concatenate([turned, [[across], [down]]], axis=1), wide, tall)
    areas = overlap(placing)
    if areas is None:
        return
    query, exhibit = areas
    assert 3 <= len(query) == len(exhibit) <= 8
    for polygon, size, slack in ((query, wide, 0.02), (exhibit, tall, 0.02 / scale)):
        assert (polygon > -slack).all()
        assert (polygon < np.array(size) + slack).all()
    assert mapped(placing.matrix, exhibit) == pytest.approx(query, abs=1e-5)


def test_a_mirrored_picture_shows_by_the_order_of_its_corners():
    wide = size_of(16, 9)
    query, exhibit = overlap(placing_of(Turn(mirrored=True), wide, wide, WHOLE, WHOLE))
    assert query == pytest.approx(corners(wide), abs=1e-6)
    assert exhibit == pytest.approx(corners(wide)[[1, 0, 3, 2]], abs=1e-6)
    away = Placing(np.array([[1.0, 0.0, 5.0], [0.0, 1.0, 0.0]]), wide, wide)
    assert overlap(away) is None


@given(st.lists(st.integers(0, 100), max_size=30))
def test_parts_come_on_pages_in_order_and_none_is_crowded(heights):
    found = pages(heights, 100)
    assert [each for page in found for each in page] == list(range(len(heights)))
    for page in found:
        assert sum(heights[each] for each in page) <= 100
    for one, other in pairwise(found):
        assert sum(heights[each] for each in one) + heights[other[0]] > 100
