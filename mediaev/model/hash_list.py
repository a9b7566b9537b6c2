"""Hash lists: what others hold, as far as they tell it; and where an exhibit is on one.

An entry is a claim of the list's owner. A hit says that an exhibit is what the entry names, or
looks like it, by which descriptor and within which limit. Neither is a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from mediaev.model.digest import Digest

UNKNOWN_QUALITY = 255
"""Where a list does not say how clear a picture was."""
UNKNOWN_TICK = -1
"""Where a list does not say when a frame is shown."""
LABEL_LIMIT = 300
"""Characters of what a list says of an entry that are kept."""


class EntryKind(StrEnum):
    """What an entry names something by."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"
    PDQ = "pdq"
    VPDQ = "vpdq"
    """PDQ of many frames of one video."""
    PHASH = "phash"
    DHASH = "dhash"
    SHA256_OR_PDQ = "sha256-or-pdq"
    """64 hexadecimal digits of which the list does not say what they are: taken as either."""
    PHASH_OR_DHASH = "phash-or-dhash"
    """16 of them."""

    @property
    def width(self) -> int:
        """Bytes of one sample."""
        return _WIDTHS[self]

    @property
    def digest(self) -> str:
        """The digest algorithm that it is, or may be; empty if it is none."""
        return _DIGESTS.get(self, "")

    @property
    def pictures(self) -> tuple[EntryKind, ...]:
        """The descriptors of pictures that it is, or may be."""
        return _PICTURES.get(self, ())


_WIDTHS: Mapping[EntryKind, int] = {
    EntryKind.MD5: 16,
    EntryKind.SHA1: 20,
    EntryKind.SHA256: 32,
    EntryKind.SHA512: 64,
    EntryKind.PDQ: 32,
    EntryKind.VPDQ: 32,
    EntryKind.PHASH: 8,
    EntryKind.DHASH: 8,
    EntryKind.SHA256_OR_PDQ: 32,
    EntryKind.PHASH_OR_DHASH: 8,
}
_DIGESTS: Mapping[EntryKind, str] = {
    EntryKind.SHA256_OR_PDQ: "sha256",
    **{
        kind: kind.value
        for kind in (EntryKind.MD5, EntryKind.SHA1, EntryKind.SHA256, EntryKind.SHA512)
    },
}
_PICTURES: Mapping[EntryKind, tuple[EntryKind, ...]] = {
    EntryKind.PDQ: (EntryKind.PDQ,),
    EntryKind.VPDQ: (EntryKind.PDQ,),
    EntryKind.SHA256_OR_PDQ: (EntryKind.PDQ,),
    EntryKind.PHASH: (EntryKind.PHASH,),
    EntryKind.DHASH: (EntryKind.DHASH,),
    EntryKind.PHASH_OR_DHASH: (EntryKind.PHASH, EntryKind.DHASH),
}


class Entry(NamedTuple):
    """One thing that a list names: a file, a picture, or a video by many frames."""

    kind: EntryKind
    bits: bytes
    """n × `kind.width` bytes; n is 1 for all kinds but vPDQ."""
    line: int
    """Where it begins in the list's file, from 1."""
    label: str = ""
    """What the list says of it: file name, tags, description."""
    quality: bytes = b""
    """n bytes, 0..100 or `UNKNOWN_QUALITY`; empty if none is known."""
    ticks: tuple[int, ...] = ()
    """n times in milliseconds; empty if none is known."""


class Unfit(NamedTuple):
    """A line that is of the list's format and still cannot be read."""

    line: int
    says: str
    more: int = 0
    """How many further lines are unfit that are not named one by one."""


class LeftOut(NamedTuple):
    """A line that is understood, and names nothing that mediaev could look for."""

    line: int
    reason: str
    """The same words for all lines of one sort, so that they can be counted."""


Item = Entry | Unfit | LeftOut
"""What a line of a list comes to."""


@dataclass(frozen=True, slots=True)
class HashList:
    """A list that was taken into a case."""

    number: int
    """1 for the first list of the case."""
    name: str
    owner: str
    """Who vouches for it, as the importer said; may be empty."""
    digest: Digest
    """Of the list's file."""
    size: int
    """Bytes of the file."""
    format: str
    imported: str
    """RFC 3339 UTC."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many entries there are of each kind."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many lines name nothing that can be looked for, by reason."""
    unfit: int = 0
    """How many lines could not be read."""

    @property
    def id(self) -> str:
        """What people call it by: `l-1`."""
        return f"l-{self.number}"


Interval = tuple[float, float]
"""From and to, in seconds."""


@dataclass(frozen=True, slots=True)
class ListHit:
    """An exhibit, or a file that was asked about, is on a list."""

    subject: Digest
    """SHA-256 of what is on the list."""
    list: HashList
    line: int
    label: str
    by: str
    """The digest algorithm, or `pdq`, `vpdq`, `phash`, `dhash`."""
    distance: int | None = None
    """Bits in which the two nearest samples differ; None for a digest, which is equal."""
    limit: int | None = None
    """The largest distance that counts."""
    bits: int | None = None
    """Length of a sample."""
    quality: tuple[int | None, int | None] = (None, None)
    """How clear the nearest sample is, 0..100: the exhibit's, and the entry's if it says so."""
    mirrored: bool = False
    """Whether the exhibit's picture was mirrored to look like the entry."""
    rotation: int = 0
    """Degrees clockwise by which it was then turned."""
    inner: bool = False
    """Whether it is the picture inside bars or pads that looks like the entry."""
    shares: tuple[float, float] | None = None
    """Of frames clear enough to tell, how many are met: the exhibit's, and the entry's."""
    at: tuple[Interval, ...] = ()
    """When the exhibit's samples met the entry; empty for a still and for a digest."""
    entry_at: tuple[Interval, ...] = ()
    """When the entry's frames were met, where it tells times."""
