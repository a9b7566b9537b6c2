"""Documents: the JSON that programs rely on, described in `docs/formats/json.md`.

Names that are not UTF-8 are escaped in text fields, and their exact bytes stand beside
them in base64 (`path_b64`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from mediaev.actions.find import Answer
from mediaev.actions.identity import Identity, KeyPair
from mediaev.actions.match_documents import match_document
from mediaev.actions.meta import FileClaims
from mediaev.actions.pair import Comparison
from mediaev.actions.parameters import of_now
from mediaev.actions.scan import ScanReport
from mediaev.actions.tile_export import TileFolder
from mediaev.actions.time_documents import anchor_document
from mediaev.custody.commitment import fitting
from mediaev.custody.leaf import fields
from mediaev.custody.verify import Fault, LogRow, Verdict
from mediaev.model.claim import Claim, ClaimValue
from mediaev.model.cluster import Cluster
from mediaev.model.difference import Difference
from mediaev.model.digest import Digest
from mediaev.model.event import Disclosure
from mediaev.model.examination import Examination, ExaminationStatus, MediaFacts
from mediaev.model.exhibit import Exhibit, FileOutcome, Sighting, path_base64, shown
from mediaev.store import StoredMatch

Document = dict[str, Any]


def path_text(path: bytes) -> str:
    """A path as JSON text: exact where it is UTF-8, escaped where it is not."""
    try:
        return path.decode("utf-8")
    except UnicodeDecodeError:
        return shown(path)


def path_document(path: bytes, name: str = "path") -> Document:
    """`path`, and `path_b64` where the text cannot hold the exact bytes."""
    document: Document = {name: path_text(path)}
    if not _is_exact(path):
        document[f"{name}_b64"] = path_base64(path)
    return document


def paths_document(sightings: Sequence[Sighting]) -> Document:
    """`paths`, each once, and `paths_b64` where text cannot hold the bytes of one of them."""
    paths = list(dict.fromkeys(each.path for each in sightings))
    document: Document = {"paths": [path_text(path) for path in paths]}
    if not all(map(_is_exact, paths)):
        document["paths_b64"] = [path_base64(path) for path in paths]
    return document


def _is_exact(path: bytes) -> bool:
    return path_text(path).encode("utf-8", "replace") == path


def answer_document(answer: Answer, places: dict[Digest, list[Sighting]]) -> Document:
    """One line of `find --jsonl`; `places` are the sightings of the exhibits it names."""
    matches = [
        {
            "exhibit": str(digest),
            **paths_document(places[digest]),
            **match_document(match, answer.differences.get(digest, ())),
        }
        for digest, match in answer.matches
    ]
    return {
        **path_document(answer.path, "query"),
        "status": "failed" if answer.failed else "ok",
        "error": answer.error,
        "matches": matches,
    }


def comparison_document(comparison: Comparison) -> Document:
    """What `compare --json` prints."""
    sides = {
        letter: {**path_document(side.given, "name"), "exhibit": str(side.digest)}
        for letter, side in (("a", comparison.a), ("b", comparison.b))
    }
    match = comparison.match
    return {
        **sides,
        "match": match_document(match, comparison.differences) if match is not None else None,
        "computed": of_now(comparison.a.examination, comparison.b.examination),
    }


def outcome_document(outcome: FileOutcome) -> Document:
    """What became of one path."""
    return {
        **path_document(outcome.path),
        "status": outcome.status.value,
        "reason": outcome.reason or None,
        "exhibit": str(outcome.exhibit) if outcome.exhibit is not None else None,
    }


def cluster_document(cluster: Cluster, places: dict[Digest, list[Sighting]]) -> Document:
    """One cluster: members in rank order, with paths, and the reasons of the ranking."""
    return {
        "cluster": cluster.id,
        "members": [
            {"exhibit": str(digest), **paths_document(places[digest])}
            for digest in cluster.ranking.order
        ],
        "closest_to_source": str(cluster.ranking.order[0]),
        "reasons": [
            {"criterion": each.criterion, "favours": str(each.favours), "says": each.says}
            for each in cluster.ranking.reasons
        ],
        "links": [str(digest) for digest in cluster.links],
        "rests_on_boilerplate": cluster.apart,
        "earlier_copy": [
            {
                "by_picture": each.by_picture,
                "says": each.says,
                "rests_on": [str(digest) for digest in each.rests_on],
            }
            for each in cluster.earlier
        ],
    }


def scan_document(report: ScanReport, places: dict[Digest, list[Sighting]]) -> Document:
    """What `scan --json` prints."""
    return {
        "counts": {status.value: count for status, count in sorted(report.counts.items())},
        "examined": report.examined,
        "files": [outcome_document(outcome) for outcome in report.outcomes],
        "failed": [outcome_document(outcome) for outcome in report.failures],
        "clusters": [cluster_document(cluster, places) for cluster in report.clusters],
    }


def claim_document(claim: Claim) -> Document:
    """One metadata claim."""
    return {
        "field": claim.field,
        "value": _json_value(claim.value),
        "unit": claim.unit,
        "source": claim.source,
        "tag": claim.tag,
        "preferred": claim.preferred,
        "rejected": claim.rejected,
        "flags": list(claim.flags),
    }


def _json_value(value: ClaimValue) -> ClaimValue:
    """The value, or its name (`inf`, `nan`) where it is a number that JSON cannot hold."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def meta_document(file: FileClaims) -> Document:
    """One line of `meta --jsonl`."""
    examination = file.examination
    document: Document = {
        **path_document(file.path),
        "sha256": file.digest.hex if file.digest is not None else None,
        "flags": list(examination.flags) if examination else [],
        "claims": [claim_document(claim) for claim in examination.claims] if examination else [],
        "readers": [
            {"name": run.name, "status": run.status.value, "message": run.message}
            for run in (examination.readers if examination else ())
        ],
    }
    unread = examination is None or examination.status is not ExaminationStatus.OK
    document["error"] = (
        (file.error or (examination.reason if examination else "")) if unread else None
    )
    return document


