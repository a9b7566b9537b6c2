"""Differences: what was done to one of two copies, said in words with the measurement behind.

Rules:
1. Only accepted matches are spoken of: what two scenes of one place differ in says nothing.
2. What the two alone cannot tell is not guessed: one is mirrored, nobody knows which.
3. Each limit is set so that at most one statement in fifty is wrong on edits whose truth is known
   (`scripts/evaluate --only relations`); in between nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from mediaev.model.cluster import Member
from mediaev.model.difference import Difference, Side, What
from mediaev.model.match import Match, Relation, Segment

SAME_SPEED = 0.045
"""Change of speed below which nothing is said: short stretches of calm footage give as much."""
MISSING_SECONDS, MISSING_SHARE = 1.0, 0.06
"""What one copy must show beyond the other to be called longer."""
SURE = 0.8
"""Score of a segment from which its ends are where the two stop agreeing."""
BEYOND = 0.07
"""Share of a picture that must lie beyond the other one's to be spoken of."""
RUNS_ON = 0.8
"""How alike grey levels must run on both sides of one edge, at least, for a crop: beyond a seam
nothing does."""
CALM = 2.0
"""How much more they may leap at the edges for a crop."""
SEAM = 0.3
"""How alike they may run on beyond the edges of a frame, where they do so most."""
LEAPS, LEAPS_ALONE = 3.0, 4.0
"""How much more they must leap for a frame, at every edge or at all but one of three and more; and
at the only one."""
PADDED = 0.95
"""Share of its frame that a picture fills at most to be called padded."""
PIXELS = 0.7
"""Pixels of the shared picture, as a share of the other's, up to which they are called fewer."""
BITS = 0.3
"""The same for bits."""
_HUGE = 1e15
"""No measurement reaches this; what is not a number does not either."""


def differences(match: Match, query: Member, exhibit: Member) -> list[Difference]:
    """What was done to either of two copies; seen from the query, as the match is."""
    if not match.accepted or match.relation is Relation.IDENTICAL:
        return []
    closeup = match.evidence.get("closeup")
    seen = _Seen(closeup) if isinstance(closeup, Mapping) else None
    return [
        *_of_transform(match),
        *_of_time(match, query, exhibit),
        *(_of_frames(seen) if seen is not None else ()),
        *(_of_overlays(seen) if seen is not None else ()),
        *_of_quality(query, exhibit, seen),
        *_of_sound(match, query, exhibit, seen),
    ]


def overlay_boxes(match: Match, side: Side) -> list[list[float]]:
    """Where in a side's frame overlays lie, on whichever of the two they are."""
    closeup = match.evidence.get("closeup")
    if not isinstance(closeup, Mapping):
        return []
    boxes = (each[side] for _, _, each in _Seen(closeup).overlays())
    return [box for box in boxes if len(box) == 4]


