"""Verification of a whole case: the log by its own rules, then the evidence against the log."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from mediaev.custody.algorithms import Algorithm
from mediaev.custody.verify import (
    DATABASE,
    LOG_FOLDER,
    Fault,
    FoundCheckpoint,
    Level,
    LogRow,
    Pin,
    Verdict,
    verify_log,
)
from mediaev.errors import UsageError
from mediaev.model.exhibit import path_base64
from mediaev.store import clock, schema
from mediaev.store.anchors import AnchorShelf
from mediaev.store.announced import algorithm_of
from mediaev.store.checkpoints import StoredCheckpoint
from mediaev.store.decisions import decision_sha256, with_seq
from mediaev.store.event_log import AS_FOUND, log_row, opening
from mediaev.store.examinations import examination_sha256
from mediaev.store.fingerprints import packed_sha256, with_exhibit
from mediaev.store.footage import FEATURES, FILM, features_of, film_of, footage_sha256
from mediaev.store.hash_lists import list_of
from mediaev.store.keyring import trusted_vkeys
from mediaev.store.list_record import OPENINGS, ListRecord
from mediaev.store.matches import match_sha256, with_agreement
from mediaev.store.pins import raise_pin, read_pin
from mediaev.store.record import SIGHTED, FoundSighting, Record

_MOST = 1000
"""How many faults of the evidence a verdict lists."""
_OPENINGS = select(schema.disclosure).order_by(schema.disclosure.c.seq, schema.disclosure.c.path)
_TELLING_OPENINGS = (
    select(schema.disclosure.c.seq, schema.disclosure.c.path, schema.disclosure.c.value)
    .where(
        schema.disclosure.c.path.in_(
            ["detail.claims", "detail.path_b64", "detail.operator", *OPENINGS]
        )
    )
    .order_by(schema.disclosure.c.seq)
)
_LISTS = select(schema.hash_list).order_by(schema.hash_list.c.number)
_LIST_BLOCKS = select(schema.list_block).order_by(
    schema.list_block.c.list, schema.list_block.c.place
)
_CLAIMS = select(schema.claim).order_by(schema.claim.c.exhibit, schema.claim.c.place)
_EXAMINED = ("status", "reason", "settings", "facts", "flags", "readers", "libraries")
_EXAMINATIONS = select(schema.examination, schema.exhibit.c.kind).select_from(
    schema.examination.join(schema.exhibit)
)


class IntegrityShelf(AnchorShelf):
    """Verification."""

    def schema_differences(self) -> list[str]:
        """How the database's structure differs from what mediaev makes, one a line."""
        return [difference.says for difference in self._database.differences()]

    def verify(self) -> Verdict:
        """Recompute the whole log, and hold the evidence in the database against it.

        Raises TamperedCaseError only where the database cannot be read at all; whatever else
        does not fit is a fault of the verdict.
        """
        # Files first: a writer at work may sign on, and the log must not seem behind them.
        pin = read_pin(self._log.vault)
        published = [FoundCheckpoint(note, LOG_FOLDER, size) for size, note in self._folder.notes()]
        authorities, problems = self.trusted_authorities()
        strays = self.anchor_folder.strays()
        record, lists = Record(), ListRecord()
        with self._database.snapshot():
            stored = self._checkpoints.stored()
            verdict = verify_log(
                self._rows(record, lists),
                [
                    *(FoundCheckpoint(one.note, DATABASE, one.size, one.root) for one in stored),
                    *published,
                ],
                vault=self._log.vault,
                trusted=self._trusted(),
                pins=[pin] if pin else [],
                disclosures=self._database.stream(_OPENINGS, opening),
                all_openings=True,
                anchors=self.anchor_folder.found(),
                authorities=authorities,
                now=datetime.fromisoformat(clock.now()),
            )
            self._hold_against(record, lists)
            warnings = [Fault(None, "schema", says) for says in self.schema_differences()]
            warnings += self._public_keys()
            warnings += [Fault(None, "authority", says) for says in problems]
            warnings += [Fault(None, "stray", _stray(path)) for path in strays]
            damages = [Fault(None, "damaged", says) for says in self._database.damages()]
        verdict = _extended(verdict, record.faults + lists.faults + damages, warnings)
        if not verdict.faults:
            self._remember([one for one in stored if one.size == verdict.signed_size])
        return verdict

    def _rows(self, record: Record, lists: ListRecord) -> Iterator[LogRow]:
        """The log in order; both records learn from each row as it passes."""
        self._log.settle()
        rows = select(*AS_FOUND).order_by(schema.event.c.seq)
        for row in self._database.stream(rows, log_row):
            record.take(row)
            lists.take(row)
            yield row

    def _public_keys(self) -> list[Fault]:
        """Whether a stranger who looks into `log/` finds the keys that the log announces."""
        listed = self._folder.listed_keys()
        if listed is None or listed == self._announced():
            return []
        says = "log/vkey.txt does not list the keys that the log announces: do not go by it."
        return [Fault(None, "vkey", says)]

    def _trusted(self) -> list[str]:
        """The keys known apart from the case, unless others sign here as well.

        A key that a colleague adopted is announced under ours, but nobody vouched for it, so
        the signatures then count for no more than the log itself. One that the log's own key
        handed on to, or that took the place of a lost one, is judged by itself. A second key,
        which never signs alone, may be unknown: who trusts the first one passes its signatures
        over.
        """
        known = trusted_vkeys(self._log.vault)
        sign_alone = {
            vkey for vkey in self._added() if algorithm_of(vkey) is not Algorithm.ML_DSA_44
        }
        return known if sign_alone <= set(known) else []

    def _hold_against(self, record: Record, lists: ListRecord) -> None:
        """Check every row of evidence against what the log records."""
        database = self._database
        for seq, path, value in database.stream(_TELLING_OPENINGS, tuple):
            record.open_value(seq, path, value)
            lists.open_value(seq, path, value)
        record.check_facts(dict(database.stream(select(schema.meta), tuple)))
        record.check_keys(database.stream(select(schema.key), tuple))
        for row in database.stream(select(schema.exhibit), _as_it_is):
            record.check_exhibit(str(row.digest), row.size, row.taken_in)
        for sighting in database.stream(select(schema.sighting), _sighting):
            record.check_sighting(sighting)
        for row in database.stream(_EXAMINATIONS, _as_it_is):
            found = {name: getattr(row, name) for name in _EXAMINED}
            record.check_examination(str(row.exhibit), examination_sha256(row.kind, found))
        for exhibit, made in database.stream(select(schema.fingerprint), with_exhibit):
            place = made.descriptor, made.region.value
            record.check_fingerprint(str(exhibit), place, packed_sha256(made))
        self._hold_footage_against(record)
        claims = database.stream(_CLAIMS, lambda row: (str(row.exhibit), row.field, row.claim))
        for name, group in itertools.groupby(claims, key=lambda each: each[0]):
            record.check_claims(name, [(field, claim) for _, field, claim in group])
        for match, whole in database.stream(select(schema.match), with_agreement):
            pair = str(match.a), str(match.b), match.engine
            record.check_match(pair, match_sha256(match.match), whole=whole)
        for seq, decision, whole in database.stream(select(schema.decision), with_seq):
            record.check_decision(seq, decision_sha256(decision), whole=whole)
        record.check_rest()
        self._hold_lists_against(lists)

    def _hold_lists_against(self, lists: ListRecord) -> None:
        """The same for hash lists of others."""
        for row in self._database.stream(_LIST_BLOCKS, _as_it_is):
            lists.add_block(row.list, row._asdict())
        for found in self._database.stream(_LISTS, list_of):
            lists.check_list(found)
        lists.check_rest()

    def _hold_footage_against(self, record: Record) -> None:
        """The same for local features and films."""
        database = self._database
        for exhibit, features in database.stream(
            select(schema.features), lambda row: (row.exhibit, features_of(row))
        ):
            place = features.descriptor, FEATURES
            record.check_fingerprint(str(exhibit), place, footage_sha256(features))
        for exhibit, film in database.stream(
            select(schema.film), lambda row: (row.exhibit, film_of(row))
        ):
            record.check_fingerprint(str(exhibit), (film.codec, FILM), footage_sha256(film))

    def _remember(self, signed: list[StoredCheckpoint]) -> None:
        """Pin what was verified: an older copy is noticed from now on."""
        for one in signed:
            with suppress(UsageError):  # reading a case must not need a writable home
                raise_pin(self._log.vault, Pin(one.size, one.root))


def _sighting(row: Row[Any]) -> FoundSighting:
    return FoundSighting(
        str(row.exhibit),
        tuple(getattr(row, name) for name in SIGHTED),
        path_base64(row.path),
        row.seen,
        current=not row.superseded,
    )


def _as_it_is(row: Row[Any]) -> Row[Any]:
    return row


def _stray(path: str) -> str:
    return f"{path!a} is named as no answer of an authority is, so it was not looked at."


def _extended(verdict: Verdict, faults: list[Fault], warnings: list[Fault]) -> Verdict:
    """The verdict with what was found beside the log."""
    if len(faults) > _MOST:
        more = Fault(None, "more", f"{len(faults) - _MOST} further faults are not listed.")
        faults = [*faults[:_MOST], more]
    by_event = sorted(
        [*verdict.faults, *faults], key=lambda fault: (fault.seq is None, fault.seq or 0)
    )
    return replace(
        verdict,
        level=Level.READABLE if by_event else verdict.level,
        faults=tuple(by_event),
        warnings=(*verdict.warnings, *warnings),
    )
