"""Sheets are drawn from originals that are checked first, are logged, and hide no folder."""

import json
import os
import shutil
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from mediaev import Case, compare_files
from mediaev.actions import parameters, sheets
from mediaev.actions.case import sheet_of_files
from mediaev.compare import judge
from mediaev.derive.sheet.marks import overlap
from mediaev.derive.sheet.page import sheet as draw
from mediaev.errors import (
    ChangedFileError,
    DamagedMediaError,
    TamperedCaseError,
    UnreadableFileError,
    UsageError,
)
from mediaev.jobs import SerialExecutor
from mediaev.model.exhibit import shown as fit
from mediaev.model.frame import Frame
from mediaev.model.match import Relation
from mediaev.ports import Failure

COPY = "ко\u202e\nпия.mp4"
SERIAL = SerialExecutor()


@pytest.fixture(scope="module")
def scanned(tmp_path_factory, recordings, run_ffmpeg):
    """A case with a recording and a mirrored crop of seconds 3 to 8, and the two files."""
    top = tmp_path_factory.mktemp("sheets")
    folder = top / "secret-folder"
    folder.mkdir()
    shutil.copy(recordings / "a.mp4", folder / "whole.mp4")
    crop = "crop=iw*0.7:ih*0.7:iw*0.2:ih*0.1,hflip"
    options = ("-c:v", "libx264", "-preset", "veryfast", "-crf", 28, "-pix_fmt", "yuv420p")
    run_ffmpeg("-ss", 3, "-t", 5, "-i", folder / "whole.mp4", "-vf", crop, *options, folder / COPY)
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CONFIG_HOME", str(top / "config"))
    patch.setenv("XDG_STATE_HOME", str(top / "state"))
    with Case.create(top / "case", number="KH-1") as case:
        case.scan([folder], executor=SERIAL)
    yield top
    patch.undo()


