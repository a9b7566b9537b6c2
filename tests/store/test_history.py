"""The custody log: numbering, links, sessions, signatures; append-only for everyone."""

import json
import os
import re
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from mediaev.custody.checkpoint import signed_by
from mediaev.custody.commitment import opens
from mediaev.custody.note import Verifier
from mediaev.errors import InterruptedRunError, TamperedCaseError, UsageError
from mediaev.model.event import EventDraft, Private
from mediaev.store import CaseStore


def body(row):
    return json.loads(row.body)


def test_events_are_numbered_without_a_gap_and_linked_by_item(case, samples):
    item = samples.digest(0)
    numbers = case.append([EventDraft("item.note", item=item), EventDraft("item.note")])
    numbers += case.append([EventDraft("item.tag", item=item), EventDraft("item.tag", item=item)])
    assert numbers == [3, 4, 5, 6]
    rows = list(case.events())
    assert [row.seq for row in rows] == [0, 1, 2, 3, 4, 5, 6]
    links = [body(row)["prev_item"] for row in case.events(item)]
    assert links == [None, [3, rows[3].leaf_hash.hex()], [5, rows[5].leaf_hash.hex()]]


def test_the_link_is_found_again_after_reopening(filled, samples):
    with CaseStore.open(filled, write=True) as case:
        [*_, last] = case.events(samples.digest(2))
        [seq] = case.append([EventDraft("item.note", item=samples.digest(2))])
        [*_, added] = case.events(samples.digest(2))
        assert added.seq == seq
        assert body(added)["prev_item"] == [last.seq, last.leaf_hash.hex()]


def test_events_can_be_read_in_parts(filled):
    with CaseStore.open(filled) as case:
        every = list(case.events())
        assert list(case.events(after=3)) == every[4:]
        assert list(case.events(after=3, limit=2)) == every[4:6]
        assert list(case.events(limit=0)) == []


def test_a_transaction_is_undone_as_a_whole(case, samples):
    def stopped():
        with case.transaction():
            case.take_in(samples.exhibit(0), samples.sighting(0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert case.exhibits() == []
    assert len(list(case.events())) == 3
    assert case.take_in(samples.exhibit(0), samples.sighting(0)) is True
    assert [row.seq for row in case.events()] == [0, 1, 2, 3]
    assert case.verify().error() is None


def test_an_error_inside_that_is_passed_over_does_not_leave_half_a_record(case, samples):
    def pass_over():
        with case.transaction():
            case.take_in(samples.exhibit(0), samples.sighting(0))
            with suppress(UsageError):
                case.append([EventDraft("no such type")])

    with pytest.raises(RuntimeError):
        pass_over()
    assert case.exhibits() == []


def test_what_a_transaction_appended_can_be_read_inside_it(case):
    with case.transaction():
        [seq] = case.append([EventDraft("item.note", {"text": Private("secret")})])
        assert [row.seq for row in case.events(after=2)] == [seq]
        assert [opening.value for opening in case.disclosures(seq)] == ["secret"]


def test_a_private_nothing_is_a_value_too(case):
    [seq] = case.append([EventDraft("item.note", {"text": Private(None)})])
    assert [opening.value for opening in case.disclosures(seq)] == [None]
    assert case.verify().error() is None


def test_a_session_frames_its_events_and_ends_signed(case):
    with case.session("scan", ["mediaev", "scan", "/home/anna\udcff"], {"av": "18.1"}) as start:
        case.append([EventDraft("item.note")])
    rows = {row.seq: body(row) for row in case.events()}
    assert rows[start]["type"] == "session.start"
    assert rows[start]["session"] is None
    assert rows[start]["detail"]["tool"] == {"av": "18.1"}
    assert [rows[seq]["session"] for seq in (start + 1, start + 2)] == [start, start]
    assert rows[start + 2]["type"] == "session.end"
    assert rows[start + 2]["outcome"] == "ok"
    assert case.verify().signed_size == start + 3


def test_what_may_identify_people_enters_the_log_as_commitments_only(case, samples, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "carla-laptop")
    with case.session("scan", ["/home/anna"], {}):
        case.take_in(samples.exhibit(0), samples.sighting(0, b"/home/anna/source-bruno.mp4"))
    written = b"".join(row.body for row in case.events())
    for name in (b"anna", b"bruno", b"carla"):
        assert name not in written
    for row in case.events():
        openings = case.disclosures(row.seq)
        assert [opening.path for opening in openings] == body(row)["private"]
        for opening in openings:
            commitment = body(row)["detail"][opening.path.removeprefix("detail.")]["$c"]
            assert opens(commitment, opening)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (KeyboardInterrupt(), "interrupted"),
        (InterruptedRunError("stopped"), "interrupted"),
        (ValueError("x"), "failed"),
    ],
)
def test_a_session_that_fails_says_so_and_is_signed_too(case, error, outcome):
    with pytest.raises(type(error)), case.session("scan", [], {}):
        raise error
    [*_, last] = case.events()
    assert (last.type, body(last)["outcome"]) == ("session.end", outcome)
    assert case.verify().signed_size == last.seq + 1


