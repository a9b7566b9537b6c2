"""Events: what the log can say, and how a draft becomes the bytes of a leaf.

The leaf's fields are those of `docs/formats/custody-log.md`; `mediaev.custody.leaf` checks
and reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from mediaev.custody import canonical
from mediaev.custody.commitment import withhold
from mediaev.custody.keys import signatures
from mediaev.custody.leaf import SIG, VERSION, LeafError, flaw
from mediaev.custody.note import Signer
from mediaev.custody.tree import leaf_hash
from mediaev.model.event import Disclosure, EventDraft, StoredEvent

ANNOUNCED = "announced"
"""The outcome of an event that announces an act; the event of the act has it as `intent`."""

TYPES: Mapping[str, str] = MappingProxyType(
    {
        "vault.create": "creation",
        "vault.recover": "recovery",
        "session.start": "",
        "session.end": "",
        "key.add": "",
        "key.rotate": "",
        "key.revoke": "",
        "config.change": "",
        "item.ingest": "ingestion",
        "item.copy": "replication",
        "item.digest": "message digest calculation",
        "item.identify": "format identification",
        "item.metadata": "metadata extraction",
        "item.fingerprint": "forensic feature analysis",
        "item.match": "forensic feature analysis",
        "item.derive": "migration",
        "item.view": "displaying",
        "item.export": "dissemination",
        "item.quarantine": "quarantine",
        "item.virus_check": "virus check",
        "item.note": "metadata modification",
        "item.tag": "metadata modification",
        "item.exhibit": "metadata modification",
        "item.withhold": "redaction",
        "item.delete": "deletion",
        "list.import": "",
        "list.export": "dissemination",
        "case.export": "dissemination",
        "fixity.check": "fixity check",
        "transfer.offer": "transfer",
        "transfer.accept": "accession",
        "transfer.refuse": "appraisal",
        "legal_hold.set": "policy assignment",
        "legal_hold.lift": "policy assignment",
        "review.approve": "validation",
        "review.decide": "metadata modification",
        "disclosure.destroy": "redaction",
        "anchor.request": "",
        "anchor.token": "digital signature generation",
        "anchor.upgrade": "digital signature generation",
        "anchor.renew": "digital signature generation",
        "witness.cosign": "digital signature generation",
        "import.asserted": "",
    }
)
"""Every type of event, with its name in the Library of Congress's vocabulary of preservation
event types (id.loc.gov/vocabulary/preservation/eventType), empty where that has none."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the log itself adds to a draft: number, time, place, and who acts."""

    vault: str
    seq: int
    time: str
    """Wall clock: RFC 3339, UTC, microseconds, `Z`."""
    boot: str
    """Names the run of the machine within which `mono_ns` never steps back."""
    mono_ns: str
    """Nanoseconds of the monotonic clock, in decimal."""
    sync: str
    """What is known of the wall clock: `ntp`, `none` or `unknown`."""
    actor_id: str
    actor_role: str
    session: int | None = None
    """`seq` of the session's `session.start`; None before and in it."""
    case: str | None = None
    exhibit: str | None = None
    """The exhibit's number in the case, as people cite it."""
    prev_item: tuple[int, bytes] | None = None
    """`seq` and leaf hash of the last earlier event about the same item."""


def build(
    draft: EventDraft,
    stamp: Stamp,
    new_salt: Callable[[], bytes],
    signers: Sequence[Signer] = (),
) -> tuple[StoredEvent, tuple[Disclosure, ...]]:
    """The leaf of an event, and the openings of its private values.

    `new_salt` returns 16 random bytes; `signers` are the keys of people who answer for the event,
    or of a change of keys. Raises LeafError or CanonicalError, both ValueErrors,
    for a draft that no verifier would accept: what was built always verifies.
    """
    if draft.type not in TYPES:
        raise LeafError(f"{draft.type!r} is not a type of event")
    detail, openings = withhold(draft.detail, stamp.seq, new_salt)
    previous = stamp.prev_item
    record = {
        "v": VERSION,
        "vault": stamp.vault,
        "seq": stamp.seq,
        "type": draft.type,
        "time": stamp.time,
        "clock": {"boot": stamp.boot, "mono_ns": stamp.mono_ns, "sync": stamp.sync},
        "session": stamp.session,
        "actor": {"id": stamp.actor_id, "role": stamp.actor_role},
        "item": None if draft.item is None else str(draft.item),
        "prev_item": None if previous is None else [previous[0], previous[1].hex()],
        "exhibit": stamp.exhibit,
        "case": stamp.case,
        "intent": draft.intent,
        "outcome": draft.outcome,
        "detail": detail,
        "private": [opening.path for opening in openings],
    }
    if signers:
        record[SIG] = signatures(record, signers)
    if says := flaw(record):
        raise LeafError(says)
    body = canonical.encode(record)
    return StoredEvent(stamp.seq, body, leaf_hash(body)), openings
