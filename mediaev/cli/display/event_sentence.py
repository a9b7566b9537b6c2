"""Custody events as sentences."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

from mediaev.cli.display.assertion_lines import told
from mediaev.cli.display.people_sentence import PEOPLE, Detail
from mediaev.cli.display.wording import count, short, size
from mediaev.custody.checked import numbers_in
from mediaev.custody.commitment import MARK
from mediaev.model.exhibit import shown

_WITHHELD = "(withheld)"


def sentence(event: Mapping[str, Any]) -> str:
    """What an event's document says, in words; the log may hold anything, so nothing raises."""
    detail = _opened(event["detail"], event["disclosed"])
    say = _SENTENCES.get(event["type"], _plain)
    try:
        return say(detail)
    except (KeyError, TypeError, ValueError, AttributeError):
        return _plain(detail)


def _opened(value: Any, disclosed: Mapping[str, Any], path: str = "detail") -> Any:
    """The detail with private values put back where they were withheld from."""
    if isinstance(value, dict):
        if MARK in value:
            return disclosed.get(path, _WITHHELD)
        return {key: _opened(inner, disclosed, f"{path}.{key}") for key, inner in value.items()}
    if isinstance(value, list):
        return [_opened(inner, disclosed, f"{path}.{place}") for place, inner in enumerate(value)]
    return value


def _plain(detail: Detail) -> str:
    """Any detail, as JSON."""
    return json.dumps(detail, ensure_ascii=False) if detail else ""


def _path(detail: Detail) -> str:
    """The path of an event about a file; some older logs may have destroyed it."""
    encoded = detail["path_b64"]
    if encoded == _WITHHELD:
        return _WITHHELD
    try:
        return shown(base64.b64decode(encoded, validate=True))
    except binascii.Error:
        return shown(encoded)


def _creation(detail: Detail) -> str:
    parts = [("number", ""), ("operator", "kept by "), ("organisation", "for ")]
    said = [before + shown(detail[name]) for name, before in parts if detail[name]]
    return ", ".join(["case made", *said])


def _start(detail: Detail) -> str:
    argv = detail["argv"]
    if not isinstance(argv, list):
        return f"{shown(detail['verb'])} began"
    return f"{shown(detail['verb'])} began: {' '.join(shown(each) for each in argv)}"


def _end(detail: Detail) -> str:
    return f"ended by {shown(detail['error'])}" if "error" in detail else "ended"


def _ingest(detail: Detail) -> str:
    how = "took in" if detail["first"] else "seen again"
    return f"{how} {_path(detail)}, {size(int(detail['size']))}"


def _refusal(detail: Detail) -> str:
    return f"not taken in: {_path(detail)}: {shown(detail['reason'])}"


def _copy(detail: Detail) -> str:
    return f"copy kept as {shown(detail['object'])} ({shown(detail['method'])})"


def _kind(detail: Detail) -> str:
    form = f" ({shown(detail['format'])})" if detail["format"] else ""
    reason = f": {shown(detail['reason'])}" if "reason" in detail else ""
    return f"recognised as {shown(detail['kind'])}{form}{reason}"


def _metadata(detail: Detail) -> str:
    readers = ", ".join(f"{shown(each['name'])} {each['status']}" for each in detail["readers"])
    return f"{count(int(detail['count']), 'claim')} read ({readers})"


def _fingerprint(detail: Detail) -> str:
    made = [
        f"{shown(each['descriptor'])} {each['region']} ×{each['count']}"
        for each in detail["fingerprints"]
    ]
    return f"described: {', '.join(made)}"


def _match(detail: Detail) -> str:
    other = short(detail["with"])
    return f"{detail['relation']} {other}, score {detail['score']} ({detail['match']})"


def _derive(detail: Detail) -> str:
    made = f"{shown(detail['target'])}  {short(detail['made'])}"
    if detail.get("kind") != "sheet":
        return f"clip cut: {made}"
    return f"sheet drawn of it and {short(detail['with'])}: {made}"


