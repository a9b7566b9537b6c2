"""Certificates: whether a token's signer leads to a pinned root, as of the token's own time.

The rules are those of RFC 5280 §6 that matter to a time stamp: names and signatures of each
step, who may issue, what for, and validity at the moment that the token tells (not today: a
token outlives its certificates). Not looked at: revocation, which needs the network, and
policies. A critical extension that is not judged here ends the path.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

WEAK_HASHES = frozenset({"md5", "sha1", "sha224"})
SHORTEST_RSA = 2048
SHORTEST_CURVE = 224
LONGEST_PATH = 8
MOST_STEPS = 200
"""Signatures that are checked in the search of a path, at most."""
_JUDGED = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
    }
)
_Kind = TypeVar("_Kind", bound=x509.ExtensionType)
UNREADABLE = (
    *(ValueError, TypeError, OverflowError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
"""What reading a certificate raises if it is not as it should be."""
Path = tuple[x509.Certificate, ...]
"""From the signer's certificate to the root."""


class ChainError(ValueError):
    """A signer that does not lead to a pinned root as it must."""

    def __init__(self, kind: str, says: str) -> None:
        super().__init__(says)
        self.kind = kind
        """`untrusted`, `expired`, `purpose`, `weak` or `chain`."""


def load(certificate: bytes) -> x509.Certificate | None:
    """The certificate in some DER, or None if it is none that can be read."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of what is bad style in a certificate
            return x509.load_der_x509_certificate(certificate)
    except UNREADABLE:
        return None


def is_root(certificate: x509.Certificate) -> bool:
    """Whether it names itself as its issuer: only such a one can be pinned."""
    try:
        return certificate.issuer == certificate.subject
    except UNREADABLE:
        return False


def name(certificate: x509.Certificate) -> str:
    """Who a certificate is about, for a sentence."""
    try:
        return certificate.subject.rfc4514_string()[:200]
    except UNREADABLE:
        return "an unreadable name"


def lead(
    signer: x509.Certificate,
    roots: Iterable[x509.Certificate],
    between: Iterable[x509.Certificate],
    when: datetime,
) -> Path:
    """The path from a signer to one of the roots that held at a time, in UTC.

    Raises ChainError that says what the most promising path lacks.
    """
    _check_signer(signer)
    failure = ChainError("untrusted", f"{name(signer)} does not lead to a pinned root")
    for path in _paths(signer, list(roots), list(between)):
        try:
            _check_path(path, when)
        except ChainError as error:
            failure = error
        else:
            return path
    raise failure


def _paths(
    signer: x509.Certificate, roots: list[x509.Certificate], between: list[x509.Certificate]
) -> Iterator[Path]:
    """Every path whose signatures hold, within the limits."""
    steps = 0
    open_paths: list[Path] = [(signer,)]
    while open_paths:
        path = open_paths.pop()
        if path[-1] in roots:
            yield path
            continue
        if len(path) == LONGEST_PATH:
            continue
        for issuer in [*between, *roots]:  # a stack: roots are tried first
            if issuer in path or not _names(path[-1], issuer):
                continue
            steps += 1
            if steps > MOST_STEPS:
                return
            if _issued(path[-1], issuer):
                open_paths.append((*path, issuer))


def _names(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        return certificate.issuer == issuer.subject
    except UNREADABLE:
        return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True


def _check_path(path: Path, when: datetime) -> None:
    """Raise ChainError for the first thing that does not hold, the signer's own first."""
    for place, certificate in enumerate(path):
        who = name(certificate)
        if not certificate.not_valid_before_utc <= when <= certificate.not_valid_after_utc:
            raise ChainError("expired", f"{who} was not valid at the time that the token tells")
        _check_strength(certificate, who, pinned=place == len(path) - 1)
        if place:
            _check_issuer(certificate, who, below=place - 1)


def _check_strength(certificate: x509.Certificate, who: str, *, pinned: bool) -> None:
    try:
        key, made_with = certificate.public_key(), certificate.signature_hash_algorithm
    except UNREADABLE:
        raise ChainError("chain", f"{who} has a key of an unknown kind") from None
    # Nobody trusts a root for its own signature.
    if not pinned and made_with is not None and made_with.name in WEAK_HASHES:
        raise ChainError("weak", f"{who} was signed with {made_with.name}")
    short = isinstance(key, RSAPublicKey) and key.key_size < SHORTEST_RSA
    short |= isinstance(key, EllipticCurvePublicKey) and key.key_size < SHORTEST_CURVE
    if short:
        raise ChainError("weak", f"{who} has a key that is too short")


def _check_signer(certificate: x509.Certificate) -> None:
    """A certificate that signs time stamps is for nothing else (RFC 3161 §2.3)."""
    who, extensions = name(certificate), _extensions(certificate)
    usage = _found(extensions, x509.ExtendedKeyUsage)
    allowed = [] if usage is None else list(usage.value)
    if allowed != [ExtendedKeyUsageOID.TIME_STAMPING] or (usage and not usage.critical):
        raise ChainError("purpose", f"{who} is not a certificate for time stamps alone")
    use = _found(extensions, x509.KeyUsage)
    if use is not None and not (use.value.digital_signature or use.value.content_commitment):
        raise ChainError("purpose", f"{who} may not sign")


def _check_issuer(certificate: x509.Certificate, who: str, *, below: int) -> None:
    """It may issue certificates, and the ones `below` it that issue as well are not too many."""
    extensions = _extensions(certificate)
    basic = _found(extensions, x509.BasicConstraints)
    if basic is None or not basic.value.ca:
        raise ChainError("chain", f"{who} may not issue certificates")
    if basic.value.path_length is not None and basic.value.path_length < below:
        raise ChainError("chain", f"{who} may not have so many issuers below it")
    use = _found(extensions, x509.KeyUsage)
    if use is not None and not use.value.key_cert_sign:
        raise ChainError("chain", f"{who} may not sign certificates")
    usage = _found(extensions, x509.ExtendedKeyUsage)
    purposes = {ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if usage is not None and purposes.isdisjoint(usage.value):
        raise ChainError("purpose", f"{who} does not issue for time stamps")


def _extensions(certificate: x509.Certificate) -> x509.Extensions:
    try:
        extensions = certificate.extensions
    except UNREADABLE:
        raise ChainError("chain", f"{name(certificate)} cannot be read as a whole") from None
    for extension in extensions:
        if extension.critical and extension.oid not in _JUDGED:
            oid = extension.oid.dotted_string
            raise ChainError(
                "chain", f"{name(certificate)} has the extension {oid}, not known here"
            )
    return extensions


def _found(extensions: x509.Extensions, kind: type[_Kind]) -> x509.Extension[_Kind] | None:
    try:
        return extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None
