"""Creating, opening and closing cases; one writer; nothing lost when a writer is killed."""

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from mediaev.errors import (
    CaseInUseError,
    CaseTooNewError,
    NoCaseError,
    RollbackError,
    TamperedCaseError,
    UsageError,
)
from mediaev.model.event import EventDraft
from mediaev.store import CaseStore


def in_another_process(script, *arguments):
    """A Python that runs the script and can be talked to over its pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_new_case_has_all_that_a_stranger_needs_to_check_it(tmp_path):
    with CaseStore.create(tmp_path / "deep" / "case", operator="Anna", organisation="Org") as case:
        assert (case.operator, case.organisation, case.number) == ("Anna", "Org", "")
        assert case.writable
        folder = case.folder
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "case.db",
        "log/checkpoint",
        "log/checkpoints/3.txt",
        "log/vkey.txt",
        "VERIFY.txt",
    }


def test_the_private_key_lies_outside_the_case_and_only_its_owner_may_read_it(case):
    keys = Path(os.environ["XDG_CONFIG_HOME"]) / "mediaev" / "keys"
    key = keys / f"{case.vault}.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert not [path for path in case.folder.rglob("*") if b"PRIVATE" in _content(path)]


def _content(path):
    return path.read_bytes() if path.is_file() else b""


def test_a_case_opens_again_with_what_was_recorded(filled, samples):
    with CaseStore.open(filled) as case:
        assert [exhibit.size for exhibit in case.exhibits()] == [1000, 1001, 1002]
        assert (case.operator, case.number, case.writable) == ("Anna Ops", "KH-1", False)
        assert case.examination(samples.digest(1)) == samples.examination(1)


def test_where_no_case_is_none_is_found(tmp_path):
    for folder in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(NoCaseError):
            CaseStore.open(folder)
    (tmp_path / "file").write_text("x")
    with pytest.raises(NoCaseError):
        CaseStore.open(tmp_path / "file")


def test_a_case_is_made_neither_over_another_nor_among_foreign_files(filled, tmp_path):
    with pytest.raises(UsageError, match="a case"):
        CaseStore.create(filled)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with pytest.raises(UsageError, match="not empty"):
        CaseStore.create(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_what_reading_gives_cannot_be_written(filled):
    with CaseStore.open(filled) as case, pytest.raises(UsageError, match="reading only"):
        case.append([EventDraft("item.note")])


def test_a_case_of_a_later_mediaev_is_left_alone(filled, tamper):
    tamper(filled, "UPDATE meta SET value = '999' WHERE key = 'schema'")
    for write in (False, True):
        with pytest.raises(CaseTooNewError):
            CaseStore.open(filled, write=write)


HOLD = """
import sys
from pathlib import Path
from mediaev.store import CaseStore
with CaseStore.open(Path(sys.argv[1]), write=True):
    print("open", flush=True)
    sys.stdin.readline()
"""


def test_a_second_writer_is_refused_and_readers_are_not(filled):
    with in_another_process(HOLD, filled) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(CaseInUseError):
            CaseStore.open(filled, write=True)
        with CaseStore.open(filled) as case:
            assert case.verify().error() is None
        holder.communicate("\n")
    with CaseStore.open(filled, write=True) as case:
        assert case.writable


def test_a_killed_writer_holds_nothing(filled):
    with in_another_process(HOLD, filled) as holder:
        assert holder.stdout.readline() == "open\n"
        holder.send_signal(signal.SIGKILL)
    with CaseStore.open(filled, write=True) as case:
        assert case.verify().error() is None


def test_two_stores_of_one_process_compete_like_two_processes(case):
    with pytest.raises(CaseInUseError):
        CaseStore.open(case.folder, write=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_worker_does_not_keep_the_lock_of_a_dead_writer(filled):
    # The worker says when it has begun: killed before that, the writer dies mid-fork, when
    # the two are still one.
    script = HOLD.replace(
        '    print("open"',
        "    import os\n    begun, begin = os.pipe()\n    if not os.fork():\n"
        "        os.write(begin, b'.')\n        sys.stdin.read()\n"
        '        os._exit(0)\n    os.read(begun, 1)\n    print("open"',
    )
    with in_another_process(script, filled) as holder:
        assert holder.stdout.readline() == "open\n"
        holder.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)
        with CaseStore.open(filled, write=True) as case:
            assert case.writable
        holder.stdin.close()  # ends the worker


DIE = """
import os, sys
from pathlib import Path
from mediaev.model.event import EventDraft
from mediaev.store import CaseStore
case = CaseStore.open(Path(sys.argv[1]), write=True)
with case.session("scan", [], {}):
    case.append([EventDraft("item.note", {"kept": True})])
    with case.transaction():
        case.append([EventDraft("item.note", {"kept": False})])
        if sys.argv[2] == "inside":
            os._exit(9)
    os._exit(9)
"""


@pytest.mark.parametrize(("moment", "kept"), [("inside", 1), ("after", 2)])
def test_a_writer_that_dies_keeps_what_was_committed_and_no_half(filled, moment, kept):
    subprocess.run([sys.executable, "-c", DIE, filled, moment], check=False)
    with CaseStore.open(filled, write=True) as case:
        types = [row.type for row in case.events()]
        assert types.count("item.note") == kept
        verdict = case.verify()
        assert verdict.error() is None
        assert {warning.kind for warning in verdict.warnings} >= {"unsigned", "session-open"}
        assert case.sign().size == len(types)
        assert "unsigned" not in {warning.kind for warning in case.verify().warnings}


CREATE_AND_DIE = """
import os, sys
from pathlib import Path
from mediaev.store import CaseStore, case_store
def die(*_):
    os._exit(9)
