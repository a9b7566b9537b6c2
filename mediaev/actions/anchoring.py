"""Anchoring: third parties' time over the head of the log. The one verb with a network.

What leaves the machine is a digest of the newest signed head, which tells nothing of what the
case holds, and a random number. Requests are kept before they go out and answers as they came
in, whatever they are worth; all are events.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mediaev.custody.anchors import judge_one
from mediaev.custody.der import DerError
from mediaev.custody.timestamp import MAX_BYTES, Token, read_request, read_response, write_request
from mediaev.custody.token import GOOD
from mediaev.custody.verify import Anchor, FoundAnchor
from mediaev.errors import MediaevError, UnreachableError, UsageError
from mediaev.store import CaseStore
from mediaev.store.authorities import ConfiguredAuthority, read_authorities
from mediaev.store.checkpoints import StoredCheckpoint
from mediaev.store.files import read_small
from mediaev.store.places import authorities_folder

QUEUED, UNREACHABLE = "queued", "unreachable"
ENOUGH = 2
"""Authorities that should vouch for a head: one alone can lie, or lose its key."""
_NONCE_BYTES = 16
_MOST_ROOTS = 32
"""Digests of pinned roots that an event tells, at most."""
_OTHER = "other"
"""Who answers if nobody knows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one request to an authority, or of one answer that was brought."""

    size: int
    authority: str
    status: str
    """`good`, `queued`, `unreachable`, or what the answer lacks (`mediaev.custody.token`)."""
    says: str
    """A sentence for a person; empty for what is queued."""
    file: str
    """The name of its files in `log/anchors/<size>/`, without the ending."""
    anchor: Anchor | None = None
    """The answer, judged, if there is one."""
    configured: ConfiguredAuthority | None = None

    @property
    def is_good(self) -> bool:
        """Whether a trusted authority vouches for the head now."""
        return self.status == GOOD


@dataclass(frozen=True, slots=True)
class Anchored:
    """What came of asking for third parties' time."""

    size: int
    """Events under the head that was stamped."""
    asked: tuple[Asked, ...]
    superseded: int = 0
    """Older requests that wait without need: the new ones are over all that theirs are."""
    found: int = 0
    """Responses that lay there and were recorded only now."""
    renewed: int | None = None
    """How many earlier time stamps this one renews; None if that was not asked."""


Told = Callable[[Asked], None]
"""Hears of each answer as it comes."""


def chosen_authorities(names: Iterable[str] = ()) -> list[ConfiguredAuthority]:
    """The configured authorities, or those of some names. Raises UsageError."""
    configured, problems = read_authorities()
    if problems:
        raise UsageError(problems[0], advice="Mend the file, or move it away.")
    if not configured:
        raise UsageError(
            f"No time-stamping authority is configured in {authorities_folder()}.",
            advice="Write a file for each of two or more: the page docs/third-party-time.md has "
            "examples to copy. Nobody is asked unless you name them there.",
        )
    by_name = {each.name: each for each in configured}
    for name in names:
        if name not in by_name:
            raise UsageError(
                f"No authority {name!a} is configured.", advice=f"There are: {', '.join(by_name)}."
            )
    return [by_name[name] for name in dict.fromkeys(names)] or configured


def anchor(
    store: CaseStore,
    authorities: Sequence[ConfiguredAuthority],
    *,
    offline: bool = False,
    renew: bool = False,
    tell: Told = lambda _: None,
) -> Anchored:
    """Have the newest head of the log stamped; within a session of the store.

    Offline, requests are only written. Raises UsageError if there is no signed head.
    """
    found = store.record_unrecorded()
    renewed = store.record_renewal() if renew else None
    store.sign()
    head = _head(store)
    superseded = sum(size < head.size for size, _ in store.anchor_folder.waiting())
    questions = [
        (each, *_request(store, head, each, "sha512" if renew else each.hash_name))
        for each in authorities
    ]
    asked: list[Asked] = []
    answers: Iterable[Asked]
    if offline:
        answers = (_unasked(head, authority, QUEUED, "") for authority, _, _ in questions)
    else:
        answers = _exchange(store, head, questions)
    for one in answers:
        asked.append(one)
        tell(one)
    return Anchored(head.size, tuple(asked), superseded, found, renewed)


def _unasked(
    head: StoredCheckpoint, authority: ConfiguredAuthority, status: str, says: str
) -> Asked:
    """What became of a request that has no answer."""
    return Asked(head.size, authority.name, status, says, authority.name, None, authority)


def _head(store: CaseStore) -> StoredCheckpoint:
    head = store.newest_checkpoint()
    if head is None or not head.size:
        raise UsageError(
            "The log has no signed head that could be stamped.",
            advice="Put the case's signing key in its place, or adopt a new one.",
        )
    return head


_Question = tuple[ConfiguredAuthority, bytes, int]
"""Who is asked, what, and the event that records it."""


