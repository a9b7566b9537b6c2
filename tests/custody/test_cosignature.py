"""Cosignatures: what is signed, and that nothing else is taken for it."""

from __future__ import annotations

import json

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from mediaev.custody import algorithms, checkpoint, cosignature, note, tree
from mediaev.custody.algorithms import Algorithm, SignatureType
from mediaev.custody.checkpoint import Checkpoint
from mediaev.custody.note import NoteError, Signer, Verifier

HEAD = Checkpoint("example.com/log", 20852163, tree.leaf_hash(b"a"))
ED = Signer("w.example/1", Ed25519PrivateKey.from_private_bytes(bytes(range(32))), cosigns=True)
ML = Signer("w.example/2", MLDSA44PrivateKey.from_seed_bytes(bytes(range(32))))
NOON = 1_764_000_000


def test_an_ed25519_cosignature_signs_a_text_with_the_time():
    line = ED.sign(HEAD.text, NOON)
    signed = b"cosignature/v1\ntime 1764000000\n" + HEAD.text.encode()
    ED.private_key.public_key().verify(line.value[8:], signed)
    assert line.value[:8] == NOON.to_bytes(8, "big")
    assert ED.vkey.split("+")[2].startswith("B")  # the type byte 0x04
    assert ED.verifier.time_of(line) == NOON


def test_an_ml_dsa_cosignature_signs_a_packed_statement():
    line = ML.sign(HEAD.text, NOON)
    statement = (
        b"subtree/v1\n\x00"
        b"\x0bw.example/2"
        + NOON.to_bytes(8, "big")
        + b"\x0fexample.com/log"
        + bytes(8)
        + (20852163).to_bytes(8, "big")
        + HEAD.root
    )
    ML.private_key.public_key().verify(line.value[8:], statement)
    assert len(line.value) == 8 + 2420
    assert len(Verifier.parse(ML.vkey).public_key) == 1312
    assert ML.verifier.time_of(line) == NOON


@pytest.mark.parametrize("signer", [ED, ML])
def test_it_holds_for_this_text_and_time_alone(signer):
    line = signer.sign(HEAD.text, NOON)
    verifier = Verifier.parse(signer.vkey)
    assert verifier == signer.verifier
    assert verifier.verify(HEAD.text, line)
    for other in (
        Checkpoint(HEAD.origin, HEAD.size + 1, HEAD.root),
        Checkpoint("example.com/lob", HEAD.size, HEAD.root),
        Checkpoint(HEAD.origin, HEAD.size, bytes(32)),
    ):
        assert not verifier.verify(other.text, line)
    for place in (0, 7, 8, len(line.value) - 1):
        changed = bytearray(line.value)
        changed[place] ^= 1
        assert not verifier.verify(
            HEAD.text, note.Signature(line.name, line.key_id, bytes(changed))
        )
    for value in (
        b"",
        line.value[:8],
        line.value[:7],
        line.value + b"\0",
        b"\xff" + line.value[1:],
    ):
        assert not verifier.verify(HEAD.text, note.Signature(line.name, line.key_id, value))


def test_a_key_of_one_type_is_none_of_another():
    """The same key may sign notes and cosign; neither signature passes for the other."""
    plain = Signer(ED.name, ED.private_key)
    assert plain.verifier.key_id != ED.verifier.key_id
    assert not ED.verifier.verify(HEAD.text, plain.sign(HEAD.text))
    renamed = note.Signature(ED.name, ED.verifier.key_id, plain.sign(HEAD.text).value)
    assert not ED.verifier.verify(HEAD.text, renamed)


def test_an_ml_dsa_cosignature_commits_to_the_signers_name():
    other = Signer("w.example/3", ML.private_key)
    moved = note.Signature(other.name, other.verifier.key_id, ML.sign(HEAD.text, NOON).value)
    assert not other.verifier.verify(HEAD.text, moved)


@pytest.mark.parametrize(
    "text", ["no checkpoint\n", HEAD.text + "extension\n", "a" * 256 + "\n1\n"]
)
def test_ml_dsa_signs_checkpoints_alone(text):
    with pytest.raises(NoteError):
        ML.sign(text, NOON)
    line = ML.sign(HEAD.text, NOON)
    assert not ML.verifier.verify(text, line)


@pytest.mark.parametrize(
    ("timestamp", "head", "start"),
    [
        (-1, HEAD, 0),
        (2**63, HEAD, 0),
        (1, HEAD, 1),
        (0, HEAD, HEAD.size + 1),
        (0, Checkpoint("a" * 256, 1, bytes(32)), 0),
        (0, Checkpoint("", 1, bytes(32)), 0),
        (0, Checkpoint("a", 1, b"short"), 0),
    ],
)
def test_what_the_format_cannot_hold_is_not_stated(timestamp, head, start):
    with pytest.raises(NoteError):
        cosignature.subtree_message("w", timestamp, head, start)