case_store.write_facts = die
CaseStore.create(Path(sys.argv[1]))
"""


def test_a_case_whose_making_was_cut_short_is_none_and_can_be_made_again(tmp_path):
    subprocess.run([sys.executable, "-c", CREATE_AND_DIE, tmp_path / "case"], check=False)
    assert (tmp_path / "case" / "case.db").exists()
    for write in (False, True):
        with pytest.raises(NoCaseError):
            CaseStore.open(tmp_path / "case", write=write)
    with CaseStore.create(tmp_path / "case") as case:
        assert case.verify().error() is None


HALF_WRITTEN = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=DELETE")
connection.execute("PRAGMA cache_size=1")
connection.execute("BEGIN")
connection.execute("UPDATE sighting SET path = zeroblob(50000)")
connection.execute("UPDATE exhibit SET kind = 'still'")
os._exit(9)
"""


def test_a_reader_undoes_what_a_killed_program_left_half_written(filled):
    subprocess.run([sys.executable, "-c", HALF_WRITTEN, filled / "case.db"], check=False)
    assert (filled / "case.db-journal").stat().st_size
    with CaseStore.open(filled) as case:
        assert case.verify().error() is None


def test_a_reader_sees_what_is_committed_while_another_writes(case, samples):
    with CaseStore.open(case.folder) as reader:
        with case.transaction():
            case.take_in(samples.exhibit(0), samples.sighting(0))
            assert [exhibit.digest for exhibit in case.exhibits()] == [samples.digest(0)]
            assert reader.exhibits() == []
        assert len(reader.exhibits()) == 1
        assert reader.verify().error() is None


READ_UNPRIVILEGED = """
import os, sys
from pathlib import Path
from mediaev.errors import MediaevError
from mediaev.store import CaseStore
import sqlalchemy.dialects.sqlite
if os.geteuid() == 0:
    os.setuid(65534)
try:
    with CaseStore.open(Path(sys.argv[1])) as case:
        print(case.verify().error(), len(case.exhibits()))
except MediaevError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def read_only(filled):
    """A copy of the case where other users may look; the test locks it."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    shutil.copytree(filled, place / "case")
    yield place / "case"
    for path in [place / "case", *(place / "case").rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(place)


def _lock_away(folder):
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def _read_unprivileged(folder):
    command = [sys.executable, "-c", READ_UNPRIVILEGED, folder]
    nowhere = {"XDG_CONFIG_HOME": "/nowhere", "XDG_STATE_HOME": "/nowhere"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **nowhere}
    )
    return done.stdout.strip()


def test_a_case_on_a_read_only_medium_can_be_read_and_verified(read_only):
    _lock_away(read_only)
    assert _read_unprivileged(read_only) == "None 3"


def test_a_read_only_case_with_an_unmerged_journal_is_not_shown_half(read_only, tmp_path):
    with closing(sqlite3.connect(read_only / "case.db")) as connection:
        connection.execute("INSERT INTO meta VALUES ('x', 'y')")
        connection.commit()
        shutil.copytree(read_only, tmp_path / "copy")
    shutil.copy(tmp_path / "copy" / "case.db-wal", read_only / "case.db-wal")
    (read_only / "case.db-shm").unlink(missing_ok=True)
    _lock_away(read_only)
    assert _read_unprivileged(read_only).startswith("NoCaseError")


def test_links_in_the_place_of_the_cases_files_are_refused(filled, tmp_path):
    for name in ("case.db", "case.db-shm", "case.db-wal", "log", "cache"):
        shutil.copytree(filled, tmp_path / f"with {name}")
        place = tmp_path / f"with {name}" / name
        if place.exists():
            place.rename(tmp_path / f"away {name}")
        place.symlink_to(tmp_path / "elsewhere")
        for write in (False, True):
            with pytest.raises(TamperedCaseError):
                CaseStore.open(tmp_path / f"with {name}", write=write)
    assert not (tmp_path / "elsewhere").exists()


def test_an_older_copy_of_the_database_is_not_written_to(filled, samples, tmp_path):
    shutil.copy(filled / "case.db", tmp_path / "older.db")
    with CaseStore.open(filled, write=True) as case:
        case.append([EventDraft("item.note")])
        case.sign()
    shutil.copy(tmp_path / "older.db", filled / "case.db")
    with pytest.raises(RollbackError) as refused:
        CaseStore.open(filled, write=True)
    assert "incomplete" in refused.value.advice
    with CaseStore.open(filled) as case:
        assert isinstance(case.verify().error(), RollbackError)
        assert len(case.exhibits()) == 3


def test_an_older_copy_of_the_whole_case_is_noticed_by_its_pin(filled, tmp_path):
    shutil.copytree(filled, tmp_path / "older")
    with CaseStore.open(filled, write=True) as case:
        case.append([EventDraft("item.note")])
        case.sign()
    with pytest.raises(RollbackError):
        CaseStore.open(tmp_path / "older", write=True)
    with CaseStore.open(tmp_path / "older") as case:
        assert isinstance(case.verify().error(), RollbackError)


def test_a_copy_that_went_its_own_way_is_never_signed(filled, tmp_path):
    shutil.copytree(filled, tmp_path / "twin")
    pins = Path(os.environ["XDG_STATE_HOME"]) / "mediaev" / "pins.json"
    before = pins.read_bytes()
    with CaseStore.open(filled, write=True) as case:
        case.append([EventDraft("item.note", {"here": 1})])
        case.sign()
    pinned = pins.read_bytes()
    pins.write_bytes(before)
    with CaseStore.open(tmp_path / "twin", write=True) as case:
        case.append([EventDraft("item.note", {"here": 2}), EventDraft("item.note")])
        pins.write_bytes(pinned)
        with pytest.raises(RollbackError):
            case.sign()
        assert isinstance(case.verify().error(), RollbackError)
