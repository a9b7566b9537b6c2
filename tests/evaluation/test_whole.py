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


@pytest.fixture(scope="module")
def first_run(evaluate, tmp_path_factory):
    """What was printed, the figures and the chart."""
    folder = tmp_path_factory.mktemp("told")
    outputs = ["--json", folder / "f.json", "--plot", folder / "f.png"]
    done = evaluate(*CHOICE, *outputs)
    assert done.returncode == 0, done.stderr
    return done, json.loads((folder / "f.json").read_text()), folder / "f.png"


@pytest.mark.parametrize("part", ["stills", "video"])
def test_a_small_corpus_is_measured(first_run, part):
    done, figures, _ = first_run
    assert f"== {part}:" in done.stdout
    tool = figures[part]["methods"][0]
    assert tool["accepted_per_edit"]["gray"] == {"right": 1, "total": 1}
    assert tool["accepted_per_edit"]["crop40"]["total"] == 1
    assert tool["accepted"]["precision"] == 1.0
    assert figures[part]["find_seconds"] > 0


def test_times_are_measured(first_run):
    figures = first_run[1]["video"]["placing"]["figures"]
    assert figures["start error, s"]["median"] < 0.5


def test_the_chart_is_a_picture(first_run):
    with Image.open(first_run[2]) as image:
        assert image.width > 500


def test_a_second_run_makes_nothing_and_says_the_same(first_run, evaluate):
    again = evaluate(*CHOICE, "--only", "stills")
    assert " 0 files made" in again.stderr
    tables = [
        done.stdout.split("== stills")[1].split("mediaev: scan")[0]
        for done in (first_run[0], again)
    ]
    assert tables[0] == tables[1]


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