def _fixity(detail: Detail) -> str:
    """An audit begins, ends, or tells of one exhibit or of many."""
    if "scope" in detail:
        sample = f", a sample of {shown(detail['sample'])}" if "sample" in detail else ""
        again = f", going on with event {detail['resumes']}" if "resumes" in detail else ""
        of = count(detail["of"], "exhibit")
        return f"audit begins: {detail['exhibits']} of {of}{sample}{again}"
    state = str(detail.get("state", ""))
    if "path_b64" in detail:
        to = f", now at {_path({'path_b64': detail['to_b64']})}" if "to_b64" in detail else ""
        found = f", found {short(detail['found'])}" if "found" in detail else ""
        reason = f" ({shown(detail['reason'])})" if "reason" in detail else ""
        return f"audited: {shown(state)} {_path(detail)}{to}{found}{reason}"
    if state:
        number = sum(1 for _ in numbers_in(detail))
        return f"audited: {count(number, 'exhibit')} {shown(state)}"
    if "exhibits" not in detail:
        return "audit interrupted"
    told = ", ".join(f"{number:,} {shown(each)}" for each, number in detail["exhibits"].items())
    return f"audit ends: {told or 'nothing to look at'}"


def _assertion(detail: Detail) -> str:
    """A record of others, or the file that records came from."""
    if "source" not in detail:
        records = count(detail["records"], "record")
        name, by = shown(detail["name"]), shown(detail["by"])
        return f"{records} of {name} ({shown(detail['format'])}) imported, asserted by {by}"
    origin = f"row {detail['row']} of the file of event {detail['source']}"
    asserted = detail["asserted"]
    if asserted == _WITHHELD:
        return f"asserted by {_WITHHELD}, not observed here ({origin})"
    return f"asserted by {shown(asserted['by'])}, not observed here: {told(asserted)} ({origin})"


def _decision(detail: Detail) -> str:
    where = count(len(detail["places"]), "place")
    reason = f": {shown(str(detail['reason']))}" if "reason" in detail else ""
    return f"decided: {shown(detail['subject'])} is {shown(detail['verdict'])} ({where}){reason}"


def _list(detail: Detail) -> str:
    owner = f" of {shown(detail['owner'])}" if detail["owner"] else ""
    entries = ", ".join(f"{number:,} {shown(kind)}" for kind, number in detail["counts"].items())
    return f"list {shown(detail['list'])} imported: “{shown(detail['name'])}”{owner}, {entries}"


def _list_export(detail: Detail) -> str:
    exhibits = count(int(detail["exhibits"]), "exhibit")
    paths = ", with paths" if detail["paths"] else ""
    return f"list of {exhibits} written to {shown(detail['target'])} ({detail['format']}{paths})"


def _anchor_request(detail: Detail) -> str:
    over = f"{shown(detail['file'])} over the first {count(int(detail['size']), 'event')}"
    if "reason" in detail:
        return f"no answer from {over}: {shown(detail['reason'])}"
    return f"time stamp asked of {over}"


def _anchor_token(detail: Detail) -> str:
    over = f"{shown(detail['file'])} over the first {count(int(detail['size']), 'event')}"
    return f"answer of {over}: {shown(str(detail['time'] or 'no time'))} ({shown(detail['found'])})"


def _anchor_renew(detail: Detail) -> str:
    stamps = count(len(detail["stamps"]), "time stamp")
    return f"{stamps} and the first {count(int(detail['events']), 'event')} listed with SHA-512"


def _export(detail: Detail) -> str:
    exhibits = ", ".join(f"{number:,} {shown(what)}" for what, number in detail["exhibits"].items())
    what = f" ({exhibits})" if exhibits else ""
    failed = f", not made: {shown(detail['error'])}" if "error" in detail else ""
    names = ", with names" if detail["names"] else ""
    place = f" to {shown(detail['target'])}" if detail["target"] else ""
    profile = f"profile {shown(detail['profile'])}{names}"
    return f"export of {shown(detail['form'])}{place}, {profile}{what}{failed}"


def _given_out(detail: Detail) -> str:
    return f"bytes for the export of event {int(detail['export'])}"


_SENTENCES: dict[str, Callable[[Detail], str]] = {
    **PEOPLE,
    "vault.create": _creation,
    "session.start": _start,
    "session.end": _end,
    "item.ingest": _ingest,
    "item.quarantine": _refusal,
    "item.copy": _copy,
    "item.identify": _kind,
    "item.metadata": _metadata,
    "item.fingerprint": _fingerprint,
    "item.match": _match,
    "item.derive": _derive,
    "fixity.check": _fixity,
    "import.asserted": _assertion,
    "anchor.request": _anchor_request,
    "anchor.token": _anchor_token,
    "anchor.renew": _anchor_renew,
    "review.decide": _decision,
    "list.import": _list,
    "list.export": _list_export,
    "case.export": _export,
    "item.export": _given_out,
}
"""Types of events that have a sentence of their own; the others show their detail."""
