"""Fingerprints as packed rows: one for each exhibit, descriptor and region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, tuple_

from mediaev.model.digest import Digest
from mediaev.model.fingerprint import Box, Fingerprint, Region
from mediaev.store import codec, schema
from mediaev.store.columns import spelled
from mediaev.store.shelf import Shelf

_PAGE = 64
"""Rows read at a time: an hour of video is about 0.3 MB a row."""
_TABLE = schema.fingerprint
_OF_EXHIBIT = (
    select(_TABLE)
    .where(_TABLE.c.exhibit == bindparam("about"))
    .order_by(_TABLE.c.descriptor, _TABLE.c.region)
)
_FORGET = delete(_TABLE).where(_TABLE.c.exhibit == bindparam("about"))
_INSERT = insert(_TABLE)


class FingerprintShelf(Shelf):
    """Packed fingerprints."""

    def fingerprints(self, descriptor: str) -> Iterator[tuple[Digest, Fingerprint]]:
        """All fingerprints of one descriptor, in order of digest and region."""
        ordered = (
            select(_TABLE)
            .where(_TABLE.c.descriptor == descriptor)
            .order_by(_TABLE.c.exhibit, _TABLE.c.region)
            .limit(_PAGE)
        )
        page = self._database.select(ordered, with_exhibit)
        while page:
            yield from page
            exhibit, last = page[-1]
            key = tuple_(_TABLE.c.exhibit, _TABLE.c.region)
            rest = ordered.where(key > (exhibit, last.region.value))
            page = self._database.select(rest, with_exhibit)

    def fingerprints_of(self, digest: Digest, descriptor: str) -> tuple[Fingerprint, ...]:
        """One exhibit's fingerprints of one descriptor."""
        return tuple(
            each for each in self._fingerprints_of(digest) if each.descriptor == descriptor
        )

    def count_described(self, low: str, high: str) -> dict[str, int]:
        """How many exhibits each descriptor from `low` to below `high` described."""
        name = _TABLE.c.descriptor
        number = func.count(_TABLE.c.exhibit.distinct()).label("number")
        chosen = select(name, number).where(name >= low, name < high).group_by(name).order_by(name)
        return dict(self._database.select(chosen, lambda row: (row.descriptor, int(row.number))))

    def _fingerprints_of(self, digest: Digest) -> tuple[Fingerprint, ...]:
        found = self._database.select(_OF_EXHIBIT, with_exhibit, {"about": digest})
        return tuple(fingerprint for _, fingerprint in found)

    def _forget_fingerprints(self, digest: Digest) -> None:
        self._database.run(_FORGET, [{"about": digest}])

    def _insert_fingerprints(self, digest: Digest, made: Iterable[Fingerprint]) -> None:
        self._database.run(_INSERT, [_row(digest, fingerprint) for fingerprint in made])


def packed_sha256(fingerprint: Fingerprint) -> str:
    """What the log says of a fingerprint: SHA-256 of its heading and its packed samples.

    The heading is JSON as in the database, ended by a line break; ticks, bits and quality
    follow. Their lengths follow from `count`, so no two fingerprints read alike.
    """
    heading = {
        "box": codec.encode(fingerprint.box),
        "count": fingerprint.count,
        "descriptor": fingerprint.descriptor,
        "region": fingerprint.region.value,
        "time_base": codec.encode(fingerprint.time_base),
    }
    digest = sha256(spelled(heading).encode("ascii") + b"\n")
    for packed in (fingerprint.ticks, fingerprint.bits, fingerprint.quality):
        digest.update(packed)
    return digest.hexdigest()


def check_packing(fingerprint: Fingerprint) -> None:
    """Raise ValueError unless the packed fields describe the same samples."""
    count = fingerprint.count
    ticks_fit = len(fingerprint.ticks) == 8 * count
    bits_fit = len(fingerprint.bits) % count == 0 if count else not fingerprint.bits
    if not ticks_fit or not bits_fit:
        raise ValueError(f"a fingerprint of {fingerprint.descriptor} is packed unevenly")


def _row(digest: Digest, fingerprint: Fingerprint) -> dict[str, Any]:
    return {
        "descriptor": fingerprint.descriptor,
        "exhibit": digest,
        "region": fingerprint.region.value,
        "time_base": fingerprint.time_base,
        "box": codec.encode(fingerprint.box),
        "ticks": fingerprint.ticks,
        "bits": fingerprint.bits,
        "quality": fingerprint.quality,
    }


def with_exhibit(row: Row[Any]) -> tuple[Digest, Fingerprint]:
    """The exhibit and the fingerprint of a row. Raises ValueError."""
    fingerprint = Fingerprint(
        row.descriptor,
        Region(row.region),
        row.time_base,
        row.ticks,
        row.bits,
        row.quality,
        codec.decode(Box, row.box),
    )
    check_packing(fingerprint)
    return row.exhibit, fingerprint