@pytest.fixture
def folder(scanned, tmp_path):
    """A copy of the case and its files, to do anything to."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CONFIG_HOME", str(scanned / "config"))
    patch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shutil.copytree(scanned / "case", tmp_path / "case")
    yield scanned / "secret-folder"
    patch.undo()


@pytest.fixture
def case(folder, tmp_path):
    with Case.open(tmp_path / "case", write=True) as opened:
        yield opened


@pytest.fixture
def match(case):
    """The match of the two, seen from the crop whichever digest is smaller."""
    (found,) = case.matches()
    return found


@pytest.fixture
def contents(monkeypatch):
    """What is drawn, kept beside being drawn."""
    kept = []

    def keep(content):
        kept.append(content)
        return draw(content)

    monkeypatch.setattr(sheets, "sheet", keep)
    return kept


def crop_first(shown):
    """The one passage as seen from the crop: outline in the crop, and in the whole."""
    areas = overlap(shown.passage.placing)
    inside = [
        np.ptp(area, axis=0).prod() / np.prod(size)
        for area, size in zip(
            areas, (shown.passage.placing.query, shown.passage.placing.exhibit), strict=True
        )
    ]
    return areas if inside[0] > inside[1] else areas[::-1]


def test_place_and_moments_are_those_of_the_edit(case, match, contents, tmp_path):
    case.sheet(match, tmp_path / "s.png", executor=SERIAL)
    (content,) = contents
    (shown,) = content.shown
    assert 3 <= len(shown.pairs) <= 5
    in_crop, in_whole = crop_first(shown)
    shape = np.array([1.0, 180 / 320])
    low, high = in_whole.min(axis=0) / shape, in_whole.max(axis=0) / shape
    # Three pixels of 320.
    assert low == pytest.approx([0.2, 0.1], abs=0.012)
    assert high == pytest.approx([0.9, 0.8], abs=0.012)
    # Mirrored: where the corners run clockwise in the one, they run the other way in the other.
    sides = [np.diff(area[:3], axis=0) for area in (in_crop, in_whole)]
    assert np.linalg.det(sides[0]) * np.linalg.det(sides[1]) < 0
    for pair in shown.pairs:
        one, other = (float(frame.at) for frame in pair.frames)
        assert abs(abs(one - other) - 3.0) < 0.05
        assert abs(other - pair.wanted) <= 0.021
        assert pair.spots[2].sum() > 30


def test_the_same_sheet_is_the_same_bytes_and_stands_in_the_log(case, match, tmp_path):
    made = [case.sheet(match, tmp_path / f"{name}.png", executor=SERIAL) for name in "ab"]
    made = [each.digest for each in made]
    assert made[0] == made[1]
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert image.width == 1600
    for digest in (match.a, match.b):
        *_, event = case.events(digest)
        assert event.type == "item.derive"
        assert made[0].hex.encode() in event.body
        assert os.fsencode(tmp_path.name) not in event.body  # where it was put is private
    assert case.verify().error() is None


def test_what_differs_stands_on_it_in_words_and_figures(case, match, contents, tmp_path):
    case.sheet(match, tmp_path / "s.png", executor=SERIAL)
    (content,) = contents
    found = case.differences([match])[match.id]
    assert {each.what.value for each in found} >= {"mirrored", "shorter"}
    said = "\n".join(content.says)
    assert said.count("mirrored") == 1
    letter = {"query": "A", "exhibit": "B"}
    for each in found:
        if each.side is not None:
            assert f"{letter[each.side]} {each.says.split()[0]}" in said
    assert "closer to the source" in said
    rows = dict(content.facts)["What differs"]
    assert len(rows) == len(found)
    assert any("share 0." in value for _, value in rows)


def test_every_value_that_computes_it_again_is_on_it(case, match, contents, tmp_path):
    case.sheet(match, tmp_path / "s.png", executor=SERIAL)
    (content,) = contents
    rows = [row for _, section in content.facts for row in section]
    told = dict(rows)
    assert {match.a.hex, match.b.hex} <= {value for name, value in rows if name == "SHA-256"}
    assert told["match"] == match.id
    assert told["engine"] == match.engine
    assert told["thresholds"].startswith("t-")
    assert told["settings"].startswith("examine-")
    assert "KH-1" in told["case"]
    assert "mediaev " in told["compared with"]
    assert "motion_agreement" in told["visual"]
    assert "x of A = " in told["placing"]


def test_names_are_fit_to_be_shown_and_no_folder_is(case, match, contents, tmp_path):
    case.sheet(match, tmp_path / "s.png", executor=SERIAL)
    text = repr([contents[0].parties, contents[0].facts, contents[0].says, contents[0].warnings])
    assert "secret-folder" not in text
    assert str(tmp_path) not in text
    named = [party.lines[0] for party in contents[0].parties]
    assert sorted(named) == ["whole.mp4", "ко\\u202e\\nпия.mp4"]


# Originals that are gone or changed


@pytest.fixture
def without_copy(folder):
    """As if the disk with the crop were not mounted."""
    (folder / COPY).rename(folder / ".away")
    yield
    (folder / ".away").rename(folder / COPY)


def test_a_missing_original_is_shown_by_its_film_and_that_is_said(
    case, match, without_copy, contents, tmp_path
):
    made = case.sheet(match, tmp_path / "s.png", executor=SERIAL)
    assert "drawn from its film: no place" in made.warnings[0]
    assert f"secret-folder/{fit(os.fsencode(COPY))}" in made.warnings[0]
    (content,) = contents
    assert "small grey film" in content.warnings[0]
    assert sum("film" in party.lines[-1] for party in content.parties) == 1
    told = [value for _, rows in content.facts for name, value in rows if name == "drawn from"]
    assert sorted(told) == ["the bytes, digest checked", "the film in the case"]
    (shown,) = content.shown
    widths = {frame.width for pair in shown.pairs for frame in pair.frames}
    assert widths == {128, 320}


@pytest.mark.usefixtures("without_copy")
def test_a_changed_original_is_never_drawn(case, match, folder, contents, tmp_path):
    shutil.copy(folder / "whole.mp4", folder / COPY)
    try:
        made = case.sheet(match, tmp_path / "s.png", executor=SERIAL)
    finally:
        (folder / COPY).unlink()
    assert made.warnings
    assert sum("film" in party.lines[-1] for party in contents[0].parties) == 1


def test_without_original_and_film_the_places_that_were_tried_are_named(
    case, match, without_copy, tmp_path, monkeypatch
):
    monkeypatch.setattr(sheets, "reel", lambda *_: None)
    with pytest.raises(ChangedFileError, match=r"secret-folder") as raised:
        case.sheet(match, tmp_path / "s.png", executor=SERIAL)
    assert "Mount the disk" in raised.value.advice
    assert "\n" not in raised.value.message
    assert not (tmp_path / "s.png").exists()


# Where it may be written


def test_no_file_is_overwritten_and_none_put_into_the_case(case, match, folder, tmp_path):
    before = (folder / "whole.mp4").read_bytes()
    for target in (folder / "whole.mp4", case.folder / "objects.png", case.folder / "log" / "x"):
        with pytest.raises(UsageError):
            case.sheet(match, target, executor=SERIAL)
    assert (folder / "whole.mp4").read_bytes() == before


# Hostile matches and files


class Giving:
    """An executor whose child gives back whatever a hostile file makes of it."""

    def __init__(self, result):
        self.result = result

    def run(self, _function, tasks):
        for task in tasks:
            yield task, self.result

    def close(self):
        pass


PIXEL = Frame(Fraction(0), 1, 1, b"abc")


@pytest.mark.parametrize(
    "frame",
    [
        None,
        1,
        b"",
        replace(PIXEL, rgb=b"ab"),
        replace(PIXEL, rgb="abc"),
        replace(PIXEL, at="now"),
        replace(PIXEL, width=1.0),
        replace(PIXEL, width=5000, rgb=bytes(15000)),
    ],
)
def test_what_a_taken_over_process_gives_is_not_drawn(case, match, tmp_path, frame):
    for count in range(1, 11):
        with pytest.raises(DamagedMediaError, match="malformed"):
            case.sheet(match, tmp_path / "s.png", executor=Giving((frame,) * count))
    with pytest.raises(DamagedMediaError, match="malformed"):
        case.sheet(match, tmp_path / "s.png", executor=Giving(frame))


def test_a_decoder_that_dies_is_told(case, match, tmp_path):
    failure = Failure("memory", "It needed more memory than it was allowed.")
    with pytest.raises(DamagedMediaError, match=r"cannot be drawn: memory"):
        case.sheet(match, tmp_path / "s.png", executor=Giving(failure))


@pytest.mark.parametrize(
    "visual",
    [{"placing": [[0, 0, 0]] * 2}, {"runs": [{"query": [5, 1]}]}, {"placing": [[1, 2, "x"]] * 2}],
)
def test_a_match_that_makes_no_sense_is_refused(case, match, tmp_path, visual):
    made_up = replace(match, match=replace(match.match, evidence={"visual": visual}))
    with pytest.raises(TamperedCaseError, match="makes no sense"):
        case.sheet(made_up, tmp_path / "s.png", executor=SERIAL)


# Files without a case


def test_a_file_that_changed_after_it_was_compared_is_not_drawn(recordings, tmp_path):
    shutil.copy(recordings / "a.mp4", tmp_path / "a.mp4")
    compared = compare_files(tmp_path / "a.mp4", recordings / "a.mp4", executor=SERIAL)
    assert compared.match.relation is Relation.IDENTICAL
    shutil.copy(recordings / "b.mp4", tmp_path / "a.mp4")
    with pytest.raises(ChangedFileError, match="holds other bytes now"):
        sheet_of_files(compared, tmp_path / "s.png", executor=SERIAL)
    (tmp_path / "a.mp4").unlink()
    with pytest.raises(UnreadableFileError):
        sheet_of_files(compared, tmp_path / "s.png", executor=SERIAL)


def test_identical_stills_are_drawn(tmp_path):
    noise = np.random.default_rng(1).integers(0, 256, (90, 120, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    one = compare_files(tmp_path / "a.png", tmp_path / "a.png", executor=SERIAL)
    sheet_of_files(one, tmp_path / "s.png", executor=SERIAL)
    assert (tmp_path / "s.png").exists()


# Parameters


def test_thresholds_are_read_off_the_comparison_and_decide_their_id(monkeypatch):
    values = parameters.in_force()
    assert values["judge"]["TOGETHER"] == judge.TOGETHER
    assert {"align", "stills", "sound_stretch", "testimony", "polishing"} <= set(values)
    assert json.loads(json.dumps(values)) == values
    before = parameters.thresholds_id()
    with monkeypatch.context() as patch:
        patch.setattr(judge, "TOGETHER", 0.123)
        patch.setattr(parameters, "in_force", parameters.in_force.__wrapped__)
        assert parameters.thresholds_id.__wrapped__() != before
    assert parameters.thresholds_id.__wrapped__() == before
