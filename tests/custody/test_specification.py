"""`docs/formats/custody-log.md` says what the code does, and its verifier works."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from mediaev.custody import checkpoint, note, proof, tiles, tree, witness
from mediaev.custody.algorithms import Algorithm
from mediaev.custody.checkpoint import Checkpoint
from mediaev.custody.event import TYPES
from mediaev.custody.leaf import _FIELDS
from mediaev.custody.note import Signer
from mediaev.custody.proof import Proof
from mediaev.custody.verify import DATABASE, FoundCheckpoint, Level
from mediaev.model.digest import Digest
from mediaev.model.event import Private

PAGE = (Path(__file__).resolve().parents[2] / "docs/formats/custody-log.md").read_text("utf-8")


NOON = 1_764_000_000
"""When the examples' cosignatures were made."""
NAME = "mediaev.invalid/5f0c7f3e-8a52-4c0e-9a39-0d6f2b1c4e77"
SECOND = Signer(NAME, MLDSA44PrivateKey.from_seed_bytes(bytes(range(32, 64))))
WITNESS = "witness.example/anna"
WITNESSES = [
    Signer(WITNESS, Ed25519PrivateKey.from_private_bytes(bytes(range(64, 96))), cosigns=True),
    Signer(WITNESS, MLDSA44PrivateKey.from_seed_bytes(bytes(range(96, 128)))),
]


