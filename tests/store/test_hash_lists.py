"""Lists of others in the case: packed, logged in the same transaction, held to the log."""

import json
from hashlib import sha256

import pytest

from mediaev.errors import TamperedCaseError
from mediaev.model.digest import Digest
from mediaev.model.hash_list import Entry, EntryKind, HashList
from mediaev.store import CaseStore, hash_lists, schema

FILE = Digest("sha256", sha256(b"the list").digest())


def heading(**changes):
    about = {
        "number": 0,
        "name": "May",
        "owner": "Newsroom B",
        "digest": FILE,
        "size": 1234,
        "format": "table",
        "imported": "2026-11-25T10:00:00.000000Z",
        "left_out": {"of the type tmk": 2},
        "unfit": 1,
    }
    return HashList(**{**about, **changes})


ENTRIES = [
    Entry(EntryKind.MD5, b"m" * 16, 1, "a.mp4"),
    Entry(EntryKind.PDQ, b"p" * 32, 2, "b\0\udcff.jpg", bytes([97])),
    Entry(EntryKind.MD5, b"n" * 16, 3),
    Entry(EntryKind.VPDQ, b"v" * 64, 4, "clip", bytes([100, 7]), (0, 500)),
]


def record(case, entries=ENTRIES, **changes):
    with case.new_list() as writer:
        for entry in entries:
            writer.add(entry)
        return writer.finish(heading(**changes))


def read_all(case):
    for each in case.hash_lists():
        for block in case.list_blocks(each.number, EntryKind):
            case.list_labels(each.number, block.place)


@pytest.fixture
def listed(tmp_path, samples):
    """The folder of a signed case with two lists, closed."""
    with CaseStore.create(tmp_path / "case") as case:
        samples.fill(case)
        with case.session("hashes import", ["mediaev"], {}):
            record(case)
            record(case, name="June", owner="")
    return tmp_path / "case"


def test_what_was_taken_in_comes_out_again(listed):
    with CaseStore.open(listed) as case:
        first, second = case.hash_lists()
        assert (first.id, first.name, first.owner, first.digest) == (
            "l-1",
            "May",
            "Newsroom B",
            FILE,
        )
        assert first.counts == {"md5": 2, "pdq": 1, "vpdq": 1}
        assert (first.left_out, first.unfit) == ({"of the type tmk": 2}, 1)
        assert (second.id, second.name) == ("l-2", "June")
        blocks = {block.kind: block for block in case.list_blocks(1, EntryKind)}
        assert blocks[EntryKind.MD5].bits == b"m" * 16 + b"n" * 16
        assert case.list_labels(1, blocks[EntryKind.MD5].place) == {0: "a.mp4", 2: ""}
        assert case.list_labels(1, blocks[EntryKind.PDQ].place) == {1: r"b\x00\udcff.jpg"}
        video = blocks[EntryKind.VPDQ]
        assert (video.bits, video.quality) == (b"v" * 64, bytes([100, 7]))
        assert [int.from_bytes(video.ticks[i : i + 8], "little") for i in (0, 8)] == [0, 500]


def test_a_long_video_lies_in_several_blocks_under_one_entry(case):
    count = 2 * hash_lists.BLOCK + 5
    record(case, [Entry(EntryKind.VPDQ, b"v" * 32 * count, 9, "clip", b"", ())])
    blocks = list(case.list_blocks(1, EntryKind))
    assert [len(block.quality) for block in blocks] == [hash_lists.BLOCK, hash_lists.BLOCK, 5]
    assert {block.entries[:4] for block in blocks} == {bytes(4)}
    assert case.listed_samples() == count
    assert [case.list_labels(1, block.place) for block in blocks] == [{0: "clip"}] * 3


