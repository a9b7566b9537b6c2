from __future__ import annotations

import base64

import pytest

from mediaev.custody import checkpoint, note, tree
from mediaev.custody.checkpoint import Checkpoint
from mediaev.custody.note import NoteError, Verifier

ROOT = tree.leaf_hash(b"a")


def test_a_checkpoint_is_three_lines_of_text():
    signer = note.new_signer("mediaev.invalid/v1")
    signed = checkpoint.sign(Checkpoint(checkpoint.origin("v1"), 1, ROOT), [signer])
    text, _, line = signed.decode().partition("\n\n")
    assert text == f"mediaev.invalid/v1\n1\n{base64.b64encode(ROOT).decode()}"
    assert line.startswith("— mediaev.invalid/v1 ")


def test_what_was_signed_is_read_back_with_the_key_that_signed():
    signer, other = note.new_signer("example.org/v1"), note.new_signer("example.org/w")
    made = Checkpoint(checkpoint.origin("v1", "example.org"), 10**17, ROOT)
    signed = checkpoint.sign(made, [other, signer])
    assert checkpoint.parse(signed) == made
    assert checkpoint.verify(signed, [signer.verifier]) == (made, signer.verifier)


def test_only_a_known_key_counts():
    signer, stranger = note.new_signer("a/v"), note.new_signer("a/v")
    signed = checkpoint.sign(Checkpoint("a/v", 1, ROOT), [stranger])
    for verifiers in ([], [signer.verifier]):
        with pytest.raises(NoteError, match="no trusted key"):
            checkpoint.verify(signed, verifiers)


def test_a_bad_signature_of_a_known_key_spoils_the_note():
    signer, witness = note.new_signer("a/v"), note.new_signer("w")
    text = Checkpoint("a/v", 1, ROOT).text
    forged = note.Signature("w", witness.verifier.key_id, bytes(64))
    signed = note.write(note.Note(text, (signer.sign(text), forged)))
    assert checkpoint.verify(signed, [signer.verifier])[0].size == 1
    with pytest.raises(NoteError, match="does not hold"):
        checkpoint.verify(signed, [signer.verifier, witness.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "a/v\n1\n",
        "a/v\n1\nAiqN\n",
        "\n1\n{root}\n",
        "a/v\n01\n{root}\n",
        "a/v\n-1\n{root}\n",
        "a/v\n+1\n{root}\n",
        "a/v\n1 \n{root}\n",
        "a/v\n1.0\n{root}\n",
        "a/v\n\u0661\n{root}\n",
        "a/v\n" + "9" * 5000 + "\n{root}\n",
        "a/v\n1\n{root} \n",
        "a/v\n1\n{root}\nextension\n",
        "a/v\n1\n{root}\n\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text):
    root = Checkpoint("", 0, ROOT).text.split("\n")[2]
    text = text.replace("{root}", root)
    signer = note.new_signer("a/v")
    try:
        signed = note.sign(text, [signer])
    except NoteError:
        return
    for read in (checkpoint.parse, lambda body: checkpoint.verify(body, [signer.verifier])):
        with pytest.raises(NoteError):
            read(signed)


@pytest.mark.parametrize(
    "made",
    [
        Checkpoint("", 1, ROOT),
        Checkpoint("a\nb", 1, ROOT),
        Checkpoint("a", -1, ROOT),
        Checkpoint("a", 1, b""),
    ],
)
def test_what_could_not_be_read_back_is_not_signed(made):
    with pytest.raises(NoteError):
        checkpoint.sign(made, [note.new_signer("a")])


def test_the_checkpoints_of_a_log_written_by_another_program_verify(vectors):
    """Tessera's golden log: 17 roots recomputed from its entries, 17 signatures good."""
    folder = vectors / "tessera"
    verifier = Verifier.parse((folder / "vkey.txt").read_text())
    log = folder / "testdata" / "log"
    leaf_hashes = [tree.leaf_hash(entry) for entry in _entries(log)]
    notes = sorted(log.glob("checkpoint*"))
    assert len(notes) == 17
    for path in notes:
        read, key = checkpoint.verify(path.read_bytes(), [verifier])
        assert key == verifier
        assert read.origin == verifier.name
        assert read.root == tree.root(leaf_hashes[: read.size])


def _entries(log):
    """Entries of an entry bundle: each a 16-bit big-endian length, then that many bytes."""
    folder = log / "tile" / "entries" / "000.p"
    bundle = max(folder.iterdir(), key=lambda path: int(path.name)).read_bytes()
    while bundle:
        size = int.from_bytes(bundle[:2], "big")
        yield bundle[2 : 2 + size]
        bundle = bundle[2 + size :]
