from __future__ import annotations

import base64
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody import tree

hashes = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def plain_root(leaf_hashes):
    """The definition of RFC 6962, section 2.1, word for word."""
    if not leaf_hashes:
        return sha256(b"").digest()
    if len(leaf_hashes) == 1:
        return leaf_hashes[0]
    split = 1
    while split * 2 < len(leaf_hashes):
        split *= 2
    left, right = plain_root(leaf_hashes[:split]), plain_root(leaf_hashes[split:])
    return sha256(b"\x01" + left + right).digest()


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_the_root_is_the_one_of_the_definition(leaf_hashes):
    assert tree.root(leaf_hashes) == plain_root(leaf_hashes)


@given(hashes)
def test_a_frontier_knows_the_root_at_every_size(leaf_hashes):
    frontier = tree.Frontier()
    for size, hashed in enumerate(leaf_hashes, 1):
        frontier.append(hashed)
        assert frontier.size == size
        assert frontier.root() == plain_root(leaf_hashes[:size])


@given(hashes, st.data())
def test_every_leaf_is_shown_to_be_included_and_nowhere_else(leaf_hashes, data):
    index = data.draw(st.integers(0, len(leaf_hashes) - 1))
    proof = tree.inclusion_proof(leaf_hashes, index)
    root, size = tree.root(leaf_hashes), len(leaf_hashes)
    assert tree.verify_inclusion(leaf_hashes[index], index, size, proof, root)
    for other in {index - 1, index + 1, size, -1} - {index}:
        if not (0 <= other < size and leaf_hashes[other] == leaf_hashes[index]):
            assert not tree.verify_inclusion(leaf_hashes[index], other, size, proof, root)
    assert not tree.verify_inclusion(bytes(32), index, size, proof, root) or (
        leaf_hashes[index] == bytes(32)
    )


@given(hashes, st.data())
def test_every_later_tree_is_shown_to_continue_an_earlier_one(leaf_hashes, data):
    size1 = data.draw(st.integers(1, len(leaf_hashes)))
    proof = tree.consistency_proof(leaf_hashes, size1)
    root1, root2 = tree.root(leaf_hashes[:size1]), tree.root(leaf_hashes)
    size2 = len(leaf_hashes)
    assert tree.verify_consistency(size1, size2, root1, root2, proof)
    assert not tree.verify_consistency(size1, size2, sha256(root1).digest(), root2, proof)
    assert not tree.verify_consistency(size1, size2, root1, sha256(root2).digest(), proof)
    assert not tree.verify_consistency(size1, size2, root1, root2, [*proof, root1])


@given(hashes, st.data())
def test_a_damaged_proof_shows_nothing(leaf_hashes, data):
    index = data.draw(st.integers(0, len(leaf_hashes) - 1))
    proof = tree.inclusion_proof(leaf_hashes, index)
    root, size = tree.root(leaf_hashes), len(leaf_hashes)
    assert not tree.verify_inclusion(leaf_hashes[index], index, size, [*proof, root], root)
    for place in range(len(proof)):
        changed = [*proof]
        changed[place] = sha256(changed[place]).digest()
        assert not tree.verify_inclusion(leaf_hashes[index], index, size, changed, root)
        del changed[place]
        assert not tree.verify_inclusion(leaf_hashes[index], index, size, changed, root)


def test_no_proof_of_what_is_not_there():
    leaf_hashes = [tree.leaf_hash(b"a"), tree.leaf_hash(b"b")]
    for index in (-1, 2):
        with pytest.raises(IndexError):
            tree.inclusion_proof(leaf_hashes, index)
    for size in (0, 3):
        with pytest.raises(IndexError):
            tree.consistency_proof(leaf_hashes, size)


def test_a_leaf_and_a_node_of_the_same_bytes_differ():
    left, right = tree.leaf_hash(b"a"), tree.leaf_hash(b"b")
    assert tree.leaf_hash(left + right) != tree.node_hash(left, right)


def test_a_leaf_hash_of_another_length_is_refused():
    """Else 64 bytes could stand for a node's two children (a slip of real verifiers)."""
    left, right = tree.leaf_hash(b"a"), tree.leaf_hash(b"b")
    assert not tree.verify_inclusion(left + right, 0, 1, [], left + right)
    assert not tree.verify_inclusion(b"", 0, 1, [], b"")


def test_consistency_from_an_empty_log_shows_nothing():
    root = tree.leaf_hash(b"a")
    assert not tree.verify_consistency(0, 1, tree.EMPTY_ROOT, root, [])
    assert not tree.verify_consistency(0, 0, tree.EMPTY_ROOT, tree.EMPTY_ROOT, [])


def unbase64(texts):
    return [base64.b64decode(text) for text in texts or []]


def test_published_proofs_are_judged_as_their_authors_say(vectors):
    """All 196 inclusion and consistency vectors of transparency-dev/merkle."""
    folder = vectors / "merkle" / "testdata"
    judged = 0
    for path in sorted(folder.glob("inclusion/**/*.json")):
        case = json.loads(path.read_bytes())
        leaf, root, *proof = unbase64([case["leafHash"], case["root"], *(case["proof"] or [])])
        good = tree.verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)
        assert good != case["wantErr"], path
        judged += 1
    for path in sorted(folder.glob("consistency/**/*.json")):
        case = json.loads(path.read_bytes())
        root1, root2, *proof = unbase64([case["root1"], case["root2"], *(case["proof"] or [])])
        good = tree.verify_consistency(case["size1"], case["size2"], root1, root2, proof)
        assert good != case["wantErr"], path
        judged += 1
    assert judged == 196


def test_published_roots_are_recomputed(vectors):
    known = json.loads((vectors / "merkle" / "roots.json").read_bytes())
    leaf_hashes = [tree.leaf_hash(bytes.fromhex(leaf)) for leaf in known["leaf_inputs_hex"]]
    roots = [tree.root(leaf_hashes[:size]).hex() for size in range(9)]
    assert roots == known["roots_by_size_hex"]
