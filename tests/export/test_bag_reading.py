"""Bags of others: what is whole passes, what is not is named."""

import hashlib
import os
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.errors import EvidenceError
from mediaev.export.bag_paths import harm, read, written
from mediaev.export.bag_reading import BagEntry, read_bag
from mediaev.export.bag_sources import FolderSource, open_bag


def reading_of(path, **options):
    with open_bag(path) as source:
        return read_bag(source, **options)


def reading(bag, **options):
    return reading_of(bag.root, **options)


def kinds(found):
    return {each.kind for each in found.faults}


def test_a_whole_bag_passes_and_tells_each_digest(bag):
    found = reading(bag, sealed=True)
    assert (found.valid, found.faults, found.warnings) == (True, (), ())
    assert found.files["data/a.txt"].digests["sha256"] == hashlib.sha256(b"a").hexdigest()
    assert found.files["data/a.txt"].size == 1
    assert dict(found.info) == {"Payload-Oxum": "101.2"}


def test_a_changed_file_is_named_with_both_digests(bag):
    bag.put("data/a.txt", b"b")
    fault = next(each for each in reading(bag).faults if each.expected.startswith("sha256"))
    assert (fault.kind, fault.path) == ("changed", "data/a.txt")
    assert fault.expected == f"sha256:{hashlib.sha256(b'a').hexdigest()}"
    assert fault.found == f"sha256:{hashlib.sha256(b'b').hexdigest()}"
    assert "data/a.txt" in fault.says
    assert "data/a.txt" not in reading(bag).files


@pytest.mark.parametrize("step", [29, pytest.param(1, marks=pytest.mark.slow)])
def test_every_byte_of_every_file_counts(bag, step):
    whole = sorted(path for path in bag.root.rglob("*") if path.is_file())
    missed = []
    for path in whole:
        content = path.read_bytes()
        for place in range(0, len(content), step):
            changed = bytearray(content)
            changed[place] ^= 1
            path.write_bytes(changed)
            if reading(bag).valid and not path.name.startswith("tagmanifest"):
                missed.append((path.name, place))
        path.write_bytes(content)
    assert missed == []


@pytest.mark.parametrize("path", ["data/a.txt", "bag-info.txt", "manifest-sha256.txt", "bagit.txt"])
def test_a_file_that_is_gone_is_named(bag, path):
    (bag.root / path).unlink()
    assert any(path in each.says for each in reading(bag).faults)


def test_an_added_payload_file_is_a_fault_and_an_added_tag_file_where_a_seal_is_asked_for(bag):
    bag.put("extra.txt", b"x")
    assert {each.kind for each in reading(bag).warnings} == {"unlisted"}
    assert kinds(reading(bag, sealed=True)) == {"unlisted"}
    bag.put("data/extra.txt", b"x")
    assert "data/extra.txt is listed in no manifest." in [each.says for each in reading(bag).faults]


def test_each_manifest_must_list_each_file(bag):
    lines = (bag.root / "manifest-sha512.txt").read_bytes().splitlines(keepends=True)
    bag.put("manifest-sha512.txt", lines[0])
    bag.seal()
    assert "unlisted" in kinds(reading(bag))


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../x",
        "data/../../x",
        "data/..\\..\\x",
        "~/x",
        "~root/x",
        "C:\\x",
        "\\\\server\\x",
        "$HOME/x",
        "%HomeDrive%\\x",
        "data//x",
        "data/./x",
        "x\0y",
        "",
        "data/" + "x" * 5000,
    ],
)
def test_paths_that_lead_out_are_refused(path):
    assert harm(path)


@pytest.mark.parametrize("path", ["data/a", "data/.hidden", "data/a..b", "data/%test", "data/~a"])
def test_paths_that_stay_inside_are_not(path):
    assert not harm(path)


@given(st.text().filter(lambda text: "\0" not in text))
def test_what_a_manifest_writes_it_reads(path):
    encoded = written(path)
    assert "\n" not in encoded
    assert "\r" not in encoded
    assert read(encoded, percent=True) == path


def test_percent_signs_of_writers_who_forgot_them_are_understood_with_a_warning(tmp_path, bag):
    bag.files = {"data/100%25.txt": b"x"}
    bag.put("data/100%25.txt", b"x")
    for name in ("a.txt", "b/c.txt"):
        (bag.root / "data" / name).unlink()
    bag.info = b""
    bag.write()
    found = reading(bag)
    assert found.valid
    assert {each.kind for each in found.warnings} == {"percent"}


def test_links_and_pipes_are_named_and_never_opened(bag, tmp_path):
    (tmp_path / "secret").write_bytes(b"a")
    (bag.root / "data/a.txt").unlink()
    (bag.root / "data/a.txt").symlink_to(tmp_path / "secret")
    os.mkfifo(bag.root / "data" / "pipe")
    found = reading(bag)
    assert {each.path for each in found.faults if each.kind == "not-a-file"} == {
        "data/a.txt",
        "data/pipe",
    }


