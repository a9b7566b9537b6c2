"""Real photos and clips, where they are at hand: what belongs together, and what does not."""

import csv
from pathlib import Path

import pytest

from mediaev import Case, ScanOptions, Status
from mediaev.jobs import ProcessExecutor

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.exists(), reason=f"the test corpus is not at {CORPUS.name}/"),
]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """The clusters of the whole corpus, as sets of file names, and the two reports."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    executor = ProcessExecutor(2)
    folders = [CORPUS / "media", CORPUS / "families"]
    with Case.create(tmp_path_factory.mktemp("corpus") / "case") as case:
        first = case.scan(folders, ScanOptions(), executor=executor)
        second = case.scan(folders, ScanOptions(), executor=executor)
        clusters = [
            {
                Path(sighting.path.decode()).name
                for member in cluster.members
                for sighting in case.sightings(member)
            }
            for cluster in first.clusters
        ]
    executor.close()
    patch.undo()
    return clusters, first, second


def names(pattern):
    return {path.name for path in CORPUS.rglob(pattern)} - {"manifest.csv"}


@pytest.mark.parametrize("family", ["tmk_chair_*", "tmk_pattern_*", "pdq_*"])
def test_each_natural_family_is_one_cluster(scanned, family):
    assert names(family) in scanned[0]


def test_no_two_clips_of_one_camera_are_joined(scanned):
    with (CORPUS / "media" / "manifest.csv").open() as manifest:
        cameras = {
            Path(row["file"]).name: row["group"]
            for row in csv.DictReader(manifest)
            if row["group"].startswith("cam_")
        }
    for cluster in scanned[0]:
        filmed = [cameras[name] for name in cluster if name in cameras]
        assert len(filmed) == len(set(filmed)), cluster


def test_a_second_scan_examines_nothing(scanned):
    _, first, second = scanned
    assert first.examined > 400
    assert second.examined == 0
    assert set(second.counts) == {Status.UNCHANGED, Status.NOT_MEDIA}
    assert second.clusters == first.clusters
