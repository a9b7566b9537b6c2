"""Time stamps (RFC 3161): the request, and what stands in a response. Nothing is judged here.

A token is CMS signed data (RFC 5652) around a TSTInfo: a digest, a time, and a serial number.
A response is a status and, if it was granted, a token. A bare token is read as a response that
was granted. What certificates and signature are worth: `mediaev.custody.token`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from mediaev.custody import der
from mediaev.custody.der import DerError, Element, Parts

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
"""The media types of a request and a response."""
MAX_BYTES = 256 << 10
"""Longest response that is read: real ones have 1 to 10 kB."""
MAX_CERTIFICATES = 64
YEARS = range(1990, 9000)
"""Of tokens; outside, arithmetic with their accuracy would leave the calendar."""
HASHES: Mapping[str, str] = MappingProxyType(
    {
        "1.2.840.113549.2.5": "md5",
        "1.3.14.3.2.26": "sha1",
        "2.16.840.1.101.3.4.2.4": "sha224",
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
        "2.16.840.1.101.3.4.2.8": "sha3_256",
        "2.16.840.1.101.3.4.2.9": "sha3_384",
        "2.16.840.1.101.3.4.2.10": "sha3_512",
    }
)
"""Digest algorithms by object identifier, under the names of Python's hashlib."""
STATUSES = (
    "granted",
    "granted with changes",
    "rejected",
    "waiting",
    "revocation warning",
    "revoked",
)
"""PKIStatus (RFC 3161 §2.4.2)."""
GRANTED = ("granted", "granted with changes")
_FAILURES: Mapping[int, str] = MappingProxyType(
    {
        0: "it does not know the digest algorithm",
        2: "it does not allow this request",
        5: "it calls the request malformed",
        14: "its source of time is not available",
        15: "it does not offer that policy",
        16: "it does not know an extension",
        17: "it lacks information that was asked for",
        25: "it had a failure of its own",
    }
)
"""PKIFailureInfo, by the number of the bit."""
SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An algorithm as a structure names it."""

    oid: str
    parameters: Element | None = None

    @property
    def hash_name(self) -> str:
        """Its name if it is a digest algorithm that is known here, else the identifier."""
        return HASHES.get(self.oid, self.oid)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of an authority."""

    hash_name: str
    imprint: bytes
    policy: str | None
    nonce: int | None
    wants_certificate: bool


@dataclass(frozen=True, slots=True)
class Signing:
    """Who says to have signed a token, over what, and the signature. Nothing is checked yet."""

    issuer: bytes | None
    """DER of the name of the certificate's issuer; None where `key_id` names the certificate."""
    serial: int | None
    key_id: bytes | None
    digest: Algorithm
    signed: bytes
    """The bytes that the signature is over: the signed attributes as a SET."""
    attributes: Mapping[str, list[Element]]
    """Signed attributes: their values by object identifier."""
    algorithm: Algorithm
    signature: bytes


@dataclass(frozen=True, slots=True)
class Token:
    """What a time-stamp token says."""

    hash_name: str
    imprint: bytes
    policy: str
    serial: int
    time: datetime
    """In UTC."""
    accuracy: timedelta
    """How far the time may be off, either way; zero where the authority does not say."""
    nonce: int | None
    content: bytes = field(repr=False)
    """DER of the TSTInfo, which the signed attributes hold a digest of."""
    certificates: tuple[bytes, ...] = field(repr=False)
    """DER of each certificate that came along, in no order that means anything."""
    signing: Signing = field(repr=False)

    def is_over(self, message: bytes) -> bool:
        """Whether its digest is the one of a message; not so for unknown algorithms."""
        known = self.hash_name in HASHES.values()
        return known and hashlib.new(self.hash_name, message).digest() == self.imprint


@dataclass(frozen=True, slots=True)
class Response:
    """An authority's answer."""

    status: str
    reason: str
    """Why it was not granted, in the authority's words; empty if it gave none."""
    token: Token | None


def write_request(hash_name: str, imprint: bytes, nonce: int, policy: str | None = None) -> bytes:
    """The DER of a request for a token with the authority's certificate."""
    by_name = {name: oid for oid, name in HASHES.items()}
    algorithm = der.write(der.SEQUENCE, der.write_oid(by_name[hash_name]), der.write(der.NULL))
    return der.write(
        der.SEQUENCE,
        der.write_integer(1),
        der.write(der.SEQUENCE, algorithm, der.write(der.OCTET_STRING, imprint)),
        der.write_oid(policy) if policy else b"",
        der.write_integer(nonce),
        der.write(der.BOOLEAN, b"\xff"),
    )


def read_request(data: bytes) -> Request:
    """Read a request. Raises DerError, and nothing else."""
    rest = Parts(_bounded(data).expect(der.SEQUENCE))
    if rest.next().integer() != 1:
        raise DerError("a request of an unknown version")
    hash_name, imprint = _imprint(rest.next())
    policy, nonce, certificate = (rest.take(tag) for tag in (der.OID, der.INTEGER, der.BOOLEAN))
    return Request(
        hash_name,
        imprint,
        policy.oid() if policy else None,
        nonce.integer() if nonce else None,
        wants_certificate=certificate is not None and any(certificate.content),
    )


def read_response(data: bytes) -> Response:
    """Read a response, or a bare token. Raises DerError, and nothing else."""
    whole = _bounded(data).expect(der.SEQUENCE)
    first, *others = whole.parts() or [whole]
    if first.tag == der.OID:
        return Response(STATUSES[0], "", _token(whole))
    info = Parts(first.expect(der.SEQUENCE))
    number = info.next().integer()
    status = STATUSES[number] if 0 <= number < len(STATUSES) else f"status {number}"
    reason = _reason(info.take(der.SEQUENCE), info.take(der.BIT_STRING))
    return Response(status, reason, _token(others[0]) if others else None)


