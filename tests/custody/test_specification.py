"""`docs/formats/custody-log.md` says what the code does, and its verifier works."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from mediaev.custody import tree
from mediaev.custody.event import TYPES
from mediaev.custody.keys import actor_id
from mediaev.custody.leaf import _FIELDS
from mediaev.custody.note import new_signer
from mediaev.custody.verify import Level
from mediaev.model.digest import Digest
from mediaev.model.event import Private

PAGE = (Path(__file__).resolve().parents[2] / "docs/formats/custody-log.md").read_text("utf-8")


@pytest.fixture(scope="module")
def example(new_keeper):
    """The log of the worked example."""
    keeper = new_keeper()
    keeper.add("vault.create", {"number": "KH-2026"})
    keeper.add("key.add", {"vkey": keeper.signer.vkey})
    keeper.open_session()
    item = Digest.parse("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    keeper.add("item.ingest", {"size": "0", "path": Private("/home/ana/Zoë.mp4")}, item=item)
    keeper.sign()
    return keeper


def worked_example(keeper):
    """The text of the worked example."""
    lines = []
    for row in keeper.rows:
        lines += [f"Body of event {row.seq}, {len(row.body)} bytes:", ""]
        lines += ["```json", row.body.decode(), "```", ""]
        lines += ["Its leaf hash:", "", "```text", row.leaf_hash.hex(), "```", ""]
    (opening,) = keeper.disclosures
    value = json.dumps(opening.value, ensure_ascii=False)
    lines += [
        f"The private value of event {opening.seq}, whose path is `{opening.path}`:",
        "",
        "```text",
        f"salt (hex) {opening.salt.hex()}",
        f"value      {value}",
        "```",
        "",
        "The signed note of the checkpoint, ended by a newline:",
        "",
        "```text",
        keeper.checkpoints[0].note.decode() + "```",
        "",
        "The vkey:",
        "",
        "```text",
        keeper.signer.vkey,
        "```",
        "",
    ]
    return "\n".join(lines)


def test_the_worked_example_is_what_the_code_writes(example):
    assert example.verify().level is Level.SIGNED
    assert worked_example(example) in PAGE


def test_every_field_and_every_type_is_in_its_table():
    rows = re.findall(r"^\| `([a-z_.]+)` \| ([^|]*) \|", PAGE, re.MULTILINE)
    names = [name for name, _ in rows]
    assert names[: len(_FIELDS)] == list(_FIELDS)
    assert dict(rows[len(_FIELDS) : len(_FIELDS) + len(TYPES)]) == dict(TYPES)


def test_the_honest_limit_is_said():
    limit = (
        "The log proves what was recorded, in which order, and that it has not changed since the "
        "anchors; it cannot prove that what was recorded is true or that nothing was left out."
    )
    assert limit in " ".join(PAGE.split())


def test_every_kind_of_finding_is_explained():
    room = Path(__file__).resolve().parents[2] / "mediaev/custody"
    code = " ".join(
        (room / f"{name}.py").read_text()
        for name in ("walk", "heads", "verify", "openings", "keys")
    )
    kinds = re.findall(r'\._?(?:fault|warn)\(\s*[^"]*?"([a-z-]+)"', code)
    assert len(set(kinds)) > 20
    assert [kind for kind in kinds if f"`{kind}`" not in PAGE] == []


@pytest.fixture
def run_verifier(monkeypatch, tmp_path, capsys):
    """Runs the page's verifier over a database of the given rows; the exit's reason, or None."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    program = compile(code, "verifier.py", "exec")
    path = tmp_path / "case.db"

    def run(rows, checkpoints, *vkeys):
        path.unlink(missing_ok=True)
        database = sqlite3.connect(path)
        database.execute("PRAGMA synchronous = OFF")
        database.execute(
            "CREATE TABLE event (seq INTEGER PRIMARY KEY, body BLOB, leaf_hash BLOB, type TEXT,"
            " item TEXT, session INTEGER, time TEXT)"
        )
        database.execute(
            "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, root BLOB, note BLOB, time TEXT)"
        )
        database.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        notes = [(found.size, found.root, found.note, "") for found in checkpoints]
        database.executemany("INSERT INTO checkpoint VALUES (?, ?, ?, ?)", notes)
        database.commit()
        database.close()
        monkeypatch.setattr(sys, "argv", ["verifier.py", str(path), *vkeys])
        scope = {"__name__": "__main__"}
        try:
            exec(program, scope)
        except SystemExit as stopped:
            return str(stopped)
        except (InvalidSignature, ValueError, KeyError, TypeError) as error:
            return f"DOES NOT FIT: {error!r}"
        finally:
            if "database" in scope:
                scope["database"].close()
        return capsys.readouterr().out

    return run


