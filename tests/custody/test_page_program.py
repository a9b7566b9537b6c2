"""The verifier on the page of the log refuses what the program refuses, whoever signed."""

from __future__ import annotations

import json

from mediaev.custody import tree
from mediaev.custody.algorithms import Algorithm
from mediaev.custody.keys import actor_id
from mediaev.custody.note import new_signer


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


def test_the_pages_verifier_asks_for_a_signature_of_each_algorithm(run_verifier, new_keeper):
    keeper = new_keeper().begin()
    old = [keeper.signer, new_signer(keeper.signer.name, Algorithm.ML_DSA_44)]
    keeper.add("key.add", {"vkey": old[1].vkey})
    keeper.sign(old)
    new = [new_signer(keeper.signer.name, each) for each in Algorithm]
    for one, other in zip(old, new, strict=True):
        keeper.add("key.rotate", {"old": one.vkey, "vkey": other.vkey}, signers=[one, other])
    signed = keeper.size
    keeper.sign(new)
    trusted = [each.vkey for each in (*old, *new)]
    said = run_verifier(keeper.rows, keeper.checkpoints, *trusted)
    assert said.startswith(f"{signed} events fit together; {signed} of them are signed.")
    for seq in (signed - 2, signed - 1):
        rows = keeper.changed(seq, outcome="other")
        assert "InvalidSignature" in run_verifier(rows, [], *trusted)
    keeper.add("item.view", {})
    keeper.sign(new[:1])
    said = run_verifier(keeper.rows, keeper.checkpoints, *trusted)
    assert said.startswith(f"{keeper.size} events fit together; {signed} of them are signed.")
    crossed = {"old": new[0].vkey, "vkey": old[1].vkey}
    keeper.add("key.rotate", crossed, signers=[new[0], old[1]])
    assert "DOES NOT FIT: the kind of key" in run_verifier(keeper.rows, [], *trusted)


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
    assert "a key of the checkpoint" in refused
    keeper.add("review.approve", {}, signers=[person], actor=who)
    assert "a key of event" in run_verifier(keeper.rows, [], *trusted)
