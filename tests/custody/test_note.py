from __future__ import annotations

import base64
import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody import note
from mediaev.custody.note import NoteError, Verifier
from mediaev.errors import UsageError

# Example of the documentation of golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv"
    "qfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()


def test_a_note_written_by_another_program_verifies():
    verifier = Verifier.parse(PETER)
    taken_apart = note.parse(NOTE)
    assert verifier.verify(taken_apart.text, taken_apart.signatures[0])
    assert not verifier.verify(taken_apart.text + "x", taken_apart.signatures[0])
    assert note.write(taken_apart) == NOTE


def test_a_key_travels_as_text():
    verifier = Verifier.parse(PETER + "\n")
    assert verifier.name == "PeterNeumann"
    assert verifier.key_id.hex() == "c74f20a3"
    assert verifier.vkey == PETER


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("Peter", "Petra"),
        PETER.replace("Peter", "Peter "),
        PETER[:-1],
        PETER + "=",
        PETER.replace("+ARpc", "+BRpc"),
        PETER.replace("ARpc", "ARpd"),
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "\ud800+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ä",
        "x" * 100_000,
    ],
)
def test_a_malformed_key_is_refused(vkey):
    with pytest.raises(NoteError):
        Verifier.parse(vkey)


def test_signing_and_verifying():
    signer, other = note.new_signer("example.org/a"), note.new_signer("example.org/b")
    signed = note.parse(note.sign("one\n\ntwo — ü\n", [signer, other]))
    assert signed.text == "one\n\ntwo — ü\n"
    assert [signature.name for signature in signed.signatures] == [signer.name, other.name]
    assert signer.verifier.verify(signed.text, signed.signatures[0])
    assert not signer.verifier.verify(signed.text, signed.signatures[1])


def test_another_key_of_the_same_name_did_not_sign():
    signer, other = note.new_signer("example.org/a"), note.new_signer("example.org/a")
    signature = signer.sign("text\n")
    assert not other.verifier.made(signature)
    assert not other.verifier.verify("text\n", signature)


@given(st.data())
def test_a_note_with_one_changed_byte_does_not_verify(data):
    changed = bytearray(NOTE)
    changed[data.draw(st.integers(0, len(NOTE) - 1))] ^= data.draw(st.integers(1, 255))
    verifier = Verifier.parse(PETER)
    try:
        taken_apart = note.parse(bytes(changed))
    except NoteError:
        return
    assert not any(verifier.verify(taken_apart.text, one) for one in taken_apart.signatures)


@given(st.binary(max_size=300) | st.text("— \n+abAB=é", max_size=80).map(str.encode))
def test_any_bytes_are_taken_apart_or_refused(body):
    try:
        taken_apart = note.parse(body)
    except NoteError:
        return
    assert note.write(taken_apart) == body


LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBt\n"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n" + LINE.encode(),
        b"text\n\n" + LINE.encode()[:-1],
        b"text\n\n" + LINE.replace("— ", "- ").encode(),
        b"text\n\n" + LINE.replace("— ", "—").encode(),
        b"text\n\n" + LINE.replace("Neumann ", "Neumann").encode(),
        b"text\n\n" + LINE.replace("Neumann ", "Neumann  ").encode(),
        b"text\n\n" + LINE.replace("Peter", "Peter+").encode(),
        b"text\n\n" + LINE.replace("QxVBt", "QxVB!").encode(),
        b"text\n\n" + "— PeterNeumann x08gow==\n".encode(),
        b"text\n\n" + "— PeterNeumann x08go1==\n".encode(),
        b"te\rxt\n\n" + LINE.encode(),
        b"te\x00xt\n\n" + LINE.encode(),
        b"te\xffxt\n\n" + LINE.encode(),
        b"text\n\n" + LINE.encode() * 101,
        b"x" * (1 << 20) + b"\n\n" + LINE.encode(),
    ],
    ids=lambda body: repr(body[:30]),
)
def test_bytes_that_are_no_signed_note_are_refused(body):
    with pytest.raises(NoteError):
        note.parse(body)


def test_as_many_signatures_as_the_specification_asks_for():
    assert len(note.parse(b"text\n\n" + LINE.encode() * 16).signatures) == 16


@pytest.mark.parametrize("text", ["no line end", "", "tab\t\n", "lone \ud800\n"])
def test_a_text_that_is_none_is_not_signed(text):
    with pytest.raises(NoteError):
        note.write(note.Note(text, (note.Signature("a", b"1234", b"5"),)))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\u2003b", "\ud800"])
def test_a_key_cannot_have_any_name(name):
    with pytest.raises(NoteError):
        note.new_signer(name)


@pytest.mark.parametrize("passphrase", [None, b"", b"correct horse"])
def test_a_private_key_is_written_and_read(passphrase):
    signer = note.new_signer("example.org/a")
    pem = signer.private_pem(passphrase)
    assert (b"ENCRYPTED" in pem) == bool(passphrase)
    assert note.load_signer(signer.name, pem, passphrase).vkey == signer.vkey


def test_a_private_key_is_not_opened_with_the_wrong_passphrase():
    signer = note.new_signer("example.org/a")
    sealed, plain = signer.private_pem(b"right"), signer.private_pem(None)
    for pem, passphrase in [(sealed, b"wrong"), (sealed, None), (plain, b"any"), (b"junk", None)]:
        with pytest.raises(UsageError, match=r"example\.org/a"):
            note.load_signer(signer.name, pem, passphrase)


def test_a_private_key_of_another_kind_is_refused():
    other = ed25519.Ed25519PrivateKey.generate().public_key()
    pem = other.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with pytest.raises(UsageError):
        note.load_signer("a", pem, None)


def test_published_signatures_are_judged_as_their_authors_say(vectors):
    """Ed25519 verification of Wycheproof, through the path that checkpoints take.

    Notes are text, so messages that are not UTF-8 go to the key itself.
    """
    path = vectors / "wycheproof" / "testvectors_v1" / "ed25519_test.json"
    known = json.loads(path.read_bytes())
    judged = 0
    for group in known["testGroups"]:
        key = bytes.fromhex(group["publicKey"]["pk"])
        key_id = sha256(b"w\n\x01" + key).digest()[:4]
        vkey = f"w+{key_id.hex()}+{base64.b64encode(note.ED25519 + key).decode()}"
        verifier = Verifier.parse(vkey)
        for case in group["tests"]:
            signature = note.Signature("w", key_id, bytes.fromhex(case["sig"]))
            message = bytes.fromhex(case["msg"])
            good = verifier.verify(_Message(message), signature)
            assert good == (case["result"] == "valid"), case["tcId"]
            judged += 1
    assert judged == known["numberOfTests"] == 151


class _Message(str):
    """A text that encodes to bytes that no text encodes to."""

    __slots__ = ("_bytes",)

    def __new__(cls, message):
        made = super().__new__(cls)
        made._bytes = message
        return made

    def encode(self, *_args, **_options):
        return self._bytes
