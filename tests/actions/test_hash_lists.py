"""Two newsrooms compare what they hold by lists alone."""

import hashlib
import json
import os
import shutil

import numpy as np
import pytest
from PIL import Image, ImageOps

from mediaev import Case, ScanOptions
from mediaev.actions import list_search
from mediaev.errors import RefusedFileError, UnfitListError, UsageError
from mediaev.examine.fingerprint.pdq import Pdq
from mediaev.jobs import SerialExecutor

FORMATS = ("sha256", "pdq", "vpdq", "csv", "threatexchange")


def picture(seed, size=(320, 240)):
    """A photo-like picture of its own for each seed."""
    noise = np.random.default_rng(seed).integers(0, 256, (9, 12)).astype(np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


@pytest.fixture(scope="session")
def scanned(tmp_path_factory, recordings):
    """A folder of evidence and the case that it was scanned into. Copy the case, do not write."""
    top = tmp_path_factory.mktemp("scanned")
    folder = top / "footage of K. Horn"
    folder.mkdir()
    for seed in (1, 2):
        picture(seed).save(folder / f"photo{seed}.png")
    Image.new("L", (320, 240), 90).save(folder / "flat.png")
    shutil.copy(recordings / "a.mp4", folder)
    (folder / "notes.txt").write_text("where and when")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(top / "config"))
        patch.setenv("XDG_STATE_HOME", str(top / "state"))
        with Case.create(top / "case", operator="Anna Ops", organisation="Desk") as case:
            case.scan([folder], executor=SerialExecutor())
    return folder, top / "case"


@pytest.fixture
def case(scanned, tmp_path):
    """A case of one's own that holds the evidence."""
    shutil.copytree(scanned[1], tmp_path / "case")
    with Case.open(tmp_path / "case", write=True) as opened:
        yield opened


@pytest.fixture
def ours(scanned):
    """Digests of the exhibits by the names of their files."""
    folder, _ = scanned
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def names(answer, ours):
    """Which files are on lists, and by what."""
    by = {digest: name for name, digest in ours.items()}
    return {(by[hit.subject.hex], hit.by) for hit in answer.hits}


def listed(tmp_path, text, name="list.txt"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


MEDIA = {"photo1.png", "photo2.png", "a.mp4"}
EVERYTHING = {*MEDIA, "flat.png", "notes.txt"}


@pytest.mark.parametrize(
    ("form", "hits"),
    [
        ("sha256", {(name, "sha256") for name in EVERYTHING}),
        ("pdq", {("photo1.png", "pdq"), ("photo2.png", "pdq")}),
        ("vpdq", {("a.mp4", "vpdq")}),
        (
            "csv",
            {(name, by) for name in EVERYTHING for by in ("md5", "sha1", "sha256")}
            | {(f"photo{n}.png", by) for n in (1, 2) for by in ("pdq", "phash", "dhash")}
            | {("a.mp4", "vpdq")},
        ),
        (
            "threatexchange",
            {(name, by) for name in EVERYTHING for by in ("md5", "sha1", "sha256")}
            | {("photo1.png", "pdq"), ("photo2.png", "pdq"), ("a.mp4", "vpdq")},
        ),
    ],
)
def test_what_one_exports_the_other_finds(case, scanned, ours, tmp_path, *, form, hits):
    made = case.export_list(form, tmp_path / "ours.list")
    shutil.copytree(scanned[1], tmp_path / "theirs")
    with Case.open(tmp_path / "theirs", write=True) as theirs:
        (imported,) = theirs.import_lists([made.path], owner="Desk")
        assert imported.whole
        assert imported.list.digest == made.digest
        answer = theirs.list_hits()
        assert names(answer, ours) == hits
        assert all(hit.distance in {None, 0} for hit in answer.hits)
        assert {hit.list.owner for hit in answer.hits} == {"Desk"}
        assert theirs.verify().faults == ()
    for hit in answer.hits:
        if hit.by == "vpdq":
            assert hit.shares == (1.0, 1.0)
            assert hit.at
            assert np.allclose(hit.at, hit.entry_at, atol=0.002)
            assert hit.at[0][0] == 0
        elif form != "vpdq":
            # Whoever made the list can tell by the label which exhibit is meant.
            assert hit.label == f"sha256:{hit.subject.hex[:12]}"


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_tells_no_path_and_no_name(case, tmp_path, form):
    made = case.export_list(form, tmp_path / "ours.list")
    content = made.path.read_bytes()
    for private in (b"Anna", b"Desk", b"Horn", b"photo1", b"a.mp4", os.fsencode(tmp_path)):
        assert private not in content
    (event,) = [json.loads(row.body) for row in case.events() if row.type == "list.export"]
    assert event["detail"]["made"] == str(made.digest)
    assert tmp_path.name not in json.dumps(event)
    assert str(made.digest) == f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize("form", ["sha256", "pdq", "csv", "threatexchange"])
def test_paths_are_told_where_they_are_asked_for(case, scanned, tmp_path, form):
    made = case.export_list(form, tmp_path / "ours.list", paths=True)
    assert os.fsencode(scanned[0] / "photo1.png") in made.path.read_bytes()


def test_only_what_is_chosen_is_exported(case, ours, tmp_path):
    made = case.export_list("sha256", tmp_path / "one", [case.exhibit(ours["a.mp4"])])
    assert made.path.read_text() == f"{ours['a.mp4']}  sha256:{ours['a.mp4'][:12]}\n"


def test_an_export_overwrites_nothing_and_leaves_nothing_half_made(case, tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UsageError, match="exists"):
        case.export_list("sha256", tmp_path / "mine")
    with pytest.raises(UsageError, match="no-folder"):
        case.export_list("sha256", tmp_path / "no-folder" / "x")
    assert (tmp_path / "mine").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "mine"]
    assert "list.export" not in [row.type for row in case.events()]


