"""What leaves the case: the log to be copied, the files beside it, and the events of exports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from mediaev.custody.leaf import fields
from mediaev.custody.verify import LogRow
from mediaev.errors import TamperedCaseError
from mediaev.model.digest import Digest
from mediaev.model.event import Disclosure, EventDraft, Private
from mediaev.store import schema
from mediaev.store.columns import storable
from mediaev.store.event_log import opening
from mediaev.store.files import read_small
from mediaev.store.guard import file_errors
from mediaev.store.shelf import Shelf

_PAGE = 2000
"""Events read at a time."""
_FOLDERS = ("anchors", "cosignatures")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_LIMIT = 8 << 20


@dataclass(frozen=True, slots=True)
class ExportDraft:
    """What the log is to say of an export."""

    form: str
    profile: str
    names: bool
    """Whether the names that files had are told."""
    target: str
    counts: dict[str, int] = field(default_factory=dict)
    """Exhibits by what became of them."""
    made: str = ""
    """Digest of a document, or of a bag's payload manifest; empty as long as there is none."""

    @property
    def detail(self) -> dict[str, Any]:
        """The event's detail."""
        return {
            "form": self.form,
            "profile": self.profile,
            "names": self.names,
            "exhibits": dict(self.counts),
            **({"made": self.made} if self.made else {}),
            "target": Private(storable(self.target)),
        }


@dataclass(frozen=True, slots=True)
class GivenOut:
    """An exhibit whose bytes were to leave the case."""

    exhibit: Digest
    outcome: str
    """`ok`, or why they did not."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Hexadecimal by algorithm, of the bytes that were copied."""


class OutgoingShelf(Shelf):
    """Reading what goes out, and recording that it did."""

    def log_with_openings(self) -> Iterator[tuple[LogRow, list[Disclosure]]]:
        """The whole log in order, each event with the openings that are still kept of it.

        One that was destroyed and is back, as out of an old copy, does not leave the case.
        """
        after, destroyed = -1, self._destroyed()
        table = schema.disclosure
        while page := list(self._log.events(after=after, limit=_PAGE)):
            last = page[-1].seq
            if not isinstance(last, int) or last <= after:
                raise TamperedCaseError("The events of the case database are out of order.")
            within = table.c.seq.between(after + 1, last)
            chosen = select(table).where(within).order_by(table.c.seq, table.c.path)
            kept = self._database.select(chosen, opening)
            found = [each for each in kept if each.seq not in destroyed.get(each.path, ())]
            openings = {seq: list(each) for seq, each in groupby(found, lambda one: one.seq)}
            for row in page:
                yield row, openings.get(row.seq, []) if isinstance(row.seq, int) else []
            after = last

    def _destroyed(self) -> dict[str, set[int]]:
        """The events whose openings were destroyed, by the places in them."""
        events = schema.event
        chosen = select(events.c.body).where(events.c.type == "disclosure.destroy")
        found: dict[str, set[int]] = {}
        for named in self._database.select(chosen, _destroyed_by):
            for path, numbers in named:
                found.setdefault(path, set()).update(numbers)
        return found

    def files_beside_log(self) -> Iterator[tuple[str, bytes]]:
        """Time stamps and co-signatures in `log/`: `anchors/<size>/<name>` and the like, sorted.

        What is not named so does not belong there and is passed over. Raises
        TamperedCaseError for links and what is too large.
        """
        for name in _FOLDERS:
            folder = self._folder.root / "log" / name
            for inner in _inside(folder):
                if _SIZE.fullmatch(inner.name):
                    for path in _inside(inner):
                        if _NAME.fullmatch(path.name):
                            with file_errors(path):
                                content = read_small(path, _LIMIT)
                            if content is not None:
                                yield f"{name}/{inner.name}/{path.name}", content

    def announce_export(self, draft: ExportDraft) -> int:
        """Record that an export is about to be made; returns the event's number."""
        [seq] = self.append([EventDraft("case.export", draft.detail, outcome="announced")])
        return seq

    def record_export(
        self, draft: ExportDraft, given_out: Sequence[GivenOut], intent: int | None = None
    ) -> int:
        """Record an export, and what became of each exhibit that was to go with its bytes.

        Returns the number of the export's event.
        """
        with self.transaction():
            [seq] = self.append([EventDraft("case.export", draft.detail, intent=intent)])
            self.append(
                [
                    EventDraft(
                        "item.export",
                        {"export": seq, "digests": dict(each.digests)},
                        item=each.exhibit,
                        outcome=each.outcome,
                    )
                    for each in given_out
                ]
            )
        return seq

    def record_failed_export(self, draft: ExportDraft, intent: int, error: str) -> None:
        """Record that an export that was announced, or recorded already, did not come to be."""
        detail = {**draft.detail, "error": error}
        self.append([EventDraft("case.export", detail, outcome="failed", intent=intent)])


def _destroyed_by(row: Row[Any]) -> list[tuple[str, list[int]]]:
    named = fields(row.body).detail["destroyed"]
    return [(str(each["path"]), list(map(int, each["events"]))) for each in named]


def _inside(folder: Path) -> list[Path]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    with file_errors(folder):
        return sorted(folder.iterdir())
