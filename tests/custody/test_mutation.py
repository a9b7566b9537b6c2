"""Every bit and every row of a small log: no change goes unnoticed or unnamed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediaev.custody import note, tree
from mediaev.custody.algorithms import Algorithm
from mediaev.custody.verify import Level, LogRow


@pytest.fixture(scope="module")
def kept(new_keeper):
    """A finished log of seven events, all under one checkpoint."""
    keeper = new_keeper().begin()
    item = keeper.take_in(b"the first video")
    keeper.add("item.match", {"score": "0.97"}, item=item)
    keeper.close_session()
    keeper.sign()
    assert keeper.verify().level is Level.SIGNED
    return keeper


def flips(content):
    """The content with one bit changed, for every bit."""
    for place in range(len(content)):
        for bit in range(8):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            yield bytes(changed)


def with_row(keeper, seq, /, **columns):
    rows = list(keeper.rows)
    rows[seq] = rows[seq]._replace(**columns)
    return rows


def assert_noticed(verdict, seq=None):
    assert verdict.level is Level.READABLE
    assert verdict.error().exit_code == 4
    if seq is not None:
        assert verdict.first_fault.seq == seq


@pytest.mark.parametrize("seq", range(7))
def test_every_bit_of_every_body(kept, seq):
    for body in flips(kept.rows[seq].body):
        assert_noticed(kept.verify(rows=with_row(kept, seq, body=body)), seq)


@pytest.mark.parametrize("seq", range(7))
def test_every_bit_of_every_body_with_its_leaf_hash_recomputed(kept, seq):
    """Only the checkpoint can tell, unless the change breaks another rule as well."""
    for body in flips(kept.rows[seq].body):
        rows = with_row(kept, seq, body=body, leaf_hash=tree.leaf_hash(body))
        assert_noticed(kept.verify(rows=rows))


def test_every_bit_of_every_leaf_hash(kept):
    for row in kept.rows:
        for leaf_hash in flips(row.leaf_hash):
            assert_noticed(kept.verify(rows=with_row(kept, row.seq, leaf_hash=leaf_hash)), row.seq)


def test_every_bit_of_every_column(kept):
    for row in kept.rows:
        for name in ("type", "item", "time"):
            for content in flips((getattr(row, name) or "").encode()):
                for value in (content, content.decode(errors="surrogateescape")):
                    changed = with_row(kept, row.seq, **{name: value})
                    assert_noticed(kept.verify(rows=changed), row.seq)
        for session in (None, *range(8)):
            if session != row.session:
                assert_noticed(kept.verify(rows=with_row(kept, row.seq, session=session)), row.seq)


def test_every_column_of_another_kind(kept):
    for row in kept.rows:
        for name in LogRow._fields:
            for value in (None, -7, 7.5, "seven", b"seven"):
                if getattr(row, name) != value:
                    assert_noticed(kept.verify(rows=with_row(kept, row.seq, **{name: value})))


def test_every_cut_and_every_added_byte(kept):
    for row in kept.rows:
        for length in range(len(row.body)):
            changed = with_row(kept, row.seq, body=row.body[:length])
            assert_noticed(kept.verify(rows=changed), row.seq)
        for body in (row.body + b"\n", row.body + b"\x00", b" " + row.body):
            assert_noticed(kept.verify(rows=with_row(kept, row.seq, body=body)), row.seq)


def test_every_deleted_row(kept):
    for seq in range(kept.size):
        rows = kept.rows[:seq] + kept.rows[seq + 1 :]
        assert_noticed(kept.verify(rows=rows), seq)
        renumbered = [row._replace(seq=place) for place, row in enumerate(rows)]
        assert_noticed(kept.verify(rows=renumbered), seq)


def test_every_two_rows_exchanged(kept):
    for one in range(kept.size):
        for other in range(one):
            rows = list(kept.rows)
            rows[one], rows[other] = rows[other], rows[one]
            assert_noticed(kept.verify(rows=rows))
            renumbered = [row._replace(seq=place) for place, row in enumerate(rows)]
            assert_noticed(kept.verify(rows=renumbered), other)


def test_every_row_inserted_once_more_at_every_place(kept):
    for row in kept.rows:
        for place in range(kept.size + 1):
            rows = [*kept.rows[:place], row, *kept.rows[place:]]
            assert_noticed(kept.verify(rows=rows))
            renumbered = [row._replace(seq=seq) for seq, row in enumerate(rows)]
            assert_noticed(kept.verify(rows=renumbered))


def test_every_row_in_the_place_of_every_other(kept):
    for row in kept.rows:
        for seq in range(kept.size):
            if seq != row.seq:
                rows = with_row(kept, seq, **{**row._asdict(), "seq": seq})
                assert_noticed(kept.verify(rows=rows), seq)


def test_every_bit_of_the_checkpoint(kept):
    (found,) = kept.checkpoints
    for changed in flips(found.note):
        assert_noticed(kept.verify(checkpoints=[replace(found, note=changed)]))


def test_every_bit_of_every_opening(kept):
    (opening,) = kept.disclosures
    for salt in flips(opening.salt):
        assert_noticed(kept.verify(disclosures=[replace(opening, salt=salt)]), opening.seq)
    for value in flips(opening.value.encode()):
        text = value.decode(errors="surrogateescape")
        assert_noticed(kept.verify(disclosures=[replace(opening, value=text)]), opening.seq)


def test_every_place_of_a_head_that_two_keys_signed(new_keeper):
    """A change is a fault, or it makes a line that of an unknown key: then the head counts less."""
    keeper = new_keeper().begin()
    second = note.new_signer(keeper.signer.name, Algorithm.ML_DSA_44)
    keeper.add("key.add", {"vkey": second.vkey})
    keeper.sign([keeper.signer, second])
    [head] = keeper.checkpoints
    trusted = [keeper.signer.vkey, second.vkey]
    assert keeper.verify(trusted=trusted).signed_size == keeper.size
    for place in range(0, len(head.note), 11):
        changed = bytearray(head.note)
        changed[place] ^= 1 << place % 8
        notes = [replace(head, note=bytes(changed))]
        verdict = keeper.verify(checkpoints=notes, trusted=trusted)
        assert verdict.level < Level.SIGNED
        assert verdict.faults or {"half-signed"} <= {one.kind for one in verdict.warnings}
