"""PREMIS 3: objects, events and agents in the archives' own vocabulary.

Schema: www.loc.gov/standards/premis. What becomes what: `docs/formats/exports.md`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape, quoteattr

from mediaev.custody.event import TYPES
from mediaev.model.exhibit import shown
from mediaev.model.export import CaseRecord, EventRecord, ExhibitRecord

_NAMES = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha256": "SHA-256",
    "sha512": "SHA-512",
    "sha3_256": "SHA3-256",
    "blake2b": "BLAKE2b-512",
}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<premis xmlns="http://www.loc.gov/premis/v3"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0">\n'
)
_EVENT_TYPES = "http://id.loc.gov/vocabulary/preservation/eventType"
_UNKNOWN = "unknown"


class Premis:
    """One object for the case and for each exhibit, one event for each of the log's."""

    kind = "premis"
    in_bag = "premis.xml"

    def write(self, case: CaseRecord, say: Callable[[str], None]) -> Iterator[bytes]:
        """The document; agents come last, since they show in the events."""
        del say
        yield _HEAD.encode()
        yield _case(case).encode()
        for each in case.exhibits:
            yield _exhibit(case, each).encode()
        known = {each.digest for each in case.exhibits}
        actors: dict[str, str] = {}
        for event in case.events():
            if event.item is None or event.item in known:
                actors.setdefault(event.actor, event.role)
                yield _event(case, event).encode()
        for actor, role in sorted(actors.items()):
            yield _agent("mediaev actor", actor, f"{role} {actor}", "person or machine").encode()
        yield _agent("mediaev tool", case.tool, case.tool, "software").encode()
        yield b"</premis>\n"


def _case(case: CaseRecord) -> str:
    name = " ".join(each for each in (case.number, case.organisation) if each)
    return (
        '<object xsi:type="intellectualEntity">'
        + _identifier("object", "mediaev log", case.origin)
        + (_element("originalName", name) if name else "")
        + "</object>\n"
    )


def _exhibit(case: CaseRecord, each: ExhibitRecord) -> str:
    fixity = "".join(
        "<fixity>"
        + _element("messageDigestAlgorithm", _NAMES[name])
        + _element("messageDigest", digits)
        + _element("messageDigestOriginator", case.tool)
        + "</fixity>"
        for name, digits in sorted(each.digests.items())
        if name in _NAMES
    )
    form = each.format or each.kind or _UNKNOWN
    designation = f"<formatDesignation>{_element('formatName', form)}</formatDesignation>"
    number = _identifier("object", "exhibit number", each.number) if each.number else ""
    name = _element("originalName", shown(each.names[0])) if each.names else ""
    place = each.path or (shown(each.paths[0]) if each.paths else "")
    location = (
        "<storage><contentLocation>"
        + _element("contentLocationType", "path in the bag" if each.path else "path")
        + _element("contentLocationValue", place)
        + "</contentLocation></storage>"
        if place
        else ""
    )
    return (
        '<object xsi:type="file">'
        + _identifier("object", "SHA-256", str(each.digest))
        + number
        + f"<objectCharacteristics>{fixity}{_element('size', str(each.size))}"
        + f"<format>{designation}</format></objectCharacteristics>"
        + f"{name}{location}{_part_of(case)}</object>\n"
    )


def _part_of(case: CaseRecord) -> str:
    related = _element("relatedObjectIdentifierType", "mediaev log") + _element(
        "relatedObjectIdentifierValue", case.origin
    )
    return (
        "<relationship>"
        + _element("relationshipType", "structural")
        + _element("relationshipSubType", "is part of")
        + f"<relatedObjectIdentifier>{related}</relatedObjectIdentifier></relationship>"
    )


def _event(case: CaseRecord, event: EventRecord) -> str:
    term = TYPES.get(event.type, "")
    vocabulary = f' authority="eventType" authorityURI={quoteattr(_EVENT_TYPES)}' if term else ""
    # ASCII JSON: no character of it is one that XML could not hold.
    told = json.dumps(dict(event.detail), sort_keys=True)
    detail = _element("eventDetail", f"{event.type} {told}")
    outcome = _element("eventOutcome", event.outcome)
    about = ("SHA-256", str(event.item)) if event.item else ("mediaev log", case.origin)
    return (
        "<event>"
        + _identifier("event", "mediaev log", f"{case.origin}#{event.seq}")
        + f"<eventType{vocabulary}>{_text(term or event.type)}</eventType>"
        + _element("eventDateTime", event.time)
        + f"<eventDetailInformation>{detail}</eventDetailInformation>"
        + f"<eventOutcomeInformation>{outcome}</eventOutcomeInformation>"
        + _identifier("linkingAgent", "mediaev actor", event.actor)
        + _identifier("linkingAgent", "mediaev tool", case.tool)
        + _identifier("linkingObject", *about)
        + "</event>\n"
    )


def _agent(sort: str, value: str, name: str, of_type: str) -> str:
    return (
        "<agent>"
        + _identifier("agent", sort, value)
        + _element("agentName", name)
        + _element("agentType", of_type)
        + "</agent>\n"
    )


def _identifier(what: str, sort: str, value: str) -> str:
    inner = _element(f"{what}IdentifierType", sort) + _element(f"{what}IdentifierValue", value)
    return f"<{what}Identifier>{inner}</{what}Identifier>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


def _text(text: str) -> str:
    """Text for XML: what XML cannot hold, or would change, stands as an escape."""
    return escape(text if text.isprintable() else shown(text))
