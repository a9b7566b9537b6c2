"""The Merkle tree of RFC 6962 (section 2.1) over SHA-256, and its two kinds of proof.

A root commits to every leaf and to their order. An inclusion proof shows that one leaf is
under a root; a consistency proof shows that a later tree only appended to an earlier one.
Hashes are 32 bytes; leaves are numbered from 0. Proofs of a long log need some forty hashes of
it, which a `NodeReader` gives; `mediaev.custody.tiles` makes one of stored tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from mediaev.custody.form import HASH_SIZE

NodeReader = Callable[[int, int], bytes]
"""Gives the hash of a full subtree: of the 2^level leaves that begin with leaf index · 2^level.

So (0, n) is leaf n, and (8, n) the root of 256 leaves. It may read them wherever they are kept:
tiles, a database, memory. It is asked for no subtree that is not full at the size in question.
"""
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(body: bytes) -> bytes:
    """The hash of one leaf: SHA-256(0x00 ‖ body)."""
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: what is needed to append and to know the root.

    Holds one hash for each full subtree, largest first: at most 64 for any log.
    """

    __slots__ = ("_nodes", "size")

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self.size = 0
        """How many leaves were appended."""
        self._nodes: list[bytes] = []
        for hashed in leaf_hashes:
            self.append(hashed)

    def append(self, hashed: bytes) -> None:
        """Append the hash of the next leaf."""
        node = hashed
        full = self.size
        while full & 1:
            node = sha256(b"\x01" + self._nodes.pop() + node).digest()
            full >>= 1
        self._nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves appended so far."""
        if not self._nodes:
            return EMPTY_ROOT
        *others, node = self._nodes
        for left in reversed(others):
            node = node_hash(left, node)
        return node


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in order."""
    return Frontier(leaf_hashes).root()


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from the leaf at `index` to the root (RFC 6962, 2.1.1).

    Raises IndexError if there is no such leaf.
    """
    return inclusion_path(_reader(leaf_hashes), index, len(leaf_hashes))


def consistency_proof(leaf_hashes: Sequence[bytes], size1: int) -> list[bytes]:
    """The hashes that show the tree of the first `size1` leaves inside this one (2.1.2).

    Raises IndexError unless 1 ≤ size1 ≤ the number of leaves: from size 0, nothing is shown.
    """
    return consistency_path(_reader(leaf_hashes), size1, len(leaf_hashes))


def inclusion_path(node: NodeReader, index: int, size: int) -> list[bytes]:
    """`inclusion_proof` for the first `size` leaves of a log that is not in memory.

    Asks `node` for at most two hashes a level. Raises IndexError if there is no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(f"no leaf {index} in a tree of {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_span(node, middle, end))
            end = middle
        else:
            proof.append(_span(node, start, middle))
            start = middle
    return proof[::-1]


def consistency_path(node: NodeReader, size1: int, size2: int) -> list[bytes]:
    """`consistency_proof` from the first `size1` leaves to the first `size2`, lazily.

    Raises IndexError unless 1 ≤ size1 ≤ size2.
    """
    if not 0 < size1 <= size2:
        raise IndexError(f"no consistency from {size1} to {size2}")
    proof: list[bytes] = []
    start, end = 0, size2
    while end != size1:
        middle = start + _split(end - start)
        if size1 <= middle:
            proof.append(_span(node, middle, end))
            end = middle
        else:
            proof.append(_span(node, start, middle))
            start = middle
    if start:  # else the part that is left is the old tree, whose root the verifier knows
        proof.append(_span(node, start, end))
    return proof[::-1]


def root_of(node: NodeReader, size: int) -> bytes:
    """The root over the first `size` leaves of a log that is not in memory."""
    return _span(node, 0, size) if size else EMPTY_ROOT


def verify_inclusion(
    hashed: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether `proof` leads from the leaf hash at `index` to the root of `size` leaves.

    Algorithm of RFC 9162, section 2.1.3.2. False for proofs and hashes of any wrong form.
    """
    if not 0 <= index < size or not _all_hashes([hashed, root, *proof]):
        return False
    node, last, rest = index, size - 1, hashed
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            rest = node_hash(sibling, rest)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            rest = node_hash(rest, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and rest == root


def verify_consistency(
    size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the tree of `size2` leaves begins with that of `size1`.

    Algorithm of RFC 9162, section 2.1.4.2. From size 0 there is nothing to prove, so that is
    refused: an empty log is consistent with every log.
    """
    if size1 == size2 > 0:
        return not proof and root1 == root2
    if not 0 < size1 < size2 or not _all_hashes([root1, root2, *proof]):
        return False
    if not proof:
        return False
    # A full tree of size1 leaves is itself a node of the larger tree, so it is not repeated.
    path = [root1, *proof] if size1 & (size1 - 1) == 0 else proof
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == root1 and new == root2


def _split(size: int) -> int:
    """The largest power of two below `size`, for size ≥ 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _span(node: NodeReader, start: int, end: int) -> bytes:
    """The root over the leaves from `start` up to `end`, a part that the tree splits off.

    `start` is a multiple of the smallest power of two that is no less than `end - start`.
    """
    parts: list[bytes] = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(node(level, start >> level))
        start += 1 << level
    *others, hashed = parts
    for left in reversed(others):
        hashed = node_hash(left, hashed)
    return hashed


def _reader(leaf_hashes: Sequence[bytes]) -> NodeReader:
    """Reads nodes of a tree whose leaf hashes are in memory."""
    return lambda level, index: root(leaf_hashes[index << level : (index + 1) << level])


def _all_hashes(hashes: Sequence[bytes]) -> bool:
    """Whether each is as long as a SHA-256; a longer leaf hash could stand for two nodes."""
    return all(len(hashed) == HASH_SIZE for hashed in hashes)
