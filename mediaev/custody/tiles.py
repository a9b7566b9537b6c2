"""Tiles (C2SP tlog-tiles): a log's tree and its entries as files that never change once full.

A tile of level L holds up to 256 hashes, each the root of 256^L leaves; an entry bundle holds up
to 256 entries, each after its length in two bytes. Paths are those of the specification, below
the folder or address of the log. From tiles any proof is computed (`node_reader`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from mediaev.custody.form import HASH_SIZE, NoteError
from mediaev.custody.tree import NodeReader, leaf_hash, root

WIDTH = 256
"""Hashes of a full tile, and entries of a full bundle."""
HEIGHT = 8
"""Levels of the tree that a tile spans: 2⁸ = 256."""
LONGEST_ENTRY = 65_535
CHECKPOINT = "checkpoint"
"""Where the log's newest signed note stands."""
_KEPT = 1024
"""Tiles that a reader keeps at hand: 8 MB at most."""
TileReader = Callable[[int, int], bytes]
"""Gives the hashes of a tile by level and number, joined: all of it, or as many as there are."""


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Where a tile stands; `width` under 256 for a partial one."""
    return f"tile/{level}/{_numbered(number)}{_partial(width)}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """Where an entry bundle stands; `width` under 256 for a partial one."""
    return f"tile/entries/{_numbered(number)}{_partial(width)}"


def tile_widths(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, number and width of every tile of a log of that size; none is empty."""
    level, hashes = 0, size
    while hashes:
        for number in range(0, hashes, WIDTH):
            yield level, number // WIDTH, min(WIDTH, hashes - number)
        level, hashes = level + 1, hashes >> HEIGHT


def packed_bundle(entries: Iterable[bytes]) -> bytes:
    """The bytes of an entry bundle. Raises NoteError for an entry that is too long."""
    packed = bytearray()
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise NoteError(f"an entry of {len(entry)} bytes does not fit into a bundle")
        packed += len(entry).to_bytes(2, "big") + entry
    return bytes(packed)


def unpacked_bundle(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises NoteError, and nothing else, on whatever it is given."""
    entries, place = [], 0
    while place < len(bundle):
        start = place + 2
        place = start + int.from_bytes(bundle[place:start], "big")
        if place > len(bundle) or start > len(bundle):
            raise NoteError("an entry bundle ends within an entry")
        entries.append(bundle[start:place])
        if len(entries) > WIDTH:
            raise NoteError(f"an entry bundle holds more than {WIDTH} entries")
    return entries


class TileWriter:
    """Lays a log out as tiles: entries go in by order, files come out by path and bytes.

    Memory: one tile a level and one bundle, whatever the length of the log.
    """

    def __init__(self) -> None:
        self.size = 0
        """How many entries went in."""
        self._entries: list[bytes] = []
        self._levels: list[tuple[int, list[bytes]]] = []

    def add(self, entry: bytes) -> Iterator[tuple[str, bytes]]:
        """Take the next entry; gives the tiles and bundles that it completes."""
        self._entries.append(entry)
        self.size += 1
        hashed, level = leaf_hash(entry), 0
        if len(self._entries) == WIDTH:
            yield bundle_path((self.size - 1) // WIDTH), packed_bundle(self._entries)
            self._entries = []
        while True:
            if level == len(self._levels):
                self._levels.append((0, []))
            number, hashes = self._levels[level]
            hashes.append(hashed)
            if len(hashes) < WIDTH:
                return
            yield tile_path(level, number), b"".join(hashes)
            self._levels[level] = number + 1, []
            hashed, level = root(hashes), level + 1

    def rest(self) -> Iterator[tuple[str, bytes]]:
        """The partial tiles and the partial bundle that are left at the end."""
        if self._entries:
            path = bundle_path(self.size // WIDTH, len(self._entries))
            yield path, packed_bundle(self._entries)
        for level, (number, hashes) in enumerate(self._levels):
            if hashes:
                yield tile_path(level, number, len(hashes)), b"".join(hashes)


def node_reader(read: TileReader) -> NodeReader:
    """Reads nodes of a tree out of its tiles; each tile is read once.

    The reader raises NoteError for a tile that is shorter than it must be.
    """
    tile = lru_cache(_KEPT)(read)

    def node(level: int, index: int) -> bytes:
        tiles, within = divmod(level, HEIGHT)
        first = index << within
        number, place = divmod(first, WIDTH)
        hashes = _hashes(tile(tiles, number), place, 1 << within)
        return root(hashes)

    return node


def _hashes(tile: bytes, place: int, count: int) -> Sequence[bytes]:
    part = tile[place * HASH_SIZE : (place + count) * HASH_SIZE]
    if len(part) != count * HASH_SIZE:
        raise NoteError("a tile is shorter than the log's size asks for")
    return [part[start : start + HASH_SIZE] for start in range(0, len(part), HASH_SIZE)]


def _numbered(number: int) -> str:
    """A tile's number in groups of three digits, all but the last marked with x."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def _partial(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"
