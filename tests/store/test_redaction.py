"""What is redacted is gone from the case, bytes included, and the log still holds."""

import base64
import sqlite3
from contextlib import closing

import pytest

from mediaev.actions.case import Case
from mediaev.errors import CaseInUseError, UsageError
from mediaev.model.assertion import Assertion
from mediaev.model.event import EventDraft, Private
from mediaev.model.hash_list import Entry, EntryKind, HashList
from mediaev.store import CaseStore, RecordFile

WHY = {"ground": "the source is at risk", "authority": "the editor, 3 May"}


def raw(folder):
    """Every byte of the case's folder."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def forms(path):
    """How a path may stand in a case."""
    name = path.rpartition(b"/")[2]
    return [path, base64.b64encode(path), base64.b64encode(name)]


def openings_of(folder):
    with closing(sqlite3.connect(folder / "case.db")) as database:
        return database.execute("SELECT seq, path, salt, value FROM disclosure").fetchall()


def verdict_of(folder):
    with Case.open(folder) as case:
        return case.verify()


@pytest.fixture
def redact(filled, samples):
    """Redact exhibits of the filled case by number, or events, or values."""

    def run(*numbers, events=(), values=()):
        with Case.open(filled, write=True) as case:
            exhibits = [case.exhibit(samples.digest(number).hex) for number in numbers]
            planned = case.plan_redaction(exhibits, events, values)
            return planned, case.redact(planned, **WHY)

    return run


def test_an_exhibits_private_values_are_gone_to_the_last_byte(filled, samples, redact):
    places = [b"/footage/%d.mp4" % number for number in range(3)]
    before = openings_of(filled)
    for form in (form for place in places for form in forms(place)):
        assert form in raw(filled)
    planned, [logged] = redact(1)
    kept = {(seq, path) for seq, path, _, _ in openings_of(filled)}
    gone = [row for row in before if row[:2] not in kept]
    assert {row[:2] for row in gone} == {(each.seq, each.path) for each in planned.openings}
    content = raw(filled)
    for seq, path, salt, value in gone:
        assert salt not in content, (seq, path)
        assert value.encode() not in content or path == "detail.claims", (seq, path)
    assert not any(form in content for form in forms(places[1]))
    assert b"Maker 1" not in content
    assert all(form in content for form in forms(places[0]) + forms(places[2]))
    verdict = verdict_of(filled)
    assert (verdict.faults, verdict.warnings) == ((), ())
    assert verdict.signed_size == verdict.events == logged + 2


def test_the_log_says_what_was_destroyed_why_and_by_whom(filled, samples, redact):
    planned, [logged] = redact(1)
    with Case.open(filled) as case:
        [event] = [row for row in case.events(samples.digest(1)) if row.seq == logged]
        opened = {each.path: each.value for each in case.disclosures(logged)}
        assert case.sightings(samples.digest(1)) == []
        assert case.examination(samples.digest(1)).claims == ()
        assert case.examination(samples.digest(0)).claims != ()
    assert event.type == "disclosure.destroy"
    assert opened == {"detail.ground": WHY["ground"], "detail.authority": WHY["authority"]}
    for told in (*WHY.values(), "/footage"):
        assert told.encode() not in event.body
    for each in planned.openings:
        assert f'"{each.path}"'.encode() in event.body
    assert (
        b'"rows":{"claim":1,"outcome":1,"sighting":1}' in event.body.replace(b'"outcome":0,', b"")
        or b'"rows":{"claim":1,"sighting":1}' in event.body
    )


def test_a_value_is_also_destroyed_where_other_events_repeat_it(filled, samples, redact):
    with CaseStore.open(filled, write=True) as store:
        argv = ["mediaev", "show", "footage/1.mp4"]
        with store.session("show", argv, {}):
            store.take_in(samples.exhibit(7), samples.sighting(7, b"/footage/1.mp4"))
        with store.session("show", ["mediaev", "show", "footage/2.mp4"], {}):
            pass
        with store.session("scan", ["mediaev"], {}) as session:
            store.take_in(samples.exhibit(8), samples.sighting(8, b"/elsewhere/1.mp4"))
            store.record_outcomes(session, [samples.outcome(1), samples.outcome(2)])
    planned, _ = redact(1)
    assert {each.path for each in planned.repeating} == {
        "detail.argv",
        "detail.name_b64",
        "detail.path_b64",
    }
    assert planned.rows == {"sighting": 2, "outcome": 1, "claim": 1}
    assert planned.namesakes == (samples.digest(8),)
    content = raw(filled)
    assert b"footage/1.mp4" not in content
    assert b"footage/2.mp4" in content
    assert b"/elsewhere/1.mp4" in content
    assert verdict_of(filled).faults == ()


def test_single_values_and_events_can_be_chosen(filled, redact):
    planned, _ = redact(0, values=["detail.claims"])
    assert [each.path for each in planned.openings] == ["detail.claims"]
    assert planned.rows == {"claim": 1}
    planned, _ = redact(events=[0])
    assert [(each.seq, each.path) for each in planned.openings] == [
        (0, "detail.operator"),
        (1, "detail.operator"),
        (2, "detail.operator"),
    ]
    assert b"Anna Ops" not in raw(filled)
    with Case.open(filled) as case:
        assert case.store.operator == ""
    planned, _ = redact(values=["detail.host"])
    assert {each.path for each in planned.openings} == {"detail.host"}
    assert verdict_of(filled).faults == ()


def test_of_a_hash_list_names_and_labels_go(filled, samples, redact):
    with CaseStore.open(filled, write=True) as store, store.session("hashes import", [], {}):
        made = HashList(0, "Zoe M.'s list", "Zoe M.", samples.digest(0), 9, "plain", "now")
        with store.new_list() as writer:
            writer.add(Entry(EntryKind.SHA256, bytes(32), 1, label="said by Zoe M."))
            writer.finish(made)
    with CaseStore.open(filled) as store:
        imports = [row.seq for row in store.events() if row.type == "list.import"]
    redact(events=imports)
    # No three letters alone: signatures are random letters, too.
    assert b"Zoe M." not in raw(filled)
    with Case.open(filled) as case:
        [kept] = case.lists()
        assert (kept.name, kept.owner, kept.counts) == ("", "", {"sha256": 1})
        assert case.verify().faults == ()


def test_what_was_redacted_before_is_finished_and_not_logged_again(filled, redact):
    redact(1)
    size = verdict_of(filled).events
    planned, logged = redact(1)
    assert (planned.openings, logged) == ((), [])
    assert verdict_of(filled).events == size


def test_nothing_is_said_to_be_gone_while_another_program_reads(filled, samples, redact):
    with closing(sqlite3.connect(filled / "case.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM event").fetchone()
        with pytest.raises(CaseInUseError, match="traces of what was removed"):
            redact(1)
    redact(1)
    assert not any(form in raw(filled) for form in forms(b"/footage/1.mp4"))


def test_without_a_ground_an_authority_or_a_name_nothing_happens(filled, samples):
    before = openings_of(filled)
    with Case.open(filled, write=True) as case:
        exhibit = case.exhibit(samples.digest(0).hex)
        planned = case.plan_redaction([exhibit])
        for missing in (WHY | {"ground": " "}, WHY | {"authority": ""}):
            with pytest.raises(UsageError):
                case.redact(planned, **missing)
        with pytest.raises(UsageError):
            case.plan_redaction()
        with pytest.raises(UsageError, match="no event 9999"):
            case.plan_redaction(events=[9999])
    assert [row for row in before if row not in openings_of(filled)] == []
    assert verdict_of(filled).faults == ()


def test_many_values_are_logged_in_events_that_have_room(filled, samples):
    with CaseStore.open(filled, write=True) as store:
        for start in range(0, 3000, 1000):
            with store.transaction():
                for number in range(start, start + 1000):
                    place = b"/many/%d.mp4" % number
                    store.take_in(samples.exhibit(5), samples.sighting(5, place, inode=number))
    with Case.open(filled, write=True) as case:
        planned = case.plan_redaction([case.exhibit(samples.digest(5).hex)])
        assert len(case.redact(planned, **WHY)) == 2
    assert b"/many/" not in raw(filled)
    assert verdict_of(filled).faults == ()


def test_what_was_destroyed_and_comes_back_is_told(filled, redact):
    before = openings_of(filled)
    redact(1)
    kept = {row[:2] for row in openings_of(filled)}
    with closing(sqlite3.connect(filled / "case.db")) as database:
        gone = [row for row in before if row[:2] not in kept]
        database.executemany("INSERT INTO disclosure VALUES (?, ?, ?, ?)", gone[:1])
        database.commit()
    verdict = verdict_of(filled)
    assert [each.kind for each in verdict.warnings] == ["opening-back"]
    assert verdict.warnings[0].seq == gone[0][0]


def test_scopes_moves_and_what_others_assert_are_reached_too(filled, samples, redact):
    def private(path):
        return Private(base64.b64encode(path).decode())

    place, moved = b"/footage/1.mp4", b"/moved/here.mp4"
    with CaseStore.open(filled, write=True) as store:
        with store.session("scan", ["mediaev"], {}, paths=[place, b"/footage/2.mp4"]):
            pass
        audit = store.begin_audit({"paths_b64": [base64.b64encode(place).decode()]}, {})
        found = {"audit": audit, "path_b64": private(place), "to_b64": private(moved)}
        other = {"audit": audit, "path_b64": private(moved)}
        store.append(
            [
                EventDraft("fixity.check", found, item=samples.digest(1)),
                EventDraft("fixity.check", other, item=samples.digest(2)),
            ]
        )
        record = Assertion(1, "capture", further={"seen as": "a copy of footage/1.mp4"})
        file = RecordFile(samples.digest(9), 10, "list.csv", "csv", "somebody")
        store.record_assertions(file, [(record, samples.digest(2))])
    planned, _ = redact(1)
    repeating = {each.path for each in planned.repeating}
    assert repeating == {"detail.paths_b64", "detail.scope", "detail.asserted", "detail.path_b64"}
    content = raw(filled)
    for form in (form for path in (place, moved) for form in forms(path)):
        assert form not in content
    assert verdict_of(filled).faults == ()
