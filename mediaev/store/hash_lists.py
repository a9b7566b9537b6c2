"""Hash lists of others, packed in blocks, and what the log says of them."""

from __future__ import annotations

import struct
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, func, insert, select

from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.model.hash_list import UNKNOWN_QUALITY, UNKNOWN_TICK, Entry, EntryKind, HashList
from mediaev.store import schema
from mediaev.store.columns import spelled, storable
from mediaev.store.shelf import Shelf

BLOCK = 4096
"""Samples of a block; a video's frames may lie in several."""
_LIST, _BLOCK = schema.hash_list, schema.list_block
_PACKED = ("entries", "lines", "bits", "quality", "ticks")


@dataclass(frozen=True, slots=True)
class ListBlock:
    """Some samples of one list and kind, side by side."""

    place: int
    """Order in the list."""
    kind: EntryKind
    entries: bytes
    """n little-endian uint32: the number of the entry that each sample is of, from 0."""
    lines: bytes
    """n little-endian uint32: where it stands in the list's file."""
    bits: bytes
    quality: bytes
    """n bytes."""
    ticks: bytes
    """n little-endian int64, milliseconds."""


class HashListShelf(Shelf):
    """Lists that were imported, and those that were given out."""

    @contextmanager
    def new_list(self) -> Iterator[ListWriter]:
        """Write a list; it is in the case once `finish` was called and the block has ended."""
        with self.transaction():
            last = select(func.coalesce(func.max(_LIST.c.number), 0).label("last"))
            [number] = self._database.select(last, lambda row: int(row.last))
            yield ListWriter(self, number + 1)

    def _add_block(self, row: Mapping[str, Any]) -> None:
        self._database.run(insert(_BLOCK), [row])

    def _add_list(self, made: HashList, digest: str) -> None:
        """Add the list's own row, and the event; the blocks are there already."""
        detail = {
            "list": made.id,
            "format": made.format,
            "size": str(made.size),
            "counts": dict(made.counts),
            "unfit": made.unfit,
            "name": Private(made.name),
            "owner": Private(made.owner),
            "file": Private(made.digest.hex),
            "sha256": Private(digest),
        }
        self._database.run(insert(_LIST), [_row(made)])
        self.append([EventDraft("list.import", detail)])

    def hash_lists(self) -> list[HashList]:
        """All lists, in the order of their import."""
        return self._database.select(select(_LIST).order_by("number"), list_of)

    def list_blocks(self, number: int, kinds: Iterable[EntryKind]) -> Iterator[ListBlock]:
        """The blocks of some kinds of a list, in order; labels are not among it."""
        columns = [column for column in _BLOCK.c if column.name not in {"list", "labels"}]
        wanted = set(kinds)
        places = select(_BLOCK.c.place, _BLOCK.c.kind).where(_BLOCK.c.list == number)
        for place, kind in self._database.select(
            places.order_by("place"), lambda row: (int(row.place), EntryKind(row.kind))
        ):
            if kind not in wanted:
                continue
            one = select(*columns).where(_BLOCK.c.list == number, _BLOCK.c.place == place)
            yield from self._database.select(one, block_of)

    def list_labels(self, number: int, place: int) -> dict[int, str]:
        """What a list says of each entry of one block, by the entry's number."""
        one = select(_BLOCK).where(_BLOCK.c.list == number, _BLOCK.c.place == place)
        [labels] = self._database.select(one, labels_of) or [{}]
        return labels

    def listed_samples(self) -> int:
        """How many samples all lists hold together."""
        total = select(func.coalesce(func.sum(func.length(_BLOCK.c.quality)), 0).label("total"))
        [samples] = self._database.select(total, lambda row: int(row.total))
        return samples

    def record_list_export(
        self, form: str, exhibits: int, made: Digest, target: str, *, paths: bool
    ) -> None:
        """Record that a list of exhibits was written for others."""
        detail = {
            "format": form,
            "exhibits": exhibits,
            "made": str(made),
            "paths": paths,
            "target": Private(storable(target)),
        }
        self.append([EventDraft("list.export", detail)])


@dataclass(slots=True)
class _Buffer:
    """Samples of one kind that are not in a block yet."""

    entries: array[int] = field(default_factory=lambda: array("I"))
    lines: array[int] = field(default_factory=lambda: array("I"))
    bits: bytearray = field(default_factory=bytearray)
    quality: bytearray = field(default_factory=bytearray)
    ticks: array[int] = field(default_factory=lambda: array("q"))
    labels: list[str] = field(default_factory=list)
    """One for each entry that has a sample here."""


