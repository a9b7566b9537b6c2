"""Custody events as sentences."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

from mediaev.cli.display.wording import count, short, size
from mediaev.custody.commitment import MARK
from mediaev.model.exhibit import shown

Detail = Mapping[str, Any]
"""An event's detail, with the private values that are still open in their places."""

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


def _key(detail: Detail) -> str:
    if "role" in detail:
        who = shown(str(detail["operator"]))
        return f"key of {who} ({shown(detail['role'])}) announced: {shown(detail['vkey'])}"
    return f"key announced ({shown(detail['reason'])}): {shown(detail['vkey'])}"


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


def _rotated(detail: Detail) -> str:
    return f"key handed on ({shown(detail['reason'])}): {shown(detail['vkey'])}"


def _recovered(detail: Detail) -> str:
    return f"new key for a lost one ({shown(detail['reason'])}): {shown(detail['vkey'])}"


def _revoked(detail: Detail) -> str:
    return f"key revoked ({shown(detail['reason'])}): {shown(detail['vkey'])}"


def _held(detail: Detail) -> str:
    return f"legal hold: {shown(detail['ground'])}"


def _lifted(detail: Detail) -> str:
    return f"legal hold lifted: {shown(detail['ground'])}"


def _approved(detail: Detail) -> str:
    note = f": {shown(str(detail['note']))}" if "note" in detail else ""
    return f"approved {shown(detail['subject'])}, as of event {detail['recorded']['seq']}{note}"


def _destroyed(detail: Detail) -> str:
    values = sum(len(each["events"]) for each in detail["destroyed"])
    why = f"{shown(detail['ground'])}; by authority of {shown(detail['authority'])}"
    return f"destroyed what opened {count(values, 'private value')}: {why}"


_SENTENCES: dict[str, Callable[[Detail], str]] = {
    "vault.create": _creation,
    "session.start": _start,
    "session.end": _end,
    "key.add": _key,
    "item.ingest": _ingest,
    "item.quarantine": _refusal,
    "item.copy": _copy,
    "item.identify": _kind,
    "item.metadata": _metadata,
    "item.fingerprint": _fingerprint,
    "item.match": _match,
    "item.derive": _derive,
    "review.decide": _decision,
    "list.import": _list,
    "list.export": _list_export,
    "disclosure.destroy": _destroyed,
    "key.rotate": _rotated,
    "key.revoke": _revoked,
    "vault.recover": _recovered,
    "legal_hold.set": _held,
    "legal_hold.lift": _lifted,
    "review.approve": _approved,
}
"""Types of events that have a sentence of their own; the others show their detail."""