def facts_document(facts: MediaFacts) -> Document:
    """Media facts with seconds and rates as decimals."""
    return {
        "format": facts.format,
        "duration": float(facts.duration) if facts.duration is not None else None,
        "width": facts.width,
        "height": facts.height,
        "rotation": facts.rotation,
        "mirrored": facts.mirrored,
        "frame_rate": float(facts.frame_rate) if facts.frame_rate is not None else None,
        "video_codec": facts.video_codec or None,
        "audio_codec": facts.audio_codec or None,
        "audio_channels": facts.audio_channels,
        "audio_sample_rate": facts.audio_sample_rate,
        "bit_rate": facts.bit_rate,
        "animated": facts.animated,
    }


def exhibit_document(
    exhibit: Exhibit,
    sightings: Sequence[Sighting],
    examination: Examination | None,
) -> Document:
    """One exhibit in full."""
    document: Document = {
        "exhibit": str(exhibit.digest),
        "size": exhibit.size,
        "kind": exhibit.kind.value,
        "taken_in": exhibit.taken_in,
        "sightings": [{**path_document(each.path), "seen": each.seen} for each in sightings],
        "examination": None,
    }
    if examination is not None:
        document["examination"] = {
            "status": examination.status.value,
            "reason": examination.reason or None,
            "facts": facts_document(examination.facts),
            "flags": list(examination.flags),
            "claims": [claim_document(claim) for claim in examination.claims],
            "fingerprints": [
                {"descriptor": each.descriptor, "region": each.region.value, "samples": each.count}
                for each in examination.fingerprints
            ],
            "settings": examination.settings,
            "libraries": dict(examination.libraries),
        }
    return document


def stored_match_document(
    stored: StoredMatch,
    places: dict[Digest, list[Sighting]],
    found: Sequence[Difference] = (),
) -> Document:
    """A match of the case with its two sides; it is seen from `a`."""
    sides = {
        name: {"exhibit": str(digest), **paths_document(places[digest])}
        for name, digest in (("a", stored.a), ("b", stored.b))
    }
    told = match_document(stored.match, found)
    return {"match": stored.id, **sides, "engine": stored.engine, **told}


def identity_document(identity: Identity) -> Document:
    """What `init --json` prints; the first key stands at the top as well."""
    return {
        "case": path_text(identity.folder),
        "vault": identity.vault,
        "operator": identity.operator or None,
        "organisation": identity.organisation or None,
        "number": identity.number or None,
        **keys_document(identity.keys),
    }


def keys_document(pairs: Sequence[KeyPair]) -> Document:
    """New keys of the log, as `init` and `key` print them; the first stands at the top as well."""
    keys = [
        {
            "algorithm": key.algorithm,
            "private_key": path_text(key.private_key),
            "public_key": key.public_key,
            "fingerprint": key.fingerprint,
        }
        for key in pairs
    ]
    first = {name: keys[0][name] for name in ("private_key", "public_key", "fingerprint")}
    return {**first, "keys": keys}


def tile_document(made: TileFolder) -> Document:
    """What `log --tiles --json` prints."""
    return {
        "tiles": path_text(bytes(made.path)),
        "origin": made.head.origin,
        "events": made.head.size,
        "root": made.root,
        "files": made.files,
    }


def event_document(row: LogRow, disclosures: Sequence[Disclosure] = ()) -> Document:
    """One custody event: the leaf's fields, and the private values that are still open.

    Of `disclosures` only those come in that open their commitment. A body that is no event
    gives `error` in the place of the fields: `verify` tells what that means.
    """
    seq = row.seq if isinstance(row.seq, int) else str(row.seq)
    try:
        if not isinstance(row.body, bytes):
            raise TypeError("the body is not stored as bytes")  # noqa: TRY301
        event = fields(row.body)
    except (ValueError, TypeError, RecursionError) as error:
        return {"seq": seq, "error": str(error)}
    return {
        "seq": seq,
        "time": event.time,
        "type": event.type,
        "item": str(event.item) if event.item is not None else None,
        "outcome": event.outcome,
        "session": event.session,
        "intent": event.intent,
        "actor": {"id": event.actor_id, "role": event.actor_role},
        "signed_by": list(event.signed_by),
        "case": event.case,
        "detail": dict(event.detail),
        "disclosed": {each.path: each.value for each in fitting(event.detail, disclosures)},
        "leaf_hash": row.leaf_hash.hex() if isinstance(row.leaf_hash, bytes) else None,
    }


def verdict_document(verdict: Verdict) -> Document:
    """What `verify --json` prints."""
    return {
        "level": verdict.level.name.lower(),
        "sound": not verdict.faults,
        "rolled_back": verdict.rolled_back,
        "events": verdict.events,
        "signed_events": verdict.signed_size,
        "anchored_events": verdict.anchored_size,
        "root": verdict.root.hex(),
        "time_stamps": [anchor_document(each) for each in verdict.anchors],
        "first_fault": fault_document(verdict.first_fault) if verdict.first_fault else None,
        "faults": [fault_document(each) for each in verdict.faults],
        "warnings": [fault_document(each) for each in verdict.warnings],
    }


def fault_document(fault: Fault) -> Document:
    """One thing that does not fit, or that a person should know."""
    return {"event": fault.seq, "kind": fault.kind, "says": fault.says}