def test_a_command_line_of_any_length_fits(case):
    with case.session("scan", ["x" * 500] * 1000, {}) as start:
        pass
    [argv] = [one.value for one in case.disclosures(start) if one.path == "detail.argv"]
    assert argv[-1] == "… and 936 more"


def test_the_database_itself_refuses_to_change_the_log(filled):
    changes = [
        "UPDATE event SET body = x'00' WHERE seq = 1",
        "UPDATE event SET seq = 99 WHERE seq = 1",
        "DELETE FROM event WHERE seq = 1",
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE seq = 1",
        "REPLACE INTO event SELECT * FROM event WHERE seq = 1",
        "INSERT INTO event SELECT seq + 99, body, leaf_hash, type, item, session, time FROM event",
        "INSERT INTO event (body, leaf_hash, type, time) VALUES (x'00', x'00', 'x', 'x')",
        "INSERT INTO event SELECT * FROM event WHERE seq = 1 ON CONFLICT DO UPDATE SET body = x'0'",
        "UPDATE checkpoint SET note = x'00'",
        "DELETE FROM checkpoint",
        "INSERT OR REPLACE INTO checkpoint SELECT * FROM checkpoint",
        "INSERT INTO checkpoint SELECT size - 1, root, note, time FROM checkpoint",
        "INSERT INTO checkpoint (root, note, time) VALUES (x'00', x'00', 'x')",
        "UPDATE event SET body = 'text' WHERE seq = 1",
    ]
    with closing(sqlite3.connect(filled / "case.db")) as connection:
        for change in changes:
            # Without recursive_triggers, as any other program would come along.
            with pytest.raises(sqlite3.DatabaseError):
                connection.execute(change)
    with CaseStore.open(filled) as case:
        assert case.verify().error() is None


def test_the_checkpoint_is_a_note_that_the_announced_key_signed(filled):
    keys = [Verifier.parse(vkey) for vkey in (filled / "log" / "vkey.txt").read_text().split()]
    note = (filled / "log" / "checkpoint").read_bytes()
    checkpoint, signed = signed_by(note, keys)
    assert [key.algorithm.value for key in signed] == ["Ed25519", "ML-DSA-44"]
    assert (filled / "log" / "checkpoints" / f"{checkpoint.size}.txt").read_bytes() == note
    with CaseStore.open(filled) as case:
        verdict = case.verify()
        assert (verdict.events, verdict.root) == (checkpoint.size, checkpoint.root)
        assert verdict.level.name == "SIGNED"


def test_signing_twice_makes_one_checkpoint(filled):
    with CaseStore.open(filled, write=True) as case:
        first = case.sign()
        assert case.sign() == first
        assert len(list((filled / "log" / "checkpoints").iterdir())) == 2


def test_nothing_is_signed_inside_a_transaction(case):
    with pytest.raises(UsageError), case.transaction():
        case.sign()


def test_lost_files_of_the_log_folder_come_back_with_the_next_signature(filled):
    newest = (filled / "log" / "checkpoint").read_bytes()
    for path in (filled / "log").rglob("*.txt"):
        path.unlink()
    (filled / "log" / "checkpoint").unlink()
    (filled / "VERIFY.txt").unlink()
    with CaseStore.open(filled, write=True) as case:
        case.sign()
        assert case.verify().error() is None
    assert (filled / "log" / "checkpoint").read_bytes() == newest
    assert (filled / "VERIFY.txt").stat().st_size
    assert (filled / "log" / "vkey.txt").stat().st_size


def test_events_that_were_changed_before_the_last_signature_are_not_signed_again(filled, tamper):
    tamper(filled, "UPDATE event SET leaf_hash = zeroblob(32) WHERE seq = 3")
    with CaseStore.open(filled, write=True) as case:
        case.append([EventDraft("item.note")])
        with pytest.raises(TamperedCaseError):
            case.sign()


