"""Matches between exhibits, which of them were compared, and the clusters that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, or_, select

from mediaev.errors import UsageError
from mediaev.model.cluster import Cluster
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft
from mediaev.model.match import Match
from mediaev.store import codec, schema
from mediaev.store.columns import spelled
from mediaev.store.shelf import Shelf, unknown

_REPEATED = ("a", "b", "id", "relation", "score")
"""Columns that repeat what the others hold, to search by."""


@dataclass(frozen=True, slots=True)
class StoredMatch:
    """A match as the case keeps it, seen from the exhibit with the smaller digest."""

    id: str
    """`m-` and 12 hexadecimal digits of SHA-256(a ‖ b ‖ engine)."""
    a: Digest
    b: Digest
    match: Match
    engine: str

    @property
    def sides(self) -> tuple[Digest, Digest, Match]:
        """The two exhibits and their match, seen from the first."""
        return self.a, self.b, self.match


class MatchShelf(Shelf):
    """Matches and clusters."""

    def record_matches(
        self, digest: Digest, engine: str, matches: Sequence[tuple[Digest, Match]]
    ) -> None:
        """Record that `engine` compared an exhibit with all others it had compared before.

        Each match is given as seen from `digest`, with the exhibit on its other side. What
        the engine found earlier about the same pairs is replaced.
        """
        found = [_stored(digest, other, engine, match) for other, match in matches]
        by_pair = {(one.a, one.b): one for one in found}
        table = schema.match
        pair = (table.c.a == bindparam("one")) & (table.c.b == bindparam("other"))
        same = delete(table).where(pair & (table.c.engine == engine))
        with self.transaction():
            self._require([digest, *(other for other, _ in matches)])
            self._mark_compared(digest, engine)
            self._database.run(same, [{"one": a, "other": b} for a, b in by_pair])
            self._database.run(insert(table), [_row(one) for one in by_pair.values()])
            self._log.append([_event(one) for one in by_pair.values()])

    def _require(self, digests: Sequence[Digest]) -> None:
        column = schema.exhibit.c.digest
        for digest in digests:
            if not self._database.select(select(column).where(column == digest), tuple):
                raise unknown(digest)

    def _mark_compared(self, digest: Digest, engine: str) -> None:
        table = schema.compared
        row = {"engine": engine, "exhibit": digest}
        known = (table.c.engine == engine) & (table.c.exhibit == digest)
        self._database.run(delete(table).where(known))
        self._database.run(insert(table), [row])

    def _forget_comparisons(self, digest: Digest) -> None:
        """Drop what was concluded from fingerprints that are being replaced.

        Nothing else may drop a match: `verify` reports one that vanished otherwise.
        """
        match, compared = schema.match, schema.compared
        self._database.run(delete(match).where(or_(match.c.a == digest, match.c.b == digest)))
        self._database.run(delete(compared).where(compared.c.exhibit == digest))

    def compared(self, engine: str) -> set[Digest]:
        """The exhibits that an engine has compared with one another."""
        table = schema.compared
        of_it = select(table.c.exhibit).where(table.c.engine == engine)
        return set(self._database.select(of_it, lambda row: row.exhibit))

    def count_uncompared(self, engine: str, descriptors: Sequence[str]) -> int:
        """How many exhibits with fingerprints of any descriptor an engine has yet to compare."""
        made, done = schema.fingerprint, schema.compared
        described = select(made.c.exhibit.label("one")).where(made.c.descriptor.in_(descriptors))
        compared = select(done.c.exhibit).where(done.c.engine == engine)
        open_ones = described.where(made.c.exhibit.not_in(compared)).distinct().subquery()
        counted = select(func.count().label("number")).select_from(open_ones)
        return self._database.select(counted, lambda row: int(row.number))[0]

    def matches(
        self, digest: Digest | None = None, *, engine: str | None = None
    ) -> list[StoredMatch]:
        """All matches, or those of one exhibit, the surest first.

        With `engine`, what other engines found about pairs that this one has compared is left
        out; about the others it is the best that is known.
        """
        table = schema.match
        chosen = select(table).order_by(table.c.score.desc(), "a", "b", "engine")
        if engine is not None:
            done = select(schema.compared.c.exhibit).where(schema.compared.c.engine == engine)
            anew = table.c.a.in_(done) & table.c.b.in_(done)
            chosen = chosen.where((table.c.engine == engine) | ~anew)
        if digest is not None:
            chosen = chosen.where(or_(table.c.a == digest, table.c.b == digest))
        return self._database.select(chosen, stored_match)

    def matches_with_id(self, name: str) -> list[StoredMatch]:
        """The match that goes by an id `m-…`; none where there is no such."""
        of_it = select(schema.match).where(schema.match.c.id == name)
        return self._database.select(of_it, stored_match)

    def record_clusters(self, clusters: Sequence[Cluster]) -> None:
        """Replace all clusters. They follow from the matches, so the log does not list them."""
        rows = [{"id": cluster.id, "cluster": codec.encode(cluster)} for cluster in clusters]
        with self.transaction():
            self._database.run(delete(schema.cluster))
            self._database.run(insert(schema.cluster), rows)

    def clusters(self) -> list[Cluster]:
        """All clusters, the largest first."""
        found = self._database.select(
            select(schema.cluster), lambda row: codec.decode(Cluster, row.cluster)
        )
        return sorted(found, key=lambda cluster: (-len(cluster.members), cluster.id))


def _stored(digest: Digest, other: Digest, engine: str, match: Match) -> StoredMatch:
    if digest == other:
        raise UsageError(f"{digest} cannot be matched with itself.")
    a, b = sorted((digest, other))
    named = sha256(a.value + b.value + engine.encode()).hexdigest()[:12]
    return StoredMatch(f"m-{named}", a, b, match if a == digest else match.turned(), engine)


def match_sha256(match: Match) -> str:
    """What the log says of a match: SHA-256 of its JSON as it stands in the database."""
    return sha256(spelled(codec.encode(match)).encode("ascii")).hexdigest()


def _event(stored: StoredMatch) -> EventDraft:
    detail = {
        "with": str(stored.b),
        "match": stored.id,
        "engine": stored.engine,
        "relation": stored.match.relation.value,
        "score": f"{stored.match.score:.6f}",
        "sha256": match_sha256(stored.match),
    }
    return EventDraft("item.match", detail, item=stored.a)


def _row(stored: StoredMatch) -> dict[str, Any]:
    return {
        "a": stored.a,
        "b": stored.b,
        "engine": stored.engine,
        "id": stored.id,
        "relation": stored.match.relation.value,
        "score": stored.match.score,
        "match": codec.encode(stored.match),
    }


def stored_match(row: Row[Any]) -> StoredMatch:
    """The match of a row. Raises ValueError."""
    return StoredMatch(row.id, row.a, row.b, codec.decode(Match, row.match), row.engine)


def with_agreement(row: Row[Any]) -> tuple[StoredMatch, bool]:
    """The match of a row, and whether the columns beside it repeat it. Raises ValueError."""
    found = stored_match(row)
    expected = _row(_stored(found.a, found.b, found.engine, found.match))
    return found, all(expected[name] == getattr(row, name) for name in _REPEATED)