def test_what_a_format_cannot_list_is_counted(case, tmp_path):
    assert dict(case.export_list("pdq", tmp_path / "pdq").left_out) == {
        "no picture, or a video: see vpdq": 2,
        "shows too little for a picture hash": 1,
    }
    assert dict(case.export_list("vpdq", tmp_path / "vpdq").left_out) == {"no video": 4}
    table = case.export_list("csv", tmp_path / "csv")
    assert dict(table.left_out) == {
        "listed by its digests only: shows too little for a picture hash": 1
    }
    assert (table.not_listed, table.listed) == ({}, table.exhibits)


def test_a_near_copy_is_found_by_pdq_and_a_mirrored_one_says_so(case, ours, tmp_path):
    copies = {
        "smaller": picture(1).resize((160, 120)),
        "mirrored": ImageOps.mirror(picture(1)),
        "other": picture(77),
    }
    rows = []
    for name, each in copies.items():
        bits, quality = Pdq().describe([np.asarray(each)])
        rows.append(f"{bits.hex()},{quality[0]},{name}.jpg\n")
    case.import_lists([listed(tmp_path, "hash,quality,filename\n" + "".join(rows))])
    hits = {hit.label: hit for hit in case.list_hits().hits}
    assert set(hits) == {"smaller.jpg", "mirrored.jpg"}
    assert {hit.subject.hex for hit in hits.values()} == {ours["photo1.png"]}
    assert 0 <= hits["smaller.jpg"].distance <= hits["smaller.jpg"].limit == 31
    assert hits["smaller.jpg"].bits == 256
    assert not hits["smaller.jpg"].mirrored
    assert hits["mirrored.jpg"].mirrored
    assert hits["mirrored.jpg"].line == 3


def test_a_still_on_a_list_says_when_a_video_shows_it(case, ours, tmp_path):
    made = case.export_list("vpdq", tmp_path / "v.txt")
    frame, quality, digits, seconds = made.path.read_text().splitlines()[20].split(",")
    case.import_lists([listed(tmp_path, f"pdq\n{digits}\n")])
    (hit,) = case.list_hits().hits
    assert hit.subject.hex == ours["a.mp4"]
    assert (hit.by, hit.distance, hit.shares) == ("pdq", 0, None)
    assert any(start <= float(seconds) <= end for start, end in hit.at)
    assert hit.quality == (int(quality), None)
    assert int(frame) == 20


