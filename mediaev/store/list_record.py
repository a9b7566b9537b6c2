"""What the log says of imported hash lists, to hold their tables against it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from mediaev.custody.verify import Fault, LogRow
from mediaev.model.hash_list import HashList
from mediaev.store.hash_lists import block_sha256, list_sha256

OPENINGS = ("detail.name", "detail.owner", "detail.sha256")
"""Private values of `list.import` that a list is held against."""


@dataclass(slots=True)
class _Imported:
    """What one event says of a list."""

    seq: int
    opened: dict[str, object] = field(default_factory=dict)
    """Values whose opening is still kept."""


class ListRecord:
    """Takes the log row by row, then blocks and lists, and notes what does not fit."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._by_id: dict[str, _Imported] = {}
        self._by_seq: dict[int, _Imported] = {}
        self._blocks: dict[int, Any] = {}
        """By list, the running digest of its blocks' digests."""

    def take(self, row: LogRow) -> None:
        """Learn from one event what it records."""
        if row.type == "list.import" and isinstance(row.body, bytes) and isinstance(row.seq, int):
            with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
                imported = _Imported(row.seq)
                self._by_id[str(json.loads(row.body)["detail"]["list"])] = imported
                self._by_seq[row.seq] = imported

    def open_value(self, seq: int, path: str, value: object) -> None:
        """Learn a private value from the opening of its commitment."""
        if seq in self._by_seq and path in OPENINGS:
            self._by_seq[seq].opened[path] = value

    def add_block(self, number: int, row: Mapping[str, Any]) -> None:
        """Take a block; they come in the order of list and place."""
        running = self._blocks.setdefault(number, hashlib.sha256())
        running.update(block_sha256(row))

    def check_list(self, found: HashList) -> None:
        """A list stands in the database, so an event must have recorded just it."""
        blocks = self._blocks.pop(found.number, hashlib.sha256())
        imported = self._by_id.pop(found.id, None)
        if imported is None:
            says = f"No event records the import of the list {found.id}, which the case holds."
            self.faults.append(Fault(None, "unlogged", says))
            return
        actual = {
            "detail.name": found.name,
            "detail.owner": found.owner,
            "detail.sha256": list_sha256(found, blocks.digest()),
        }
        if any(actual[path] != value for path, value in imported.opened.items()):
            says = f"Event {imported.seq}: The list {found.id} is not what the log records."
            self.faults.append(Fault(imported.seq, "differs", says))

    def check_rest(self) -> None:
        """What the log records must have been met."""
        for name, imported in self._by_id.items():
            says = f"Event {imported.seq}: The list {name}, imported here, is gone from the case."
            self.faults.append(Fault(imported.seq, "missing", says))
        for number in self._blocks:
            says = f"There are entries of a list l-{number} that the case does not have."
            self.faults.append(Fault(None, "unlogged", says))
