import base64
import json
import os
import shutil

import pytest

from mediaev.model.exhibit import shown


def raw_path(document):
    if "path_b64" in document:
        return base64.b64decode(document["path_b64"])
    return document["path"].encode()


def paths_in(folder):
    return {os.path.join(os.fsencode(folder), name) for name in os.listdir(os.fsencode(folder))}


def test_the_summary_tells_what_failed_and_what_to_watch(library):
    out = library.first_scan.out
    assert out.startswith("9 files: 5 new, 1 known from elsewhere, 1 no media, ")
    assert "2 files could not be read" in out
    bad, pipe = (f"  {library.folder}/{name}\n      " for name in ("bad.mp4", "pipe.mp4"))
    assert bad + "failed: " in out
    assert pipe + "refused: a named pipe" in out
    assert "closest to source among the copies held" in out
    assert "longest: runs 00:00:08.000" in out
    assert "Watch 2 files instead of 6: the others are copies or excerpts of them." in out
    assert "original" not in out


def test_it_says_that_it_made_a_case(library):
    assert f"made a new case in {library.case}" in library.first_scan.err


def test_hostile_names_are_printed_literally(library):
    out = library.first_scan.out
    assert "\x1b" not in out
    assert "\u202e" not in out
    name = os.fsencode(library.folder) + "/[red]\x1b[31mphoto\u202e\n[bold].jpg".encode()
    assert shown(name) in out


def test_a_pipe_gets_whole_lines_without_colour(process, library):
    for each in library.first_scan.out.splitlines():
        assert each == each.rstrip()
    assert f"  {library.folder}/long.mp4\n" in library.first_scan.out


def test_json_lists_every_path_once_with_its_exact_bytes(cli, case):
    done = cli("scan", "--json", case.folder)
    assert done.code == 3
    document = json.loads(done.out)
    assert sorted(map(raw_path, document["files"])) == sorted(paths_in(case.folder))
    assert {each["status"] for each in document["failed"]} == {"failed", "refused"}
    assert all(each["reason"] for each in document["failed"])
    assert document["examined"] == 0
    assert len(document["clusters"]) == 2


def test_jsonl_has_a_line_a_file_and_a_line_a_cluster(cli, case):
    done = cli("scan", "--jsonl", case.folder)
    types = [json.loads(each)["type"] for each in done.out.splitlines()]
    assert types == ["file"] * 9 + ["cluster"] * 2


def test_verbose_lists_every_file(cli, case):
    done = cli("scan", "-v", case.folder)
    assert f"  unchanged  {case.folder}/long.mp4\n" in done.out
    assert f"  not-media  {case.folder}/notes.txt" in done.out


def test_quiet_prints_results_and_nothing_else(cli, case):
    done = cli("-q", "scan", case.folder)
    assert done.code == 3
    assert done.err == ""
    assert done.out


def test_all_well_is_exit_code_0(cli, tmp_path, library):
    (tmp_path / "in").mkdir()
    shutil.copy(library.folder / "photo.png", tmp_path / "in")
    arguments = ["--keep", "--digest", "md5", "--digest", "sha512", "--rehash", "--workers", "1"]
    done = cli("-C", tmp_path / "case", "scan", *arguments, tmp_path / "in")
    assert done.code == 0
    assert done.out.startswith("1 file: 1 new\n")
    assert "Watch" not in done.out
    (kept,) = (path for path in (tmp_path / "case" / "objects").rglob("*") if path.is_file())
    assert kept.read_bytes() == (library.folder / "photo.png").read_bytes()
    log = cli("-C", tmp_path / "case", "log", "--jsonl").out
    ingest = next(json.loads(each) for each in log.splitlines() if "item.ingest" in each)
    assert set(ingest["detail"]["digests"]) == {"sha256", "md5", "sha1", "sha512"}


