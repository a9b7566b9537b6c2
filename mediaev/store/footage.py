"""Features and films: what is kept of an exhibit's pictures besides their fingerprints."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, Table, bindparam, delete, insert, select

from mediaev.model.digest import Digest
from mediaev.model.examination import Examination
from mediaev.model.features import PLACE_BYTES, LocalFeatures
from mediaev.model.film import Film
from mediaev.store import codec, schema
from mediaev.store.columns import spelled
from mediaev.store.shelf import Shelf

FEATURES = "features"
FILM = "film"
"""What the log calls them, where it says the region of a fingerprint."""
_LONGEST_SIDE = 4096
"""Pixels; no film or keyframe of ours comes near it."""
_PAGE = 64


class FootageShelf(Shelf):
    """The local features and the film of each exhibit that has a picture."""

    def features(self, descriptor: str) -> Iterator[tuple[Digest, LocalFeatures]]:
        """All local features of one descriptor, in order of digest."""
        table = schema.features
        for row in self._paged(table, table.c.descriptor == descriptor, _as_is):
            yield row.exhibit, features_of(row)

    def film(self, digest: Digest) -> Film | None:
        """The film of an exhibit, if there is one."""
        table = schema.film
        found = self._database.select(select(table).where(table.c.exhibit == digest), film_of)
        return found[0] if found else None

    def _paged(self, table: Table, chosen: Any, make: Any) -> Iterator[Row[Any]]:
        ordered = select(table).where(chosen).order_by(table.c.exhibit).limit(_PAGE)
        page = self._database.select(ordered, make)
        while page:
            yield from page
            rest = ordered.where(table.c.exhibit > page[-1].exhibit)
            page = self._database.select(rest, make)

    def local_features(self, digest: Digest) -> LocalFeatures | None:
        """The local features of an exhibit, if there are any."""
        table = schema.features
        # Not ordered by the database, which would copy megabytes to sort one row.
        found = self._database.select(select(table).where(table.c.exhibit == digest), features_of)
        return min(found, key=lambda each: each.descriptor, default=None)

    def _forget_footage(self, digest: Digest) -> None:
        for table in (schema.features, schema.film):
            gone = delete(table).where(table.c.exhibit == bindparam("about"))
            self._database.run(gone, [{"about": digest}])

    def _insert_footage(self, digest: Digest, examination: Examination) -> None:
        if examination.features is not None:
            row = {"exhibit": digest, **_columns(examination.features, _FEATURE_COLUMNS)}
            self._database.run(insert(schema.features), [row])
        if examination.film is not None:
            row = {"exhibit": digest, **_columns(examination.film, _FILM_COLUMNS)}
            self._database.run(insert(schema.film), [row])


_FEATURE_COLUMNS = (
    "descriptor", "time_base", "width", "height", "ticks", "counts", "places", "codes",
)  # fmt: skip
_FILM_COLUMNS = ("codec", "time_base", "ticks", "width", "height", "aspect", "packed")


def _columns(made: LocalFeatures | Film, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(made, name) for name in names}


def footage_entries(examination: Examination) -> list[dict[str, Any]]:
    """What the log says of features and film, in the form of its fingerprints."""
    entries = []
    if (features := examination.features) is not None:
        entries.append(_entry(features.descriptor, FEATURES, features.keyframes, features))
    if (film := examination.film) is not None:
        entries.append(_entry(film.codec, FILM, film.count, film))
    return entries


def _entry(name: str, region: str, count: int, made: LocalFeatures | Film) -> dict[str, Any]:
    return {
        "descriptor": name,
        "region": region,
        "count": count,
        "sha256": footage_sha256(made),
    }


def footage_sha256(made: LocalFeatures | Film) -> str:
    """What the log says of features or a film: SHA-256 of a heading and the packed bytes.

    The heading is JSON of the columns that are not bytes, ended by a line break; lengths of
    the packed columns stand in it, so no two read alike.
    """
    names = _FEATURE_COLUMNS if isinstance(made, LocalFeatures) else _FILM_COLUMNS
    columns = _columns(made, names)
    packed = {name: value for name, value in columns.items() if isinstance(value, bytes)}
    heading = {
        name: len(value) if isinstance(value, bytes) else codec.encode(value)
        for name, value in columns.items()
    }
    digest = sha256(spelled(heading).encode("ascii") + b"\n")
    for value in packed.values():
        digest.update(value)
    return digest.hexdigest()


def check_footage(examination: Examination) -> None:
    """Raise ValueError unless features and film are packed as they say."""
    if examination.features is not None:
        _check_features(examination.features)
    if examination.film is not None:
        _check_film(examination.film)


def _check_features(features: LocalFeatures) -> None:
    counts = features.counts
    total = sum(struct.unpack(f"<{len(counts) // 2}H", counts[: len(counts) // 2 * 2]))
    sound = (
        len(features.ticks) == 8 * features.keyframes
        and len(counts) % 2 == 0
        and len(features.places) == PLACE_BYTES * total
        and (len(features.codes) % total == 0 if total else not features.codes)
        and 0 < features.width <= _LONGEST_SIDE
        and 0 < features.height <= _LONGEST_SIDE
        and features.time_base > 0
    )
    if not sound:
        raise ValueError("local features are packed unevenly")


def _check_film(film: Film) -> None:
    sides = film.width, film.height
    sound = (
        len(film.ticks) % 8 == 0
        and all(0 < side <= _LONGEST_SIDE and side % 8 == 0 for side in sides)
        and 0 < film.aspect < _LONGEST_SIDE
        and film.time_base > 0
    )
    if not sound:
        raise ValueError("a film is packed unevenly")


def features_of(row: Row[Any]) -> LocalFeatures:
    """The local features of a row. Raises ValueError."""
    made = LocalFeatures(*(getattr(row, name) for name in _FEATURE_COLUMNS))
    _check_features(made)
    return made


def film_of(row: Row[Any]) -> Film:
    """The film of a row. Raises ValueError."""
    made = Film(*(getattr(row, name) for name in _FILM_COLUMNS))
    _check_film(made)
    return made


def _as_is(row: Row[Any]) -> Row[Any]:
    return row
