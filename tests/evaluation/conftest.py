"""A corpus of 3 clips and 6 pictures, made once."""

import numpy as np
import pytest
from media_factory import scene

from evaluation.cache import Cache
from evaluation.chance import chance
from evaluation.footage import write
from evaluation.hearing import lay, music
from evaluation.made_up import drifting
from evaluation.workshop import Workshop


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory):
    """Clips of 4.2 s with music, of which two come from one camera by the manifest."""
    folder = tmp_path_factory.mktemp("corpus")
    for seed in range(6):
        scene(seed, (480, 320)).save(folder / f"photo{seed}.png")
    silent = tmp_path_factory.mktemp("silent") / "clip.mp4"
    for seed in range(3):
        write(silent, drifting(chance(seed), 4.2), rate=25, crf=20)
        lay(folder / f"clip{seed}.mp4", silent, music(chance(seed), 4.2))
    rows = ["file,group", "clip0.mp4,cam_door", "clip1.mp4,cam_door", "clip2.mp4,", "photo0.png,"]
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    (folder / "notes.txt").write_text("neither picture nor video")
    return folder


@pytest.fixture
def shop(tmp_path):
    return Workshop(Cache(tmp_path / "made"))


@pytest.fixture
def alike():
    """How far two pictures agree in what they show: correlation of their grey values."""

    def correlation(one, other):
        assert one.shape == other.shape
        flat = [each.mean(axis=2).ravel() for each in (one, other)]
        return float(np.corrcoef(*flat)[0, 1])

    return correlation
