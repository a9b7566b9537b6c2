"""A keeper of a log in memory: what a store does, without any store."""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
import sys
import warnings
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import settings

from mediaev.custody import canonical, checkpoint, event, tree
from mediaev.custody.note import Signer
from mediaev.custody.verify import DATABASE, FoundCheckpoint, LogRow, Pin, verify_log
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private

# A busy machine is no failure: no example is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

PAGE = Path(__file__).resolve().parents[2] / "docs" / "formats" / "custody-log.md"
VAULT = "5f0c7f3e-8a52-4c0e-9a39-0d6f2b1c4e77"
VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors"


class Keeper:
    """Keeps one log the honest way; tests then change what it holds.

    Everything is fixed: keys, salts and times, so that two keepers write the same bytes.
    """

    def __init__(self, vault=VAULT, key=bytes(range(32))):
        self.vault = vault
        self.signer = Signer(checkpoint.origin(vault), Ed25519PrivateKey.from_private_bytes(key))
        self.rows = []
        self.checkpoints = []
        self.disclosures = []
        self.start = datetime(2026, 11, 23, 11, 8, 52, 123456, tzinfo=UTC)
        self.boot = "0b1f1d6e-6f0e-4c8e-8a1c-5a3f0c1d2e3f"
        self.wall_jump = 0.0
        self.session = None
        self._salts = 0

    @property
    def size(self):
        return len(self.rows)

    @property
    def leaf_hashes(self):
        return [row.leaf_hash for row in self.rows]

    @property
    def pin(self):
        return Pin(self.size, tree.root(self.leaf_hashes))

    def add(self, type_, detail=None, *, item=None, signers=(), actor=None, **more):
        stamp = self.stamp(item)
        if actor is not None:
            stamp = dataclasses.replace(stamp, actor_id=actor[0], actor_role=actor[1])
        stored, openings = event.build(
            EventDraft(type_, detail or {}, item, **more), stamp, self.salt, signers
        )
        item_text = None if item is None else str(item)
        self.rows.append(
            LogRow(
                self.size,
                stored.body,
                stored.leaf_hash,
                type_,
                item_text,
                self.session,
                self.stamp(item).time,
            )
        )
        self.disclosures += openings
        return stored.seq

    def stamp(self, item):
        about = [row for row in self.rows if item is not None and row.item == str(item)]
        now = self.start + timedelta(milliseconds=5 * self.size, seconds=self.wall_jump)
        return event.Stamp(
            vault=self.vault,
            seq=self.size,
            time=now.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            boot=self.boot,
            mono_ns=str(812345678901234 + 5_000_000 * self.size),
            sync="ntp",
            actor_id=self.signer.name,
            actor_role="operator",
            session=self.session,
            case="KH-2026",
            prev_item=(about[-1].seq, about[-1].leaf_hash) if about else None,
        )

    def salt(self):
        self._salts += 1
        return sha256(b"salt %d" % self._salts).digest()[:16]

    def changed(self, seq, **fields):
        """The rows with some fields of one body rewritten, leaf hash and columns included."""
        rows = list(self.rows)
        record = {**json.loads(rows[seq].body), **fields}
        body = canonical.encode(record)
        columns = [record[name] for name in ("type", "item", "session", "time")]
        rows[seq] = LogRow(seq, body, tree.leaf_hash(body), *columns)
        return rows

    def begin(self):
        """The first events of every log."""
        self.add("vault.create", {"format": "mediaev-custody-1"})
        self.add("key.add", {"vkey": self.signer.vkey})
        self.open_session()
        return self

    def open_session(self):
        self.session = None
        self.session = self.add(
            "session.start", {"tool": "mediaev 0.1.0", "argv": ["scan", "media"]}
        )

    def close_session(self):
        self.add("session.end")
        self.session = None

    def take_in(self, content):
        item = Digest("sha256", sha256(content).digest())
        detail = {
            "size": str(len(content)),
            "name": "cat.mp4",
            "path": Private("/home/ana/cat.mp4"),
        }
        self.add("item.ingest", detail, item=item)
        self.add("item.fingerprint", {"descriptor": "pdq-256/1", "samples": 12}, item=item)
        return item

    def sign(self, signers=None):
        head = checkpoint.Checkpoint(self.signer.name, self.size, tree.root(self.leaf_hashes))
        note = checkpoint.sign(head, signers or [self.signer])
        self.checkpoints.append(FoundCheckpoint(note, DATABASE, self.size, head.root))
        return note

    def verify(self, **changes):
        given = {
            "rows": self.rows,
            "checkpoints": self.checkpoints,
            "vault": self.vault,
            "trusted": [self.signer.vkey],
            "pins": (),
            "disclosures": self.disclosures,
        }
        return verify_log(**{**given, **changes})


@pytest.fixture(scope="session")
def new_keeper():
    """Makes a keeper whose log is still empty."""
    return Keeper


@pytest.fixture
def keeper():
    """A keeper of a small finished log: two sessions, two exhibits, two checkpoints."""
    kept = Keeper().begin()
    kept.take_in(b"the first video")
    kept.close_session()
    kept.sign()
    kept.open_session()
    second = kept.take_in(b"the second video")
    announced = kept.add(
        "item.copy", {"object": "objects/sha256/ab"}, item=second, outcome="announced"
    )
    kept.add("item.copy", {"object": "objects/sha256/ab"}, item=second, intent=announced)
    kept.close_session()
    kept.sign()
    return kept


@pytest.fixture(scope="session")
def vectors():
    """The folder of other people's test vectors; skips where it is absent."""
    if not VECTORS.is_dir():
        pytest.skip(f"the shared test vectors are not at {VECTORS}")
    return VECTORS


@pytest.fixture(scope="session")
def system_roots():
    """DER of the roots that the operating system trusts, by common name, or a loud skip."""
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    if not bundle.is_file():
        pytest.skip(f"no roots of the system at {bundle}: real tokens were not led to them")
    with warnings.catch_warnings(action="ignore"):
        return {
            each.rfc4514_string().partition("CN=")[2].partition(",")[0]: found.public_bytes(
                Encoding.DER
            )
            for found in x509.load_pem_x509_certificates(bundle.read_bytes())
            for each in [found.subject]
        }


@pytest.fixture
def run_verifier(monkeypatch, tmp_path, capsys):
    """Runs the page's verifier over a database of the given rows; the exit's reason, or None."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
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
