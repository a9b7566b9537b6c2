import os
import shutil

import pytest

from mediaev import Case, Relation, ScanOptions, Status
from mediaev.errors import UsageError
from mediaev.jobs import SerialExecutor
from mediaev.ports import Failure


@pytest.fixture
def case(tmp_path):
    with Case.create(tmp_path / "case", operator="test") as made:
        yield made


def scan(case, *paths, **options):
    return case.scan(paths, ScanOptions(**options), executor=SerialExecutor())


def test_a_scan_finds_the_reposts_of_a_folder(case, folder, edit):
    shutil.copy(edit("copy.mp4", folder / "a.mp4", video_filter="scale=240:-2", crf=34), folder)
    shutil.copy(edit("part.mp4", folder / "a.mp4", start=4, length=3), folder)
    report = scan(case, folder)
    assert report.counts == {Status.NEW: 5}
    (cluster,) = report.clusters
    names = {os.path.basename(case.sightings(member)[0].path) for member in cluster.members}
    assert names == {b"a.mp4", b"copy.mp4", b"part.mp4"}
    first = case.sightings(cluster.ranking.order[0])[0]
    assert os.path.basename(first.path) == b"a.mp4"
    assert {reason.criterion for reason in cluster.ranking.reasons} >= {"longest"}


def test_a_photo_of_a_later_moment_of_a_video_is_held_against_it(case, folder, run_ffmpeg):
    scan(case, folder / "a.mp4")
    run_ffmpeg("-ss", 9, "-i", folder / "a.mp4", "-frames:v", 1, folder / "photo.png")
    (cluster,) = scan(case, folder / "photo.png").clusters
    assert len(cluster.members) == 2


def test_a_second_scan_examines_nothing_and_finds_the_same(case, folder):
    first = scan(case, folder)
    events = len(list(case.events()))
    second = scan(case, folder)
    assert second.examined == 0
    assert second.counts == {Status.UNCHANGED: 3}
    assert second.clusters == first.clusters
    # Start and end of the session, and nothing about any exhibit.
    assert len(list(case.events())) == events + 2


def test_the_same_bytes_are_one_exhibit_with_several_sightings(case, folder):
    shutil.copy(folder / "a.mp4", folder / "again.mp4")
    os.link(folder / "a.mp4", folder / "linked.mp4")
    report = scan(case, folder)
    assert report.counts == {Status.NEW: 3, Status.KNOWN: 2}
    assert report.examined == 3
    assert len(case.exhibits()) == 3
    by_count = sorted(len(case.sightings(each.digest)) for each in case.exhibits())
    assert by_count == [1, 1, 3]


def test_what_is_added_later_is_compared_with_what_was_there(case, folder, edit):
    scan(case, folder)
    shutil.copy(edit("mirror.mp4", folder / "b.mp4", video_filter="hflip"), folder)
    report = scan(case, folder)
    assert report.examined == 1
    (match,) = case.matches()
    assert match.match.relation is Relation.SAME_RECORDING
    assert match.match.transform.mirrored


def test_a_changed_file_is_a_new_exhibit_at_the_old_place(case, folder):
    scan(case, folder)
    shutil.copy(folder / "b.mp4", folder / "a.mp4")
    report = scan(case, folder)
    assert report.counts[Status.KNOWN] == 1
    assert len(case.exhibits()) == 3


def test_files_that_are_no_media_are_taken_in_and_told_apart(case, folder):
    (folder / "notes.txt").write_text("where and when")
    report = scan(case, folder)
    assert report.counts == {Status.NEW: 3, Status.NOT_MEDIA: 1}
    assert report.failures == []
    assert len(case.exhibits()) == 4


def test_a_damaged_file_is_listed_with_its_reason_and_the_rest_goes_on(case, folder):
    whole = (folder / "b.mp4").read_bytes()
    (folder / "b.mp4").write_bytes(whole[: len(whole) // 3])
    report = scan(case, folder)
    (failure,) = report.failures
    assert failure.path.endswith(b"b.mp4")
    assert failure.reason
    # A second run says so again without trying again.
    again = scan(case, folder)
    assert again.examined == 0
    assert [each.reason for each in again.failures] == [failure.reason]


class Unlucky(SerialExecutor):
    """Fails every task in one way, as an executor reports it."""

    def __init__(self, kind):
        self.kind = kind

    def run(self, function, tasks):
        for task in tasks:
            yield task, Failure(self.kind, "The machine was at its end.")


@pytest.mark.parametrize("kind", ["memory", "crashed", "timeout"])
def test_what_may_have_been_the_machines_fault_is_tried_again(case, folder, kind):
    shutil.copy(folder / "a.mp4", folder / "again.mp4")
    first = case.scan([folder], executor=Unlucky(kind))
    assert first.counts == {Status.FAILED: 4}
    assert first.examined == 3
    second = scan(case, folder)
    assert second.examined == 3
    assert second.counts == {Status.NEW: 3, Status.UNCHANGED: 1}
    assert scan(case, folder).examined == 0
    assert case.verify().error() is None


def test_what_failed_by_itself_is_tried_again_only_on_demand(case, folder):
    case.scan([folder], executor=Unlucky("cpu"))
    assert scan(case, folder).counts == {Status.FAILED: 3}
    assert scan(case, folder, rehash=True).counts == {Status.NEW: 3}


def test_what_is_read_again_at_its_place_is_not_known_from_elsewhere(case, folder):
    scan(case, folder)
    os.utime(folder / "a.mp4", (1, 1))
    assert scan(case, folder).counts == {Status.UNCHANGED: 3}
    assert scan(case, folder, rehash=True).counts == {Status.UNCHANGED: 3}


def test_an_unreadable_place_is_a_usage_error_that_names_it(case, tmp_path):
    with pytest.raises(UsageError, match="nowhere"):
        scan(case, tmp_path / "nowhere")


def test_evidence_is_never_written_to(case, folder):
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}
    scan(case, folder)
    assert before == {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()
    }


def test_kept_copies_are_verified_and_read_only(case, folder):
    scan(case, folder, keep=True)
    for exhibit in case.exhibits():
        name = exhibit.digest.hex
        kept = case.folder / "objects" / "sha256" / name[:2] / name[2:4] / name
        assert kept.stat().st_mode & 0o222 == 0
        assert kept.stat().st_size == exhibit.size


def test_the_case_inside_the_folder_is_left_out(folder):
    with Case.create(folder / "mediaev-case") as case:
        report = scan(case, folder)
    assert report.counts == {Status.NEW: 3, Status.SKIPPED: 1}


def test_every_act_is_in_the_log_and_the_log_verifies(case, folder):
    scan(case, folder)
    types = [row.type for row in case.events()]
    assert types[0] == "vault.create"
    assert types.count("item.ingest") == 3
    assert types.count("item.fingerprint") == 3
    assert types[-1] == "session.end"
    verdict = case.verify()
    assert verdict.error() is None