def test_the_event_tells_no_name_and_no_digest_of_the_list(listed):
    with CaseStore.open(listed) as case:
        events = [json.loads(row.body) for row in case.events() if row.type == "list.import"]
        assert [each["detail"]["list"] for each in events] == ["l-1", "l-2"]
        assert events[0]["detail"]["counts"] == {"md5": 2, "pdq": 1, "vpdq": 1}
        body = json.dumps(events)
        for private in ("May", "Newsroom", FILE.hex):
            assert private not in body
        opened = {each.path: each.value for each in case.disclosures(events[0]["seq"])}
        assert opened["detail.name"] == "May"
        assert opened["detail.owner"] == "Newsroom B"
        assert opened["detail.file"] == FILE.hex
        assert case.verify().error() is None


def test_an_import_that_fails_leaves_nothing(case):
    events = len(list(case.events()))

    def fail():
        with case.new_list() as writer:
            for _ in range(hash_lists.BLOCK + 1):
                writer.add(ENTRIES[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert case.hash_lists() == []
    assert list(case.list_blocks(1, EntryKind)) == []
    assert len(list(case.events())) == events


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE hash_list SET owner = 'Someone else' WHERE number = 1", "differs"),
        ("UPDATE hash_list SET name = 'Other' WHERE number = 2", "differs"),
        ("UPDATE hash_list SET imported = '2020-01-01T00:00:00.000000Z'", "differs"),
        ("UPDATE hash_list SET counts = '{}'", "differs"),
        ("UPDATE list_block SET bits = zeroblob(length(bits)) WHERE kind = 'pdq'", "differs"),
        ("UPDATE list_block SET kind = 'phash-or-dhash' WHERE kind = 'x'", None),
        ("UPDATE list_block SET labels = '[\"forged\"]' WHERE kind = 'vpdq'", "differs"),
        ("UPDATE list_block SET lines = entries WHERE list = 1", "differs"),
        ("DELETE FROM list_block WHERE list = 2 AND place = 0", "differs"),
        ("DELETE FROM hash_list WHERE number = 2", "missing"),
        ("UPDATE hash_list SET number = 7 WHERE number = 2", "missing"),
        ("UPDATE list_block SET list = 5 WHERE list = 2", "unlogged"),
    ],
)
def test_whatever_is_changed_is_found(listed, tamper, statement, kind):
    tamper(listed, statement)
    with CaseStore.open(listed) as case:
        kinds = {fault.kind for fault in case.verify().faults}
    assert (kind in kinds) if kind else not kinds


def test_a_list_whose_name_was_destroyed_still_checks_out(listed, tamper):
    tamper(listed, "DELETE FROM disclosure WHERE path IN ('detail.name', 'detail.owner')")
    with CaseStore.open(listed) as case:
        assert case.verify().faults == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE list_block SET kind = 'ssdeep'",
        "UPDATE list_block SET bits = x'00'",
        "UPDATE list_block SET labels = '{}'",
        "UPDATE hash_list SET counts = '[1]'",
        "UPDATE hash_list SET counts = '{\"tmk\": 1}'",
        "UPDATE hash_list SET digest = 'sha256:00'",
    ],
)
def test_values_that_were_never_written_are_named_as_tampering(listed, tamper, statement):
    tamper(listed, statement)
    with CaseStore.open(listed) as case, pytest.raises(TamperedCaseError):
        read_all(case)


def test_a_case_of_version_3_gets_the_tables(filled, tamper):
    for table in ("hash_list", "list_block"):
        tamper(filled, f"DROP TABLE {table}")
    tamper(filled, "UPDATE meta SET value = '3' WHERE key = 'schema'")
    with CaseStore.open(filled, write=True) as case:
        assert case.hash_lists() == []
        record(case)
        case.sign()
        assert case.verify().error() is None
    assert schema.VERSION > 3


def test_digests_are_found_again_in_the_log(case, samples):
    md5 = Digest("md5", bytes(range(16)))
    case.take_in(samples.exhibit(0), samples.sighting(0), digests=[md5])
    case.take_in(samples.exhibit(1), samples.sighting(1))
    assert case.recorded_digests(["md5", "sha1"]) == {
        samples.digest(0): {"md5": md5.value},
        samples.digest(1): {},
    }
    assert case.recorded_digests([]) == {}
