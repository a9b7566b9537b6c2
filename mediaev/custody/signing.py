"""Whether the signature of a token holds, and by which certificate.

CMS signed data (RFC 5652) as RFC 3161 narrows it: one signer, signed attributes, and among them
a digest of the signer's own certificate (RFC 5035, RFC 5816).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from mediaev.custody import der
from mediaev.custody.chain import UNREADABLE, WEAK_HASHES, name
from mediaev.custody.der import DerError
from mediaev.custody.timestamp import (
    CONTENT_TYPE,
    HASHES,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2,
    TST_INFO,
    Token,
)

_HASHES: Mapping[str, hashes.HashAlgorithm] = MappingProxyType(
    {
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
        "sha3_256": hashes.SHA3_256(),
        "sha3_384": hashes.SHA3_384(),
        "sha3_512": hashes.SHA3_512(),
    }
)
_RSA, _RSA_PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
_EC = "1.2.840.10045.2.1"
_SIGNATURES: Mapping[str, str] = MappingProxyType(
    {
        "1.2.840.113549.1.1.4": "md5",
        "1.2.840.113549.1.1.5": "sha1",
        "1.2.840.113549.1.1.11": "sha256",
        "1.2.840.113549.1.1.12": "sha384",
        "1.2.840.113549.1.1.13": "sha512",
        "1.2.840.10045.4.1": "sha1",
        "1.2.840.10045.4.3.2": "sha256",
        "1.2.840.10045.4.3.3": "sha384",
        "1.2.840.10045.4.3.4": "sha512",
    }
)
"""RSA (PKCS #1 v1.5) and ECDSA, each with its digest algorithm."""
_EDWARDS = ("1.3.101.112", "1.3.101.113")


class LackError(ValueError):
    """What a token lacks."""

    def __init__(self, kind: str, says: str) -> None:
        super().__init__(says)
        self.kind = kind


def find_signer(
    token: Token, came: list[x509.Certificate], known: list[x509.Certificate]
) -> x509.Certificate:
    """The certificate that a token names, wherever it is from, if its signature holds by it.

    Raises LackError.
    """
    _require_strong(token.hash_name)
    _require_strong(token.signing.digest.hash_name)
    _check_content(token)
    verification = _verification(token)
    there = "is not among those that came along" if came else "did not come along"
    failure = LackError("signer", f"The certificate that signed it {there}")
    # The certificates are not signed over, so anyone can add one of the same name.
    for one in [*came, *known]:
        if _is_named(one, token):
            try:
                _check_binding(token, one)
                _check_signature(verification, one)
            except LackError as error:
                failure = error
            else:
                return one
    raise failure


def _check_signature(verification: Callable[[object], None], signer: x509.Certificate) -> None:
    try:
        verification(signer.public_key())
    except InvalidSignature:
        raise LackError("signature", f"The signature of {name(signer)} does not hold") from None
    except UNREADABLE:
        raise LackError("algorithm", "The signer's key is of an unknown kind") from None


def _require_strong(hash_name: str) -> None:
    if hash_name in WEAK_HASHES:
        raise LackError("weak", f"It rests on a {hash_name} digest, which can be forged")
    if hash_name not in _HASHES:
        raise LackError("algorithm", f"The digest algorithm {hash_name} is not known here")


def _check_content(token: Token) -> None:
    """The signed attributes are about this content (RFC 5652 §5.4, §11)."""
    hash_name = token.signing.digest.hash_name
    try:
        kind = _only(token, CONTENT_TYPE).oid()
        digest = _only(token, MESSAGE_DIGEST).octets()
    except DerError:
        raise LackError("signature", "What it signs does not name a content") from None
    if kind != TST_INFO or digest != hashlib.new(hash_name, token.content).digest():
        raise LackError("signature", "What it signs is not the content that it shows")


def _only(token: Token, oid: str) -> der.Element:
    values = token.signing.attributes.get(oid, [])
    if len(values) != 1:
        raise DerError("not exactly one value")
    return values[0]


def _check_binding(token: Token, signer: x509.Certificate) -> None:
    """The signed attributes name the signer's certificate by its digest (RFC 5035, RFC 5816)."""
    encoded = signer.public_bytes(Encoding.DER)
    found = 0
    try:
        for oid, otherwise in ((SIGNING_CERTIFICATE, "sha1"), (SIGNING_CERTIFICATE_V2, "sha256")):
            if oid not in token.signing.attributes:
                continue
            first = _only(token, oid).parts()[0].parts()[0].parts()
            hash_name = otherwise
            if oid == SIGNING_CERTIFICATE_V2 and first[0].tag == der.SEQUENCE:
                named = first.pop(0).parts()[0].oid()
                hash_name = HASHES.get(named, named)
            if first[0].octets() != hashlib.new(hash_name, encoded).digest():
                raise LackError("signer", "The token binds another certificate than the one named")
            found += 1
    except (DerError, IndexError):
        raise LackError("signer", "What binds the token to a certificate cannot be read") from None
    except ValueError as error:
        if isinstance(error, LackError):
            raise
        raise LackError("algorithm", "A digest algorithm that is not known here") from None
    if not found:
        raise LackError("signer", "Nothing binds the token to a certificate")


def _verification(token: Token) -> Callable[[object], None]:
    """Checks the signature by a key. Raises LackError for algorithms not known or too weak."""
    signing = token.signing
    oid = signing.algorithm.oid
    hash_name = _SIGNATURES.get(oid, signing.digest.hash_name)
    _require_strong(hash_name)
    if oid not in {*_SIGNATURES, _RSA, _RSA_PSS, _EC, *_EDWARDS}:
        raise LackError("algorithm", f"The signature algorithm {oid} is not known here")
    hashed = _HASHES[hash_name]

    def check(key: object) -> None:
        if isinstance(key, rsa.RSAPublicKey):
            pad: padding.AsymmetricPadding = padding.PKCS1v15()
            if oid == _RSA_PSS:
                # RFC 8933: the digest of the signature is the one of the attributes.
                pad = padding.PSS(padding.MGF1(hashed), padding.PSS.AUTO)
            key.verify(signing.signature, signing.signed, pad, hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signing.signature, signing.signed, ec.ECDSA(hashed))
        elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signing.signature, signing.signed)
        else:
            raise TypeError("a key of another kind")

    return check


def _issuer(certificate: x509.Certificate) -> bytes:
    """The name of the issuer as it stands: written anew it might have another form."""
    parts = der.read(certificate.tbs_certificate_bytes).parts()
    without_version = parts[1:] if parts[0].tag == 0xA0 else parts
    return without_version[2].whole


def _is_named(certificate: x509.Certificate, token: Token) -> bool:
    """Whether a token names this certificate as the one that signed."""
    signing = token.signing
    try:
        if signing.key_id is not None:
            found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
            return found.value.digest == signing.key_id
        named = certificate.serial_number == signing.serial
        return named and _issuer(certificate) == signing.issuer
    except (*UNREADABLE, x509.ExtensionNotFound):
        return False