def _forget_key():
    for path in (Path(os.environ["XDG_CONFIG_HOME"]) / "mediaev" / "keys").iterdir():
        path.unlink()


def test_without_the_key_work_goes_on_unsigned_and_says_so(filled, samples):
    _forget_key()
    with CaseStore.open(filled, write=True) as case:
        assert "no signing key" in case.key_warning
        samples.fill(case, 4)
        assert case.sign() is None
        assert len(case.exhibits()) == 4
        verdict = case.verify()
        assert verdict.error() is None
        assert "unsigned" in {warning.kind for warning in verdict.warnings}


def test_a_colleague_adopts_a_key_of_their_own_and_goes_on(filled, samples):
    _forget_key()
    with CaseStore.open(filled, write=True) as case:
        vkey = case.adopt_key(operator="Bruno")
        assert case.key_warning == ""
        samples.fill(case, 4)
        assert case.verify().error() is None
        with pytest.raises(UsageError):
            case.adopt_key()
    assert (filled / "log" / "vkey.txt").read_text().split()[2] == vkey
    with CaseStore.open(filled, write=True) as case:
        assert case.key_warning == ""
        verdict = case.verify()
        assert verdict.signed_size == verdict.events
        added, _ = [row for row in case.events() if row.type == "key.add" and row.seq > 2]
        assert body(added)["detail"]["vkey"] == vkey
        [*_, last] = case.events()
        assert body(last)["actor"]["id"] == f"key-{vkey.split('+')[1]}"


def test_a_key_that_the_log_does_not_announce_is_not_used(filled):
    keys = Path(os.environ["XDG_CONFIG_HOME"]) / "mediaev" / "keys"
    mine = sorted(keys.glob("*.pem"))
    with CaseStore.create(filled.parent / "other"):
        strange = sorted(set(keys.glob("*.pem")) - set(mine))
    for path, other in zip(mine, strange, strict=True):
        path.write_bytes(other.read_bytes())
    with CaseStore.open(filled, write=True) as case:
        assert case.key_warning
        assert case.sign() is None


def test_keys_are_encrypted_if_there_is_a_passphrase(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDIAEV_KEY_PASSPHRASE", "correct horse")
    with CaseStore.create(tmp_path / "case") as case:
        vault = case.vault
    key = Path(os.environ["XDG_CONFIG_HOME"]) / "mediaev" / "keys" / f"{vault}.pem"
    assert b"ENCRYPTED" in key.read_bytes()
    for wrong in ("", "wrong"):
        monkeypatch.setenv("MEDIAEV_KEY_PASSPHRASE", wrong)
        with pytest.raises(UsageError, match=re.escape(str(key))) as refused:
            CaseStore.open(tmp_path / "case", write=True)
        assert "MEDIAEV_KEY_PASSPHRASE" in refused.value.advice
        with CaseStore.open(tmp_path / "case") as case:
            assert case.verify().level.name == "SIGNED"
    monkeypatch.setenv("MEDIAEV_KEY_PASSPHRASE", "correct horse")
    with CaseStore.open(tmp_path / "case", write=True) as case:
        assert case.sign() is not None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"VAULT": {"size": -1, "root": ""}}',
        b'{"VAULT": 3}',
        b"[" * 99999,
    ],
)
def test_a_damaged_file_of_pins_is_a_clear_error(filled, content):
    pins = Path(os.environ["XDG_STATE_HOME"]) / "mediaev" / "pins.json"
    with CaseStore.open(filled) as case:
        pins.write_bytes(content.replace(b"VAULT", case.vault.encode()))
        with pytest.raises(UsageError, match="checkpoints seen"):
            case.verify()
    with pytest.raises(UsageError):
        CaseStore.open(filled, write=True)


def test_pins_of_several_cases_stand_side_by_side(tmp_path):
    vaults = set()
    for name in "abc":
        with CaseStore.create(tmp_path / name) as case:
            vaults.add(case.vault)
    pins = Path(os.environ["XDG_STATE_HOME"]) / "mediaev" / "pins.json"
    assert json.loads(pins.read_text()).keys() == vaults


def test_a_verified_case_is_pinned_where_it_was_verified(filled, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "colleague"))
    with CaseStore.open(filled) as case:
        verdict = case.verify()
        pins = json.loads((tmp_path / "colleague" / "mediaev" / "pins.json").read_text())
        assert pins == {case.vault: {"size": verdict.events, "root": verdict.root.hex()}}
