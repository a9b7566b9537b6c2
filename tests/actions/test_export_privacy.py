"""What exports tell of people: nothing that they may not."""

import base64
import json
import os
import socket
import sqlite3
import zipfile
from contextlib import closing

import pytest

from mediaev.actions.bag import path_of
from mediaev.actions.case import Case
from mediaev.actions.outgoing import OutgoingLog
from mediaev.custody.commitment import opens
from mediaev.custody.leaf import fields
from mediaev.export.bag_reading import read_bag
from mediaev.export.bag_sources import open_bag
from mediaev.export.disk_names import original_name
from mediaev.model.claim import Claim
from mediaev.model.event import Disclosure
from mediaev.model.examination import Examination, ExaminationStatus, MediaFacts
from mediaev.model.exhibit import Kind
from mediaev.model.export import Letting, Profile

FULL, PUBLIC = Letting(Profile.FULL), Letting(Profile.PUBLIC)


def whole(bag):
    with open_bag(bag) as source:
        found = read_bag(source, sealed=True)
    assert (found.faults, found.warnings) == ((), ())
    return found


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def folder(cases):
    return cases.make()


@pytest.mark.parametrize("profile", ["court", "public"])
def test_nothing_private_stands_anywhere_in_it(cases, tmp_path, monkeypatch, profile):
    monkeypatch.setattr(socket, "gethostname", lambda: "SECREThost")
    secrets = [b"SECRETname", b"SECRETpath", b"SECRETop Anna", b"SECREThost", b"SECRET note"]
    cases.footage = cases.footage / "SECRETpath"
    cases.footage.mkdir()
    folder = cases.make([b"SECRETname.mp4", b"SECRETname2 \xff.jpg"], operator="SECRETop Anna")
    with Case.open(folder, write=True) as case:
        case.store.record_list_export(
            "csv", 1, case.exhibits()[0].digest, "/SECRETpath/x", paths=False
        )
        made = case.export("bag", tmp_path / "SECRETpath-bag", letting=Letting(Profile(profile)))
        case.export("bag", tmp_path / "bag.zip", letting=Letting(Profile(profile)))
    # In base64 too, wherever in it they begin.
    secrets += [
        base64.b64encode(bytes(shift) + each)[4:-4] for each in secrets for shift in range(3)
    ]
    with zipfile.ZipFile(tmp_path / "bag.zip") as archive:
        archive.extractall(tmp_path / "unzipped")
    for bag in (tmp_path / "SECRETpath-bag", tmp_path / "unzipped"):
        for path in bag.rglob("*"):
            told = os.fsencode(path.relative_to(bag))
            if path.is_file():
                told += path.read_bytes()
            for secret in secrets:
                assert secret not in told, (secret, path)
    assert made.states == ({"withheld": 2} if profile == "public" else {"held": 2})


def test_full_lets_out_every_opening_and_each_opens_its_commitment(cases, tmp_path):
    folder = cases.make([b"caf\xe9.mp4"])
    with Case.open(folder, write=True) as case:
        case.export("bag", tmp_path / "bag", letting=FULL)
    custody = tmp_path / "bag" / "custody"
    events = [fields(line) for line in (custody / "events.jsonl").read_bytes().splitlines()]
    told = lines(custody / "disclosures.jsonl")
    assert len(told) == sum(len(event.private) for event in events)
    for each in told:
        value = events[each["seq"]].detail
        for step in each["path"].split(".")[1:]:
            value = value[step]
        salt = base64.urlsafe_b64decode(each["salt"] + "==")
        opening = Disclosure(each["seq"], each["path"], salt, each["value"])
        assert opens(value["$c"], opening)
    assert "Contact-Name: Anna Ops" in (tmp_path / "bag" / "bag-info.txt").read_text()


def test_hard_names_come_back_byte_for_byte(cases, hard_names, tmp_path):
    folder = cases.make(hard_names)
    with Case.open(folder, write=True) as case:
        case.export("bag", tmp_path / "bag", letting=Letting(names=True))
    whole(tmp_path / "bag")
    custody = tmp_path / "bag" / "custody"
    told = {line["path"]: line["names_b64"] for line in lines(custody / "names.jsonl")}
    back = set()
    for path, names in told.items():
        [name] = map(base64.b64decode, names)
        assert original_name(path.rpartition("/")[2]) in {name, None}
        assert (tmp_path / "bag" / path).is_file()
        back.add(name)
    assert back == set(hard_names)
    told_paths = [line["paths_b64"] for line in lines(custody / "exhibits.jsonl")]
    assert told_paths == [[]] * len(hard_names)  # names are told, folders are not


def test_a_note_tells_of_exhibits_that_say_by_themselves_where_they_were_taken(cases, tmp_path):
    folder = cases.make([b"a", b"b"])
    with Case.open(folder, write=True) as case:
        claim = Claim("gps_latitude", 48.2133987, "exifread 3.5.1", "GPS:GPSLatitude", "deg")
        found = Examination(
            Kind.STILL, ExaminationStatus.OK, facts=MediaFacts("jpeg"), claims=(claim,)
        )
        case.store.record_examination(case.exhibits()[0].digest, found)
        [note] = case.export("bag", tmp_path / "bag").notes
        assert note == (
            "exhibits whose own bytes state where they were taken, which no profile alters: 1"
        )
        assert case.plan_export("bag").notes == (note,)
        assert case.export("bag", tmp_path / "public", letting=PUBLIC).notes == ()
    assert b"48.2133987" not in (tmp_path / "bag" / "custody" / "events.jsonl").read_bytes()


def test_the_place_of_an_exhibit_in_a_bag_tells_its_name_only_if_it_may(folder):
    with Case.open(folder) as case:
        [court, _] = OutgoingLog(case.store, Letting()).gather()[0].exhibits()
        [full, _] = OutgoingLog(case.store, FULL).gather()[0].exhibits()
    digits = court.digest.hex
    assert path_of(court) == f"data/{digits}/{digits[:12]}.jpeg"
    assert path_of(full) == f"data/{digits}/a.mp4"


def test_what_was_redacted_leaves_in_no_profile_even_if_it_comes_back(cases, tmp_path):
    folder = cases.make([b"SECRETname.mp4", b"b.mp4"])
    with closing(sqlite3.connect(folder / "case.db")) as database:
        before = database.execute("SELECT seq, path, salt, value FROM disclosure").fetchall()
    with Case.open(folder, write=True) as case:
        [named] = [
            each for each in case.exhibits() if b"SECRETname" in case.sightings(each.digest)[0].path
        ]
        planned = case.plan_redaction([named])
        case.redact(planned, ground="the source asked", authority="the editor")
        case.export("bag", tmp_path / "bag", letting=FULL)
    gone = {(each.seq, each.path) for each in planned.openings}
    with closing(sqlite3.connect(folder / "case.db")) as database:
        back = [row for row in before if row[:2] in gone]
        database.executemany("INSERT INTO disclosure VALUES (?, ?, ?, ?)", back)
        database.commit()
    with Case.open(folder, write=True) as case:
        case.export("bag", tmp_path / "again", letting=FULL)
    for bag in (tmp_path / "bag", tmp_path / "again"):
        told = lines(bag / "custody" / "disclosures.jsonl")
        assert told
        assert gone.isdisjoint((each["seq"], each["path"]) for each in told)
        files = [path for path in bag.rglob("*") if path.is_file()]
        content = b"".join(os.fsencode(path) + path.read_bytes() for path in files)
        assert b"SECRETname" not in content
        assert base64.b64encode(b"SECRETname.mp4")[:-4] not in content
