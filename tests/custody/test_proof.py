from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody import checkpoint, proof, tree
from mediaev.custody.note import NoteError, new_signer
from mediaev.custody.proof import Proof

SIGNER = new_signer("example.com/log")
BODIES = [b"event %d" % number for number in range(70)]
HASHES = [tree.leaf_hash(body) for body in BODIES]


def signed(size):
    head = checkpoint.Checkpoint(SIGNER.name, size, tree.root(HASHES[:size]))
    return checkpoint.sign(head, [SIGNER])


def proof_of(index, size, extra=None):
    hashes = tree.inclusion_proof(HASHES[:size], index)
    return proof.write(Proof(index, tuple(hashes), signed(size), extra))


def test_it_is_a_text_of_the_specification():
    written = proof_of(5, 8, b"\x00\x01")
    header, extra, index, *rest = written.decode().split("\n")
    assert (header, extra, index) == ("c2sp.org/tlog-proof@v1", "extra AAE=", "index 5")
    assert rest[3:6] == ["", SIGNER.name, "8"]
    assert written.endswith(signed(8))


@given(st.integers(1, 70), st.data())
def test_every_event_is_proved_by_its_file_and_no_other_event_is(size, data):
    index = data.draw(st.integers(0, size - 1))
    written = proof_of(index, size)
    head, keys = proof.verify(written, BODIES[index], [SIGNER.verifier])
    assert (head.size, keys) == (size, (SIGNER.verifier,))
    for body in (BODIES[index] + b"x", b"", BODIES[(index + 1) % 70]):
        with pytest.raises(NoteError):
            proof.verify(written, body, [SIGNER.verifier])


def test_only_a_trusted_key_counts():
    for keys in ([], [new_signer(SIGNER.name).verifier]):
        with pytest.raises(NoteError, match="no trusted key"):
            proof.verify(proof_of(5, 8), BODIES[5], keys)


@given(st.data())
def test_a_damaged_proof_shows_nothing(data):
    written = bytearray(proof_of(5, 23))
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NoteError):
        proof.verify(bytes(written), BODIES[5], [SIGNER.verifier])


@given(
    st.binary(max_size=200)
    | st.text("c2sp.org/tlog-proof@v1\nindex 0\n", max_size=99).map(str.encode)
)
def test_any_bytes_are_taken_apart_or_refused(written):
    for whole in (written, written + b"\n\n" + signed(1)):
        try:
            found = proof.parse(whole)
        except NoteError:
            continue
        assert proof.write(found) == whole


@pytest.mark.parametrize(
    "head",
    [
        "c2sp.org/tlog-proof@v2\nindex 0",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\nindex 00",
        "c2sp.org/tlog-proof@v1\nindex -1",
        "c2sp.org/tlog-proof@v1\nindex 1 ",
        "c2sp.org/tlog-proof@v1\nindex 1\r",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AAE=",
        "c2sp.org/tlog-proof@v1\nextra AAE\nindex 0",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAE=",
        "c2sp.org/tlog-proof@v1\nindex 0" + "\n" + "\n".join(["A" * 43 + "="] * 64),
    ],
)
def test_what_is_no_proof_is_refused(head):
    with pytest.raises(NoteError):
        proof.parse(f"{head}\n\n".encode() + signed(1))


def test_what_could_not_be_read_back_is_not_written():
    for bad in (Proof(-1, (), signed(1)), Proof(0, (b"short",), signed(1)), Proof(0, (), b"note")):
        with pytest.raises(NoteError):
            proof.write(bad)
