"""Dossiers: a cluster, a match or an exhibit in full, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mediaev.actions.case import Case
from mediaev.actions.naming import StoredMatch
from mediaev.cli.display.anchor_lines import bracket_text
from mediaev.cli.display.assertion_lines import assertion_lines
from mediaev.cli.display.audit_lines import check_lines
from mediaev.cli.display.boilerplate_lines import ground_lines, heading, place_lines
from mediaev.cli.display.claim_table import claim_table
from mediaev.cli.display.cluster_lines import CLOSEST, boilerplate_line, earlier_lines, reasons
from mediaev.cli.display.match_lines import HERE, LETTERS, headline, match_lines
from mediaev.cli.display.output import line, lines
from mediaev.cli.display.places import first_place, places_of, shown_paths
from mediaev.cli.display.wording import clock, count, short, size
from mediaev.model.boilerplate import Boilerplate
from mediaev.model.cluster import Cluster
from mediaev.model.difference import Difference, Side
from mediaev.model.digest import Digest
from mediaev.model.examination import Examination, MediaFacts
from mediaev.model.exhibit import Exhibit, shown
from mediaev.model.match import Match


def matches_within(case: Case, cluster: Cluster) -> list[StoredMatch]:
    """The matches between members of a cluster."""
    members = set(cluster.members)
    return [each for each in case.matches() if {each.a, each.b} <= members]


def cluster_with(case: Case, digest: Digest) -> Cluster | None:
    """The cluster that an exhibit belongs to, if it does."""
    return next((each for each in case.clusters() if digest in each.members), None)


def print_cluster(case: Case, cluster: Cluster) -> None:
    """A cluster: its members in rank order, how they relate, and why they rank so."""
    line(f"{cluster.id}  {count(len(cluster.members), 'copy', 'copies')}")
    line()
    line(f"{CLOSEST}: number 1")
    lines(f"  {each}" for each in reasons(cluster))
    lines(earlier_lines(cluster))
    matches = matches_within(case, cluster)
    told = case.differences(matches)
    rank = {digest: number for number, digest in enumerate(cluster.ranking.order, start=1)}
    for digest, number in rank.items():
        line()
        line(f"{number}  {short(digest)}")
        lines(_member_lines(case, digest))
        for each in matches:
            other = each.b if each.a == digest else each.a
            if digest in {each.a, each.b} and rank[other] < number:
                match, found = _seen_from(digest, each, told)
                names = {Side.QUERY: "this one", Side.EXHIBIT: f"number {rank[other]}"}
                line(f"     {headline(match)} to number {rank[other]}  ({each.id})")
                texts = match_lines(match, found, names, evidence=False)
                lines(f"       {text}" for text in texts)
    if cluster.apart:
        line()
        line(boilerplate_line(cluster))
    for digest in cluster.links:
        line()
        place = first_place(digest, places_of(case, [digest]))
        line(f"kept out, because it matches one member but not the others: {place}")


def print_match(case: Case, stored: StoredMatch) -> None:
    """A match: both sides, segments, and the evidence for it."""
    line(stored.id)
    for letter, digest in (("A", stored.a), ("B", stored.b)):
        line(f"{letter}  {short(digest)}")
        lines(_member_lines(case, digest))
    line(f"A to B: {headline(stored.match)}")
    found = case.differences([stored]).get(stored.id, ())
    lines(f"  {text}" for text in match_lines(stored.match, found, LETTERS, evidence=True))
    line(f"  found by {shown(stored.engine)}")


def print_boilerplate(case: Case, found: Boilerplate) -> None:
    """Boilerplate: what speaks for it and against it, and every place where it lies."""
    places = places_of(case, (place.exhibit for place in found.places))
    line(heading(found))
    lines(f"  {text}" for text in ground_lines(found))
    for each in case.decisions():
        if each.decision.subject == found.id:
            line(f"  decided {each.time}: {each.decision.verdict.value} (event {each.seq})")
    line()
    lines(f"  {text}" for text in place_lines(found, places))


def print_exhibit(case: Case, exhibit: Exhibit) -> None:
    """An exhibit: where it was seen, what it is, what it states, what it matches."""
    line(str(exhibit.digest))
    line(f"  {exhibit.kind.value}, {size(exhibit.size)}, taken in {exhibit.taken_in}")
    if bracket := bracket_text(case.bracket(exhibit.digest)):
        line(f"  by third parties' time, logged {bracket}")
    for sighting in case.sightings(exhibit.digest):
        line(f"  seen {sighting.seen}  {shown(sighting.path)}")
    lines(f"  {text}" for text in check_lines(case.store.checks_of(exhibit.digest)))
    if cluster := cluster_with(case, exhibit.digest):
        line(f"  in cluster {cluster.id}")
    for name, place in case.boilerplate_on(exhibit.digest):
        line(f"  boilerplate {name} from {clock(place.start)} to {clock(place.end)}")
    examination = case.examination(exhibit.digest)
    if examination is None:
        line("  not examined yet; scan again")
    else:
        _print_examination(examination)
    matches = case.matches(exhibit.digest)
    told = case.differences(matches)
    for each in matches:
        other = each.b if each.a == exhibit.digest else each.a
        match, found = _seen_from(exhibit.digest, each, told)
        line()
        line(f"  {headline(match)}  {short(other)}  ({each.id})")
        line(f"    {first_place(other, places_of(case, [other]))}")
        lines(f"      {text}" for text in match_lines(match, found, HERE, evidence=False))
    if asserted := case.store.assertions_about(exhibit.digest):
        line()
        line("  Asserted by others, not observed here:")
        lines(f"    {text}" for text in assertion_lines(asserted))


def _print_examination(examination: Examination) -> None:
    if examination.reason:
        line(f"  {examination.status.value}: {examination.reason}")
    if facts := facts_text(examination.facts):
        line(f"  {facts}")
    if examination.flags:
        line(f"  flags: {', '.join(map(shown, examination.flags))}")
    for each in examination.fingerprints:
        samples = count(each.count, "sample")
        line(f"  fingerprint {shown(each.descriptor)}, {each.region.value} picture, {samples}")
    if examination.claims:
        line()
        claim_table(examination.claims)


def _member_lines(case: Case, digest: Digest) -> Iterator[str]:
    yield from (f"     {path}" for path in shown_paths(case.sightings(digest)))
    exhibit, examination = case.exhibit(digest.hex), case.examination(digest)
    facts = facts_text(examination.facts) if examination is not None else ""
    yield f"     {', '.join(filter(None, (facts, size(exhibit.size))))}"


def _seen_from(
    digest: Digest, stored: StoredMatch, told: Mapping[str, Sequence[Difference]]
) -> tuple[Match, Sequence[Difference]]:
    """A match and what is said of its sides, from one of them."""
    found = told.get(stored.id, ())
    if stored.a == digest:
        return stored.match, found
    return stored.match.turned(), [each.turned() for each in found]


def facts_text(facts: MediaFacts) -> str:
    """Media facts in one line; what the file does not say is left out."""
    parts = [
        shown(facts.format),
        shown(facts.video_codec),
        f"{facts.width}×{facts.height}" if facts.width and facts.height else "",
        f"turned {facts.rotation}°" if facts.rotation else "",
        clock(float(facts.duration)) if facts.duration is not None else "",
        f"{float(facts.frame_rate):.5g} frames a second" if facts.frame_rate else "",
        f"sound {shown(facts.audio_codec)}" if facts.audio_codec else "",
    ]
    return ", ".join(filter(None, parts))