def test_the_pages_verifier_accepts_honest_logs(run_verifier, example, keeper):
    for kept in (example, keeper):
        said = run_verifier(kept.rows, kept.checkpoints, kept.signer.vkey)
        assert said.startswith(f"{kept.size} events fit together; {kept.size} of them are signed.")


def test_the_pages_verifier_refuses_what_the_program_refuses(run_verifier, keeper):
    def assert_refused(rows, checkpoints=keeper.checkpoints, vkey=keeper.signer.vkey):
        assert "DOES NOT FIT" in run_verifier(rows, checkpoints, vkey)
        assert keeper.verify(rows=rows, checkpoints=checkpoints, trusted=[vkey]).faults

    for seq, row in enumerate(keeper.rows):
        others = keeper.rows[:seq], keeper.rows[seq + 1 :]
        assert_refused([*others[0], *others[1]])
        assert_refused([*others[0], row._replace(leaf_hash=bytes(32)), *others[1]])
        assert_refused([*others[0], row._replace(time="2020"), *others[1]])
        for place in range(seq, len(row.body), 97):
            body = bytearray(row.body)
            body[place] ^= 4
            for leaf_hash in (row.leaf_hash, tree.leaf_hash(bytes(body))):
                changed = row._replace(body=bytes(body), leaf_hash=leaf_hash)
                assert_refused([*others[0], changed, *others[1]])
    stranger = new_signer(keeper.signer.name)
    assert_refused(keeper.rows, vkey=stranger.vkey)


def test_the_pages_verifier_knows_people_and_changes_of_keys(run_verifier, new_keeper):
    keeper = new_keeper().begin()
    person, second, third = (new_signer(keeper.signer.name) for _ in range(3))
    who = (actor_id(person.vkey), "reviewer")
    announced = {"vkey": person.vkey, "role": "reviewer"}
    keeper.add("key.add", announced, signers=[person], actor=who)
    keeper.add("review.approve", {}, signers=[person], actor=who)
    keeper.sign()
    rotation = {"old": keeper.signer.vkey, "vkey": second.vkey}
    keeper.add("key.rotate", rotation, signers=[keeper.signer, second])
    keeper.sign([second])
    keeper.add("vault.recover", {"vkey": third.vkey, "lost": [second.vkey]}, signers=[third])
    keeper.sign([third])
    trusted = [keeper.signer.vkey, second.vkey, third.vkey]
    said = run_verifier(keeper.rows, keeper.checkpoints, *trusted)
    assert said.startswith(f"{keeper.size} events fit together; {keeper.size} of them are signed.")
    assert "DOES NOT FIT" in run_verifier(keeper.rows, keeper.checkpoints, *trusted[:2])
    for seq in range(keeper.size):
        rows = keeper.changed(seq, outcome="other")
        if "sig" in json.loads(rows[seq].body):
            assert "InvalidSignature" in run_verifier(rows, [], *trusted)
            assert keeper.verify(rows=rows, checkpoints=[], trusted=trusted).faults
    keeper.add("key.revoke", {"vkey": person.vkey})
    keeper.sign()
    refused = run_verifier(keeper.rows, keeper.checkpoints, *trusted)
    assert "the key of the checkpoint" in refused
    keeper.add("review.approve", {}, signers=[person], actor=who)
    assert "a key of event" in run_verifier(keeper.rows, [], *trusted)
