"""Sounds that are made, laid under pictures, and what is said about them."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.chance import chance
from evaluation.footage import Excerpt, frames, write
from evaluation.hearing import (
    QUIET,
    RATE,
    Coding,
    hear,
    hum,
    lay,
    loudness,
    mixed,
    music,
    seconds_of,
    silence,
    voice,
)
from evaluation.listening import audio_of, listened, of_sound
from evaluation.sound_edits import SOUND_EDITS
from evaluation.tool import Found, Run
from evaluation.truth import WHOLE, Exhibit, Kind, Part, Query, Trial


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    path = tmp_path_factory.mktemp("picture") / "p.mp4"
    write(path, [np.full((64, 64, 3), 90, np.uint8)] * 50, rate=25, crf=30)
    return path


def clicks(*times, seconds=4.0):
    samples = silence(seconds)
    for time in times:
        samples[round(time * RATE) : round(time * RATE) + 200] = 0.8
    return samples


def first_click(samples):
    return float(np.argmax(np.abs(samples) > 0.2)) / RATE


def test_a_sound_is_heard_when_it_was_laid(picture, tmp_path):
    path = tmp_path / "s.mp4"
    assert lay(path, picture, clicks(2.5), again=True) == pytest.approx(4.0)
    assert first_click(hear(Excerpt(path, 0.0, 4.0))) == pytest.approx(2.5, abs=0.01)
    assert first_click(hear(Excerpt(path, 2.0, 1.0))) == pytest.approx(0.5, abs=0.01)
    assert len(list(frames(Excerpt(path, 3.0, 0.5)))) == 12


def test_a_faster_sound_comes_earlier(picture, tmp_path):
    path = tmp_path / "s.mp4"
    seconds = lay(path, picture, clicks(2.5), Coding(tempo=1.25), again=True)
    assert seconds == pytest.approx(3.2)
    assert first_click(hear(Excerpt(path, 0.0, 3.2))) == pytest.approx(2.0, abs=0.03)


def test_a_file_without_sound_is_silent(picture):
    assert len(hear(Excerpt(picture, 0.0, 1.0))) == 0
    assert loudness(hear(Excerpt(picture, 0.0, 1.0))) == 0


@pytest.mark.parametrize("made", [voice, music, hum], ids=lambda each: each.__name__)
def test_made_up_sounds_can_be_heard_and_told_apart(made):
    one, other = (made(chance(seed), 3.0) for seed in (1, 2))
    assert seconds_of(one) == 3.0
    assert QUIET < loudness(one) < 0.5
    assert np.abs(one).max() <= 1
    assert not np.array_equal(one, other)


def test_the_louder_sound_is_louder_by_that_much():
    under, over = music(chance(1), 2.0), voice(chance(1), 2.0)
    both = mixed(under, over, 6.0)
    scale = np.dot(both, under) / np.dot(under, under)
    rest = both - scale * under
    assert 20 * np.log10(loudness(rest) / loudness(scale * under)) == pytest.approx(6, abs=0.5)


@pytest.mark.parametrize("edit", SOUND_EDITS.values(), ids=lambda each: each.name)
def test_a_sound_edit_leaves_what_its_verdict_says(edit, picture, tmp_path):
    choice = np.random.default_rng(1)
    before = music(chance(9), 4.0)
    path = tmp_path / "s.mp4"
    lay(path, picture, edit.change(choice, before), edit.coding, again=True)
    after = hear(Excerpt(path, 0.0, 4.0 / edit.coding.tempo))
    if edit.verdict == "silent":
        assert loudness(after) < QUIET
    elif edit.coding.tempo == 1:
        pair = [each[: 39 * RATE // 10] for each in (before, after)]
        likeness = max(
            np.corrcoef(*(measure(each).ravel() for each in pair))[0, 1]
            for measure in (np.asarray, spectrum)
        )
        assert (likeness > 0.35) == (edit.verdict in {"same", "only"})


def spectrum(samples):
    """Strength of each frequency that a phone lets through, in each tenth of a second."""
    step = RATE // 10
    pieces = samples[: len(samples) // step * step].reshape(-1, step)
    return np.log(np.abs(np.fft.rfft(pieces * np.hanning(step)))[:, 40:280] + 1e-2)


def answer(exhibit, relation="audio-only", **audio):
    told = {"verdict": "only", "score": 0.8, "segments": [[0, 5, 2, 7]]} | audio
    return Found(exhibit, relation, 0.4, (), False, 0, WHOLE, "exhibit", {"audio": told})  # noqa: FBT003


def asked(name, edit, kind=Kind.COPY):
    part = Part("a", (0.0, 5.0), (2.0, 7.0))
    return Query(name, Path(name), edit, kind, ("a",), parts=(part,) if kind is Kind.COPY else ())


def test_verdicts_relations_and_times_are_read_from_the_evidence():
    trial = Trial(
        "sound",
        (Exhibit(Path("a"), "a"),),
        (asked("one", "aac32k"), asked("two", "phone"), asked("r", "silent_track", Kind.REPLACED)),
    )
    run = Run(
        {
            "one": (answer("a"),),
            "two": (),
            "r": (answer("a", "excerpt-of", verdict="silent", segments=[]),),
        }
    )
    method = of_sound(run)
    assert method.scores == {("one", "a"): 0.8}
    done = listened(trial, run)
    assert (done.verdicts["aac32k"].right, done.verdicts["phone"].right) == (1, 0)
    assert done.verdicts["silent_track"].right == 1
    assert (done.audio_only.right, done.audio_only.total) == (1, 2)
    assert (done.iou, done.start, done.end) == ([1.0], [0.0], [0.0])
    assert done.said["phone"] == {"nothing": 1}


def test_a_match_without_evidence_of_sound_says_nothing():
    match = Found("a", "same-recording", 0.9, (), False, 0, WHOLE, "exhibit", {"visual": {}})  # noqa: FBT003
    assert audio_of(match) is None
    assert of_sound(Run({"q": (match,)})).scores == {}


def test_a_verdict_without_a_stretch_that_agrees_needs_no_score():
    told = {"audio": {"verdict": "silent", "segments": []}}
    match = Found("a", "same-recording", 0.9, (), False, 0, WHOLE, "exhibit", told)  # noqa: FBT003
    assert audio_of(match).verdict == "silent"
    assert of_sound(Run({"q": (match,)})).scores == {}
