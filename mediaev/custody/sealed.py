"""Sealed private keys: PKCS#8 under a passphrase, by scrypt and AES-256-CBC (RFC 5958, 7914, 8018).

The usual encryption of the library derives its key with 2,048 rounds of PBKDF2, which a graphics
card tries by the million a second. OpenSSL 3 and `cryptography` read what is written here.
"""

from __future__ import annotations

import base64
import secrets
import textwrap

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

COST, BLOCK, LANES = 1 << 14, 8, 8
"""Parameters of scrypt: 16 MiB, as much as OpenSSL lets a key file ask for, eight times over."""
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_SCRYPT = bytes.fromhex("06092b06010401da47040b")
_AES_256_CBC = bytes.fromhex("060960864801650304012a")


def seal(pkcs8: bytes, passphrase: bytes) -> bytes:
    """The PEM of an encrypted private key, whose PKCS#8 form in DER is given."""
    salt, start = secrets.token_bytes(16), secrets.token_bytes(16)
    key = Scrypt(salt, 32, COST, BLOCK, LANES).derive(passphrase)
    pad = padding.PKCS7(128).padder()
    encryptor = Cipher(AES(key), CBC(start)).encryptor()
    hidden = encryptor.update(pad.update(pkcs8) + pad.finalize()) + encryptor.finalize()
    numbers = b"".join(map(_integer, (COST, BLOCK, LANES)))
    derivation = _sequence(_SCRYPT, _sequence(_octets(salt), numbers))
    scheme = _sequence(_PBES2, _sequence(derivation, _sequence(_AES_256_CBC, _octets(start))))
    text = base64.b64encode(_sequence(scheme, _octets(hidden))).decode()
    label = "ENCRYPTED PRIVATE KEY"
    lines = "\n".join(textwrap.wrap(text, 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n".encode()


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _octets(value: bytes) -> bytes:
    return _tagged(0x04, value)


def _integer(value: int) -> bytes:
    return _tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _tagged(tag: int, content: bytes) -> bytes:
    """A value of DER: tag, length, content."""
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + content
