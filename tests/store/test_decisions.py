import json
import sqlite3
from contextlib import closing

import pytest

from mediaev.errors import TamperedCaseError, UsageError
from mediaev.model.decision import BOILERPLATE, Decision, Place, Verdict
from mediaev.store import MOST_PLACES, CaseStore, schema


@pytest.fixture
def decision(samples):
    places = tuple(Place(samples.digest(number), 0.0, 4.04) for number in range(2))
    return Decision(BOILERPLATE, "b-0123456789ab", Verdict.BOILERPLATE, places)


@pytest.fixture
def decided(filled, decision):
    """The folder of a case in which something was decided, closed."""
    with CaseStore.open(filled, write=True) as store, store.session("decide", [], {}):
        store.record_decision(decision, reason="Anna says so")
        store.record_boilerplate([(decision.subject, place) for place in decision.places])
    return filled


def kinds(folder):
    with CaseStore.open(folder) as store:
        return {fault.kind for fault in store.verify().faults}


def test_a_decision_is_an_event_and_comes_back(decided, decision):
    with CaseStore.open(decided) as store:
        (stored,) = store.decisions()
        assert stored.decision == decision
        (row,) = (row for row in store.events() if row.type == "review.decide")
        assert (row.seq, row.time) == (stored.seq, stored.time)
        assert row.item == str(decision.places[0].exhibit)
        detail = json.loads(row.body)["detail"]
        assert detail["verdict"] == "boilerplate"
        assert [each["end_ms"] for each in detail["places"]] == [4040, 4040]
        assert store.boilerplate_places() == [(decision.subject, each) for each in decision.places]
        assert store.verify().error() is None


def test_the_reason_is_private(decided):
    with CaseStore.open(decided) as store:
        (row,) = (row for row in store.events() if row.type == "review.decide")
        assert b"Anna" not in row.body
        assert [each.value for each in store.disclosures(row.seq)] == ["Anna says so"]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE decision SET verdict = 'not-boilerplate'", "differs"),
        ("UPDATE decision SET subject = 'b-000000000000'", "differs"),
        ("UPDATE decision SET decision = replace(decision, '4.04', '9.5')", "differs"),
        ("UPDATE decision SET decision = replace(decision, ':\"b', ':\"not-b')", "differs"),
        ("DELETE FROM decision", "missing"),
        ("UPDATE decision SET seq = 3", "unlogged"),
    ],
)
def test_a_changed_decision_is_noticed(decided, tamper, statement, kind):
    assert tamper(decided, statement) == 1
    try:
        assert kind in kinds(decided)
    except TamperedCaseError:
        assert kind == "differs"


@pytest.mark.parametrize(
    "value",
    ["null", "[]", "{}", '"x"', '{"about":1}', "no json", "NaN"],
)
def test_a_row_that_makes_no_sense_is_a_damaged_case(decided, tamper, value):
    tamper(decided, "UPDATE decision SET decision = ?", value)
    with CaseStore.open(decided) as store, pytest.raises(TamperedCaseError):
        store.decisions()


@pytest.mark.parametrize("interval", ["-1.0", "NaN", "Infinity", "1e999"])
def test_an_interval_that_makes_no_sense_is_a_damaged_case(decided, tamper, interval):
    tamper(decided, "UPDATE decision SET decision = replace(decision, '4.04', ?)", interval)
    with CaseStore.open(decided) as store, pytest.raises(TamperedCaseError):
        store.decisions()


@pytest.mark.parametrize("column", ["start", "end"])
def test_a_place_that_makes_no_sense_is_a_damaged_case(decided, tamper, column):
    tamper(decided, f'UPDATE boilerplate SET "{column}" = ?', -5.0 if column == "end" else 9e999)
    with CaseStore.open(decided) as store, pytest.raises(TamperedCaseError):
        store.boilerplate_places()


def test_what_cannot_be_decided_is_refused_and_leaves_no_event(case, samples, decision):
    samples.fill(case)
    before = [row.seq for row in case.events()]
    places = decision.places
    stranger = Place(samples.digest(99), 0.0, 1.0)
    for about, some, reason in (
        ("weather", places, ""),
        (BOILERPLATE, (), ""),
        (BOILERPLATE, places * MOST_PLACES, ""),
        (BOILERPLATE, (stranger,), ""),
        (BOILERPLATE, (Place(samples.digest(0), 4.0, 1.0),), ""),
        (BOILERPLATE, places, "x" * 1001),
    ):
        with pytest.raises(UsageError):
            case.record_decision(Decision(about, "b-1", Verdict.BOILERPLATE, some), reason=reason)
    assert [row.seq for row in case.events()] == before
    assert case.decisions() == []


def test_a_reason_may_hold_anything(case, samples, decision):
    samples.fill(case)
    case.record_decision(decision, reason="\0 \udcff \u202e \x1b[31m")
    assert case.verify().error() is None


def test_as_many_places_as_allowed_fit_into_an_event(case, samples, decision):
    samples.fill(case)
    many = tuple(
        Place(samples.digest(number % 3), 1234567.891, 12345678.912)
        for number in range(MOST_PLACES)
    )
    case.record_decision(Decision(BOILERPLATE, "b-1", Verdict.BOILERPLATE, many), reason="ä" * 1000)


def test_a_case_of_version_2_keeps_its_clusters(filled, samples):
    with CaseStore.open(filled, write=True) as store:
        store.record_clusters([samples.cluster(0, 1)])
    with closing(sqlite3.connect(filled / "case.db")) as connection:
        (text,) = connection.execute("SELECT cluster FROM cluster").fetchone()
        older = json.loads(text)
        del older["apart"], older["earlier"]
        connection.execute("UPDATE cluster SET cluster = ?", [json.dumps(older)])
        for table in ("decision", "boilerplate", "hash_list", "list_block"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema'")
        connection.commit()
    with CaseStore.open(filled, write=True) as store:
        assert store.clusters() == [samples.cluster(0, 1)]
        assert store.decisions() == []
        assert store.verify().error() is None
    assert schema.VERSION >= 3


@pytest.mark.parametrize("value", ["null", "[1]", "no json"])
def test_an_older_case_with_damaged_clusters_says_so(filled, samples, tamper, value):
    with CaseStore.open(filled, write=True) as store:
        store.record_clusters([samples.cluster(0, 1)])
    tamper(filled, "UPDATE cluster SET cluster = ?", value)
    tamper(filled, "UPDATE meta SET value = '2' WHERE key = 'schema'")
    tamper(filled, "DROP TABLE decision")
    tamper(filled, "DROP TABLE boilerplate")
    with pytest.raises(TamperedCaseError):
        CaseStore.open(filled, write=True)
