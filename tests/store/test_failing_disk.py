"""A disk that refuses a file, and one that has lost the database."""

import errno
import os
from pathlib import Path

import pytest

from mediaev.errors import InterruptedRunError, TamperedCaseError, UsageError
from mediaev.store import CaseStore


@pytest.mark.parametrize(
    ("number", "expected"), [(errno.ENOSPC, InterruptedRunError), (errno.EACCES, UsageError)]
)
def test_a_disk_that_does_not_take_a_file_is_a_plain_error(
    case, samples, monkeypatch, number, expected
):
    def refuse(path, *_):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr("mediaev.store.folder.write_whole", refuse)
    with pytest.raises(expected, match=r"log/checkpoints/5\.txt"), case.session("scan", [], {}):
        pass
    case.take_in(samples.exhibit(0), samples.sighting(0))
    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(expected, match="thumbnails"):
        case.record_examination(samples.digest(0), samples.examination(0))


@pytest.mark.parametrize("emptied", [True, False])
def test_a_case_that_lost_its_database_is_no_place_for_a_new_one(filled, emptied):
    for name in ("case.db-wal", "case.db-shm"):
        (filled / name).unlink(missing_ok=True)
    (filled / "case.db").unlink()
    if emptied:
        (filled / "case.db").touch()
    keys = (filled / "log" / "vkey.txt").read_bytes()
    for attempt in (
        lambda: CaseStore.open(filled),
        lambda: CaseStore.open(filled, write=True),
        lambda: CaseStore.create(filled),
    ):
        with pytest.raises(TamperedCaseError, match=r"case\.db is gone or empty"):
            attempt()
    assert (filled / "log" / "vkey.txt").read_bytes() == keys
    assert (filled / "case.db").exists() == emptied


def test_a_user_without_a_home_is_told_what_to_set(filled, tmp_path, monkeypatch):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    monkeypatch.delenv("XDG_CONFIG_HOME")
    for attempt in (
        lambda: CaseStore.create(tmp_path / "new"),
        lambda: CaseStore.open(filled, write=True),
        lambda: CaseStore.open(filled).verify(),
    ):
        with pytest.raises(UsageError, match="no home") as refused:
            attempt()
        assert "XDG_CONFIG_HOME" in refused.value.advice
