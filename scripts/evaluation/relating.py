"""What is said of two copies, held against the known edit: right, wrong, or unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from evaluation.relations import ENLARGED, SOUNDS, can_be_heard, pixels_of
from evaluation.report import table
from evaluation.tool import Found, Run
from evaluation.truth import Exhibit, Look, Query, Trial

QUERY, EXHIBIT = "query", "exhibit"
Side = str | None
OVERLAID = frozenset(
    {
        *("logo", "tiled_wm", "subtitles", "emoji_text", "faceblur"),
        *("combo_mild", "combo_tiktok", "combo_screen", "combo_repost"),
    }
)
"""Edits that lay something over the picture."""
NEVER, MAYBE = 0.97, 0.93
"""Share of a picture from which nothing is missing, and up to which something is; between the two
either may be said."""
STATEMENTS = (
    *("mirrored", "turned", "shorter", "faster", "cropped", "padded", "framed"),
    *("shows more around", "overlay", "fewer pixels", "fewer bits"),
    *("no sound", "silent", "sound replaced"),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """What may be said of one pair under one statement."""

    true: bool
    """Whether it ought to be said."""
    sides: frozenset[Side] = frozenset()
    """Sides of which it may be said; saying it of another is wrong."""


@dataclass(slots=True)
class Said:
    """How often one statement was right, wrong and unsaid."""

    ought: int = 0
    """Pairs of which it is true."""
    right: int = 0
    unsaid: int = 0
    """True, and not said."""
    wrong_side: int = 0
    untrue: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def wrong_share(self) -> float:
        """Wrong ones as a part of all that was said."""
        wrong = self.wrong_side + self.untrue
        said = wrong + self.right
        return wrong / said if said else 0.0


@dataclass(slots=True)
class Related:
    """All statements, and which copy was called closer to the source."""

    pairs: int = 0
    """True pairs that were accepted."""
    statements: dict[str, Said] = field(default_factory=dict)
    closer: dict[str, int] = field(default_factory=dict)
    """`exhibit` is right: every query was made from it."""
    enlarged: dict[str, int] = field(default_factory=dict)
    """The same for copies that were enlarged, which no file tells."""


def related(trial: Trial, run: Run) -> Related:
    """Judge every statement about every accepted true pair."""
    done = Related(statements={name: Said() for name in STATEMENTS})
    library = {exhibit.digest: exhibit for exhibit in trial.library}
    for query in trial.queries:
        source = query.sources[0]
        found = next((each for each in run.answers[query.name] if each.exhibit == source), None)
        if found is None or not found.accepted:
            continue
        done.pairs += 1
        told = {(each["what"], each["side"]) for each in found.differences}
        for name, truth in _truths(query, library[source]).items():
            _judge(
                done.statements[name], truth, {side for what, side in told if what == name}, query
            )
        _favour(done, query, found)
    return done


def _judge(said: Said, truth: Truth, sides: set[Side], query: Query) -> None:
    wrong = sides - truth.sides
    said.ought += truth.true
    said.right += bool(sides & truth.sides)
    said.unsaid += truth.true and not sides
    if wrong:
        said.wrong_side += truth.true
        said.untrue += not truth.true
        said.examples.append(query.name)


def _favour(done: Related, query: Query, found: Found) -> None:
    counts = done.enlarged if query.edit == ENLARGED.name else done.closer
    favoured = {each["favours"] for each in found.differences} - {None}
    word = found.closer or ("they disagree" if favoured else "nothing said")
    counts[word] = counts.get(word, 0) + 1


def _truths(query: Query, exhibit: Exhibit) -> dict[str, Truth]:
    part = query.parts[0]
    look = part.look
    of_query, nobody = frozenset[Side]({QUERY}), frozenset[Side]({None})
    still = exhibit.seconds == 0
    shown, inside = look.exhibit_box.area, look.query_box.area
    speed = 0 if still else part.speed
    sound = query.edit if query.edit in SOUNDS else "sound_removed"
    silenced = sound == "sound_removed" and can_be_heard(exhibit.path, exhibit.seconds)
    return {
        "mirrored": _only(look.mirrored, nobody),
        "turned": _only(45 < look.rotation < 315, nobody),
        "shorter": _shorter(query, exhibit),
        "faster": _only(speed not in {0, 1}, frozenset({QUERY if speed > 1 else EXHIBIT})),
        "cropped": _graded(shown, of_query),
        "padded": _graded(inside, of_query),
        "framed": _graded(inside, of_query),
        "shows more around": _around(look),
        "overlay": _only(query.edit in OVERLAID, frozenset({None, QUERY})),
        "fewer pixels": _pixels(query, exhibit, look),
        "fewer bits": _only(query.edit != ENLARGED.name, of_query),
        "no sound": _only(silenced, of_query),
        "silent": _only(sound == "sound_silent", of_query),
        "sound replaced": _only(sound == "sound_replaced", nobody),
    }


def _only(true: bool, sides: frozenset[Side]) -> Truth:  # noqa: FBT001 - a short table reads better
    return Truth(true, sides if true else frozenset())


def _graded(share: float, sides: frozenset[Side]) -> Truth:
    return Truth(share <= MAYBE, sides if share < NEVER else frozenset())


def _around(look: Look) -> Truth:
    sides: dict[Side, float] = {EXHIBIT: look.exhibit_box.area, QUERY: look.query_box.area}
    return Truth(
        true=False, sides=frozenset(side for side, share in sides.items() if share < NEVER)
    )


def _shorter(query: Query, exhibit: Exhibit) -> Truth:
    if not exhibit.seconds:
        return Truth(true=False)
    spans = {each.shown for each in query.parts}
    missing = exhibit.seconds - sum(high - low for low, high in spans)
    sides = frozenset[Side]({QUERY}) if missing > 0.5 else frozenset()
    return Truth(missing > max(1.5, 0.1 * exhibit.seconds), sides)


def _pixels(query: Query, exhibit: Exhibit, look: Look) -> Truth:
    own = pixels_of(query.path) * look.query_box.area
    other = pixels_of(exhibit.path) * look.exhibit_box.area
    share = own / other
    if share < 1:
        return Truth(share < 0.6, frozenset({QUERY}) if share < 0.85 else frozenset())
    return Truth(share > 1 / 0.6, frozenset({EXHIBIT}) if share > 1 / 0.85 else frozenset())


def relating_report(trial: Trial, run: Run) -> tuple[list[str], dict[str, Any]]:
    """The lines to print and the figures as JSON."""
    done = related(trial, run)
    return list(_lines(done)), asdict(done)


def _lines(done: Related) -> Iterator[str]:
    yield f"What is said of the {done.pairs} accepted pairs of a copy and its source."
    rows = [
        [
            name,
            *map(str, (said.ought, said.right, said.unsaid, said.wrong_side, said.untrue)),
            f"{said.wrong_share:.1%}",
        ]
        for name, said in done.statements.items()
    ]
    heads = ["statement", "true of", "right", "unsaid", "wrong side", "untrue", "wrong of all said"]
    yield from table(heads, rows)
    for name, said in done.statements.items():
        if said.examples:
            yield f"wrong: {name}: {', '.join(said.examples[:8])}"
    for what, counts in (("edited", done.closer), ("enlarged", done.enlarged)):
        told = ", ".join(f"{word} {number}" for word, number in sorted(counts.items()))
        yield f"closer to the source, of {what} copies and their sources: {told or 'none'}"
