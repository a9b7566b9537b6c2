"""A scan that is killed at any moment loses nothing that was finished, and can go on."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys

import pytest

from mediaev import Case
from mediaev.errors import NoCaseError
from mediaev.jobs import SerialExecutor

MOMENTS = 50 if os.environ.get("CI") or os.environ.get("MEDIAEV_SLOW") else 6


@pytest.fixture(scope="module")
def download(tmp_path_factory, recordings):
    """Few and short files, so that the kill may fall into any part of the work."""
    folder = tmp_path_factory.mktemp("killed") / "download"
    shutil.copytree(recordings, folder)
    shutil.copy(folder / "a.mp4", folder / "again.mp4")
    (folder / "broken.mp4").write_bytes((folder / "b.mp4").read_bytes()[:9000])
    (folder / "notes.txt").write_text("no media")
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, download):
    """What a scan that nothing disturbs ends with."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    with Case.create(tmp_path_factory.mktemp("undisturbed") / "case") as case:
        case.scan([download], executor=SerialExecutor())
        state = held(case)
    patch.undo()
    return state


def held(case):
    """Exhibits with their state, sightings, matches and clusters, without times."""
    exhibits = {
        str(each.digest): (
            each.size,
            each.kind,
            case.examination(each.digest).status,
            sorted(sighting.path for sighting in case.sightings(each.digest)),
        )
        for each in case.exhibits()
    }
    matches = {(each.id, each.match.relation, each.match.score) for each in case.matches()}
    return exhibits, matches, case.clusters()


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_killed_scan_resumes_to_the_same_end(tmp_path, download, undisturbed, moment):
    command = [sys.executable, "-m", "mediaev", "-C", str(tmp_path / "case"), "scan", str(download)]
    # From before the case exists to after the last commit, spread evenly and shaken.
    after = (moment + random.Random(moment).random()) / MOMENTS * 4.0
    killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        killed.wait(timeout=after)
    except subprocess.TimeoutExpired:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    # Killed before the case was made there is none yet, and nothing was taken in.
    with contextlib.suppress(NoCaseError), Case.open(tmp_path / "case") as case:
        assert case.verify().error() is None
    resumed = subprocess.run(command, capture_output=True, check=False)
    assert resumed.returncode == 3, resumed.stderr.decode()
    with Case.open(tmp_path / "case") as case:
        assert case.verify().error() is None
        assert held(case) == undisturbed