def test_videos_that_share_little_are_counted_and_shown_when_asked_for(case, tmp_path):
    made = case.export_list("vpdq", tmp_path / "v.txt")
    one = made.path.read_text().splitlines()[0]
    chance = np.random.default_rng(3)
    others = [f"{n},100,{chance.bytes(32).hex()},{n}.0" for n in range(1, 40)]
    case.import_lists([listed(tmp_path, "\n".join([one, *others]) + "\n")])
    answer = case.list_hits()
    assert (answer.hits, answer.below) == ((), 1)
    (hit,) = case.list_hits(share=0).hits
    assert hit.shares[1] == pytest.approx(1 / 40)


def test_unclear_entries_and_flat_exhibits_meet_nothing(case, scanned, tmp_path):
    flat, quality = Pdq().describe([np.asarray(Image.new("L", (320, 240), 90))])
    bits, _ = Pdq().describe([np.asarray(picture(1))])
    text = f"pdq,quality\n{flat.hex()},100\n{flat.hex()},{quality[0]}\n{bits.hex()},49\n"
    zeros = f"phash\n{'0' * 16}\n{'8' + '0' * 15}\n"
    imported = case.import_lists(
        [
            listed(tmp_path, text),
            listed(tmp_path, zeros, "p"),
            listed(tmp_path, "dhash\n" + "0" * 16, "d"),
        ]
    )
    assert all(each.error is None for each in imported)
    assert sum(imported[0].list.left_out.values()) == 2
    assert case.list_hits().hits == ()


def test_hashes_of_which_nothing_is_said_are_taken_as_either(case, ours, tmp_path):
    made = case.export_list("csv", tmp_path / "csv")
    rows = [line.split(",") for line in made.path.read_text().splitlines()[1:]]
    bare = [row[1] for row in rows if row[0] in {"sha256", "pdq", "phash", "dhash", "md5"}]
    case.import_lists([listed(tmp_path, "\n".join(bare))])
    photos = {(f"photo{n}.png", by) for n in (1, 2) for by in ("pdq", "phash", "dhash")}
    assert names(case.list_hits(), ours) == photos | {
        (name, by) for name in EVERYTHING for by in ("sha256", "md5")
    }


def test_a_digest_that_was_not_recorded_is_said_to_be_unchecked(case, scanned, ours, tmp_path):
    sha512 = hashlib.sha512((scanned[0] / "a.mp4").read_bytes()).hexdigest()
    case.import_lists([listed(tmp_path, f"{sha512}\n")])
    answer = case.list_hits()
    assert (answer.hits, dict(answer.unchecked)) == ((), {"sha512": 5})
    # Once a list of the case has such digests, files are read for them.
    report = case.scan([scanned[0]], ScanOptions(rehash=True), executor=SerialExecutor())
    assert names(report.lists, ours) == {("a.mp4", "sha512")}
    assert dict(case.list_hits().unchecked) == {}


def test_a_scan_tells_of_lists_and_a_case_without_any_says_nothing(case, scanned, ours, tmp_path):
    assert case.scan([scanned[0]], executor=SerialExecutor()).lists is None
    case.import_lists([listed(tmp_path, f"{ours['a.mp4']}\n{ours['notes.txt']}\n")])
    report = case.scan([scanned[0] / "a.mp4"], executor=SerialExecutor())
    assert names(report.lists, ours) == {("a.mp4", "sha256")}


