"""CASE/UCO: the case as JSON-LD in the Cyber-investigation Analysis Standard Expression.

Ontologies: CASE and UCO 1.x (caseontology.org). What becomes what: `docs/formats/exports.md`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mediaev.custody.event import TYPES
from mediaev.model.exhibit import shown
from mediaev.model.export import CaseRecord, EventRecord, ExhibitRecord

Node = dict[str, Any]
_UCO = "https://ontology.unifiedcyberontology.org/uco/"
_CONTEXT = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": f"{_UCO}action/",
    "uco-core": f"{_UCO}core/",
    "uco-identity": f"{_UCO}identity/",
    "uco-observable": f"{_UCO}observable/",
    "uco-tool": f"{_UCO}tool/",
    "uco-types": f"{_UCO}types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_METHODS = {
    "md5": "MD5",
    "sha1": "SHA1",
    "sha256": "SHA256",
    "sha512": "SHA512",
    "sha3_256": "SHA3-256",
}


class CaseUco:
    """One InvestigativeAction an event, one File and one ProvenanceRecord an exhibit."""

    kind = "case-uco"
    in_bag = "case.jsonld"

    def write(self, case: CaseRecord, say: Callable[[str], None]) -> Iterator[bytes]:
        """The document: a context, and a graph with a node a line."""
        del say
        context = _CONTEXT | {"kb": f"http://{case.origin}/"}
        yield f'{{"@context":{_json(context)},\n"@graph":[\n'.encode()
        names = _Names(case.origin)
        yield _json(_investigation(case, names)).encode()
        for node in _nodes(case, names):
            yield b",\n" + _json(node).encode()
        yield b"\n]}\n"


class _Names:
    """Names of nodes: the same for the same thing of the same log, each with a UUID (RFC 9562)."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def __call__(self, sort: str, what: object) -> str:
        made = uuid.uuid5(uuid.NAMESPACE_URL, f"http://{self._origin}/{sort}/{what}")
        return f"kb:{sort}-{made}"

    def link(self, sort: str, what: object) -> Node:
        return {"@id": self(sort, what)}


def _nodes(case: CaseRecord, names: _Names) -> Iterator[Node]:
    yield {
        "@id": names("tool", case.tool),
        "@type": "uco-tool:Tool",
        "uco-core:name": case.tool.partition(" ")[0],
        "uco-tool:version": case.tool.partition(" ")[2],
    }
    if case.organisation:
        yield {
            "@id": names("organization", case.organisation),
            "@type": "uco-identity:Organization",
            "uco-core:name": shown(case.organisation),
        }
    for each in case.exhibits:
        yield _file(each, names)
        yield _provenance(each, names)
    known = {each.digest: each for each in case.exhibits}
    actors: set[str] = set()
    for event in case.events():
        if event.item is not None and event.item not in known:
            continue
        if event.actor not in actors:
            actors.add(event.actor)
            yield {
                "@id": names("identity", event.actor),
                "@type": "uco-identity:Identity",
                "uco-core:name": shown(event.actor),
            }
        about = known[event.item] if event.item is not None else None
        yield _action(case, event, about, names)


def _investigation(case: CaseRecord, names: _Names) -> Node:
    return {
        "@id": names("investigation", case.vault),
        "@type": "case-investigation:Investigation",
        "uco-core:name": shown(case.number or case.vault),
        "uco-core:description": f"Custody log {case.origin} at {case.size} events; profile "
        f"{case.letting}.",
    }


def _file(each: ExhibitRecord, names: _Names) -> Node:
    sha256 = each.digest.hex
    name = shown(each.names[0]) if each.names else each.path.rpartition("/")[2]
    file_facet: Node = {
        "@id": names("file-facet", sha256),
        "@type": "uco-observable:FileFacet",
        "uco-observable:sizeInBytes": _integer(each.size),
    }
    if name:
        file_facet["uco-observable:fileName"] = name
    if each.path or each.paths:
        file_facet["uco-observable:filePath"] = each.path or shown(each.paths[0])
    content: Node = {
        "@id": names("content-data-facet", sha256),
        "@type": "uco-observable:ContentDataFacet",
        "uco-observable:sizeInBytes": _integer(each.size),
        "uco-observable:hash": [
            {
                "@id": names("hash", f"{algorithm}:{digits}"),
                "@type": "uco-types:Hash",
                "uco-types:hashMethod": _METHODS[algorithm],
                "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": digits},
            }
            for algorithm, digits in sorted(each.digests.items())
            if algorithm in _METHODS
        ],
    }
    return {
        "@id": names("file", sha256),
        "@type": "uco-observable:File",
        "uco-core:hasFacet": [file_facet, content],
    }


def _provenance(each: ExhibitRecord, names: _Names) -> Node:
    return {
        "@id": names("provenance-record", each.digest.hex),
        "@type": "case-investigation:ProvenanceRecord",
        "uco-core:description": f"Taken in as {each.digest}",
        "case-investigation:exhibitNumber": shown(each.number) or each.digest.hex[:12],
        "uco-core:object": names.link("file", each.digest.hex),
    }


def _action(
    case: CaseRecord, event: EventRecord, about: ExhibitRecord | None, names: _Names
) -> Node:
    moment = {"@type": "xsd:dateTime", "@value": event.time}
    term = TYPES.get(event.type, "")
    node: Node = {
        "@id": names("investigative-action", event.seq),
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": f"{event.type} ({term})" if term else shown(event.type),
        "uco-core:description": _described(event),
        "uco-action:performer": names.link("identity", event.actor),
        "uco-action:instrument": names.link("tool", case.tool),
        "uco-action:startTime": moment,
        "uco-action:endTime": moment,
    }
    if about is not None:
        node["uco-action:object"] = names.link("file", about.digest.hex)
        if event.seq == about.ingest:
            node["uco-action:result"] = names.link("provenance-record", about.digest.hex)
    if event.informed_by is not None:
        before = names.link("investigative-action", event.informed_by)
        node["case-investigation:wasInformedBy"] = before
    return node


def _described(event: EventRecord) -> str:
    told: Mapping[str, Any] = event.detail
    detail = json.dumps(dict(told), sort_keys=True)
    return f"Event {event.seq}, outcome {shown(event.outcome)}, leaf {event.leaf_hash}: {detail}"


def _integer(number: int) -> Node:
    return {"@type": "xsd:integer", "@value": str(number)}


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