def _bounded(data: bytes) -> Element:
    if len(data) > MAX_BYTES:
        raise DerError(f"longer than {MAX_BYTES} bytes")
    return der.read(data)


def _reason(texts: Element | None, failures: Element | None) -> str:
    said = (
        [part.content.decode("utf-8", "replace")[:200] for part in texts.parts()] if texts else []
    )
    bits = failures.content[1:5] if failures else b""
    for number, words in _FAILURES.items():
        if number // 8 < len(bits) and bits[number // 8] & 0x80 >> number % 8:
            said.append(words)
    return "; ".join(said[:4])


def _algorithm(element: Element) -> Algorithm:
    parts = element.expect(der.SEQUENCE).parts()
    if not parts:
        raise DerError("an algorithm without a name")
    return Algorithm(parts[0].oid(), parts[1] if len(parts) > 1 else None)


def _imprint(element: Element) -> tuple[str, bytes]:
    parts = Parts(element.expect(der.SEQUENCE))
    return _algorithm(parts.next()).hash_name, parts.next().octets()


def _explicit(element: Element, tag: int = 0xA0) -> Element:
    """What stands in an explicit tag."""
    inner = element.expect(tag).parts()
    if len(inner) != 1:
        raise DerError("a tag around more or less than one element")
    return inner[0]


def _token(element: Element) -> Token:
    info = Parts(element.expect(der.SEQUENCE))
    if info.next().oid() != SIGNED_DATA:
        raise DerError("it is no signed data")
    parts = Parts(_explicit(info.next()).expect(der.SEQUENCE))
    parts.next().integer()
    parts.next().expect(der.SET)
    inner = Parts(parts.next().expect(der.SEQUENCE))
    if inner.next().oid() != TST_INFO:
        raise DerError("what is signed is no time stamp")
    content = _explicit(inner.next()).octets()
    bag = parts.take(0xA0)
    parts.take(0xA1)
    signers = parts.next().expect(der.SET).parts()
    if len(signers) != 1:
        raise DerError("not signed by exactly one authority")
    # Other forms than plain certificates have context tags.
    certificates = [part.whole for part in bag.parts() if part.tag == der.SEQUENCE] if bag else []
    if len(certificates) > MAX_CERTIFICATES:
        raise DerError("too many certificates")
    return _stamp(content, tuple(certificates), _signing(signers[0]))


def _stamp(content: bytes, certificates: tuple[bytes, ...], signing: Signing) -> Token:
    """The token around a TSTInfo."""
    parts = Parts(der.read(content).expect(der.SEQUENCE))
    if parts.next().integer() != 1:
        raise DerError("a time stamp of an unknown version")
    policy = parts.next().oid()
    hash_name, imprint = _imprint(parts.next())
    serial, time = parts.next().integer(), parts.next().time()
    if time.year not in YEARS:
        raise DerError("a time that cannot be")
    accuracy = parts.take(der.SEQUENCE)
    parts.take(der.BOOLEAN)
    nonce = parts.take(der.INTEGER)
    parts.take(0xA0)
    extensions = parts.take(0xA1)
    if extensions and any(_is_critical(part) for part in extensions.parts()):
        raise DerError("it has an extension that must be understood and is not known here")
    return Token(
        hash_name,
        imprint,
        policy,
        serial,
        time,
        _accuracy(accuracy) if accuracy else timedelta(),
        nonce.integer() if nonce else None,
        content,
        certificates,
        signing,
    )


def _is_critical(extension: Element) -> bool:
    parts = Parts(extension.expect(der.SEQUENCE))
    parts.next()
    flag = parts.take(der.BOOLEAN)
    return flag is not None and any(flag.content)


def _accuracy(element: Element) -> timedelta:
    parts = Parts(element)
    found = [parts.take(tag) for tag in (der.INTEGER, 0x80, 0x81)]
    seconds, millis, micros = (
        int.from_bytes(one.content[:4], "big") if one else 0 for one in found
    )
    return timedelta(seconds=seconds, milliseconds=millis, microseconds=micros)


def _signing(element: Element) -> Signing:
    parts = Parts(element.expect(der.SEQUENCE))
    parts.next().integer()
    named = parts.next()
    issuer = serial = key_id = None
    if named.tag == 0x80:
        key_id = named.content
    else:
        by_name = Parts(named.expect(der.SEQUENCE))
        issuer, serial = by_name.next().whole, by_name.next().integer()
    digest = _algorithm(parts.next())
    signed = parts.next().expect(0xA0)
    return Signing(
        issuer,
        serial,
        key_id,
        digest,
        # Signed is the SET itself; in the token it has another tag (RFC 5652 §5.4). Its order
        # stays: authorities sign what they send, sorted or not.
        der.write(der.SET, signed.content),
        _attributes(signed),
        _algorithm(parts.next()),
        parts.next().octets(),
    )


def _attributes(signed: Element) -> dict[str, list[Element]]:
    attributes: dict[str, list[Element]] = {}
    for attribute in signed.parts():
        parts = Parts(attribute.expect(der.SEQUENCE))
        oid = parts.next().oid()
        if oid in attributes:
            raise DerError("a signed attribute that stands there twice")
        attributes[oid] = parts.next().expect(der.SET).parts()
    return attributes
