"""Clusters: exhibits joined by accepted matches, ranked with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mediaev.model.digest import Digest


@dataclass(frozen=True, slots=True)
class Member:
    """What ranking needs to know about one exhibit of a cluster."""

    exhibit: Digest
    size: int
    """Bytes."""
    duration: Fraction | None = None
    pixels: int | None = None
    """Width times height, bars and pads left out."""
    bit_rate: int | None = None
    shown_area: float = 1.0
    """Share of the frame that is picture rather than bars or pads, 0..1."""
    excerpt: bool = False
    """Whether some other member contains it."""
    claimed_time: str | None = None
    """The earliest time of capture or encoding that it claims, RFC 3339."""
    cropped: float = 1.0
    """Share that it shows of the fullest picture among the copies, 0..1."""
    covered: float = 0.0
    """Share of its picture that an overlay covers, 0..1."""
    mute: bool = False
    """Whether it has no sound, or a silent one, and another copy has."""
    shown: Fraction | None = None
    """Seconds of the recording; less than the duration for compilations. None if as long."""
    frame_pixels: int | None = None
    """Width times height, bars and pads included."""
    codec: str = ""
    """Of the picture; of a still its format."""
    has_sound: bool = False
    """Whether there is a sound track, silent or not."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one member ranks where it does under one criterion."""

    criterion: str
    """`longest`, `least cropped`, `fewest overlays`, `least padded`, `largest`,
    `least re-encoded`, `with sound`, `earliest claimed time`."""
    favours: Digest
    says: str
    """A sentence for a person."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Members in order, closest to source among the copies held first, with the reasons."""

    order: tuple[Digest, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class EarlierCopy:
    """A sign that there was a copy nearer to the source than any that is held."""

    by_picture: bool
    """Whether both members lack picture, which can hardly be put back; else it is a weaker sign."""
    says: str
    """A sentence for a person."""
    rests_on: tuple[Digest, ...]
    """The members that show it, the one that ranks first among them."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Exhibits that show one recording, as far as accepted matches say."""

    id: str
    """`c-` and the first 12 hexadecimal digits of the smallest member's digest."""
    members: tuple[Digest, ...]
    ranking: Ranking
    links: tuple[Digest, ...] = ()
    """Exhibits matched with a member but kept out by the guard against chains."""
    apart: int = 0
    """Matches of members with other exhibits that rest on confirmed boilerplate alone."""
    earlier: tuple[EarlierCopy, ...] = ()
    """Why an earlier, fuller copy must or may exist that is not held."""
