"""The log's Merkle tree as proofs need it: a few hashes of it, read where they are kept.

Leaf hashes stand in the table `event`. The roots of each 256 of them are kept besides in one
small file of the cache, 32 bytes each, so that a proof in a log of a million events reads no
million rows. The file is no evidence and is not believed: a proof that does not lead to the
signed root is made once more without it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mediaev.custody import tree
from mediaev.custody.form import HASH_SIZE
from mediaev.custody.tiles import HEIGHT, WIDTH
from mediaev.custody.tree_head import Checkpoint
from mediaev.errors import TamperedCaseError
from mediaev.store.event_log import EventLog
from mediaev.store.files import read_small, write_whole
from mediaev.store.folder import CaseFolder

_LIMIT = 64 << 20
"""Bytes of the cache's file: enough for 500 million events."""
_NODES = 1 << 17
"""Nodes kept at hand: all above the leaves' tiles for 30 million events."""


class LogTree:
    """Reads nodes of one log's tree, and makes proofs that are checked before they are given."""

    def __init__(self, folder: CaseFolder, log: EventLog) -> None:
        self._folder = folder
        self._log = log
        self._roots: list[bytes] | None = None
        """The root of each full 256 events; None until it is first asked for."""
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._tile: tuple[int, list[bytes]] = (0, [])
        """The leaf hashes that were read last: from which event on, and up to 256 of them."""

    def node(self, level: int, index: int) -> bytes:
        """The hash of a full subtree (`mediaev.custody.tree.NodeReader`).

        Raises TamperedCaseError where the log lacks one of its events.
        """
        if level == 0:
            return self._leaf_hash(index)
        if level == HEIGHT:
            return self._roots_before(index + 1)[index]
        known = self._nodes.get((level, index))
        if known is None:
            if len(self._nodes) >= _NODES:
                self._nodes.clear()
            children = self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1)
            known = self._nodes[level, index] = tree.node_hash(*children)
        return known

    def inclusion(self, seq: int, head: Checkpoint) -> list[bytes]:
        """The proof that an event is under a signed head of this log.

        Raises IndexError if the head covers no such event, and TamperedCaseError if the log, as
        it stands, does not have the head's root.
        """

        def made() -> tuple[list[bytes], bool]:
            proof = tree.inclusion_path(self.node, seq, head.size)
            leaf = self.node(0, seq)
            return proof, tree.verify_inclusion(leaf, seq, head.size, proof, head.root)

        return self._checked(made, head)

    def consistency(self, size1: int, head: Checkpoint) -> list[bytes]:
        """The proof that a signed head of this log continues its first `size1` events.

        Raises IndexError unless 1 ≤ size1 ≤ the head's size, and TamperedCaseError as above.
        """

        def made() -> tuple[list[bytes], bool]:
            proof = tree.consistency_path(self.node, size1, head.size)
            old = tree.root_of(self.node, size1)
            return proof, tree.verify_consistency(size1, head.size, old, head.root, proof)

        return self._checked(made, head)

    def _checked(
        self, made: Callable[[], tuple[list[bytes], bool]], head: Checkpoint
    ) -> list[bytes]:
        """A proof that leads to the head's root, if need be without what the cache says."""
        proof, fits = made()
        if not fits:
            self._roots, self._tile = [], (0, [])
            self._nodes.clear()
            proof, fits = made()
        if not fits:
            raise TamperedCaseError(
                f"The first {head.size} events of the log are not those that were signed.",
                advice="`mediaev verify` says more.",
            )
        return proof

    def _leaf_hash(self, seq: int) -> bytes:
        start, hashes = self._tile
        if not start <= seq < start + len(hashes):
            start = seq - seq % WIDTH
            found = list(self._log.leaf_hashes(start - 1, before=start + WIDTH))
            hashes = [leaf_hash for _, leaf_hash in found]
            if [each for each, _ in found] != list(range(start, start + len(found))):
                raise TamperedCaseError(f"The log lacks an event from {start} on.")
            if not seq < start + len(hashes):
                raise TamperedCaseError(f"The log lacks its event {seq}.")
            self._tile = start, hashes
        return hashes[seq - start]

    def _roots_before(self, count: int) -> list[bytes]:
        """The roots of at least so many times 256 events; what the cache lacks is computed."""
        if self._roots is None:
            self._roots = self._kept()
        known = len(self._roots)
        if known < count:
            frontier = tree.Frontier()
            for seq, leaf_hash in self._log.leaf_hashes(known * WIDTH - 1, before=count * WIDTH):
                if seq != known * WIDTH + frontier.size:
                    break
                frontier.append(leaf_hash)
                if frontier.size == WIDTH:
                    self._roots.append(frontier.root())
                    known, frontier = known + 1, tree.Frontier()
            if known < count:
                raise TamperedCaseError(f"The log lacks one of its events from {known * WIDTH}.")
            self._keep()
        return self._roots

    def _kept(self) -> list[bytes]:
        path = self._path()
        content = b""
        with suppress(OSError, TamperedCaseError):
            content = (path and read_small(path, _LIMIT)) or b""
        whole = len(content) - len(content) % HASH_SIZE
        return [content[start : start + HASH_SIZE] for start in range(0, whole, HASH_SIZE)]

    def _keep(self) -> None:
        path = self._path()
        if path is not None and self._roots is not None:
            with suppress(OSError):  # the next one computes it again
                write_whole(path, b"".join(self._roots))

    def _path(self) -> Path | None:
        folder = self._folder.cache("tree")
        return None if folder is None else folder / "roots-of-256"
