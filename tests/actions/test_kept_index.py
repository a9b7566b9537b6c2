"""The kept index: a cache that changes no answer, whatever becomes of it."""

import os
import shutil
import sqlite3

import pytest

from mediaev import Case
from mediaev.actions.searching import Search
from mediaev.actions.subjects import Library
from mediaev.errors import TamperedCaseError
from mediaev.jobs import SerialExecutor


@pytest.fixture(scope="module")
def scanned(tmp_path_factory, recordings):
    """A folder with a scanned case, and what this machine keeps beside it."""
    place = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(place / name))
        with Case.create(place / "case") as case:
            case.scan([recordings], executor=SerialExecutor())
    return place


@pytest.fixture
def folder(scanned, tmp_path, monkeypatch):
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    shutil.copytree(scanned, tmp_path, dirs_exist_ok=True)
    return tmp_path / "case"


def segments(folder):
    return sorted((folder / "cache" / "index").glob("*.segment"))


def answers(folder, *queries):
    """What find says of each, and what it warned of."""
    heard = []
    with Case.open(folder) as case:
        found = list(case.find(queries, executor=SerialExecutor(), listen=heard.append))
    return found, [each.warning for each in heard if each.warning]


def leads(folder, *, keep=True, heard=None):
    """What each exhibit leads to, and how many had to be indexed for that."""
    with Case.open(folder) as case:
        library = Library(case.store)
        search = Search(library, [].append if heard is None else heard.append, keep=keep)
        found = {digest: search.candidates(library.whole(digest)) for digest in library.described}
        search.tidy()
        return found, search._catalogue.made


def test_a_scan_keeps_an_index_that_find_takes_up(folder):
    assert segments(folder)
    kept, made = leads(folder)
    assert made == 0
    assert kept == leads(folder, keep=False)[0]


def test_answers_are_the_same_with_the_index_and_without(folder, recordings, edit):
    query = edit("q.mp4", recordings / "b.mp4", video_filter="hflip", start=3, length=5)
    with_index = answers(folder, query)
    shutil.rmtree(folder / "cache" / "index")
    assert answers(folder, query) == with_index
    assert with_index[0][0].matches


def test_a_deleted_index_comes_back(folder):
    shutil.rmtree(folder / "cache" / "index")
    assert leads(folder)[1] == 3
    assert leads(folder)[1] == 0


def torn(path):
    os.truncate(path, path.stat().st_size // 2)


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def emptied(path):
    path.write_bytes(b"")


def a_folder(path):
    path.unlink()
    path.mkdir()


def a_pipe(path):
    path.unlink()
    os.mkfifo(path)


def a_link(path):
    beside = path.with_suffix(".elsewhere")
    path.rename(beside)
    path.symlink_to(beside)


@pytest.mark.parametrize("harm", [torn, flipped, emptied, a_folder, a_pipe, a_link])
def test_a_bad_file_is_told_of_and_made_anew(folder, harm):
    before, _ = leads(folder)
    for path in segments(folder):
        harm(path)
    heard = []
    assert leads(folder, heard=heard) == (before, 3)
    (warning,) = [each.warning for each in heard if each.warning]
    assert "cache/index" in warning
    assert leads(folder) == (before, 0)


def test_find_tells_of_a_bad_file(folder, recordings):
    before, warned = answers(folder, recordings / "a.mp4")
    assert not warned
    torn(segments(folder)[0])
    after, warned = answers(folder, recordings / "a.mp4")
    assert after == before
    assert warned


def test_a_file_that_this_machine_did_not_make_is_not_believed(folder, tmp_path):
    before, _ = leads(folder)
    shutil.rmtree(tmp_path / "STATE" / "mediaev" / "index")
    heard = []
    assert leads(folder, heard=heard) == (before, 3)
    assert heard[-1].warning


def test_only_what_is_new_is_indexed(folder, recordings, tmp_path):
    old = segments(folder)
    shutil.copy(recordings / "a.mp4", tmp_path / "again.mp4")
    with (tmp_path / "again.mp4").open("ab") as file:
        file.write(b"\0" * 64)
    with Case.open(folder, write=True) as case:
        case.scan([tmp_path / "again.mp4"], executor=SerialExecutor())
    assert set(old) < set(segments(folder))
    kept, made = leads(folder)
    assert made == 0
    assert len(kept) == 4
    assert kept == leads(folder, keep=False)[0]


def test_an_excerpt_is_matched_with_what_has_more_keyframes(folder, recordings, edit):
    excerpt = edit("excerpt.mp4", recordings / "b.mp4", start=9, length=3)
    with Case.open(folder, write=True) as case:
        case.scan([excerpt], executor=SerialExecutor())
        found = case.matches()
    assert any(each.sides[2].accepted for each in found)


def test_what_was_examined_anew_is_indexed_anew(folder, recordings):
    with Case.open(folder, write=True) as case:
        digest = next(iter(Library(case.store).described))
        examination = case.examination(digest)
        with case.store.session("test", ["test"], {}), case.store.transaction():
            case.store.record_examination(digest, examination)
    kept, made = leads(folder)
    assert made == 1
    assert kept == leads(folder, keep=False)[0]


def test_where_no_index_can_be_written_all_is_found_all_the_same(folder):
    before, _ = leads(folder)
    shutil.rmtree(folder / "cache" / "index")
    (folder / "cache" / "index").write_text("in the way")
    assert leads(folder) == (before, 3)
    assert (folder / "cache" / "index").read_text() == "in the way"


def test_an_exhibit_with_fewer_keyframes_than_indexed_is_an_error_of_the_case(folder, recordings):
    with sqlite3.connect(folder / "case.db") as database:
        database.execute("UPDATE features SET ticks = x'', counts = x'', places = x'', codes = x''")
    database.close()
    query = folder.parent / "again.mp4"
    query.write_bytes((recordings / "a.mp4").read_bytes() + bytes(64))
    with pytest.raises(TamperedCaseError, match="other features"):
        answers(folder, query)
