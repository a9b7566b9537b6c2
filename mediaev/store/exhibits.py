"""Exhibits, the places they were seen, and what became of each file of a scan."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from mediaev.errors import TamperedCaseError, UsageError
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.model.exhibit import (
    Exhibit,
    FileIdentity,
    FileOutcome,
    Kind,
    Sighting,
    Status,
    path_base64,
)
from mediaev.store import schema
from mediaev.store.columns import storable
from mediaev.store.shelf import REASON_LIMIT, Shelf

_EXHIBIT = select(schema.exhibit).where(schema.exhibit.c.digest == bindparam("about"))
_INSERT_EXHIBIT = insert(schema.exhibit)
_HERE = (schema.sighting.c.path == bindparam("here")) & (schema.sighting.c.superseded == 0)
_SIGHTED_HERE = select(schema.sighting).where(_HERE)
_SEEN_AGAIN = update(schema.sighting).where(_HERE).values(seen=bindparam("now"))
_SUPERSEDE = update(schema.sighting).where(_HERE).values(superseded=1)
_INSERT_SIGHTING = insert(schema.sighting)


class ExhibitShelf(Shelf):
    """Exhibits, sightings and outcomes."""

    def take_in(
        self, exhibit: Exhibit, sighting: Sighting, *, digests: Sequence[Digest] = ()
    ) -> bool:
        """Record that an exhibit's bytes were seen at a place; say whether they are new.

        The same place with another content or identity becomes a new sighting; the earlier
        one is kept as superseded. `digests` are further digests of the same bytes. Raises
        TamperedCaseError if the case knows the bytes under another size.
        """
        if (sighting.exhibit, sighting.identity.size) != (exhibit.digest, exhibit.size):
            raise UsageError("The sighting is of other bytes than the exhibit.")
        with self.transaction():
            known = self.exhibit(exhibit.digest)
            if known is None:
                self._database.run(_INSERT_EXHIBIT, [_exhibit_row(exhibit)])
            elif known.size != exhibit.size:
                raise TamperedCaseError(
                    f"The case says that {exhibit.digest} has {known.size} bytes; "
                    f"the file has {exhibit.size}."
                )
            self._place(sighting)
            self._log.append([_ingest(exhibit, sighting, digests, first=known is None)])
        return known is None

    def _place(self, sighting: Sighting) -> None:
        here = {"here": sighting.path}
        current = self.sighting_at(sighting.path)
        if current is not None and _same_but_when(current, sighting):
            self._database.run(_SEEN_AGAIN, [{**here, "now": sighting.seen}])
            return
        if current is not None:
            self._database.run(_SUPERSEDE, [here])
        self._database.run(_INSERT_SIGHTING, [_sighting_row(sighting)])

    def refuse(self, outcome: FileOutcome) -> None:
        """Record that a file was not taken in, and why."""
        detail = {
            "name_b64": Private(_name_base64(outcome.path)),
            "path_b64": Private(path_base64(outcome.path)),
            "reason": Private(storable(outcome.reason)[:REASON_LIMIT]),
        }
        draft = EventDraft(
            "item.quarantine", detail, item=outcome.exhibit, outcome=outcome.status.value
        )
        self.append([draft])

    def record_kept(self, digest: Digest, object_path: str, method: str) -> None:
        """Record that a copy of an exhibit was kept in the case."""
        detail = {"object": object_path, "method": method}
        self.append([EventDraft("item.copy", detail, item=digest)])

    def recorded_digests(self, algorithms: Iterable[str]) -> dict[Digest, dict[str, bytes]]:
        """Further digests of exhibits, by algorithm, as the log recorded them when they came in.

        The log is the one place where they are kept. Raises TamperedCaseError.
        """
        wanted = set(algorithms)
        if not wanted:
            return {}
        table = schema.event
        ingests = select(table.c.item, table.c.body).where(table.c.type == "item.ingest")

        def make(row: Row[Any]) -> tuple[Digest, dict[str, bytes]]:
            digests = json.loads(row.body)["detail"]["digests"]
            chosen = [
                Digest(name, bytes.fromhex(digests[name])) for name in wanted & digests.keys()
            ]
            return Digest.parse(row.item), {each.algorithm: each.value for each in chosen}

        found: dict[Digest, dict[str, bytes]] = {}
        for item, digests in self._database.select(ingests, make):
            found.setdefault(item, {}).update(digests)
        return found

    def record_outcomes(self, session: int, outcomes: Iterable[FileOutcome]) -> None:
        """Record what became of each path in the scan that `session` names."""
        latest = {outcome.path: outcome for outcome in outcomes}
        rows = [
            {
                "path": outcome.path,
                "status": outcome.status.value,
                "reason": outcome.reason,
                "exhibit": outcome.exhibit,
                "session": session,
            }
            for outcome in latest.values()
        ]
        table = schema.outcome
        same_path = delete(table).where(table.c.path == bindparam("here"))
        with self.transaction():
            self._database.run(same_path, [{"here": path} for path in latest])
            self._database.run(insert(table), rows)

    def exhibit(self, digest: Digest) -> Exhibit | None:
        """One exhibit, if the case holds it."""
        found = self._database.select(_EXHIBIT, _exhibit, {"about": digest})
        return found[0] if found else None

    def exhibits(self) -> list[Exhibit]:
        """All exhibits, in the order they were taken in."""
        ordered = select(schema.exhibit).order_by("taken_in", "digest")
        return self._database.select(ordered, _exhibit)

    def find_exhibits(self, prefix: str) -> list[Exhibit]:
        """Exhibits whose digest begins with these hexadecimal digits; `sha256:` may precede."""
        digits = prefix.strip().lower().removeprefix("sha256:")
        if len(digits) > 64 or set(digits) - set("0123456789abcdef"):
            return []
        column = schema.exhibit.c.digest
        lowest, highest = (
            Digest("sha256", bytes.fromhex(digits.ljust(64, filler))) for filler in "0f"
        )
        within = select(schema.exhibit).where(column.between(lowest, highest)).order_by(column)
        return self._database.select(within, _exhibit)

    def sightings(self, digest: Digest) -> list[Sighting]:
        """Every place where an exhibit was ever seen, in order of recording."""
        table = schema.sighting
        of_it = select(table).where(table.c.exhibit == digest).order_by(table.c.id)
        return self._database.select(of_it, _sighting)

    def sighting_at(self, path: bytes) -> Sighting | None:
        """What lies at one path now, as far as the case knows."""
        found = self._database.select(_SIGHTED_HERE, _sighting, {"here": path})
        return found[0] if found else None

    def sightings_by_path(self) -> dict[bytes, Sighting]:
        """What lies at each path now, as far as the case knows."""
        current = select(schema.sighting).where(schema.sighting.c.superseded == 0)
        found = self._database.select(current, _sighting)
        return {sighting.path: sighting for sighting in found}

    def outcomes(self) -> list[FileOutcome]:
        """What became of each path in the last scan that met it, in order of path."""
        return self._database.select(select(schema.outcome).order_by("path"), _outcome)


def _ingest(
    exhibit: Exhibit, sighting: Sighting, digests: Sequence[Digest], *, first: bool
) -> EventDraft:
    identity = sighting.identity
    detail = {
        "size": str(exhibit.size),
        "digests": {one.algorithm: one.hex for one in (exhibit.digest, *digests)},
        "name_b64": Private(_name_base64(sighting.path)),
        "path_b64": Private(path_base64(sighting.path)),
        "device": str(identity.device),
        "inode": str(identity.inode),
        "links": str(identity.links),
        "mtime_ns": str(identity.mtime_ns),
        "ctime_ns": str(identity.ctime_ns),
        "first": first,
        "seen": sighting.seen,
        **({"taken_in": exhibit.taken_in} if first else {}),
    }
    return EventDraft("item.ingest", detail, item=exhibit.digest)


def _name_base64(path: bytes) -> str:
    return base64.b64encode(path.rpartition(b"/")[2]).decode()


def _same_but_when(one: Sighting, other: Sighting) -> bool:
    return (one.exhibit, one.identity) == (other.exhibit, other.identity)


def _exhibit_row(exhibit: Exhibit) -> dict[str, Any]:
    return {
        "digest": exhibit.digest,
        "size": exhibit.size,
        "kind": exhibit.kind.value,
        "taken_in": exhibit.taken_in,
    }


def _exhibit(row: Row[Any]) -> Exhibit:
    return Exhibit(row.digest, row.size, Kind(row.kind), row.taken_in)


def _sighting_row(sighting: Sighting) -> dict[str, Any]:
    identity = sighting.identity
    return {
        "exhibit": sighting.exhibit,
        "path": sighting.path,
        "device": identity.device,
        "inode": identity.inode,
        "size": identity.size,
        "mtime_ns": identity.mtime_ns,
        "ctime_ns": identity.ctime_ns,
        "links": identity.links,
        "seen": sighting.seen,
        "superseded": 0,
    }


def _sighting(row: Row[Any]) -> Sighting:
    identity = FileIdentity(row.device, row.inode, row.size, row.mtime_ns, row.ctime_ns, row.links)
    return Sighting(row.exhibit, row.path, identity, row.seen, bool(row.superseded))


def _outcome(row: Row[Any]) -> FileOutcome:
    return FileOutcome(row.path, Status(row.status), row.reason, row.exhibit)
