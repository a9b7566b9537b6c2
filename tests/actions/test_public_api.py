import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import mediaev
from mediaev import Case, ScanOptions, plugins
from mediaev.jobs import SerialExecutor

ROOT = Path(mediaev.__file__).parents[1]


def test_everything_public_is_listed_once_in_order_and_can_be_had():
    assert mediaev.__all__ == sorted(set(mediaev.__all__))
    assert set(mediaev.__all__) == set(mediaev._HOMES)
    for name in mediaev.__all__:
        assert getattr(mediaev, name).__doc__, name
    assert set(mediaev.__all__) <= set(dir(mediaev))


def test_importing_the_package_loads_none_of_the_heavy_libraries():
    heavy = ("numpy", "cv2", "av", "sqlalchemy")
    code = f"import sys, mediaev; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_the_readmes_example_runs(tmp_path, monkeypatch, recordings, capsys):
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "mediaev.actions.examining.ProcessExecutor", lambda _count: SerialExecutor()
    )
    shutil.copy(recordings / "a.mp4", "clip.mp4")
    with Case.create("mediaev-case") as case:
        case.scan([recordings], executor=SerialExecutor())
    exec(compile(example, "README.md", "exec"), {})
    assert "identical 1.0" in capsys.readouterr().out


def test_a_clip_is_cut_and_logged(tmp_path, recordings):
    with Case.create(tmp_path / "case") as case:
        case.scan([recordings], executor=SerialExecutor())
        (exhibit,) = (
            each
            for each in case.exhibits()
            if os.path.basename(case.sightings(each.digest)[0].path) == b"a.mp4"
        )
        derived = case.clip(exhibit, tmp_path / "clip.mp4", 2, 5)
        assert derived.path.exists()
        [*_, row] = case.events(exhibit.digest)
        assert row.type == "item.derive"
        assert b"libx264" in row.body
        assert os.fsencode(tmp_path.name) not in row.body  # where it was put is private
        assert case.verify().error() is None


def test_a_clip_is_cut_from_the_kept_copy_when_the_file_is_gone(tmp_path, recordings):
    (tmp_path / "in").mkdir()
    shutil.copy(recordings / "a.mp4", tmp_path / "in")
    target = os.fsencode(tmp_path) + b"/\xff.mp4"
    with Case.create(tmp_path / "case") as case:
        case.scan([tmp_path / "in"], ScanOptions(keep=True), executor=SerialExecutor())
        (tmp_path / "in" / "a.mp4").unlink()
        (exhibit,) = case.exhibits()
        assert case.clip(exhibit, target, 2, 5).path.exists()
        assert [row.type for row in case.events(exhibit.digest)][-1] == "item.derive"


def test_a_plug_in_joins_the_built_in_ones(monkeypatch):
    class Entry:
        def __init__(self, kind):
            self.load = lambda: kind

    class Own:
        id = name = "own/1"

    class Impostor:
        id = plugins.descriptors()[0].id

    entries = {
        "mediaev.descriptors": [Entry(Own), Entry(Impostor)],
        "mediaev.readers": [Entry(Own)],
    }
    monkeypatch.setattr(plugins, "entry_points", lambda *, group: entries[group])
    assert isinstance(plugins.descriptors()[-1], Own)
    assert not any(isinstance(each, Impostor) for each in plugins.descriptors())
    assert isinstance(plugins.readers()[-1], Own)