def test_a_path_that_is_not_there_makes_no_case(cli, tmp_path):
    done = cli("-C", tmp_path / "case", "scan", tmp_path, tmp_path / "nowhere\x1b[31m")
    assert (done.code, done.out) == (2, "")
    assert "nowhere\\x1b[31m" in done.err
    assert not (tmp_path / "case").exists()


def test_a_link_or_case_that_was_named_itself_is_no_quiet_success(cli, case, tmp_path):
    (tmp_path / "link").symlink_to(case.folder)
    done = cli("-C", tmp_path / "case", "scan", tmp_path / "link")
    assert done.code == 3
    assert f"leads to {case.folder}" in done.out
    assert cli("scan", case.case).code == 3


def test_another_case_in_the_folder_is_listed_and_its_thumbnails_are_no_copies(
    cli, library, tmp_path
):
    shutil.copy(library.folder / "photo.png", tmp_path)
    assert cli("-C", tmp_path / "first", "scan", tmp_path).code == 0
    done = cli("-C", tmp_path / "second", "scan", tmp_path)
    assert done.code == 3
    assert f"  {tmp_path}/first\n      refused: another case" in done.out
    assert "1 new" in done.out
    assert "No two exhibits" in done.out


def test_what_was_passed_over_is_told_by_its_reason(cli, library, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.mp4").symlink_to(library.folder / "long.mp4")
    (tmp_path / "in" / ".hidden.mp4").write_bytes(b"x")
    done = cli("-C", tmp_path / "case", "scan", tmp_path / "in")
    assert done.code == 0
    assert "hidden or system file or folder ×1, symbolic links are not followed ×1" in done.out


def test_a_file_that_is_only_named_like_media_is_listed(cli, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty.MP4").write_bytes(b"")
    (tmp_path / "in" / "notes.txt").write_text("where and when")
    done = cli("-C", tmp_path / "case", "scan", tmp_path / "in")
    assert done.code == 0
    assert "1 file named like media, but no media:" in done.out
    assert f"  {tmp_path}/in/empty.MP4\n      The file is empty." in done.out
    assert "notes.txt" not in done.out


@pytest.mark.parametrize("relative", [True, False])
def test_a_folder_that_may_not_be_read_fails_alone(cli, tmp_path, monkeypatch, relative):
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "notes.txt").write_text("where and when")
    (tmp_path / "locked").mkdir()
    scandir = os.scandir

    def guarded(path):
        if os.fsencode(path).endswith(b"locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("mediaev.intake.walk.os.scandir", guarded)
    monkeypatch.chdir(tmp_path)
    locked = "locked" if relative else tmp_path / "locked"
    done = cli("-C", tmp_path / "case", "scan", tmp_path / "open", locked)
    assert done.code == 3
    assert "1 no media, 1 failed" in done.out
    assert f"  {tmp_path}/locked\n      failed: the folder cannot be read" in done.out


def test_a_case_that_cannot_be_written_is_a_plain_error(cli, library, tmp_path):
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", "/proc/nowhere"):
        done = cli("-C", place, "scan", library.folder)
        assert (done.code, done.out) == (2, "")
        assert str(place) in done.err
    assert (tmp_path / "file").read_text() == "mine"


def test_a_case_without_its_key_is_said_to_stay_unsigned(cli, library, tmp_path, monkeypatch):
    shutil.copytree(library.case, tmp_path / "case")
    done = cli("-C", tmp_path / "case", "scan", library.folder)
    assert done.code == 3
    assert "warning: " in done.err
    assert "unsigned" in done.err


def test_progress_as_json_goes_to_standard_error(cli, case):
    done = cli("scan", "--progress", "json", "--rehash", "--json", case.folder)
    json.loads(done.out)
    lines = [json.loads(each) for each in done.err.splitlines() if each.startswith("{")]
    assert {each["type"] for each in lines} == {"progress"}
    assert {each["stage"] for each in lines} >= {"walk", "examine", "cluster"}
    examined = [each for each in lines if each["stage"] == "examine"]
    assert examined[-1]["done"] == examined[-1]["total"] == 8