def test_a_linked_folder_is_not_walked_into(bag, tmp_path):
    (bag.root / "data/b").rename(tmp_path / "b")
    (bag.root / "data/b").symlink_to(tmp_path / "b")
    assert "not-a-file" in kinds(reading(bag))
    with pytest.raises(EvidenceError):
        b"".join(FolderSource(bag.root).pieces("data/b/c.txt"))


def test_hostile_manifests_end_in_faults(bag):
    for content in (
        b"\xff\xfe\x00",
        b"x" * 100_000,
        b"00  data/a.txt\n",
        b"\n" * 1000,
        b"nonsense\n" * 3000,
        b"0" * 64 + b"  ../../etc/passwd\n",
        b"0" * 64 + b"  tagmanifest-sha256.txt\n",
    ):
        bag.put("manifest-sha256.txt", content)
        found = reading(bag)
        assert not found.valid
        assert len(found.faults) <= 1001


@given(content=st.binary(max_size=300))
def test_any_bytes_in_tag_files_raise_nothing(content):
    class Source:
        def entries(self):
            for path in ("bagit.txt", "bag-info.txt", "manifest-md5.txt", "fetch.txt"):
                yield BagEntry(path, len(content))

        def pieces(self, path):
            if path == "bagit.txt":
                yield b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
            else:
                yield content

    read_bag(Source())


def test_names_in_another_normal_form_are_found_and_twins_of_them_are_not_passed(bag):
    bag.files = {"data/caf\u00e9.txt": b"x", **bag.files}
    bag.info = b""
    bag.write()
    (bag.root / "data/caf\u00e9.txt").rename(bag.root / "data/cafe\u0301.txt")
    found = reading(bag)
    assert found.valid
    assert {each.kind for each in found.warnings} == {"normal-form"}
    bag.put("data/caf\u00e9.txt", b"x")  # now the other one is one too many
    assert kinds(reading(bag)) == {"unlisted"}


class TestZip:
    @pytest.fixture
    def zipped(self, bag, tmp_path):
        def make(change=lambda archive: None, top="top/", compress=zipfile.ZIP_DEFLATED):
            path = tmp_path / "bag.zip"
            with zipfile.ZipFile(path, "w", compress) as archive:
                for each in sorted(bag.root.rglob("*")):
                    if each.is_file():
                        archive.write(each, top + str(each.relative_to(bag.root)))
                change(archive)
            return reading_of(path, sealed=True)

        return make

    @pytest.mark.parametrize("top", ["top/", ""])
    def test_a_zip_of_a_bag_passes(self, zipped, top):
        assert zipped(top=top).valid

    def test_a_link_in_it_is_a_fault(self, zipped):
        def link(archive):
            told = zipfile.ZipInfo("top/data/link")
            told.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(told, "/etc/passwd")

        assert "not-a-file" in kinds(zipped(link))

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_a_file_that_is_there_twice_is_a_fault(self, zipped):
        found = zipped(lambda archive: archive.writestr("top/data/a.txt", b"other"))
        assert "twice" in kinds(found)

    def test_a_path_that_leads_out_is_a_fault(self, zipped):
        found = zipped(lambda archive: archive.writestr("top/../../x", b""))
        assert "unsafe-path" in kinds(found)

    def test_a_bomb_is_refused_before_it_is_read(self, zipped):
        def bomb(archive):
            told = zipfile.ZipInfo("top/data/bomb")
            archive.writestr(told, b"")
            told.file_size = 1 << 50

        with pytest.raises(EvidenceError, match="claims to hold"):
            zipped(bomb)

    def test_a_damaged_one_is_told(self, zipped, tmp_path):
        zipped()
        content = (tmp_path / "bag.zip").read_bytes()
        for keep in (10, len(content) // 2, len(content) - 5):
            (tmp_path / "cut.zip").write_bytes(content[:keep])
            with pytest.raises(EvidenceError, match=r"cut\.zip"):
                reading_of(tmp_path / "cut.zip")
        broken = bytearray(content)
        broken[60] ^= 0xFF
        (tmp_path / "broken.zip").write_bytes(broken)
        assert not reading_of(tmp_path / "broken.zip").valid


def test_what_is_no_bag_at_all_is_told(tmp_path):
    (tmp_path / "note.txt").write_text("hello")
    with pytest.raises(EvidenceError, match=r"note\.txt"):
        reading_of(tmp_path / "note.txt")
    with pytest.raises(EvidenceError, match="nowhere"):
        reading_of(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    assert "missing" in kinds(reading_of(tmp_path / "empty"))


def test_the_conformance_suite_is_judged_as_it_says(vectors):
    folder = vectors / "bagit"
    judged = {"valid": 0, "invalid": 0, "linux-only": 0, "windows-only": 0}
    wrong = []
    for path in sorted(folder.glob("v*/*/*")):
        if path.is_dir() and path.parent.name in judged:
            judged[path.parent.name] += 1
            if reading_of(path).valid is not (path.parent.name == "valid"):
                wrong.append(str(path.relative_to(folder)))
    assert wrong == []
    assert judged == {"valid": 27, "invalid": 15, "linux-only": 6, "windows-only": 6}
