"""Third parties' time: requests and responses are kept as files, and every one is an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256, sha512
from typing import Any

from sqlalchemy import select

from mediaev.custody.anchors import MISFIT, judge_one, written
from mediaev.custody.bracket import Brackets
from mediaev.custody.leaf import fields
from mediaev.custody.token import GOOD
from mediaev.custody.verify import Anchor, Authority, FoundAnchor
from mediaev.model.event import EventDraft
from mediaev.store import schema
from mediaev.store.anchor_folder import AnchorFolder
from mediaev.store.authorities import read_authorities
from mediaev.store.checkpoints import StoredCheckpoint
from mediaev.store.history import HistoryShelf

_IN_ONE_EVENT = 150
"""Time stamps that one `anchor.renew` event lists: an event has to stay below 64 kB."""
_Recorded = Mapping[tuple[int, str], tuple[int, str]]
"""By size and file: the event, and the hex SHA-256 of the response that it records."""


class AnchorShelf(HistoryShelf):
    """The time stamps over the log."""

    @property
    def anchor_folder(self) -> AnchorFolder:
        """The files of requests and responses."""
        return AnchorFolder(self._folder.root)

    def newest_checkpoint(self) -> StoredCheckpoint | None:
        """The newest signed head."""
        return next(iter(reversed(self._checkpoints.stored())), None)

    def checkpoint_notes(self) -> dict[int, bytes]:
        """Every signed note that is kept, by the number of events under it."""
        return {one.size: one.note for one in self._checkpoints.stored()}

    def record_request(
        self, size: int, authority: str, request: bytes, detail: Mapping[str, Any]
    ) -> int:
        """Keep a request that is about to go out; returns the number of its event."""
        self.anchor_folder.keep_request(size, authority, request)
        told = {"size": size, "file": authority, "sha256": sha256(request).hexdigest(), **detail}
        [seq] = self.append([EventDraft("anchor.request", told)])
        return seq

    def record_silence(self, size: int, authority: str, reason: str, intent: int) -> None:
        """Record that a request got no answer; it stays, so that one can be brought later."""
        detail = {"size": size, "file": authority, "reason": reason[:200]}
        draft = EventDraft("anchor.request", detail, outcome="unanswered", intent=intent)
        self.append([draft])

    def record_response(
        self, size: int, authority: str, response: bytes, intent: int | None
    ) -> str:
        """Keep a response, whatever it is worth, under a name that is returned."""
        name = self.anchor_folder.keep_response(size, authority, response)
        self._record_anchor(FoundAnchor(size, name, response), intent)
        return name

    def record_unrecorded(self) -> int:
        """Record responses that no event records, as after a crash; says how many there were.

        Not those that contradict the log: an event would turn them into mere misfits.
        """
        fresh = [each for each in self.anchors() if each.event is None and each.kind != MISFIT]
        for each in fresh:
            response = self.anchor_folder.response(each.size, each.name)
            if response is not None:
                self._record_anchor(FoundAnchor(each.size, each.name, response), None)
        return len(fresh)

    def record_renewal(self) -> int:
        """Record stronger digests of all time stamps and of the log; says of how many stamps.

        The next time stamp then covers them, whatever becomes of SHA-256.
        """
        stamps: list[dict[str, Any]] = [
            {
                "size": found.size,
                "file": found.name,
                "sha512": sha512(found.response).hexdigest(),
            }
            for found in self._anchors()
        ]
        size, bodies = self._log.size(), sha512()
        for row in self.events():
            bodies.update(bytes(row.body) if isinstance(row.body, bytes) else b"")
            bodies.update(b"\n")
        told = {"events": size, "sha512": bodies.hexdigest()}
        parts = range(0, max(len(stamps), 1), _IN_ONE_EVENT)
        self.append(
            [
                EventDraft(
                    "anchor.renew", {**told, "stamps": stamps[place : place + _IN_ONE_EVENT]}
                )
                for place in parts
            ]
        )
        return len(stamps)

    def anchors(self) -> list[Anchor]:
        """The time stamps, judged by the authorities trusted here.

        Whether the log continues their checkpoints is not looked at: that is up to `verify`.
        """
        authorities, _ = self.trusted_authorities()
        recorded, notes = self._recorded(), self.checkpoint_notes()
        judged = []
        for found in self._anchors():
            event, digest = recorded.get((found.size, found.name), (None, ""))
            note = notes.get(found.size)
            anchor = judge_one(found, [] if note is None else [note], authorities, event)
            intact = event is None or sha256(found.response).hexdigest() == digest
            judged.append(replace(anchor, sound=intact and anchor.kind == GOOD))
        return judged

    def brackets(self) -> Brackets:
        """Between which times events were logged, with the same reservation."""
        return Brackets(self.anchors())

    def trusted_authorities(self) -> tuple[list[Authority], list[str]]:
        """Whose time stamps count, and what is wrong with the configuration."""
        configured, problems = read_authorities()
        return [each.trust for each in configured], problems

    def _anchors(self) -> Iterator[FoundAnchor]:
        return self.anchor_folder.found()

    def _recorded(self) -> _Recorded:
        """What the log records of time stamps. Raises TamperedCaseError."""
        chosen = select(schema.event).where(schema.event.c.type == "anchor.token")
        rows = self._database.select(
            chosen.order_by(schema.event.c.seq), lambda row: (row.seq, fields(row.body).detail)
        )
        recorded: dict[tuple[int, str], tuple[int, str]] = {}
        for seq, detail in rows:
            size, file = detail.get("size"), detail.get("file")
            if isinstance(size, int) and isinstance(file, str):
                recorded.setdefault((size, file), (seq, str(detail.get("sha256"))))
        return recorded

    def _record_anchor(self, found: FoundAnchor, intent: int | None) -> None:
        request = self.anchor_folder.request(found.size, found.name)
        note = self.checkpoint_notes().get(found.size)
        authorities, _ = self.trusted_authorities()
        judged = judge_one(
            replace(found, request=request), [] if note is None else [note], authorities, None
        )
        detail = {
            "size": found.size,
            "file": found.name,
            "sha256": sha256(found.response).hexdigest(),
            "request": None if request is None else sha256(request).hexdigest(),
            "found": judged.kind,
            "time": None if judged.time is None else written(judged.time),
            "serial": None if judged.serial is None else f"{judged.serial:x}",
        }
        outcome = "ok" if judged.kind == GOOD else judged.kind
        self.append([EventDraft("anchor.token", detail, outcome=outcome, intent=intent)])
