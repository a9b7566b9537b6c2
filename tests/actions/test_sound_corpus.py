"""Real sound, where it is at hand: which edits are heard, and that nothing else is.

The library is the sound of all clips of the corpus; queries are edits of every clip with
telling sound. `pytest -m slow -s` on this file prints the table of
docs/decisions/0007-sound.md.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from mediaev.compare.sound import agree
from mediaev.compare.sound_profile import SOUND, Sound, sound_of
from mediaev.compare.sound_windows import seeds
from mediaev.compare.testimony import weigh
from mediaev.examine import examine
from mediaev.index.sounds import SoundIndex
from mediaev.model.digest import Digest
from mediaev.model.match import Match, Relation, Segment

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.exists(), reason=f"the test corpus is not at {CORPUS.name}/"),
]

LONG = 3
"""Telling seconds on end from which every edit is asked for; of shorter clips less is."""
AAC = ("-c:a", "aac")
EDITS = {
    # name: (options of ffmpeg, speed, recall of long clips, recall of all)
    "aac 32k mono": (("-ac", "1", *AAC, "-b:a", "32k"), 1.0, 1.0, 0.85),
    "-12 dB": (("-af", "volume=-12dB", *AAC, "-b:a", "128k"), 1.0, 1.0, 0.85),
    "5 s": (("-ss", "1.37", "-t", "5", *AAC, "-b:a", "96k"), 1.0, 1.0, None),
    "10 s": (("-ss", "0.77", "-t", "10", *AAC, "-b:a", "96k"), 1.0, 1.0, None),
    "phone": (("-af", "highpass=f=300,lowpass=f=3000", *AAC, "-b:a", "64k"), 1.0, 0.9, 0.85),
    "tempo 0.8": (("-af", "atempo=0.8", *AAC, "-b:a", "96k"), 0.8, 0.9, 0.8),
    "tempo 1.25": (("-af", "atempo=1.25", *AAC, "-b:a", "96k"), 1.25, 0.9, 0.85),
    "opus 16k": (("-ac", "1", "-c:a", "libopus", "-b:a", "16k"), 1.0, 0.9, 0.8),
}
PITCHES = {
    f"pitch and speed {speed}": (
        ("-af", f"aresample=48000,asetrate=48000*{speed},aresample=48000", *AAC, "-b:a", "96k"),
        speed,
    )
    for speed in (1.06, 0.94)
}


@dataclass(frozen=True)
class Corpus:
    """Sounds by name, the files they were taken from, and an index of them."""

    files: dict[str, Path]
    sounds: dict[str, Sound]
    index: SoundIndex

    def heard(self, query):
        """Names of the clips that the query shares sound with, and how."""
        found = {}
        for digest, places in self.index.seeds(query).items():
            name = next(each for each in self.sounds if named(each) == digest)
            if (agreement := agree(query, self.sounds[name], places)) is not None:
                found[name] = agreement
        return found


def named(name):
    return Digest("sha256", name.encode().ljust(32, b"\0")[-32:])


def listened(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        return sound_of(examine(fd).fingerprints)
    finally:
        os.close(fd)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, run_ffmpeg):
    folder = tmp_path_factory.mktemp("library")
    files, sounds = {}, {}
    for path in sorted(
        [*(CORPUS / "media" / "videos").iterdir(), *(CORPUS / "families").iterdir()]
    ):
        bare = folder / f"{path.stem}.mka"
        try:
            run_ffmpeg("-i", path, "-vn", "-map", "0:a:0", "-c", "copy", bare)
        except AssertionError:
            continue
        sound = listened(bare)
        if sound is not None:
            files[path.stem], sounds[path.stem] = bare, sound
    assert len(sounds) >= 40
    index = SoundIndex({named(name): sound for name, sound in sounds.items()})
    return Corpus(files, sounds, index)


def telling(sound):
    """The longest time without a break that bears witness, in seconds."""
    if sound is None:
        return 0.0
    breaks = np.concatenate([[-1], np.nonzero(~sound.votes)[0], [len(sound.votes)]])
    return float(np.diff(breaks).max() - 1) / 10


def family(name):
    """Clips that are cuts of one recording, picture and sound alike."""
    return next((each for each in ("tmk_chair", "tmk_pattern") if each in name), name)


def edited(corpus, tmp_path, run_ffmpeg, options):
    """(name, sound of the edited clip) of every clip of the corpus itself."""
    for name, path in corpus.files.items():
        query = tmp_path / f"{name}.mka"
        run_ffmpeg("-i", path, *options, query)
        yield name, listened(query)


def asked(corpus, edit, name, sound):
    """Whether an edit of a clip has enough to be found by."""
    if edit in {"5 s", "10 s"} and len(corpus.sounds[name].codes) < 10 * (int(edit[:-2]) + 1.4):
        return False
    return telling(sound) >= LONG


@pytest.mark.parametrize("edit", EDITS)
def test_edits_are_heard_and_nothing_else_is(corpus, tmp_path, run_ffmpeg, edit, capsys):
    options, speed, of_long, of_all = EDITS[edit]
    hits, wrong, long = {}, set(), set()
    for name, sound in edited(corpus, tmp_path, run_ffmpeg, options):
        found = corpus.heard(sound) if sound is not None else {}
        wrong |= {(name, other) for other in found if family(other) != family(name)}
        agreement = found.get(name)
        hits[name] = agreement is not None and any(
            abs(segment.speed / speed - 1) < 0.04 for segment in agreement.segments
        )
        if asked(corpus, edit, name, sound):
            long.add(name)
    recall_long = float(np.mean([hits[name] for name in long]))
    recall = float(np.mean(list(hits.values())))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{edit}: long {recall_long:.2f} of {len(long)}, all {recall:.2f} of {len(hits)}, "
            f"wrong {len(wrong)}, missed {sorted(name for name in long if not hits[name])}"
        )
    assert wrong == set()
    assert recall_long >= of_long
    assert of_all is None or recall >= of_all


@pytest.mark.parametrize("edit", PITCHES)
def test_pitch_with_speed_is_heard_beside_pictures(corpus, tmp_path, run_ffmpeg, edit, capsys):
    options, speed = PITCHES[edit]
    verdicts = {}
    for name, sound in edited(corpus, tmp_path, run_ffmpeg, options):
        if sound is None or telling(sound) < LONG:
            continue
        length = len(corpus.sounds[name].codes) / 10
        seen = Match(
            Relation.SAME_RECORDING, 0.9, (Segment((0.0, length / speed), (0.0, length), speed),)
        )
        match = weigh(sound, corpus.sounds[name], seen)
        verdicts[name] = match.evidence["audio"]["verdict"]
    said = list(verdicts.values())
    with capsys.disabled():
        sys.stdout.write(f"\n{edit}: same {said.count('same')} of {len(said)}")
    assert said.count("same") >= 0.8 * len(said)
    assert "replaced" not in said


def test_unrelated_clips_share_no_sound(corpus):
    for name, sound in corpus.sounds.items():
        assert {family(other) for other in corpus.heard(sound)} <= {family(name)}


def test_the_index_finds_what_a_comparison_of_each_pair_finds(corpus):
    for name, sound in corpus.sounds.items():
        for other, held in corpus.sounds.items():
            if family(other) == family(name) and agree(sound, held, seeds(sound, held)):
                assert named(other) in corpus.index.seeds(sound)


def test_the_cost_is_small(corpus):
    path = corpus.files["vllava_sample_demo_22"]
    fd = os.open(path, os.O_RDONLY)
    try:
        (made,) = (each for each in examine(fd).fingerprints if each.descriptor == SOUND)
    finally:
        os.close(fd)
    packed = len(made.ticks) + len(made.bits) + len(made.quality)
    assert packed / made.count * 60 <= 8000
