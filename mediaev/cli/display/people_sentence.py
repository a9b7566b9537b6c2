"""Custody events about keys and people, and what people sign, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mediaev.cli.display.wording import count
from mediaev.model.exhibit import shown

Detail = Mapping[str, Any]
"""An event's detail, with the private values that are still open in their places."""

_LONG_KEY = 160
"""Characters of a public key that a sentence shows: a whole Ed25519 key."""


def _vkey(detail: Detail) -> str:
    vkey = shown(detail["vkey"])
    if len(vkey) > _LONG_KEY:  # of ML-DSA-44; `log --json` has it whole
        return f"{vkey[:_LONG_KEY]}…"
    return vkey


def _key(detail: Detail) -> str:
    if "role" in detail:
        who = shown(str(detail["operator"]))
        return f"key of {who} ({shown(detail['role'])}) announced: {_vkey(detail)}"
    return f"key announced ({shown(detail['reason'])}): {_vkey(detail)}"


def _rotated(detail: Detail) -> str:
    return f"key handed on ({shown(detail['reason'])}): {_vkey(detail)}"


def _recovered(detail: Detail) -> str:
    return f"new key for a lost one ({shown(detail['reason'])}): {_vkey(detail)}"


def _revoked(detail: Detail) -> str:
    return f"key revoked ({shown(detail['reason'])}): {_vkey(detail)}"


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


PEOPLE: dict[str, Callable[[Detail], str]] = {
    "key.add": _key,
    "disclosure.destroy": _destroyed,
    "key.rotate": _rotated,
    "key.revoke": _revoked,
    "vault.recover": _recovered,
    "legal_hold.set": _held,
    "legal_hold.lift": _lifted,
    "review.approve": _approved,
}
"""These types of events, each with its sentence."""