def test_a_file_that_is_asked_about_is_held_against_the_lists(case, scanned, tmp_path):
    for path in (scanned[0] / "a.mp4", scanned[0] / "photo1.png"):
        assert next(case.find([path], executor=SerialExecutor())).lists is None
    asked = tmp_path / "asked.jpg"
    picture(1).save(asked, quality=60)
    unheld = tmp_path / "unheld.txt"
    unheld.write_text("a text on a list")
    rows = [
        hashlib.sha1(asked.read_bytes()).hexdigest(),
        hashlib.sha512(unheld.read_bytes()).hexdigest(),
        Pdq().describe([np.asarray(picture(1))])[0].hex(),
    ]
    case.import_lists([listed(tmp_path, "\n".join(rows))])
    first, second, third = case.find(
        [asked, unheld, scanned[0] / "photo2.png"], executor=SerialExecutor()
    )
    assert {(hit.by, hit.line) for hit in first.lists.hits} == {("sha1", 1), ("pdq", 3)}
    assert {(hit.by, hit.line) for hit in second.lists.hits} == {("sha512", 2)}
    assert third.lists.hits == ()


def test_the_same_list_of_the_same_owner_is_known(case, tmp_path):
    path = listed(tmp_path, "0" * 32)
    events = lambda: [row.type for row in case.events()].count("list.import")  # noqa: E731
    first, again = (case.import_lists([path], owner="B")[0] for _ in range(2))
    assert (first.known, again.known, events()) == (False, True, 1)
    (other,) = case.import_lists([path], owner="C")
    assert (other.known, other.list.id, events()) == (False, "l-2", 2)


def test_a_bad_file_fails_alone_and_leaves_nothing(case, tmp_path):
    good = listed(tmp_path, "0" * 32, "good")
    prose = listed(tmp_path, "Dear all,\nno list here\n", "prose")
    mostly = listed(tmp_path, f"{'0' * 32}\nno\nhash\nat all\n", "mostly")
    link = tmp_path / "link"
    link.symlink_to(good)
    done = case.import_lists([prose, mostly, link, tmp_path / "gone", good])
    assert [type(each.error) for each in done[:3]] == [
        UnfitListError,
        UnfitListError,
        RefusedFileError,
    ]
    assert "line 2" in str(done[1].error)
    assert done[3].error is not None
    assert done[4].list.id == "l-1"
    assert [each.name for each in case.lists()] == ["good"]
    assert case.verify().faults == ()


def test_an_exhibit_with_very_many_hits_keeps_the_nearest(case, ours, tmp_path, monkeypatch):
    monkeypatch.setattr(list_search, "MOST", 5)
    bits, _ = Pdq().describe([np.asarray(picture(1))])
    rows = []
    for number in range(12):
        near = np.unpackbits(np.frombuffer(bits, np.uint8))
        near[:number] ^= 1
        rows.append(np.packbits(near).tobytes().hex())
    case.import_lists([listed(tmp_path, "pdq\n" + "\n".join(reversed(rows)))])
    answer = case.list_hits()
    assert [hit.distance for hit in answer.hits] == [0, 1, 2, 3, 4]
    assert answer.cut == 7


def test_a_list_that_names_one_exhibit_a_thousand_times_is_told_in_bounds(
    case, ours, tmp_path, monkeypatch
):
    monkeypatch.setattr(list_search, "MOST", 5)
    rows = [hash_ for name in ("a.mp4", "notes.txt") for hash_ in [ours[name]] * 1000]
    case.import_lists([listed(tmp_path, "sha256\n" + "\n".join(rows))])
    answer = case.list_hits()
    assert sorted(hit.line for hit in answer.hits) == [*range(2, 7), *range(1002, 1007)]
    assert answer.cut == 1990


@pytest.mark.slow
def test_real_copies_meet_by_lists_alone(shared_data, tmp_path):
    """Edits that a hash-testing project made of one photo, known by the photo's hash alone."""
    photos = sorted((shared_data / "media" / "images").glob("pdq_*.jpg"))
    with Case.create(tmp_path / "ours") as ours:
        ours.scan([path for path in photos if "orig" in path.name], executor=SerialExecutor())
        made = ours.export_list("pdq", tmp_path / "pdq.csv")
    with Case.create(tmp_path / "theirs") as theirs:
        theirs.scan(
            [shared_data / "media" / "images" / "cv_apple.jpg", *photos], executor=SerialExecutor()
        )
        theirs.import_lists([made.path])
        found = {hit.subject for hit in theirs.list_hits().hits}
        assert len(found) == len(photos) == 10