def _request(
    store: CaseStore, head: StoredCheckpoint, authority: ConfiguredAuthority, hash_name: str
) -> tuple[bytes, int]:
    """The request for a head, and the event that records it. One that is there is used again."""
    request = store.anchor_folder.request(head.size, authority.name)
    if request is None:
        nonce = int.from_bytes(os.urandom(_NONCE_BYTES), "big") | 1
        imprint = hashlib.new(hash_name, head.note).digest()
        request = write_request(hash_name, imprint, nonce, authority.policy)
    detail = {
        "authority": authority.name,
        "checkpoint": hashlib.sha256(head.note).hexdigest(),
        "roots": authority.root_digests[:_MOST_ROOTS],
    }
    return request, store.record_request(head.size, authority.name, request, detail)


def _exchange(
    store: CaseStore, head: StoredCheckpoint, questions: Sequence[_Question]
) -> Iterator[Asked]:
    from mediaev import network  # noqa: PLC0415  # loads HTTP and TLS, which no other verb needs

    by_name = {authority.name: (authority, seq) for authority, _, seq in questions}
    calls = {authority.name: (authority.url, request) for authority, request, _ in questions}
    for name, answer in network.ask_all(calls):
        authority, seq = by_name[name]
        if isinstance(answer, UnreachableError):
            store.record_silence(head.size, name, answer.message, seq)
            yield _unasked(head, authority, UNREACHABLE, answer.message)
        else:
            yield _kept(store, head.size, name, answer, seq)


def _kept(store: CaseStore, size: int, authority: str, answer: bytes, seq: int | None) -> Asked:
    """Keep an answer, and say what it is worth."""
    file = store.record_response(size, authority, answer, seq)
    configured, _ = read_authorities()
    note = store.checkpoint_notes().get(size)
    found = FoundAnchor(size, file, answer, store.anchor_folder.request(size, file))
    trusted = [each.trust for each in configured]
    judged = judge_one(found, [] if note is None else [note], trusted, None)
    return _answered(replace(judged, sound=judged.kind == GOOD))


def add_answers(
    store: CaseStore, files: Iterable[Path], *, authority: str = "", tell: Told = lambda _: None
) -> Anchored:
    """Take in answers that were fetched elsewhere; within a session of the store.

    Raises UsageError for a file that is no answer about this case; those before it are kept.
    """
    found = store.record_unrecorded()
    asked: list[Asked] = []
    for path in files:
        response = _read(path)
        size, name = _place(store, response, authority, path)
        held = _held(store, size, response)
        one = held or _kept(store, size, name, response, None)
        asked.append(one)
        tell(one)
    return Anchored(max((each.size for each in asked), default=0), tuple(asked), found=found)


def _read(path: Path) -> bytes:
    try:
        content = read_small(path, MAX_BYTES)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except MediaevError as error:
        raise UsageError(
            error.message, advice="Name the file with the authority's answer itself."
        ) from error
    if not content:
        raise UsageError(f"{path} is empty or not there.")
    return content


def _place(store: CaseStore, response: bytes, authority: str, path: Path) -> tuple[int, str]:
    """The size and the authority's name that an answer belongs under."""
    waiting = store.anchor_folder.waiting()
    try:
        token = read_response(response).token
    except DerError:
        token = None
    if token is None:
        named = [(size, name) for size, name in waiting if name == authority]
        if not named:
            raise UsageError(
                f"{path} cannot be read as a time stamp, so nothing tells what it is over.",
                advice="If it is an answer all the same, name its authority with --authority: "
                "it is then kept as it is with that authority's newest request.",
            )
        return named[-1]
    for size, note in sorted(store.checkpoint_notes().items(), reverse=True):
        if token.is_over(note):
            return size, authority or _asked(store, size, token) or _vouching(response, note)
    raise UsageError(
        f"{path} is a time stamp, but over none of this case's signed heads.",
        advice="Is it another case's? Name the case with -C.",
    )


def _asked(store: CaseStore, size: int, token: Token) -> str:
    """Whose request has the nonce of a token."""
    for name in {name for at, name in store.anchor_folder.requests() if at == size}:
        request = store.anchor_folder.request(size, name)
        try:
            if request is not None and read_request(request).nonce == token.nonce is not None:
                return name
        except DerError:
            continue
    return ""


def _vouching(response: bytes, note: bytes) -> str:
    """Who vouches for an answer that nobody here asked for."""
    trusted = [each.trust for each in read_authorities()[0]]
    return judge_one(FoundAnchor(0, "", response), [note], trusted, None).authority or _OTHER


def _held(store: CaseStore, size: int, response: bytes) -> Asked | None:
    """The same answer, if it is there already."""
    folder = store.anchor_folder
    for there in store.anchors():
        if there.size == size and folder.response(size, there.name) == response:
            return _answered(there)
    return None


def _answered(judged: Anchor) -> Asked:
    """What became of a request that has an answer."""
    by = next((each for each in read_authorities()[0] if each.name == judged.authority), None)
    authority = judged.name.partition("~")[0]
    return Asked(judged.size, authority, judged.kind, judged.says, judged.name, judged, by)
