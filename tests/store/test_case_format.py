"""docs/formats/case.md, followed by a stranger with sqlite3, json and hashlib alone."""

import base64
import json
import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest


@pytest.fixture
def rows(filled):
    """Rows as dictionaries: `rows("SELECT …")`."""
    with closing(sqlite3.connect(filled / "case.db")) as connection:
        connection.row_factory = sqlite3.Row

        def select(statement, *values):
            return [dict(row) for row in connection.execute(statement, values)]

        yield select


@pytest.fixture
def details(rows):
    """The details of all events of a type: `details("item.match")` gives (item, detail) pairs."""

    def of_type(name):
        found = rows("SELECT seq, item, body FROM event WHERE type = ? ORDER BY seq", name)
        return [(row["item"], json.loads(row["body"])["detail"], row["seq"]) for row in found]

    return of_type


def as_written(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def test_leaf_hashes(rows):
    events = rows("SELECT * FROM event")
    assert [row["seq"] for row in events] == list(range(len(events)))
    for row in events:
        assert sha256(b"\0" + row["body"]).digest() == row["leaf_hash"]


def test_the_examination_digest(rows, details):
    for item, detail, _ in details("item.identify"):
        [row] = rows("SELECT * FROM examination WHERE exhibit = ?", item)
        [exhibit] = rows("SELECT kind FROM exhibit WHERE digest = ?", item)
        told = {name: row[name] for name in ("status", "reason", "settings")}
        told |= {name: json.loads(row[name]) for name in ("facts", "flags", "readers", "libraries")}
        assert sha256(as_written({**told, "kind": exhibit["kind"]})).hexdigest() == detail["sha256"]


def test_the_claims_digest_and_its_commitment(rows, details):
    for item, detail, seq in details("item.metadata"):
        found = rows("SELECT claim FROM claim WHERE exhibit = ? ORDER BY place", item)
        text = "[" + ",".join(row["claim"] for row in found) + "]"
        [opening] = rows("SELECT * FROM disclosure WHERE seq = ? AND path = 'detail.claims'", seq)
        assert json.loads(opening["value"]) == sha256(text.encode()).hexdigest()
        salt = base64.urlsafe_b64encode(opening["salt"]).rstrip(b"=").decode()
        told = as_written([salt, opening["path"], json.loads(opening["value"])])
        disclosed = base64.urlsafe_b64encode(told).rstrip(b"=")
        commitment = base64.urlsafe_b64encode(sha256(disclosed).digest()).rstrip(b"=").decode()
        assert detail["claims"] == {"$c": commitment}


def test_the_fingerprint_digest(rows, details):
    for item, detail, _ in details("item.fingerprint"):
        for made in detail["fingerprints"]:
            [row] = rows(
                "SELECT * FROM fingerprint WHERE exhibit = ? AND descriptor = ? AND region = ?",
                item,
                made["descriptor"],
                made["region"],
            )
            heading = {
                "box": json.loads(row["box"]),
                "count": made["count"],
                "descriptor": row["descriptor"],
                "region": row["region"],
                "time_base": row["time_base"],
            }
            packed = row["ticks"] + row["bits"] + row["quality"]
            assert sha256(as_written(heading) + b"\n" + packed).hexdigest() == made["sha256"]


def test_the_match_digest_and_id(rows, details):
    for item, detail, _ in details("item.match"):
        [row] = rows("SELECT * FROM match WHERE a = ? AND b = ?", item, detail["with"])
        assert sha256(row["match"].encode()).hexdigest() == detail["sha256"]
        named = b"".join(bytes.fromhex(row[side].removeprefix("sha256:")) for side in "ab")
        assert row["id"] == "m-" + sha256(named + row["engine"].encode()).hexdigest()[:12]
