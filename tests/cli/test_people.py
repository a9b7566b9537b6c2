"""`mediaev operator`, `hold`, `approve` and `key` on the command line."""

import hashlib
import json

import pytest


@pytest.fixture
def made(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDIAEV_CASE", str(tmp_path / "case"))
    assert cli("init", "--operator", "Anna").code == 0
    return tmp_path / "case"


def test_people_sign_holds(cli, made):
    assert "Nobody has a key" in cli("operator", "list").out
    assert cli("hold", "set", "--ground", "order").code == 2
    added = json.loads(cli("operator", "add", "Zoe\x1b[31m", "--role", "custodian", "--json").out)
    assert added["role"] == "custodian"
    listed = cli("operator", "list")
    assert added["id"] in listed.out
    assert "\x1b" not in listed.out
    done = cli("hold", "set", "--ground", "order 12/26")
    assert (done.code, "the whole case: held" in done.out) == (0, True)
    assert "the whole case" in cli("hold", "list").out
    assert json.loads(cli("hold", "list", "--json").out)["holds"][0]["item"] is None
    refused = cli("redact", "--event", "0", "--ground", "g", "--authority", "a", "--yes")
    assert refused.code == 2
    assert "legal hold" in refused.err
    assert cli("hold", "lift", "--ground", "over", "--as", added["id"][:4]).code == 0
    assert "Nothing is under" in cli("hold", "list").out
    assert cli("operator", "revoke", added["id"], "--reason", "left").code == 0
    assert "revoked by event" in cli("operator", "list").out
    assert cli("operator", "add", "X", "--role", "queen").code == 2
    log = cli("log").out
    for words in ("legal hold: order 12/26", "legal hold lifted: over", "(custodian) announced"):
        assert words in log
    verdict = json.loads(cli("verify", "--json", "--level", "2").out)
    assert (verdict["faults"], verdict["warnings"]) == ([], [])


def test_the_logs_key_is_handed_on(cli, made):
    old = (made / "log" / "vkey.txt").read_text().split()
    done = cli("key", "rotate", "--reason", "yearly")
    assert done.code == 0
    announced = (made / "log" / "vkey.txt").read_text().split()
    assert (announced[:2], len(announced)) == (old, 4)
    assert f"public key   {announced[2]}" in done.out
    for vkey in announced[2:]:
        assert hashlib.sha256(vkey.encode()).hexdigest() in done.out.replace(" ", "")
    again = json.loads(cli("key", "rotate", "--reason", "yearly", "--json").out)
    assert [key["algorithm"] for key in again["keys"]] == ["Ed25519", "ML-DSA-44"]
    assert cli("key", "recover", "--reason", "lost").code == 2
    assert cli("key", "revoke", old[0], "--reason", "stolen").code == 2
    assert cli("key", "rotate").code == 2
    assert "key handed on (yearly)" in cli("log").out
    assert cli("verify", "--level", "2").code == 0


def test_an_approval_wants_something_that_the_log_records(cli, made):
    assert cli("operator", "add", "Zoe").code == 0
    assert cli("approve", "m-0123456789ab").code == 2
    assert cli("approve").code == 2
