"""Redaction: openings of private values that are to be destroyed, and what came of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown

WHOLE_PATHS = frozenset({"detail.path_b64", "detail.to_b64"})
"""Where events hold base64 of an exact path; the second is where an audit found a file moved."""
PATHS = WHOLE_PATHS | {"detail.name_b64"}
"""Where they hold base64 of exact path or name."""
_IN_BASE64 = "_b64"
"""How members end whose texts are base64 of paths."""
NO_WORDS = frozenset({"detail.claims", "detail.file", "detail.sha256"})
"""Where they hold digests, which repeat nowhere as text."""
_SHORTEST = 4
"""Characters of a text that is looked for inside of others; a shorter one must be all of it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A private value that the case still tells, with the event that it belongs to."""

    seq: int
    path: str
    """Dotted place in the event, e.g. `detail.path_b64`."""
    type: str
    """The event's type."""
    item: Digest | None
    value: Any


@dataclass(frozen=True, slots=True)
class Redaction:
    """What a redaction removes, or would remove."""

    chosen: tuple[Opening, ...]
    """Openings that were asked for."""
    repeating: tuple[Opening, ...] = ()
    """Openings that were not, but tell one of the same values again."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows that repeat a value and are removed or blanked, by table."""
    namesakes: tuple[Digest, ...] = ()
    """Other exhibits, whose files have one of the same names; nothing of them is removed."""

    @property
    def openings(self) -> tuple[Opening, ...]:
        """All that are destroyed, in the order of the log."""
        every = {(each.seq, each.path): each for each in (*self.chosen, *self.repeating)}
        return tuple(every[key] for key in sorted(every))


class Told:
    """What chosen openings tell, to find where else it is told."""

    def __init__(self, openings: Sequence[Opening]) -> None:
        self.paths = set[bytes]()
        """Exact bytes of paths."""
        self.names = set[bytes]()
        """The last steps of these."""
        self._words = set[str]()
        self._events = set[int]()
        self.join(openings)
        self._claimed = {each.item for each in openings if each.path == "detail.claims"}
        self._lists = {each.seq for each in openings if each.path in NO_WORDS}
        for each in openings:
            self._learn(each)

    def join(self, openings: Sequence[Opening]) -> None:
        """Have name and path of an event go together, also where one of them repeats."""
        self._events |= {each.seq for each in openings if each.path in PATHS}

    def _learn(self, opening: Opening) -> None:
        if opening.path in PATHS:
            path = unbase64(opening.value)
            if opening.path in WHOLE_PATHS:
                self.paths.add(path)
            name = path.rpartition(b"/")[2]
            self.names.add(name)
            plain = name.decode("utf-8", "backslashreplace")
            self._words |= {plain, shown(name)}
        elif opening.path not in NO_WORDS and isinstance(opening.value, str):
            self._words.add(opening.value)
        self._words.discard("")

    def repeated_by(self, opening: Opening) -> bool:
        """Whether an opening tells one of the values as well.

        Paths must be the same; other texts, such as arguments, may hold a name or a word.
        """
        if opening.path in PATHS:
            return opening.seq in self._events or (
                opening.path in WHOLE_PATHS and unbase64(opening.value) in self.paths
            )
        if opening.path == "detail.claims":
            return opening.item in self._claimed
        if opening.path in NO_WORDS:
            return opening.seq in self._lists
        return any(map(self.is_in, _texts(opening.path, opening.value)))

    def is_in(self, text: str) -> bool:
        """Whether a text holds one of the values."""
        return any(
            word in text if len(word) >= _SHORTEST else word == text.rpartition("/")[2]
            for word in self._words
        )


def _texts(name: str, value: Any) -> Iterator[str]:
    """All texts in a value, keys of objects too; paths as text, whatever form they are in."""
    if isinstance(value, str):
        yield value
        if name.endswith(_IN_BASE64):
            path = unbase64(value)
            yield path.decode("utf-8", "backslashreplace")
            yield shown(path)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(name, each)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield key
            yield from _texts(key, each)


def unbase64(value: Any) -> bytes:
    """The bytes of a base64 value; empty for what is none."""
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        return b""
