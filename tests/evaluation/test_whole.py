"""The whole measurement, on a corpus of 3 clips and 6 pictures with 2 edits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
CHOICE = ("--edits", "gray,crop40", "--sources", "1")


@pytest.fixture(scope="module")
def evaluate(corpus_folder, tmp_path_factory):
    work = tmp_path_factory.mktemp("work")

    def run(*arguments):
        environment = dict(os.environ) | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'scripts'}"}
        command = [sys.executable, "-m", "evaluation", "--corpus", corpus_folder, "--work", work]
        return subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True, check=False
        )

    return run


def test_a_small_corpus_is_measured_and_the_same_again(evaluate, tmp_path):
    """One test, since two processes at work on the tests would each make all the files."""
    told, chart = tmp_path / "f.json", tmp_path / "f.png"
    done = evaluate(*CHOICE, "--json", told, "--plot", chart)
    assert done.returncode == 0, done.stderr
    figures = json.loads(told.read_text())
    for part in ("stills", "video"):
        assert f"== {part}:" in done.stdout
        tool = figures[part]["methods"][0]
        assert tool["accepted_per_edit"]["gray"] == {"right": 1, "total": 1}
        assert tool["accepted_per_edit"]["crop40"]["total"] == 1
        assert tool["accepted"]["precision"] == 1.0
        assert figures[part]["find_seconds"] > 0
    assert figures["video"]["placing"]["figures"]["start error, s"]["median"] < 0.5
    with Image.open(chart) as image:
        assert image.width > 500

    again = evaluate(*CHOICE, "--only", "stills")
    assert " 0 files made" in again.stderr
    first, second = (
        each.stdout.split("== stills")[1].split("mediaev: scan")[0] for each in (done, again)
    )
    assert first == second


@pytest.mark.parametrize(
    ("part", "edits", "says"),
    [
        ("excerpts", "excerpt3s", "something was found for 0 of"),
        ("sound", "aac32k,silent_track", "related as audio-only"),
        ("relations", "gray,sound_kept", "closer to the source, of edited copies"),
    ],
)
def test_excerpts_and_sounds_are_measured(evaluate, part, edits, says):
    done = evaluate("--only", part, "--edits", edits, "--sources", "1")
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--edits", "sharpen"], "no such edit: sharpen"),
        (["--corpus", "/no/such/folder"], "no such folder"),
    ],
)
def test_what_cannot_be_done_is_said(evaluate, options, says):
    done = evaluate(*options)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_learned_model_is_passed_on(evaluate, tmp_path, tiny_model):
    choice = ("--only", "stills", "--edits", "gray", "--sources", "1")
    done = evaluate(*choice, "--learned", tiny_model)
    assert done.returncode == 0, done.stderr
    unfit = tmp_path / "unfit.onnx"
    unfit.write_text("no model")
    done = evaluate(*choice, "--learned", unfit)
    assert done.returncode == 1
    assert "cannot be used as a learned model" in done.stderr
