"""Deriving: a clip of an exhibit, logged with the exact command that made it."""

from __future__ import annotations

import os
from pathlib import Path

from mediaev.actions.documents import path_text
from mediaev.actions.holding import held
from mediaev.derive import Derived, clip
from mediaev.model.digest import Digest
from mediaev.model.event import EventDraft, Private
from mediaev.store import CaseStore


def derive_clip(
    store: CaseStore, exhibit: Digest, target: Path, start: float, end: float
) -> Derived:
    """Cut a clip of an exhibit for viewing; must run inside a session of the store.

    Raises EvidenceError when no place where the exhibit was seen still holds its bytes.
    """
    with held(store, exhibit) as opened:
        derived = clip(opened.fd, target, start, end)
        opened.check_unchanged()
    detail = {
        "made": str(derived.digest),
        "command": list(derived.command[1:]),
        "program": derived.program,
        "start_ms": round(start * 1000),
        "end_ms": round(end * 1000),
        "target": Private(path_text(os.fsencode(target))),
    }
    with store.transaction():
        store.append([EventDraft("item.derive", detail, exhibit)])
    return derived
