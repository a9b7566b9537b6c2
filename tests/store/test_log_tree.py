"""Proofs from the stored log: checked before they are given, and quick in long logs."""

import pytest

from mediaev.custody import proof, tree
from mediaev.custody.checkpoint import parse
from mediaev.custody.note import Verifier
from mediaev.errors import TamperedCaseError, UsageError
from mediaev.model.event import EventDraft
from mediaev.store import CaseStore


@pytest.fixture(scope="module")
def _events():
    return [EventDraft("item.note")] * 1300


@pytest.fixture
def long_case(tmp_path, _events):
    """A case whose tree is three tiles wide and more, and a smaller head of it."""
    with CaseStore.create(tmp_path / "case") as case:
        case.append(_events[:600])
        case.sign()
        case.append(_events[600:])
        case.sign()
        yield case


def hashes_of(case):
    return [row.leaf_hash for row in case.events()]


def test_any_event_is_proved_to_a_stranger(long_case):
    keys = [
        Verifier.parse(vkey) for vkey in (long_case.folder / "log/vkey.txt").read_text().split()
    ]
    rows = list(long_case.events())
    for signed in long_case.checkpoints():
        for seq in {0, signed.size // 2, signed.size - 1}:
            head, by = proof.verify(long_case.proof(seq, signed), rows[seq].body, keys)
            assert (head.size, len(by)) == (signed.size, 2)


def test_a_later_head_is_proved_to_continue_an_earlier_one(long_case):
    head = parse(long_case.checkpoints()[-1].note)
    hashes = hashes_of(long_case)
    for size in (1, 256, 600, 1024, head.size):
        path = long_case.tree.consistency(size, head)
        assert path == tree.consistency_proof(hashes[: head.size], size)


def test_no_proof_of_what_a_head_does_not_cover(long_case):
    first = long_case.checkpoints()[0]
    with pytest.raises(UsageError, match="No event"):
        long_case.proof(first.size, first)


@pytest.mark.parametrize(
    "spoil", [lambda kept: bytes(len(kept)), lambda kept: kept[:-7], lambda _: b""]
)
def test_a_cache_that_lies_changes_no_proof(long_case, spoil):
    signed = long_case.checkpoints()[-1]
    good = long_case.proof(700, signed)
    kept = long_case.folder / "cache/tree/roots-of-256"
    content = kept.read_bytes()
    assert len(content) == 32 * (signed.size // 256)
    kept.write_bytes(spoil(content))
    with CaseStore.open(long_case.folder) as other:
        assert other.proof(700, signed) == good
    assert kept.read_bytes() == content


def test_a_log_that_was_changed_is_not_proved(long_case, tamper):
    signed = long_case.checkpoints()[-1]
    long_case.close()
    tamper(long_case.folder, "UPDATE event SET leaf_hash = zeroblob(32) WHERE seq = 300")
    with CaseStore.open(long_case.folder) as case, pytest.raises(TamperedCaseError, match="signed"):
        case.proof(700, signed)


def test_a_log_that_lacks_an_event_is_not_proved(long_case, tamper):
    signed = long_case.checkpoints()[-1]
    long_case.close()
    tamper(long_case.folder, "DELETE FROM event WHERE seq IN (2, 700)")
    with CaseStore.open(long_case.folder) as case:
        for seq in (2, 0, 699, 1200):
            with pytest.raises(TamperedCaseError):
                case.proof(seq, signed)