@pytest.fixture(scope="module")
def example(new_keeper):
    """The log of the worked example, as far as one key signs."""
    keeper = new_keeper()
    keeper.add("vault.create", {"number": "KH-2026"})
    keeper.add("key.add", {"vkey": keeper.signer.vkey})
    keeper.open_session()
    item = Digest.parse("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    keeper.add("item.ingest", {"size": "0", "path": Private("/home/ana/Zoë.mp4")}, item=item)
    keeper.sign()
    return keeper


@pytest.fixture(scope="module")
def grown(new_keeper, example):
    """The same log with a second key, and a head that both sign."""
    keeper = new_keeper()
    keeper.rows, keeper.checkpoints = [*example.rows], [*example.checkpoints]
    keeper.disclosures, keeper.session = [*example.disclosures], example.session
    keeper.add("key.add", {"vkey": SECOND.vkey})
    head = Checkpoint(NAME, keeper.size, tree.root(keeper.leaf_hashes))
    lines = (keeper.signer.sign(head.text), on_the_page(SECOND, head.text))
    signed = note.write(note.Note(head.text, lines))
    keeper.checkpoints.append(FoundCheckpoint(signed, DATABASE, head.size, head.root))
    return keeper


def on_the_page(signer, text):
    """The signature of a text that the page gives; ML-DSA-44 ones differ each time they are made.

    A new one where the page has none that holds, so that a failing test shows what to write.
    """
    if signer.verifier.algorithm is Algorithm.ED25519:
        return signer.sign(text, NOON)
    for line in re.findall(r"^— .*$", PAGE, re.MULTILINE):
        [found] = note.parse_lines(f"{line}\n")
        if signer.verifier.verify(text, found) and signer.verifier.time_of(found) == NOON:
            return found
    return signer.sign(text, NOON)


def body_and_hash(row):
    """What the page says of one event."""
    lines = [f"Body of event {row.seq}, {len(row.body)} bytes:", ""]
    lines += ["```json", row.body.decode(), "```", ""]
    return [*lines, "Its leaf hash:", "", "```text", row.leaf_hash.hex(), "```", ""]


def worked_example(keeper):
    """The text of the worked example."""
    lines = []
    for row in keeper.rows:
        lines += body_and_hash(row)
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


def second_key_example(keeper):
    """The text on the second key."""
    head = keeper.checkpoints[-1].note.decode()
    lines = [*body_and_hash(keeper.rows[-1]), "The signed note of the checkpoint:", ""]
    return "\n".join([*lines, "```text", head + "```", ""])


def witness_example(keeper):
    """The text on witnesses."""
    last = keeper.checkpoints[-1].note
    request = witness.request(tree_of(keeper), 4, last)
    text = note.parse(last).text
    reply = witness.answer(on_the_page(each, text) for each in WITNESSES)
    known = [each.verifier for each in WITNESSES]
    assert [key for key, _ in witness.accepted(reply, last, known)] == known
    checked = witness.check(request, checkpoint.parse(keeper.checkpoints[0].note), keys_of(keeper))
    assert checked == checkpoint.parse(last)
    lines = [
        "The vkeys of the witness:",
        "",
        "```text",
        *(each.vkey for each in WITNESSES),
        "```",
        "",
    ]
    lines += ["The request, up to the checkpoint above:", "", "```text"]
    lines += [witness.write(request).decode().removesuffix(last.decode()) + "```", ""]
    return "\n".join([*lines, "The reply:", "", "```text", reply.decode() + "```", ""])


def proof_example(keeper):
    """The text on proofs and tiles."""
    last = keeper.checkpoints[-1].note
    hashes = tree.inclusion_path(tree_of(keeper), 3, keeper.size)
    written = proof.write(Proof(3, tuple(hashes), last))
    assert proof.verify(written, keeper.rows[3].body, keys_of(keeper))
    files = {}
    writer = tiles.TileWriter()
    for row in keeper.rows:
        files.update(writer.add(row.body))
    files.update(writer.rest())
    lines = ["The proof of event 3, up to the checkpoint above:", "", "```text"]
    lines += [written.decode().removesuffix(last.decode()) + "```", ""]
    lines += ["The files beside `checkpoint`, by length and SHA-256:", "", "```text"]
    lines += [
        f"{path:<22} {len(content):>5} {sha256(content).hexdigest()}"
        for path, content in files.items()
    ]
    return "\n".join([*lines, "```", ""])


def tree_of(keeper):
    hashes = keeper.leaf_hashes
    return lambda level, index: tree.root(hashes[index << level : (index + 1) << level])


def keys_of(keeper):
    return [keeper.signer.verifier, SECOND.verifier]


def test_the_worked_example_is_what_the_code_writes(example):
    assert example.verify().level is Level.SIGNED
    assert worked_example(example) in PAGE


def test_the_example_of_the_second_key_is_what_the_code_writes(grown):
    verdict = grown.verify(trusted=[grown.signer.vkey, SECOND.vkey])
    assert (verdict.signed_size, verdict.faults) == (5, ())
    assert [warning.kind for warning in verdict.warnings] == ["session-open"]
    assert second_key_example(grown) in PAGE


def test_the_examples_of_witnesses_proofs_and_tiles_are_what_the_code_writes(grown):
    assert witness_example(grown) in PAGE
    assert proof_example(grown) in PAGE


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
        for name in ("walk", "heads", "anchors", "verify", "openings", "keys")
    )
    kinds = re.findall(r'\._?(?:fault|warn)\(\s*[^"]*?"([a-z-]+)"', code)
    assert len(set(kinds)) > 20
    assert [kind for kind in kinds if f"`{kind}`" not in PAGE] == []


def test_the_pages_verifier_accepts_honest_logs(run_verifier, example, keeper, grown):
    for kept in (example, keeper, grown):
        said = run_verifier(kept.rows, kept.checkpoints, kept.signer.vkey)
        assert said.startswith(f"{kept.size} events fit together; {kept.size} of them are signed.")
    both = [grown.signer.vkey, SECOND.vkey]
    said = run_verifier(grown.rows, grown.checkpoints, *both)
    assert said.startswith("5 events fit together; 5 of them are signed.")
    said = run_verifier(grown.rows, grown.checkpoints[:1], *both)
    assert said.startswith("5 events fit together; 0 of them are signed.")


def test_the_pages_verifier_checks_both_signatures(run_verifier, grown):
    *others, last = grown.checkpoints
    for line in note.parse(last.note).signatures:
        for place in (0, 9, len(line.value) - 1):
            value = bytearray(line.value)
            value[place] ^= 1
            forged = last.note.replace(
                line.line.encode(), replace(line, value=bytes(value)).line.encode()
            )
            notes = [*others, replace(last, note=forged)]
            both = [grown.signer.vkey, SECOND.vkey]
            assert "DOES NOT FIT" in run_verifier(grown.rows, notes, *both)
            assert grown.verify(checkpoints=notes, trusted=both).faults
