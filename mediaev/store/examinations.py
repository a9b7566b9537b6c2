"""Examinations: media facts, claims and fingerprints of exhibits, with their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from mediaev.errors import EvidenceError
from mediaev.model.claim import Claim, ReaderRun
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.model.examination import Examination, ExaminationStatus, MediaFacts
from mediaev.model.exhibit import Kind
from mediaev.store import codec, schema
from mediaev.store.columns import spelled, storable
from mediaev.store.fingerprints import FingerprintShelf, check_packing, packed_sha256
from mediaev.store.footage import FootageShelf, check_footage, footage_entries, footage_sha256
from mediaev.store.matches import MatchShelf
from mediaev.store.shelf import REASON_LIMIT, unknown

_FORGET_EXAMINATION = delete(schema.examination).where(
    schema.examination.c.exhibit == bindparam("about")
)
_FORGET_CLAIMS = delete(schema.claim).where(schema.claim.c.exhibit == bindparam("about"))
_SET_KIND = (
    update(schema.exhibit)
    .where(schema.exhibit.c.digest == bindparam("about"))
    .values(kind=bindparam("becomes"))
)
_INSERT_EXAMINATION = insert(schema.examination)
_INSERT_CLAIM = insert(schema.claim)


@dataclass(frozen=True, slots=True)
class _Written:
    """An examination in the form in which it is stored and logged."""

    row: dict[str, Any]
    claims: list[Any]
    fingerprints: list[str]
    """What the log says of each fingerprint."""
    footage: list[str]
    """The same of the local features and the film."""


class ExaminationShelf(FingerprintShelf, FootageShelf, MatchShelf):
    """The latest examination of each exhibit."""

    def record_examination(self, digest: Digest, examination: Examination) -> None:
        """Record what examining an exhibit brought to light, in the place of earlier results.

        If its fingerprints are others than before, what was concluded from those is dropped,
        so that the exhibit is compared anew. Raises EvidenceError for an examination that
        cannot be stored, UsageError for an exhibit that the case does not hold.
        """
        written = _write(examination)
        with self.transaction():
            kind = {"about": digest, "becomes": examination.kind.value}
            if not self._database.run(_SET_KIND, [kind]):
                raise unknown(digest)
            self._forget(digest, [*written.fingerprints, *written.footage])
            self._database.run(_INSERT_EXAMINATION, [{"exhibit": digest, **written.row}])
            self._database.run(_INSERT_CLAIM, _claim_rows(digest, examination, written))
            self._insert_fingerprints(digest, examination.fingerprints)
            self._insert_footage(digest, examination)
            self._log.append(_events(digest, examination, written))
        if examination.thumbnail:
            self._folder.write_thumbnail(digest, examination.thumbnail)

    def _forget(self, digest: Digest, fingerprints: list[str]) -> None:
        """Remove an earlier examination, and what rests on fingerprints that are no more."""
        about = [{"about": digest}]
        if not self._database.run(_FORGET_EXAMINATION, about):
            return
        earlier = [packed_sha256(one) for one in self._fingerprints_of(digest)]
        earlier += [
            footage_sha256(one)
            for one in (self.local_features(digest), self.film(digest))
            if one is not None
        ]
        if sorted(earlier) != sorted(fingerprints):
            self._forget_comparisons(digest)
        self._database.run(_FORGET_CLAIMS, about)
        self._forget_fingerprints(digest)
        self._forget_footage(digest)

    def examination(self, digest: Digest) -> Examination | None:
        """The latest examination of an exhibit, thumbnail included, if there is one."""
        table, exhibit = schema.examination, schema.exhibit
        joined = table.join(exhibit, table.c.exhibit == exhibit.c.digest)
        chosen = select(table, exhibit.c.kind).select_from(joined)

        def make(row: Row[Any]) -> Examination:
            return Examination(
                Kind(row.kind),
                ExaminationStatus(row.status),
                row.reason,
                codec.decode(MediaFacts, row.facts),
                self._fingerprints_of(digest),
                self.local_features(digest),
                self.film(digest),
                self._claims_of(digest),
                codec.decode(tuple[str, ...], row.flags),
                codec.decode(tuple[ReaderRun, ...], row.readers),
                self._folder.thumbnail(digest),
                row.settings,
                codec.decode(dict[str, str], row.libraries),
            )

        found = self._database.select(chosen.where(table.c.exhibit == digest), make)
        return found[0] if found else None

    def _claims_of(self, digest: Digest) -> tuple[Claim, ...]:
        table = schema.claim
        of_it = select(table).where(table.c.exhibit == digest).order_by(table.c.place)
        return tuple(self._database.select(of_it, _claim))

    def examination_status(self) -> dict[Digest, tuple[ExaminationStatus, str, str]]:
        """How each examined exhibit fared: status, id of the settings, reason."""
        table = schema.examination
        chosen = select(table.c.exhibit, table.c.status, table.c.settings, table.c.reason)
        found = self._database.select(
            chosen,
            lambda row: (row.exhibit, (ExaminationStatus(row.status), row.settings, row.reason)),
        )
        return dict(found)

    def count_unexamined(self) -> int:
        """How many exhibits were taken in and never examined."""
        examined = select(schema.examination.c.exhibit)
        open_ones = select(func.count().label("number")).where(
            schema.exhibit.c.digest.not_in(examined)
        )
        return self._database.select(open_ones, lambda row: int(row.number))[0]

    def facts(self) -> dict[Digest, MediaFacts]:
        """The media facts of all examined exhibits."""
        chosen = select(schema.examination.c.exhibit, schema.examination.c.facts)
        found = self._database.select(
            chosen, lambda row: (row.exhibit, codec.decode(MediaFacts, row.facts))
        )
        return dict(found)

    def facts_of(self, digest: Digest) -> MediaFacts | None:
        """The media facts of one exhibit, if it was examined."""
        table = schema.examination
        chosen = select(table.c.facts).where(table.c.exhibit == digest)
        found = self._database.select(chosen, lambda row: codec.decode(MediaFacts, row.facts))
        return found[0] if found else None

    def described(self, descriptors: Sequence[str]) -> dict[Digest, bytes]:
        """Exhibits with fingerprints of any descriptor, and what names each one's examination.

        The name is the leaf hash of the event that logged it, so no other examination of any
        case bears it. It is empty where the log knows of none, as `verify` would tell.
        """
        made, event = schema.fingerprint, schema.event
        with_any = select(made.c.exhibit).where(made.c.descriptor.in_(descriptors)).distinct()
        last = (
            select(event.c.item, func.max(event.c.seq).label("seq"))
            .where(event.c.type == "item.identify")
            .group_by(event.c.item)
            .subquery()
        )
        logged = select(last.c.item, event.c.leaf_hash).join(event, event.c.seq == last.c.seq)
        names = dict(self._database.select(logged, lambda row: (row.item, row.leaf_hash)))
        found = self._database.select(with_any, lambda row: row.exhibit)
        return {digest: names.get(str(digest), b"") for digest in sorted(found)}

    def claims(self, field: str) -> dict[Digest, list[Claim]]:
        """All claims of one field, by exhibit, in the readers' order."""
        table = schema.claim
        chosen = select(table).where(table.c.field == field)
        rows = self._database.select(
            chosen.order_by(table.c.exhibit, table.c.place), lambda row: (row.exhibit, _claim(row))
        )
        found: dict[Digest, list[Claim]] = {}
        for exhibit, claim in rows:
            found.setdefault(exhibit, []).append(claim)
        return found


