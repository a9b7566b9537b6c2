"""Exports: what goes out is whole, tells no more than it may, and is in the log."""

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3

import pytest

from mediaev.actions import export as exporting
from mediaev.actions.bag import copy_originals, seal
from mediaev.actions.case import Case
from mediaev.actions.outgoing import OutgoingLog
from mediaev.custody import proof
from mediaev.custody.leaf import fields
from mediaev.custody.note import Verifier
from mediaev.custody.tree import leaf_hash, root
from mediaev.errors import InterruptedRunError, TamperedCaseError, UsageError
from mediaev.export.bag_reading import read_bag
from mediaev.export.bag_sinks import bag_sink
from mediaev.export.bag_sources import open_bag
from mediaev.export.bag_writing import BagWriter
from mediaev.model.export import Letting, Profile
from mediaev.store import keep

FULL, PUBLIC = Letting(Profile.FULL), Letting(Profile.PUBLIC)


def whole(bag):
    with open_bag(bag) as source:
        found = read_bag(source, sealed=True)
    assert (found.faults, found.warnings) == ((), ())
    return found


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def outgoing_events(case):
    return [fields(row.body) for row in case.events() if row.type in {"case.export", "item.export"}]


@pytest.fixture
def folder(cases):
    return cases.make()


def test_a_bag_holds_the_exhibits_and_the_log_byte_for_byte(folder, tmp_path):
    with Case.open(folder, write=True) as case:
        made = case.export("bag", tmp_path / "bag")
        bodies = [row.body for row in case.events()]
        signed = case.store.checkpoints()
        exhibits = case.exhibits()
        assert case.verify().level == 2
    whole(tmp_path / "bag")
    custody = tmp_path / "bag" / "custody"
    assert custody.joinpath("events.jsonl").read_bytes().splitlines() == bodies
    assert (custody / "checkpoint").read_bytes() == signed[-1].note
    assert signed[-1].size == len(bodies) == made.size
    assert signed[-1].root == root([leaf_hash(body) for body in bodies])
    for each in exhibits:
        [file] = (tmp_path / "bag" / "data" / each.digest.hex).iterdir()
        assert hashlib.sha256(file.read_bytes()).digest() == each.digest.value
    assert {line["state"] for line in lines(custody / "exhibits.jsonl")} == {"held"}
    assert (
        made.digest.hex
        == hashlib.sha256((tmp_path / "bag" / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    )
    info = (tmp_path / "bag" / "bag-info.txt").read_text()
    assert f"Mediaev-Log-Root: {signed[-1].root.hex()}\n" in info


def test_the_export_is_in_the_log_that_the_bag_holds(folder, tmp_path):
    with Case.open(folder, write=True) as case:
        case.export("bag", tmp_path / "bag")
        announced, made, *items = outgoing_events(case)
    assert (announced.outcome, made.outcome, made.intent) == ("announced", "ok", announced.seq)
    payload = (tmp_path / "bag" / "manifest-sha256.txt").read_bytes()
    assert made.detail["made"] == f"sha256:{hashlib.sha256(payload).hexdigest()}"
    assert made.detail["exhibits"] == {"held": 2}
    assert set(made.detail["target"]) == {"$c"}
    assert [each.detail["export"] for each in items] == [made.seq] * 2
    assert all(set(each.detail["digests"]) == {"sha256", "sha512"} for each in items)
    events = (tmp_path / "bag" / "custody" / "events.jsonl").read_bytes().splitlines()
    assert fields(events[items[-1].seq]).type == "item.export"
    assert fields(events[-1]).type == "session.end"


def test_what_is_gone_or_changed_is_told_and_listed_and_the_rest_goes(cases, tmp_path):
    folder = cases.make([b"a", b"b", b"c", b"d"])
    cases.footage.joinpath("a").unlink()
    cases.footage.joinpath("b").write_bytes(b"other")
    c = cases.footage / "c"
    c.write_bytes(bytes(len(c.read_bytes())))  # the same size, other bytes
    with Case.open(folder, write=True) as case:
        made = case.export("bag", tmp_path / "bag")
        outcomes = {each.outcome for each in outgoing_events(case) if each.item}
    assert made.states == {"missing": 1, "changed": 2, "held": 1}
    assert [each.state.value for each in made.failed] == ["missing", "changed", "changed"]
    assert all(str(cases.footage) in each.says for each in made.failed)
    assert outcomes == {"ok", "missing", "changed"}
    whole(tmp_path / "bag")
    listed = lines(tmp_path / "bag" / "custody" / "exhibits.jsonl")
    assert [each["state"] for each in listed] == ["missing", "changed", "changed", "held"]
    assert len(list((tmp_path / "bag" / "data").iterdir())) == 1


def test_bytes_come_from_the_copy_that_the_case_keeps_where_the_file_is_gone(cases, tmp_path):
    folder = cases.make([b"a"])
    with Case.open(folder, write=True) as case:
        [exhibit] = case.exhibits()
        with open(cases.footage / "a", "rb") as file:
            keep(file.fileno(), exhibit.digest, folder)
        cases.footage.joinpath("a").unlink()
        assert case.export("bag", tmp_path / "bag").states == {"held": 1}


def test_a_link_in_a_files_place_is_not_followed(cases, tmp_path):
    folder = cases.make([b"a"])
    content = cases.footage.joinpath("a").read_bytes()
    cases.footage.joinpath("a").unlink()
    (tmp_path / "elsewhere").write_bytes(content)
    cases.footage.joinpath("a").symlink_to(tmp_path / "elsewhere")
    with Case.open(folder, write=True) as case:
        assert case.export("bag", tmp_path / "bag").states == {"missing": 1}


def test_only_what_was_asked_for_goes_and_the_rest_is_listed_as_withheld(cases, tmp_path):
    folder = cases.make([b"a", b"b", b"c"])
    with Case.open(folder, write=True) as case:
        made = case.export("bag", tmp_path / "bag", case.exhibits()[1:2])
        case.export("jsonl", tmp_path / "one.jsonl", case.exhibits()[1:2])
    assert made.states == {"withheld": 2, "held": 1}
    assert made.exhibits == 1
    assert len(lines(tmp_path / "one.jsonl")) == 1


@pytest.mark.parametrize("target", ["bag", "bag.zip"])
def test_the_same_log_and_profile_make_the_same_bytes(folder, tmp_path, target):
    def make(place, letting):
        with Case.open(folder, write=True) as case:
            log = OutgoingLog(case.store, letting)
            found, _ = log.gather()
            with bag_sink(place, "base", found.created) as sink:
                writer = BagWriter(sink)
                chosen = {each.digest for each in case.exhibits()}
                records, _ = copy_originals(
                    case.store,
                    found.exhibits(),
                    chosen,
                    letting=letting,
                    writer=writer,
                    listen=lambda _: None,
                )
                return seal(case.store, log, records, writer, say=lambda _: None)[1]

    for letting in (Letting(), FULL):
        one, two = (tmp_path / f"{name}-{letting}-{target}" for name in ("one", "two"))
        assert make(one, letting) == make(two, letting)
        if target == "bag.zip":
            assert one.read_bytes() == two.read_bytes()
        else:
            files = [path for path in one.rglob("*") if path.is_file()]
            assert len(files) > 15
            for path in files:
                assert path.read_bytes() == (two / path.relative_to(one)).read_bytes()


def test_each_exhibit_is_proved_to_be_in_the_log(folder, tmp_path):
    with Case.open(folder, write=True) as case:
        case.export("bag", tmp_path / "bag")
    custody = tmp_path / "bag" / "custody"
    events = (custody / "events.jsonl").read_bytes().splitlines()
    keys = [Verifier.parse(line) for line in (custody / "vkey.txt").read_text().splitlines()]
    proofs = sorted((custody / "proofs").iterdir())
    assert len(proofs) == 2
    for path in proofs:
        found = proof.parse(path.read_bytes())
        body = events[found.index]
        assert json.loads(body)["item"] == f"sha256:{path.name.removesuffix('.tlog-proof')}"
        head, signed_by = proof.verify(path.read_bytes(), body, keys)
        assert head.size <= len(events)
        assert len(signed_by) == len(keys)


def test_time_stamps_and_cosignatures_go_along_and_what_does_not_belong_there_does_not(
    folder, tmp_path
):
    for name in ("anchors/4/a.tsr", "cosignatures/4/00ff.txt", "anchors/x/y", "anchors/4/.z"):
        path = folder / "log" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"bytes")
    with Case.open(folder, write=True) as case:
        case.export("bag", tmp_path / "bag")
    custody = tmp_path / "bag" / "custody"
    assert (custody / "anchors/4/a.tsr").read_bytes() == b"bytes"
    assert (custody / "cosignatures/4/00ff.txt").is_file()
    assert not (custody / "anchors/x").exists()
    assert not (custody / "anchors/4/.z").exists()


@pytest.mark.parametrize("kind", [kind for kind in exporting.kinds() if kind != "bag"])
def test_a_document_is_written_whole_and_its_digest_is_in_the_log(folder, tmp_path, kind):
    pieces = []
    with Case.open(folder, write=True) as case:
        made = case.export(kind, tmp_path / "document")
        [event] = outgoing_events(case)
        case.export(kind, out=pieces.append)
    content = (tmp_path / "document").read_bytes()
    assert made.digest.hex == hashlib.sha256(content).hexdigest()
    assert event.detail["made"] == str(made.digest)
    assert event.detail["form"] == kind
    assert b"".join(pieces)


def test_nothing_is_overwritten_nothing_goes_into_the_case_and_nothing_is_logged_then(
    folder, tmp_path
):
    (tmp_path / "there").mkdir()
    with Case.open(folder, write=True) as case:
        before = len(list(case.events()))
        for kind in ("bag", "csv"):
            for target in (tmp_path / "there", folder / "x", folder / "log" / "x"):
                with pytest.raises(UsageError):
                    case.export(kind, target)
        with pytest.raises(UsageError):
            case.export("bag")
        with pytest.raises(UsageError, match="no kind of export"):
            case.export("pdf", tmp_path / "x")
        assert len(list(case.events())) == before


def test_an_export_that_fails_leaves_nothing_and_the_log_says_so(folder, tmp_path, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "seal", full)
    with Case.open(folder, write=True) as case:
        with pytest.raises(InterruptedRunError, match="nothing of it was left"):
            case.export("bag", tmp_path / "b")
        *_, last = outgoing_events(case)
        assert (last.type, last.outcome) == ("case.export", "failed")
        assert case.verify().level == 2
    assert not (tmp_path / "b").exists()
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".part")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET body = CAST(replace(body, 'News', 'news') AS BLOB) WHERE seq = 0",
        "DELETE FROM event WHERE seq = 3",
        "UPDATE disclosure SET value = '\"x\"' WHERE path = 'detail.operator'",
        "UPDATE checkpoint SET root = zeroblob(32)",
    ],
)
def test_a_log_that_does_not_hold_together_is_not_exported(folder, tmp_path, statement):
    with contextlib.closing(sqlite3.connect(folder / "case.db")) as database:
        triggers = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)
        for _, made_by in triggers:
            database.execute(made_by)
        database.commit()
    with Case.open(folder, write=True) as case, pytest.raises(TamperedCaseError):
        case.export("bag", tmp_path / "bag", letting=FULL)
    assert not (tmp_path / "bag").exists()


def test_a_plan_writes_and_logs_nothing(cases, tmp_path):
    folder = cases.make([b"a", b"b"])
    cases.footage.joinpath("b").unlink()
    before = shutil.copytree(folder, tmp_path / "before")
    with Case.open(folder) as case:
        made = case.plan_export("bag", tmp_path / "bag")
        assert case.plan_export("bag", letting=PUBLIC).states == {"withheld": 2}
        assert case.plan_export("csv").exhibits == 2
    assert (made.states, len(made.failed), made.digest) == ({"held": 1, "missing": 1}, 1, None)
    assert not (tmp_path / "bag").exists()
    assert (before / "case.db").read_bytes() == (folder / "case.db").read_bytes()


def test_without_a_key_the_bag_says_by_its_head_how_far_it_is_signed(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "elsewhere"))
    with Case.open(folder, write=True) as case:
        made = case.export("bag", tmp_path / "bag")
    assert any("not signed" in note for note in made.notes)
    head = (tmp_path / "bag" / "custody" / "checkpoint").read_text().split("\n")
    assert int(head[1]) < made.size
