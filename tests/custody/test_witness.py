from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody import checkpoint, tree, witness
from mediaev.custody.algorithms import Algorithm
from mediaev.custody.checkpoint import Checkpoint
from mediaev.custody.note import NoteError, new_signer
from mediaev.custody.witness import ConflictError, OtherHistoryError, Request

LOG = new_signer("example.com/log")
WITNESS = new_signer("witness.example/w1", cosigns=True)
SECOND = new_signer("witness.example/w1", Algorithm.ML_DSA_44)
HASHES = [tree.leaf_hash(b"event %d" % number) for number in range(70)]
OTHERS = [tree.leaf_hash(b"other %d" % number) for number in range(70)]
KEYS = [LOG.verifier]
NOON = 1_764_000_000


def node(hashes):
    return lambda level, index: tree.root(hashes[index << level : (index + 1) << level])


def head(size, hashes=HASHES):
    return Checkpoint(LOG.name, size, tree.root(hashes[:size]))


def signed(size, hashes=HASHES):
    return checkpoint.sign(head(size, hashes), [LOG])


def asked(old, size, hashes=HASHES):
    return witness.request(node(hashes), old, signed(size, hashes))


def test_a_request_is_the_body_of_add_checkpoint():
    lines = witness.write(asked(3, 8)).decode().split("\n")
    proof = tree.consistency_proof(HASHES[:8], 3)
    assert lines[0] == "old 3"
    assert lines[1 + len(proof) : 4 + len(proof)] == ["", LOG.name, "8"]
    assert witness.parse(witness.write(asked(3, 8))) == asked(3, 8)
    assert asked(0, 8).proof == asked(8, 8).proof == ()


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_log_that_grew_is_cosigned_and_another_one_is_not(first, second):
    old, size = sorted((first, second))
    known = head(old) if old else None
    assert witness.check(asked(old, size), known, KEYS) == head(size)
    if old:
        with pytest.raises(OtherHistoryError):
            witness.check(asked(old, size, OTHERS), known, KEYS)


def test_a_request_that_starts_elsewhere_is_told_where_the_witness_stands():
    for known, size in ((None, 0), (head(5), 5)):
        with pytest.raises(ConflictError) as caught:
            witness.check(asked(3, 8), known, KEYS)
        assert caught.value.size == size
    with pytest.raises(ConflictError):  # a replay of an earlier request
        witness.check(asked(3, 8), head(8), KEYS)


def test_the_same_size_with_another_root_is_another_history():
    with pytest.raises(OtherHistoryError):
        witness.check(asked(8, 8, OTHERS), head(8), KEYS)
    assert witness.check(asked(8, 8), head(8), KEYS) == head(8)


def test_only_the_logs_own_key_may_ask():
    stranger = new_signer(LOG.name)
    for keys in ([], [stranger.verifier]):
        with pytest.raises(NoteError, match="no key"):
            witness.check(asked(3, 8), head(3), keys)
    other = new_signer("example.com/other")
    foreign = checkpoint.sign(head(8), [other])
    with pytest.raises(NoteError, match="another log"):
        witness.check(Request(0, (), foreign), None, [other.verifier])
    with pytest.raises(NoteError, match="another log"):
        witness.check(asked(0, 8), Checkpoint("example.com/x", 0, tree.EMPTY_ROOT), KEYS)


def test_a_proof_that_is_none_is_refused():
    good = asked(3, 8)
    for proof in ((), good.proof[1:], (*good.proof, bytes(32)), (bytes(32), *good.proof[1:])):
        with pytest.raises(OtherHistoryError):
            witness.check(Request(3, proof, good.note), head(3), KEYS)
    with pytest.raises(NoteError):
        witness.check(Request(0, good.proof, good.note), None, KEYS)
    with pytest.raises(NoteError):
        witness.check(Request(9, (), good.note), head(9), KEYS)
    with pytest.raises(NoteError):
        witness.request(node(HASHES), 9, signed(8))


@pytest.mark.parametrize("signer", [WITNESS, SECOND])
def test_a_reply_is_taken_by_itself_or_as_a_whole_note(signer):
    line = witness.cosign(head(8), signer, NOON)
    for reply in (witness.answer([line]), checkpoint.add_signatures(signed(8), [line])):
        [(key, found)] = witness.accepted(reply, signed(8), [signer.verifier])
        assert (key, found) == (signer.verifier, line)
        assert key.time_of(found) == NOON
    with pytest.raises(NoteError):
        witness.accepted(witness.answer([line]), signed(9), [signer.verifier])
    with pytest.raises(NoteError, match="no known witness"):
        witness.accepted(witness.answer([line]), signed(8), [LOG.verifier])


def test_a_log_is_not_its_own_witness():
    with pytest.raises(NoteError):
        witness.cosign(head(8), LOG, NOON)
    with pytest.raises(NoteError):
        witness.cosign(head(8), WITNESS, 0)
    with pytest.raises(NoteError, match="no known witness"):
        witness.accepted(signed(8), signed(8), [LOG.verifier])


def test_a_note_about_another_checkpoint_is_no_reply():
    other = checkpoint.sign(head(9), [WITNESS], NOON)
    with pytest.raises(NoteError, match="another checkpoint"):
        witness.accepted(other, signed(8), [WITNESS.verifier])


@pytest.mark.parametrize(
    "reply", [b"", b"\n", b"text\n", b"\xff", b"\n\n", b"x" * (1 << 20) + b"\n"]
)
def test_what_is_no_reply_is_refused(reply):
    with pytest.raises(NoteError):
        witness.accepted(reply, signed(8), [WITNESS.verifier])


@given(st.binary(max_size=200) | st.text("old 0123\nA=", max_size=60).map(str.encode))
def test_any_bytes_are_taken_apart_or_refused(written):
    for whole in (written, written + b"\n\n" + signed(3)):
        try:
            found = witness.parse(whole)
        except NoteError:
            continue
        assert witness.write(found) == whole


@pytest.mark.parametrize(
    "text",
    ["old", "old 03", "old -1", "new 3", "old 3\r", "old 3\nAA==", "old 3\n" + "A" * 44 * 64],
)
def test_what_is_no_request_is_refused(text):
    with pytest.raises(NoteError):
        witness.parse(f"{text}\n\n".encode() + signed(3))


def test_more_hashes_than_any_proof_has_are_refused():
    with pytest.raises(NoteError):
        witness.write(Request(3, (bytes(32),) * 64, signed(8)))
