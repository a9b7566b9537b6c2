"""Judging time-stamp tokens: bytes in, a verdict out.

A token is worth something if an authority that is trusted by configuration signed it over the
very bytes in question, in answer to one's own request. What it lacks is told apart, because
the cures differ. The order of the checks, and so of the words in `TokenVerdict.kind`:

- `unreadable`: no response that can be read. It is kept all the same: others may read it.
- `rejected`: the authority did not grant the request.
- `weak`: a digest algorithm or key that can be forged.
- `algorithm`: an algorithm that is not known here.
- `signer`: the certificate that signed is not there, or is not the one that the token binds.
- `signature`: the signature does not hold.
- `policy`: it was made under another policy than the configuration asks for.
- `purpose`: the certificate is not one for time stamps.
- `untrusted`: it does not lead to a pinned root.
- `expired`: a certificate was not valid at the time that the token tells.
- `chain`: another rule about certificates is broken.
- `imprint`: an authority vouches for it, but it is over other bytes.
- `nonce`: and it is over these bytes, but no answer to the request that lies beside it: as when
  an old one is replayed.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning

from mediaev.custody import chain
from mediaev.custody.chain import ChainError, name
from mediaev.custody.der import DerError
from mediaev.custody.signing import LackError, find_signer
from mediaev.custody.timestamp import GRANTED, Token, read_request, read_response

_Certificates = list[x509.Certificate]
GOOD = "good"


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamping authority, as the configuration outside the case trusts it."""

    name: str
    """Lower-case letters, digits, dot and dash."""
    roots: tuple[bytes, ...]
    """DER of the pinned roots."""
    between: tuple[bytes, ...] = ()
    """DER of other certificates that may help to lead there; not trusted by themselves."""
    policies: tuple[str, ...] = ()
    """The policies to accept, in dotted form; any if there are none."""


@dataclass(frozen=True, slots=True)
class TokenVerdict:
    """What a response is worth."""

    kind: str
    """`GOOD`, or what it lacks, of the list above."""
    says: str
    """A sentence for a person."""
    token: Token | None = None
    """What it says; also where it is worth nothing."""
    authority: str = ""
    """The trusted authority by whose roots it is good; empty if it is not."""
    signer: str = ""
    """Who signed, by the certificate."""
    valid_until: datetime | None = None
    """When the first certificate of its path ends: renew the time stamp before."""
    strangers: int = 0
    """Certificates that came along and are no part of the path. They are not signed, so anyone
    can have added them."""

    @property
    def is_good(self) -> bool:
        """Whether it proves that the bytes existed at its time."""
        return self.kind == GOOD


def judge(
    response: bytes,
    messages: Iterable[bytes],
    authorities: Iterable[Authority],
    *,
    request: bytes | None = None,
) -> TokenVerdict:
    """What a response is worth for any of some messages, and by which of the authorities.

    `request` is what was asked; without it the nonce is not looked at. Raises nothing.
    """
    with warnings.catch_warnings(action="ignore", category=CryptographyDeprecationWarning):
        return _judged(response, messages, list(authorities), request)


def _judged(
    response: bytes, messages: Iterable[bytes], known: list[Authority], request: bytes | None
) -> TokenVerdict:
    try:
        read = read_response(response)
    except DerError as error:
        return TokenVerdict("unreadable", f"It cannot be read as a response: {error}.")
    token = read.token
    if token is None or read.status not in GRANTED:
        why = read.reason or (
            "no token was sent" if read.status in GRANTED else "it gave no reason"
        )
        return TokenVerdict("rejected", f"The authority's answer is: {read.status} ({why}).")
    return _judged_token(token, messages, known, request)


def _judged_token(
    token: Token, messages: Iterable[bytes], known: list[Authority], request: bytes | None
) -> TokenVerdict:
    came = [one for each in token.certificates if (one := chain.load(each)) is not None]
    try:
        of_authorities = [one for each in known for some in _loaded(each) for one in some]
        signer = find_signer(token, came, of_authorities)
    except LackError as error:
        return TokenVerdict(error.kind, f"{error}.", token)
    verdict = _trusted(token, signer, came, known)
    if not verdict.is_good:
        return verdict
    try:
        _check_imprint(token, messages)
        _check_request(token, request)
    except LackError as error:
        return replace(verdict, kind=error.kind, says=f"{error}.")
    return verdict


def _check_imprint(token: Token, messages: Iterable[bytes]) -> None:
    if not any(map(token.is_over, messages)):
        raise LackError("imprint", "It is over other bytes")


def _check_request(token: Token, request: bytes | None) -> None:
    if request is None:
        return
    try:
        asked = read_request(request)
    except DerError as error:
        raise LackError("nonce", f"The request beside it cannot be read: {error}") from None
    if asked.nonce != token.nonce or asked.imprint != token.imprint:
        raise LackError("nonce", "It does not answer the request beside it")
    if asked.policy is not None and asked.policy != token.policy:
        raise LackError("policy", "It was made under another policy than was asked for")


def _trusted(
    token: Token, signer: x509.Certificate, came: _Certificates, authorities: list[Authority]
) -> TokenVerdict:
    """The verdict by the first authority under which the token is good, else by the first."""
    verdict = TokenVerdict("untrusted", "No authority is trusted here.", token, signer=name(signer))
    for place, authority in enumerate(authorities):
        found = _by(token, signer, came, authority)
        if found.is_good:
            return found
        verdict = verdict if place else found
    return verdict


def _by(
    token: Token, signer: x509.Certificate, came: _Certificates, authority: Authority
) -> TokenVerdict:
    roots, between = _loaded(authority)
    found = TokenVerdict(GOOD, f"{name(signer)} vouches for it.", token, signer=name(signer))
    if authority.policies and token.policy not in authority.policies:
        return replace(found, kind="policy", says=f"It was made under the policy {token.policy}.")
    try:
        path = chain.lead(signer, roots, [*came, *between], token.time)
    except ChainError as error:
        return replace(found, kind=error.kind, says=f"{error}.")
    return replace(
        found,
        authority=authority.name,
        valid_until=min(each.not_valid_after_utc for each in path),
        strangers=sum(one not in path for one in came),
    )


def _loaded(authority: Authority) -> tuple[_Certificates, _Certificates]:
    loaded = [
        [one for each in some if (one := chain.load(each)) is not None]
        for some in (authority.roots, authority.between)
    ]
    return loaded[0], loaded[1]
