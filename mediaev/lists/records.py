"""Records: rows and JSON objects whose cells have names, as the entries that they tell of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from mediaev.lists.frames import Frame, frame_of, quality_of, tick_of
from mediaev.lists.hashes import NoHashError, kind_named, parse, plain
from mediaev.model.hash_list import (
    LABEL_LIMIT,
    UNKNOWN_QUALITY,
    Entry,
    EntryKind,
    Item,
    LeftOut,
    Unfit,
)

_ROLES = {
    "value": (
        *("hash", "value", "indicator", "hashvalue", "signalvalue", "signalhash", "signal"),
        *("digest", "checksum", "hashdigest", "hex"),
    ),
    "type": (
        *("type", "kind", "algorithm", "algo", "hashtype", "hashalgorithm", "signaltype"),
        "indicatortype",
    ),
    "quality": ("quality", "pdqquality", "hashquality"),
    "seconds": ("timestamp", "seconds", "time"),
    "frame": ("frame", "framenumber"),
    "name": ("filename", "file", "path", "filepath", "name", "relativepath", "fullpath"),
    "tags": ("tags", "tag", "labels", "label"),
    "says": ("description", "comment", "comments", "notes", "note", "category", "status"),
    "withdrawn": ("shoulddelete", "isexpired", "deleted", "withdrawn"),
}
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names}
_TOLD = ("name", "tags", "says")
"""What of a record its label tells, in this order."""
WITHDRAWN = "withdrawn by the list's owner"
NOTHING = "names no file, picture or video by a hash"


@lru_cache(1000)
def role_of(name: str) -> str:
    """What a column or member is for: a role, the name of a kind of hash, or nothing.

    >>> role_of("SHA-256"), role_of("indicator"), role_of("Weather")
    ('sha256', 'value', '')
    """
    kind = kind_named(name)
    return kind.value if kind is not None else _ROLE_OF.get(plain(name), "")


def is_heading(names: list[str]) -> bool:
    """Whether cells name columns, one of them with hashes."""
    roles = set(map(role_of, names))
    return bool(roles & {"value", *EntryKind})


def label_of(cells: Mapping[str, str]) -> str:
    """What a record says of its entry, in one line."""
    return shortened(", ".join(cells[role] for role in _TOLD if cells.get(role)))


def shortened(label: str) -> str:
    """A label that is short enough to be kept."""
    label = label.strip()
    return label if len(label) <= LABEL_LIMIT else f"{label[: LABEL_LIMIT - 1]}…"


def items_of(cells: Mapping[str, str], line: int) -> Iterator[Item | Frame]:
    """What a record tells of; its cells are by role or kind, empty ones count as absent.

    A record may hold several hashes of one thing; each is an entry. Where one is unfit,
    the others still count.
    """
    if cells.get("withdrawn", "").casefold() in {"true", "1", "yes"}:
        yield LeftOut(line, WITHDRAWN)
        return
    label = label_of(cells)
    hashes = [(EntryKind(kind), cells[kind]) for kind in EntryKind if cells.get(kind)]
    if cells.get("value"):
        kind = None
        if cells.get("type"):
            kind = kind_named(cells["type"])
            if kind is None:
                yield LeftOut(line, f"of the type {plain(cells['type'])[:24] or '?'}")
                return
        yield from _one(kind, cells["value"], cells, line, label)
    for kind, digits in hashes:
        yield from _one(kind, digits, cells, line, label)
    if not hashes and not cells.get("value"):
        yield LeftOut(line, NOTHING)


def _one(
    kind: EntryKind | None, digits: str, cells: Mapping[str, str], line: int, label: str
) -> Iterator[Item | Frame]:
    try:
        if kind is EntryKind.VPDQ or (kind is None and _is_frame(cells)):
            frame = frame_of(
                line,
                digits,
                cells.get("quality", ""),
                cells.get("seconds", ""),
                cells.get("frame", ""),
            )
            yield frame._replace(label=label)
            return
        kind, bits = parse(digits, kind)
        quality = UNKNOWN_QUALITY
        if EntryKind.PDQ in kind.pictures:
            quality = quality_of(cells.get("quality", ""))
    except NoHashError as error:
        yield Unfit(line, str(error))
        return
    yield Entry(kind, bits, line, label, b"" if quality == UNKNOWN_QUALITY else bytes([quality]))


def _is_frame(cells: Mapping[str, str]) -> bool:
    """Whether a record without a type is one frame of a video: clear at a time, and no more."""
    if not cells.get("quality") or not cells.get("seconds") or cells.get("name"):
        return False
    try:
        tick_of(cells["seconds"])
    except NoHashError:
        return False
    return len(cells.get("value", "").strip()) == 64