def examination_sha256(kind: str, row: dict[str, Any]) -> str:
    """What the log says of an examination: SHA-256 of the JSON of its row and its kind."""
    return sha256(spelled({"kind": kind, **row}).encode("ascii")).hexdigest()


def claims_sha256(claims: list[Any]) -> str:
    """What the log says of claims: SHA-256 of the JSON list of them, as they are stored."""
    return sha256(spelled(claims).encode("ascii")).hexdigest()


def _write(examination: Examination) -> _Written:
    """Bring an examination into its stored form, and make sure that it can be read again."""
    places = {(made.descriptor, made.region) for made in examination.fingerprints}
    try:
        if len(places) < len(examination.fingerprints):
            raise ValueError("two fingerprints of one descriptor and region")  # noqa: TRY301
        for fingerprint in examination.fingerprints:
            check_packing(fingerprint)
        check_footage(examination)
        claims = [codec.encode(claim) for claim in examination.claims]
        for claim in claims:
            codec.decode(Claim, claim)
        return _Written(
            examination_row(examination),
            claims,
            [packed_sha256(fingerprint) for fingerprint in examination.fingerprints],
            [entry["sha256"] for entry in footage_entries(examination)],
        )
    except (ValueError, TypeError) as error:
        raise EvidenceError(f"The examination's result cannot be stored: {error}") from error


def _events(digest: Digest, examination: Examination, written: _Written) -> list[EventDraft]:
    kind, status = examination.kind.value, examination.status.value
    identified = {
        "kind": kind,
        "format": storable(examination.facts.format),
        "settings": examination.settings,
        "sha256": examination_sha256(kind, written.row),
    }
    if examination.reason:
        # Examinations see no names of files, so their reasons tell none.
        identified["reason"] = storable(examination.reason)[:REASON_LIMIT]
    events = [EventDraft("item.identify", identified, item=digest, outcome=status)]
    if examination.claims or examination.readers:
        # Positions and times can be guessed, so a bare digest of them would give them away.
        read = {
            "claims": Private(claims_sha256(written.claims)),
            "count": len(written.claims),
            "readers": [
                {"name": run.name, "status": run.status.value} for run in examination.readers
            ],
        }
        events.append(EventDraft("item.metadata", read, item=digest))
    made = footage_entries(examination)
    if examination.fingerprints:
        made = [
            {
                "descriptor": fingerprint.descriptor,
                "region": fingerprint.region.value,
                "count": fingerprint.count,
                "sha256": sha256_of_it,
            }
            for fingerprint, sha256_of_it in zip(
                examination.fingerprints, written.fingerprints, strict=True
            )
        ] + made
    if made:
        events.append(EventDraft("item.fingerprint", {"fingerprints": made}, item=digest))
    return events


def examination_row(examination: Examination) -> dict[str, Any]:
    """The columns that describe an examination, without the exhibit."""
    return {
        "status": examination.status.value,
        "reason": storable(examination.reason),
        "settings": examination.settings,
        "facts": codec.encode(examination.facts),
        "flags": codec.encode(examination.flags),
        "readers": codec.encode(examination.readers),
        "libraries": codec.encode(examination.libraries),
    }


def _claim_rows(
    digest: Digest, examination: Examination, written: _Written
) -> list[dict[str, Any]]:
    return [
        {"exhibit": digest, "place": place, "field": claim.field, "claim": encoded}
        for place, (claim, encoded) in enumerate(
            zip(examination.claims, written.claims, strict=True)
        )
    ]


def _claim(row: Row[Any]) -> Claim:
    return codec.decode(Claim, row.claim)