class _Seen:
    """What `closeup` measured, read with care: evidence may come from anyone."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self._found = found

    def number(self, side: Side, name: str, usual: float) -> float:
        """One figure of a side."""
        value = self._of(side).get(name)
        return float(value) if _is_number(value) else usual

    def numbers(self, side: Side, name: str) -> list[float]:
        """Several figures of a side."""
        return _numbers(self._of(side).get(name))

    def seams(self, side: Side) -> list[list[float]]:
        """Leap and run of each edge beyond which a side shows more."""
        listed = self._of(side).get("seams")
        edges = [_numbers(each) for each in listed] if isinstance(listed, list | tuple) else []
        return [each for each in edges if len(each) == 2]

    def heard(self, side: Side) -> bool | None:
        """Whether anything telling is heard of a side; None where it was not listened to."""
        value = self._of(side).get("heard")
        return value if isinstance(value, bool) else None

    def area(self, side: Side, name: str) -> float:
        """The area of a box of a side, as a share of its frame."""
        box = self.numbers(side, name)
        if len(box) != 4:
            return 1.0
        return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])

    def overlays(self) -> Iterator[tuple[Side | None, float, dict[Side, list[float]]]]:
        """Side, share of the shared picture, and box in either frame of each overlay."""
        listed = self._found.get("overlays")
        for each in listed if isinstance(listed, list | tuple) else ():
            if isinstance(each, Mapping) and _is_number(each.get("share")):
                side = next((one for one in Side if each.get("on") == one.value), None)
                boxes = {one: _numbers(each.get(one.value)) for one in Side}
                yield side, float(each["share"]), boxes

    def _of(self, side: Side) -> Mapping[str, Any]:
        found = self._found.get(side.value)
        return found if isinstance(found, Mapping) else {}


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and abs(value) < _HUGE


def _numbers(values: object) -> list[float]:
    if not isinstance(values, list | tuple) or not all(map(_is_number, values)):
        return []
    return [float(each) for each in values]


def _of_transform(match: Match) -> Iterator[Difference]:
    if match.transform.mirrored:
        yield Difference(What.MIRRORED, None, "is mirrored; the two cannot tell which")
    if match.transform.rotation:
        says = f"is turned by {match.transform.rotation}°; the two cannot tell which"
        yield Difference(
            What.TURNED, None, says, measured={"rotation": float(match.transform.rotation)}
        )


def _of_time(match: Match, query: Member, exhibit: Member) -> Iterator[Difference]:
    if query.duration is None or exhibit.duration is None:
        yield from _of_stills(query, exhibit)
        return
    lengths = {Side.QUERY: float(query.duration), Side.EXHIBIT: float(exhibit.duration)}
    held = {side: held_seconds(match.segments, side) for side in Side}
    missing = {
        # Seconds of the other one's clock, whatever the speed.
        side: lengths[side.other] - held[side.other]
        for side in Side
    }
    for side in _shorter_ones(match):
        least = max(MISSING_SECONDS, MISSING_SHARE * lengths[side.other])
        if missing[side] >= least:
            at_cuts = is_cut_out(match)
            seconds = lengths[side.other]
            says = f"lacks {missing[side]:.1f} s of the other's {seconds:.1f} s"
            if at_cuts:
                says += ", which begin and end at cuts: other footage may have been added there"
            yield Difference(
                What.SHORTER,
                side,
                says,
                None if at_cuts else side.other,
                {"missing": round(missing[side], 3), "seconds": round(lengths[side.other], 3)},
            )
    yield from _of_speed(match)


def _shorter_ones(match: Match) -> tuple[Side, ...]:
    """The sides that may lack something: what a weak segment leaves open tells nothing."""
    if match.relation is Relation.OVERLAPS:
        surest = max((each.score for each in match.segments), default=0.0)
        return tuple(Side) if surest >= SURE else ()
    sides = {Relation.EXCERPT_OF: (Side.QUERY,), Relation.CONTAINS: (Side.EXHIBIT,)}
    return sides.get(match.relation, ())


def _of_stills(query: Member, exhibit: Member) -> Iterator[Difference]:
    for side, own, other in ((Side.QUERY, query, exhibit), (Side.EXHIBIT, exhibit, query)):
        if own.duration is None and other.duration is not None:
            says = f"is a single picture of the other's {float(other.duration):.1f} s"
            measured = {"missing": float(other.duration), "seconds": float(other.duration)}
            yield Difference(What.SHORTER, side, says, side.other, measured)


def _of_speed(match: Match) -> Iterator[Difference]:
    certain = [each for each in match.segments if not each.offset_ambiguous]
    if not certain:
        return
    speed = max(certain, key=lambda each: each.query[1] - each.query[0]).speed
    if speed > 0 and abs(math.log(speed)) > SAME_SPEED:
        side = Side.QUERY if speed > 1 else Side.EXHIBIT
        times = max(speed, 1 / speed)
        says = (
            f"plays {times:.2f} times as fast as the other; the two cannot tell which was changed"
        )
        yield Difference(What.FASTER, side, says, measured={"times": round(times, 4)})


def held_seconds(segments: Sequence[Segment], side: Side) -> float:
    """Seconds of a side that lie in any segment."""
    spans = sorted(each.query if side is Side.QUERY else each.exhibit for each in segments)
    total, until = 0.0, -math.inf
    for low, high in spans:
        total += max(0.0, high - max(low, until))
        until = max(until, high)
    return total


def _of_frames(seen: _Seen) -> Iterator[Difference]:
    """Pads, frames and crops: what each frame shows besides the other's picture."""
    fills = {side: seen.area(side, "picture") for side in Side}
    for side in Side:
        if fills[side] <= PADDED and fills[side] <= 0.9 * fills[side.other]:
            says = f"has bars or a border: its picture fills {fills[side]:.0%} of its frame"
            yield Difference(What.PADDED, side, says, side.other, {"fills": round(fills[side], 4)})
    for side in Side:
        share, edges = seen.number(side, "share", 1.0), seen.seams(side)
        if share > 1.0 - BEYOND or not edges:
            continue
        enough = LEAPS if len(edges) > 1 else LEAPS_ALONE
        # One of several edges may lie on something dark or blurred.
        leap = sorted(each[0] for each in edges)[len(edges) // 3]
        runs = max(each[1] for each in edges)
        measured = {"share": round(share, 4), "leap": leap, "runs_on": runs}
        if runs >= RUNS_ON and leap < CALM:
            says = f"is cropped: it shows {share:.0%} of the other's picture"
            yield Difference(What.CROPPED, side.other, says, side, measured)
        elif runs < SEAM and leap >= enough:
            says = (
                "shows the other's picture in a frame or beside another one, on "
                f"{share:.0%} of its own"
            )
            yield Difference(What.FRAMED, side, says, side.other, measured)
        else:
            says = (
                f"shows more around the shared picture, which is {share:.0%} of its own; whether "
                "the other is cropped cannot be told"
            )
            yield Difference(What.SHOWS_MORE, side, says, measured=measured)


def _of_overlays(seen: _Seen) -> Iterator[Difference]:
    shares: dict[Side | None, float] = {}
    for side, share, _ in seen.overlays():
        shares[side] = shares.get(side, 0.0) + share
    for side, share in shares.items():
        says = f"carries an overlay (logo, text, blur …) on {share:.1%} of the shared picture"
        if side is None:
            says += "; the two cannot tell which"
        favours = side.other if side is not None else None
        yield Difference(What.OVERLAY, side, says, favours, {"share": round(share, 4)})


def _of_quality(query: Member, exhibit: Member, seen: _Seen | None) -> Iterator[Difference]:
    """Pixels and bits that each spends on the picture that both show."""
    sides = {Side.QUERY: query, Side.EXHIBIT: exhibit}
    shared = {
        side: seen.area(side, "shared") if seen is not None else one.shown_area
        for side, one in sides.items()
    }
    pixels = {side: (one.frame_pixels or 0) * shared[side] for side, one in sides.items()}
    bits = {side: _bits(one) * shared[side] for side, one in sides.items()}
    for side in Side:
        if 0 < pixels[side] <= PIXELS * pixels[side.other]:
            says = (
                f"has fewer pixels of the shared picture: {pixels[side]:,.0f} against "
                f"{pixels[side.other]:,.0f}, unless those were enlarged"
            )
            measured = {"pixels": round(pixels[side]), "against": round(pixels[side.other])}
            yield Difference(What.FEWER_PIXELS, side, says, side.other, measured)
    if (query.duration is None) is not (exhibit.duration is None) or query.codec != exhibit.codec:
        return
    for side in Side:
        if 0 < bits[side] <= BITS * bits[side.other]:
            unit = "kbit a second" if query.duration is not None else "kbit"
            says = (
                f"is more compressed: it spends {bits[side] / 1000:,.0f} {unit} on it against "
                f"{bits[side.other] / 1000:,.0f}"
            )
            measured = {"bits": round(bits[side]), "against": round(bits[side.other])}
            yield Difference(What.FEWER_BITS, side, says, side.other, measured)


def _bits(member: Member) -> float:
    """Bits a second; of a still, all bits."""
    return float(member.bit_rate or 0) if member.duration is not None else 8.0 * member.size


def _of_sound(
    match: Match, query: Member, exhibit: Member, seen: _Seen | None
) -> Iterator[Difference]:
    sides = {Side.QUERY: query, Side.EXHIBIT: exhibit}
    for side, one in sides.items():
        if seen is None or not seen.heard(side.other) or one.duration is None:
            continue
        if not one.has_sound:
            yield Difference(What.NO_SOUND, side, "has no sound, and the other has", side.other)
        elif seen.heard(side) is False:
            says = "is silent, and the other is not"
            yield Difference(What.SILENT, side, says, side.other)
    audio = match.evidence.get("audio")
    if isinstance(audio, Mapping) and audio.get("verdict") == "replaced":
        says = (
            "has another sound than the other; the two cannot tell which was recorded with the "
            "picture"
        )
        measured = (
            {"correlation": float(audio["correlation"])}
            if _is_number(audio.get("correlation"))
            else {}
        )
        yield Difference(What.SOUND_REPLACED, None, says, measured=measured)


def is_cut_out(match: Match) -> bool:
    """Whether what two share lies between cuts of the longer one, as parts of compilations do."""
    visual = match.evidence.get("visual")
    return isinstance(visual, Mapping) and bool(visual.get("ends_at_cuts"))
