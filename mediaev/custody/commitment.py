"""Commitments: values that the log fixes without telling them (the pattern of RFC 9901).

A private value enters a leaf as `{"$c": commitment}`, where

    commitment = base64url(SHA-256(ASCII(base64url(canonical JSON [salt, path, value]))))

base64url is without padding (RFC 7515), and salt is the base64url of 16 random bytes. This is
a disclosure of SD-JWT with the dotted path in the place of the claim's name. Whoever holds
salt and value can show what was meant; once they are destroyed, nobody can, and every proof
over the leaf still holds.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from mediaev.custody import canonical
from mediaev.custody.canonical import CanonicalError
from mediaev.model.event import Disclosure, Private

MARK = "$c"
"""The only key of an object that stands for a private value."""
SALT_BYTES = 16
_FORM = re.compile(r"[0-9A-Za-z_-]{43}")


def commit(salt: bytes, path: str, value: Any) -> str:
    """The commitment to a value at a place. Raises CanonicalError if it is no JSON value."""
    disclosure = _base64url(canonical.encode([_base64url(salt), path, value]))
    return _base64url(sha256(disclosure.encode("ascii")).digest())


def opens(commitment: str, disclosure: Disclosure) -> bool:
    """Whether the disclosure is the opening of the commitment."""
    try:
        return commit(disclosure.salt, disclosure.path, disclosure.value) == commitment
    except (CanonicalError, TypeError):
        return False


def withhold(
    detail: Mapping[str, Any], seq: int, new_salt: Callable[[], bytes]
) -> tuple[dict[str, Any], tuple[Disclosure, ...]]:
    """An event's detail with commitments for its private values, and their openings.

    The openings are in the order of their paths. Raises CanonicalError for a private value
    that is no JSON value, or whose path could be read in two ways.
    """
    openings: list[Disclosure] = []

    def public(value: Any, steps: tuple[str, ...]) -> Any:
        if isinstance(value, Private):
            opening = Disclosure(seq, _path(steps), _checked(new_salt()), value.value)
            openings.append(opening)
            return {MARK: commit(opening.salt, opening.path, opening.value)}
        if isinstance(value, Mapping):
            if MARK in value:
                raise CanonicalError(f"the key {MARK} stands for private values only")
            return {key: public(inner, (*steps, key)) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [public(inner, (*steps, str(place))) for place, inner in enumerate(value)]
        return value

    return public(detail, ("detail",)), tuple(sorted(openings, key=lambda one: one.path))


def commitments(value: Any, path: str = "detail") -> Iterator[tuple[str, dict[str, Any]]]:
    """Where commitments stand in a decoded detail, and the objects that stand there.

    Every object with the key `$c` counts; `is_commitment` tells whether it is well formed.
    """
    if isinstance(value, dict):
        if MARK in value:
            yield path, value
        else:
            for key, inner in value.items():
                yield from commitments(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from commitments(inner, f"{path}.{place}")


def fitting(detail: Mapping[str, Any], openings: Iterable[Disclosure]) -> list[Disclosure]:
    """Those of some openings that open a commitment in an event's detail."""
    committed = dict(commitments(detail))
    return [each for each in openings if opens(committed.get(each.path, {}).get(MARK, ""), each)]


def is_commitment(value: dict[str, Any]) -> bool:
    """Whether an object is `{"$c": …}` with a base64url SHA-256, and nothing else."""
    commitment = value.get(MARK)
    return len(value) == 1 and isinstance(commitment, str) and bool(_FORM.fullmatch(commitment))


def _path(steps: tuple[Any, ...]) -> str:
    for step in steps:
        if not isinstance(step, str) or "." in step:
            raise CanonicalError(f"the key {step!r} cannot be a step of a dotted path")
    return ".".join(steps)


def _checked(salt: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise CanonicalError(f"a salt has {SALT_BYTES} bytes")
    return salt


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