class ListWriter:
    """Takes a list's entries one by one and packs them."""

    def __init__(self, shelf: HashListShelf, number: int) -> None:
        self.number = number
        self.counts: Counter[str] = Counter()
        self._shelf = shelf
        self._buffers: dict[EntryKind, _Buffer] = {}
        self._entries = 0
        self._blocks = 0
        self._digest = sha256()

    def add(self, entry: Entry) -> None:
        """Take one entry."""
        self.counts[entry.kind.value] += 1
        width = entry.kind.width
        count = len(entry.bits) // width
        label = storable(entry.label)
        for start in range(0, count, BLOCK):
            end = min(count, start + BLOCK)
            buffer = self._buffers.setdefault(entry.kind, _Buffer())
            buffer.labels.append(label)
            buffer.entries.extend([self._entries] * (end - start))
            buffer.lines.extend([entry.line] * (end - start))
            buffer.bits += entry.bits[start * width : end * width]
            buffer.quality += entry.quality[start:end] or bytes([UNKNOWN_QUALITY]) * (end - start)
            buffer.ticks.extend(entry.ticks[start:end] or [UNKNOWN_TICK] * (end - start))
            if len(buffer.quality) >= BLOCK:
                self._flush(entry.kind)
        self._entries += 1

    def finish(self, heading: HashList) -> HashList:
        """Write the list's own row; of the heading, number and counts are filled in."""
        for kind in list(self._buffers):
            self._flush(kind)
        made = replace(
            heading,
            number=self.number,
            name=storable(heading.name),
            owner=storable(heading.owner),
            counts=dict(sorted(self.counts.items())),
        )
        self._shelf._add_list(made, list_sha256(made, self._digest.digest()))  # noqa: SLF001
        return made

    def _flush(self, kind: EntryKind) -> None:
        buffer = self._buffers.pop(kind)
        row = {
            "list": self.number,
            "place": self._blocks,
            "kind": kind.value,
            "entries": _little_endian(buffer.entries),
            "lines": _little_endian(buffer.lines),
            "bits": bytes(buffer.bits),
            "quality": bytes(buffer.quality),
            "ticks": _little_endian(buffer.ticks),
            "labels": buffer.labels,
        }
        self._blocks += 1
        self._digest.update(block_sha256(row))
        self._shelf._add_block(row)  # noqa: SLF001


def block_sha256(row: Mapping[str, Any]) -> bytes:
    """SHA-256 of a block: JSON of its plain columns and lengths, a line break, what is packed."""
    heading = {
        "kind": row["kind"],
        "labels": row["labels"],
        "place": row["place"],
        **{name: len(row[name]) for name in _PACKED},
    }
    digest = sha256(spelled(heading).encode("ascii") + b"\n")
    for name in _PACKED:
        digest.update(row[name])
    return digest.digest()


def list_sha256(made: HashList, blocks: bytes) -> str:
    """What the log says of a list: SHA-256 of JSON of its row and of its blocks' digests.

    `blocks` is SHA-256 of the digests of all blocks in order.
    """
    row = _row(made)
    # Name and owner have commitments of their own.
    told = {name: row[name] for name in row if name not in {"name", "owner", "digest"}}
    text = spelled({**told, "digest": str(made.digest), "blocks": blocks.hex()})
    return sha256(text.encode("ascii")).hexdigest()


def _little_endian(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _row(made: HashList) -> dict[str, Any]:
    return {column.name: getattr(made, column.name) for column in _LIST.c}


def list_of(row: Row[Any]) -> HashList:
    """The list of a row. Raises ValueError."""
    for counts in (row.counts, row.left_out):
        if type(counts) is not dict or any(type(count) is not int for count in counts.values()):
            raise ValueError(f"counts expected, found {counts!r:.80}")
    for kind in row.counts:
        EntryKind(kind)
    return HashList(**{column.name: getattr(row, column.name) for column in _LIST.c})


def block_of(row: Row[Any]) -> ListBlock:
    """The block of a row. Raises ValueError."""
    kind = EntryKind(row.kind)
    count = len(row.quality)
    lengths = (len(row.entries), len(row.lines), len(row.bits), len(row.ticks))
    if lengths != (4 * count, 4 * count, kind.width * count, 8 * count):
        raise ValueError("a block of a hash list is packed unevenly")
    return ListBlock(row.place, kind, row.entries, row.lines, row.bits, row.quality, row.ticks)


def labels_of(row: Row[Any]) -> dict[int, str]:
    """The labels of a row, by entry. Raises ValueError."""
    entries = dict.fromkeys(number for (number,) in struct.iter_unpack("<I", row.entries))
    labels = row.labels
    if type(labels) is not list or any(type(label) is not str for label in labels):
        raise ValueError("labels of a hash list expected")
    return dict(zip(entries, labels, strict=True))
