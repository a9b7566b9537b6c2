"""PREMIS 3: the events of preservation metadata, alone or inside METS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from mediaev.assertions.digests import NoDigestError, digest_of
from mediaev.errors import UnfitRecordsError
from mediaev.model.assertion import Assertion, Record, UnfitRecord, shortened
from mediaev.model.digest import Digest

_SPACE = "{http://www.loc.gov/premis/v3}"
_OLDER = "{info:lc/xmlns/premis-v2}"
MOST = 200_000
"""Objects, agents and events that are read of one file."""
_LINKS = 1000
"""Objects of one event that are followed."""
_DEEPEST = 100
Identifier = tuple[str, str]
"""Type and value."""


@dataclass(slots=True)
class _Thing:
    """An object or an agent."""

    name: str
    digests: tuple[Digest, ...] = ()
    further: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Found:
    """What stands in one file."""

    objects: dict[Identifier, _Thing] = field(default_factory=dict)
    agents: dict[Identifier, _Thing] = field(default_factory=dict)
    events: list[Element] = field(default_factory=list)
    unfit: list[UnfitRecord] = field(default_factory=list)


def read_premis(file: BinaryIO) -> Iterator[Record]:
    """Assertions of the events of a file. Raises UnfitRecordsError if it is no PREMIS 3."""
    found = _collect(file)
    if not found.events:
        raise UnfitRecordsError("it is XML without any event of PREMIS 3")
    yield from found.unfit
    for number, event in enumerate(found.events, start=1):
        try:
            yield from _assertions(number, event, found)
        except ValueError as error:
            yield UnfitRecord(number, str(error))


def _collect(file: BinaryIO) -> _Found:
    found = _Found()
    depth = 0
    try:
        events = ElementTree.iterparse(file, events=("start", "end"), forbid_dtd=True)
        for what, element in events:
            depth += 1 if what == "start" else -1
            if depth > _DEEPEST:
                raise UnfitRecordsError(f"its elements lie more than {_DEEPEST} deep")
            if element.tag.startswith(_OLDER):
                raise UnfitRecordsError("it is PREMIS 2; PREMIS 3 is read")
            if what == "end":
                _take(found, element)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        says = str(error) or type(error).__name__
        raise UnfitRecordsError(f"it cannot be read as XML: {says[:200]}") from error
    return found


def _take(found: _Found, element: Element) -> None:
    """Keep an object, an agent or an event; they do not lie in each other."""
    if element.tag == f"{_SPACE}event":
        found.events.append(element)
    elif element.tag == f"{_SPACE}object":
        name = _text(element, "originalName")
        thing = _Thing(name, tuple(_digests(found, element)))
        found.objects.update(dict.fromkeys(_identifiers(element, "object"), thing))
        element.clear()
    elif element.tag == f"{_SPACE}agent":
        thing = _Thing(_text(element, "agentName"))
        found.agents.update(dict.fromkeys(_identifiers(element, "agent"), thing))
        element.clear()
    if len(found.events) + len(found.objects) + len(found.agents) > MOST:
        raise UnfitRecordsError(f"it holds more than {MOST:,} events, objects and agents")


def _digests(found: _Found, element: Element) -> Iterator[Digest]:
    for fixity in element.iter(f"{_SPACE}fixity"):
        algorithm, digits = _text(fixity, "messageDigestAlgorithm"), _text(fixity, "messageDigest")
        try:
            digest = digest_of(digits, algorithm)
        except NoDigestError as error:
            says = f"object {_text(element, 'originalName')[:60]!a}: {error}"
            found.unfit.append(UnfitRecord(0, says))
            continue
        if digest is not None:
            yield digest


def _assertions(number: int, event: Element, found: _Found) -> Iterator[Assertion]:
    """One assertion for each object that an event is about, or one alone. Raises ValueError."""
    act, time = _text(event, "eventType"), _text(event, "eventDateTime")
    if not act:
        raise ValueError("the event has no eventType")
    agents = [
        found.agents[name].name if name in found.agents else name[1]
        for name in _links(event, "linkingAgentIdentifier")
    ]
    objects: list[Identifier | None] = list(_links(event, "linkingObjectIdentifier"))
    about = {
        "act": act,
        "time": time,
        "agent": shortened("; ".join(filter(None, agents))),
        "outcome": _text(event, "eventOutcome"),
        "note": shortened("\n".join(filter(None, _notes(event)))),
    }
    identifier = _text(event, "eventIdentifierValue")
    further = {"event identifier": identifier} if identifier else {}
    for name in objects[:_LINKS] or [None]:
        yield _about(number, about, further, name, found)
    if len(objects) > _LINKS:
        raise ValueError(f"the event names {len(objects):,} objects; {_LINKS:,} are taken in")


def _about(
    number: int,
    about: Mapping[str, str],
    further: Mapping[str, str],
    name: Identifier | None,
    found: _Found,
) -> Assertion:
    thing = found.objects.get(name) if name is not None else None
    told = dict(further)
    if name is not None:
        told["object identifier"] = name[1]
    digests = thing.digests if thing is not None else ()
    called = thing.name if thing is not None else ""
    return Assertion(number, digests=digests, name=called, further=told, **about)


def _notes(event: Element) -> Iterator[str]:
    for tag in ("eventDetail", "eventOutcomeDetailNote"):
        for each in event.iter(f"{_SPACE}{tag}"):
            yield shortened(each.text or "")


def _identifiers(element: Element, kind: str) -> Iterator[Identifier]:
    for each in element.iter(f"{_SPACE}{kind}Identifier"):
        value = _text(each, f"{kind}IdentifierValue")
        if value:
            yield _text(each, f"{kind}IdentifierType"), value


def _links(event: Element, tag: str) -> Iterator[Identifier]:
    for each in event.iter(f"{_SPACE}{tag}"):
        value = _text(each, f"{tag}Value")
        if value:
            yield _text(each, f"{tag}Type"), value


def _text(element: Element, tag: str) -> str:
    """The text of the first such element inside."""
    found = next(element.iter(f"{_SPACE}{tag}"), None)
    return shortened(found.text or "") if found is not None else ""