def test_a_checkpoint_bears_signatures_of_several_kinds():
    log = Signer(HEAD.origin, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    second = Signer(HEAD.origin, MLDSA44PrivateKey.from_seed_bytes(bytes(32)))
    signed = checkpoint.sign(HEAD, [log, second], NOON)
    cosigned = checkpoint.add_signatures(
        signed, [ED.sign(HEAD.text, NOON), ML.sign(HEAD.text, NOON)]
    )
    known = [one.verifier for one in (log, second, ED, ML)]
    assert checkpoint.signed_by(cosigned, known) == (HEAD, tuple(known))
    assert checkpoint.signed_by(cosigned, known[3:]) == (HEAD, (known[3],))
    assert checkpoint.signed_by(cosigned, []) == (HEAD, ())
    assert cosigned.startswith(signed)
    assert checkpoint.add_signatures(cosigned, note.parse(cosigned).signatures) == cosigned


def test_a_bad_ml_dsa_signature_of_a_known_key_spoils_the_note():
    log = Signer(HEAD.origin, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    forged = note.Signature(ML.name, ML.verifier.key_id, bytes(2428))
    signed = note.write(note.Note(HEAD.text, (log.sign(HEAD.text), forged)))
    assert checkpoint.verify(signed, [log.verifier])[0] == HEAD
    with pytest.raises(NoteError, match="ML-DSA-44 signature"):
        checkpoint.verify(signed, [log.verifier, ML.verifier])


@pytest.mark.parametrize("vkey", [ED.vkey, ML.vkey])
def test_a_key_with_another_type_byte_is_no_key(vkey):
    name, key_id, key = vkey.split("+", 2)
    for first in ("A", "C", "/", ""):  # other types, or none
        with pytest.raises(NoteError):
            Verifier.parse(f"{name}+{key_id}+{first}{key[1:]}")


@pytest.mark.parametrize("passphrase", [None, b"correct horse"])
def test_an_ml_dsa_key_is_written_and_read(passphrase):
    pem = ML.private_pem(passphrase)
    assert (b"ENCRYPTED" in pem) == bool(passphrase)
    assert note.load_signer(ML.name, pem, passphrase).vkey == ML.vkey


def test_a_library_without_ml_dsa_checks_the_rest(monkeypatch):
    log = Signer(HEAD.origin, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    second = Signer(HEAD.origin, MLDSA44PrivateKey.from_seed_bytes(bytes(32)))
    signed = checkpoint.sign(HEAD, [log, second], NOON)
    lack_ml_dsa(monkeypatch)
    keys = [Verifier.parse(log.vkey), Verifier.parse(second.vkey)]
    assert [key.usable for key in keys] == [True, False]
    assert checkpoint.signed_by(signed, keys) == (HEAD, (keys[0],))
    assert not keys[1].verify(HEAD.text, note.parse(signed).signatures[1])
    assert checkpoint.unchecked(signed, keys[1:])
    with pytest.raises(UnsupportedAlgorithm):
        note.new_signer("a", Algorithm.ML_DSA_44)


def lack_ml_dsa(monkeypatch):
    """As where the library was built without it."""

    class Lacking:
        @staticmethod
        def generate():
            raise UnsupportedAlgorithm("ML-DSA is not supported")

        @staticmethod
        def from_public_bytes(_):
            raise UnsupportedAlgorithm("ML-DSA is not supported")

    monkeypatch.setattr(algorithms, "MLDSA44PrivateKey", Lacking)
    monkeypatch.setattr(algorithms, "MLDSA44PublicKey", Lacking)
    algorithms.available.cache_clear()
    monkeypatch.setattr(algorithms, "available", lambda each: each is Algorithm.ED25519)


def test_published_ml_dsa_signatures_are_judged_as_their_authors_say(vectors):
    """ML-DSA-44 verification of Wycheproof."""
    path = vectors / "wycheproof" / "testvectors_v1" / "mldsa_44_verify_test.json"
    if not path.is_file():
        pytest.skip(f"the ML-DSA vectors are not at {path}")
    known = json.loads(path.read_bytes())
    judged = 0
    for group in known["testGroups"]:
        key = bytes.fromhex(group["publicKey"])
        for case in group["tests"]:
            message, value, context = (
                bytes.fromhex(case.get(name, "")) for name in ("msg", "sig", "ctx")
            )
            good = algorithms.holds(Algorithm.ML_DSA_44, key, message, value, context)
            assert good == (case["result"] == "valid"), case["tcId"]
            judged += 1
    assert judged == known["numberOfTests"]


def test_types_and_sizes_are_those_of_the_specification():
    assert {each.name: (each.byte, each.key_size) for each in SignatureType} == {
        "NOTE": (b"\x01", 32),
        "COSIGNATURE": (b"\x04", 32),
        "SUBTREE": (b"\x06", 1312),
    }
