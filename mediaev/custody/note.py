"""Signed notes (C2SP signed-note): text with one or more signatures, readable as text.

A note is text that ends in a newline, an empty line, and signature lines of the form
`— <key name> <base64(key id ‖ signature)>`. Keys travel as text too: a *vkey* is
`<key name>+<hex key id>+<base64(0x01 ‖ 32-byte Ed25519 public key)>`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from mediaev.custody import sealed
from mediaev.errors import UsageError

ED25519 = b"\x01"
"""Signature type identifier of C2SP signed-note."""
MAX_BYTES = 1 << 20
MAX_SIGNATURES = 100
_DASH = "\N{EM DASH} "


class NoteError(ValueError):
    """Bytes that are no signed note, a malformed key, or a signature that does not hold."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose key it names, and what it claims."""

    name: str
    key_id: bytes
    """4 bytes."""
    value: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart; its signatures are not checked yet."""

    text: str
    """What was signed, with its final newline."""
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name: checks what the signer of that name signed."""

    name: str
    public_key: Ed25519PublicKey

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read the text form of a key. Raises NoteError."""
        parts = vkey.strip().split("+", 2)  # base64 may hold further plus signs
        if len(parts) != 3:
            raise NoteError("a vkey is written name+id+key")
        name, key_id, key = parts
        encoded = _unbase64(key)
        if not _is_name(name) or len(encoded) != 33 or encoded[:1] != ED25519:
            raise NoteError("not the vkey of an Ed25519 key")
        verifier = cls(name, Ed25519PublicKey.from_public_bytes(encoded[1:]))
        if verifier.key_id.hex() != key_id:
            raise NoteError("the vkey's id does not belong to its name and key")
        return verifier

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ newline ‖ 0x01 ‖ public key), the first 4 bytes."""
        return sha256(self.name.encode() + b"\n" + self._encoded).digest()[:4]

    @property
    def vkey(self) -> str:
        """The text form, for people to keep and compare."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self._encoded).decode()}"

    @property
    def _encoded(self) -> bytes:
        return ED25519 + self.public_key.public_bytes_raw()

    def made(self, signature: Signature) -> bool:
        """Whether the signature line names this key. Says nothing of its being good."""
        return signature.name == self.name and signature.key_id == self.key_id

    def verify(self, text: str, signature: Signature) -> bool:
        """Whether the signature is this key's, and good for this text (RFC 8032)."""
        if not self.made(signature):
            return False
        try:
            self.public_key.verify(signature.value, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name."""

    name: str
    private_key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.private_key.public_key())

    @property
    def vkey(self) -> str:
        """The public half as text."""
        return self.verifier.vkey

    def sign(self, text: str) -> Signature:
        """Sign a note's text, final newline included."""
        value = self.private_key.sign(text.encode())
        return Signature(self.name, self.verifier.key_id, value)

    def private_pem(self, passphrase: bytes | None) -> bytes:
        """The private key as PKCS#8 PEM, encrypted if there is a passphrase."""
        encoding = serialization.Encoding.DER if passphrase else serialization.Encoding.PEM
        plain = self.private_key.private_bytes(
            encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return sealed.seal(plain, passphrase) if passphrase else plain


def new_signer(name: str) -> Signer:
    """Make a new key. Raises NoteError if a key cannot have that name."""
    if not _is_name(name):
        raise NoteError(f"{name!r} cannot name a key: no spaces, no plus sign, not empty")
    return Signer(name, Ed25519PrivateKey.generate())


def load_signer(name: str, pem: bytes, passphrase: bytes | None) -> Signer:
    """Read a private key written by `private_pem`. Raises UsageError if it cannot be opened."""
    try:
        key = serialization.load_pem_private_key(pem, passphrase or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(
            f"The signing key of {name} cannot be opened: {error}",
            advice="Check the passphrase, and that the key file is the one made at `init`.",
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"The signing key of {name} is not an Ed25519 key.")
    return Signer(name, key)


def sign(text: str, signers: Iterable[Signer]) -> bytes:
    """Write the note of a text, signed by each of the signers."""
    return write(Note(text, tuple(signer.sign(text) for signer in signers)))


def write(note: Note) -> bytes:
    """The bytes of a note. Raises NoteError if they could not be read back."""
    lines = "".join(
        f"{_DASH}{signature.name} {base64.b64encode(signature.key_id + signature.value).decode()}\n"
        for signature in note.signatures
    )
    written = f"{note.text}\n{lines}".encode(errors="replace")
    if parse(written) != note:
        raise NoteError("the text or a key name does not fit into a signed note")
    return written


def parse(note: bytes) -> Note:
    """Take a note apart. Raises NoteError, and nothing else, on whatever bytes it is given."""
    if len(note) > MAX_BYTES:
        raise NoteError("the note is longer than 1 MiB")
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise NoteError("the note is not UTF-8") from None
    if any(character < " " and character != "\n" for character in whole):
        raise NoteError("the note holds control characters")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteError("the note has no signature lines")
    signed_by = lines[:-1].split("\n")
    if len(signed_by) > MAX_SIGNATURES:
        raise NoteError(f"the note has more than {MAX_SIGNATURES} signatures")
    return Note(text + "\n", tuple(_signature(line) for line in signed_by))


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _is_name(name):
        raise NoteError("a signature line is not of the form '— name base64'")
    value = _unbase64(encoded)
    if len(value) < 5:
        raise NoteError("a signature is too short")
    return Signature(name, value[:4], value[4:])


def _is_name(name: str) -> bool:
    """Whether a key may have that name: no spaces, no plus sign, and it can be written."""
    return bool(name) and not any(
        character.isspace() or character == "+" or "\ud800" <= character <= "\udfff"
        for character in name
    )


def _unbase64(text: str) -> bytes:
    """Decode standard base64, refusing every spelling but the one that encodes so."""
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise NoteError("not base64") from None
    if base64.b64encode(value).decode() != text:
        raise NoteError("not base64 as it would be written")
    return value


base64_read = _unbase64


def base64_of(value: bytes) -> str:
    """Standard base64, as `base64_read` takes it."""
    return base64.b64encode(value).decode()
