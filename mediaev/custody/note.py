"""Signed notes (C2SP signed-note): text with one or more signatures, readable as text.

A note is text that ends in a newline, an empty line, and signature lines of the form
`— <key name> <base64(key id ‖ signature)>`. Keys travel as text too: a *vkey* is
`<key name>+<hex key id>+<base64(type byte ‖ public key)>`. The type byte says what is signed:
0x01 the text itself (Ed25519), 0x04 and 0x06 a cosignature of a checkpoint
(`mediaev.custody.cosignature`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm

from mediaev.custody import algorithms, cosignature
from mediaev.custody.algorithms import Algorithm, PrivateKey, SignatureType
from mediaev.custody.form import NoteError, from_base64, in_base64, is_name

__all__ = [
    "Note",
    "NoteError",
    "Signature",
    "Signer",
    "Verifier",
    "load_signer",
    "new_signer",
    "parse",
    "sign",
    "write",
]

ED25519 = SignatureType.NOTE.byte
"""Signature type identifier of C2SP signed-note."""
MAX_BYTES = 1 << 20
MAX_SIGNATURES = 100
_DASH = "\N{EM DASH} "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose key it names, and what it claims."""

    name: str
    key_id: bytes
    """4 bytes."""
    value: bytes

    @property
    def line(self) -> str:
        """As it stands in a note, without the line's end."""
        return f"{_DASH}{self.name} {in_base64(self.key_id + self.value)}"


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
    public_key: bytes
    """32 bytes of Ed25519, 1312 of ML-DSA-44."""
    type: SignatureType = SignatureType.NOTE

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read the text form of a key. Raises NoteError."""
        parts = vkey.strip().split("+", 2)  # base64 may hold further plus signs
        if len(parts) != 3:
            raise NoteError("a vkey is written name+id+key")
        name, key_id, key = parts
        encoded = from_base64(key)
        try:
            made_for = SignatureType(encoded[0] if encoded else 0)
        except ValueError:
            raise NoteError("the vkey is of a type that is not known here") from None
        if not is_name(name) or len(encoded) != 1 + made_for.key_size:
            raise NoteError(f"not the vkey of an {made_for.algorithm.value} key")
        verifier = cls(name, encoded[1:], made_for)
        if verifier.key_id.hex() != key_id:
            raise NoteError("the vkey's id does not belong to its name and key")
        return verifier

    @property
    def algorithm(self) -> Algorithm:
        """What the key computes with."""
        return self.type.algorithm

    @property
    def usable(self) -> bool:
        """Whether this machine can check signatures of this kind."""
        return algorithms.available(self.algorithm)

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ newline ‖ type byte ‖ public key), the first 4 bytes."""
        return sha256(self.name.encode() + b"\n" + self._encoded).digest()[:4]

    @property
    def vkey(self) -> str:
        """The text form, for people to keep and compare."""
        return f"{self.name}+{self.key_id.hex()}+{in_base64(self._encoded)}"

    @property
    def _encoded(self) -> bytes:
        return self.type.byte + self.public_key

    def made(self, signature: Signature) -> bool:
        """Whether the signature line names this key. Says nothing of its being good."""
        return signature.name == self.name and signature.key_id == self.key_id

    def verify(self, text: str, signature: Signature) -> bool:
        """Whether the signature is this key's, and good for this text.

        False as well where this machine cannot tell: ask `usable` first.
        """
        if not self.made(signature):
            return False
        try:
            timestamp, value = 0, signature.value
            if self.type is not SignatureType.NOTE:
                timestamp, value = cosignature.taken_apart(value)
            message = _message(self.type, self.name, text, timestamp)
            return algorithms.holds(self.algorithm, self.public_key, message, value)
        except (NoteError, UnsupportedAlgorithm):
            return False

    def verify_bytes(self, message: bytes, value: bytes) -> bool:
        """Whether a signature of bytes that are no note is this key's, and good.

        False as well where this machine cannot tell: ask `usable` first.
        """
        try:
            return algorithms.holds(self.algorithm, self.public_key, message, value)
        except UnsupportedAlgorithm:
            return False

    def time_of(self, signature: Signature) -> int:
        """When a cosignature says it was made, in seconds since 1970; 0 if it does not say.

        Only the signer vouches for it. Raises NoteError.
        """
        if self.type is SignatureType.NOTE:
            return 0
        return cosignature.taken_apart(signature.value)[0]


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name."""

    name: str
    private_key: PrivateKey
    cosigns: bool = False
    """Whether an Ed25519 key signs with the time (0x04); an ML-DSA-44 key always does."""

    @property
    def type(self) -> SignatureType:
        """What it signs."""
        if algorithms.algorithm_of(self.private_key) is Algorithm.ML_DSA_44:
            return SignatureType.SUBTREE
        return SignatureType.COSIGNATURE if self.cosigns else SignatureType.NOTE

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        public = self.private_key.public_key().public_bytes_raw()
        return Verifier(self.name, public, self.type)

    @property
    def vkey(self) -> str:
        """The public half as text."""
        return self.verifier.vkey

    def sign(self, text: str, timestamp: int = 0) -> Signature:
        """Sign a note's text, final newline included.

        `timestamp` enters cosignatures: seconds since 1970, or 0 for no statement on the time.
        Raises NoteError where a cosignature is asked of a text that is no checkpoint.
        """
        message = _message(self.type, self.name, text, timestamp)
        value = self.private_key.sign(message)
        if self.type is not SignatureType.NOTE:
            value = cosignature.stamped(timestamp, value)
        return Signature(self.name, self.verifier.key_id, value)

    def sign_bytes(self, message: bytes) -> bytes:
        """Sign bytes that are no note, and can be taken for none: those of an event.

        An event begins with a brace, which no note and no cosignature's statement does.
        """
        return self.private_key.sign(message)

    def private_pem(self, passphrase: bytes | None) -> bytes:
        """The private key as PKCS#8 PEM, encrypted if there is a passphrase."""
        return algorithms.pem(self.private_key, passphrase)


def new_signer(
    name: str, algorithm: Algorithm = Algorithm.ED25519, *, cosigns: bool = False
) -> Signer:
    """Make a new key. Raises NoteError if a key cannot have that name.

    Raises UnsupportedAlgorithm where this machine lacks the algorithm.
    """
    if not is_name(name):
        raise NoteError(f"{name!r} cannot name a key: no spaces, no plus sign, not empty")
    return Signer(name, algorithms.generate(algorithm), cosigns)


def load_signer(name: str, pem: bytes, passphrase: bytes | None) -> Signer:
    """Read a private key written by `private_pem`. Raises UsageError if it cannot be opened."""
    return Signer(name, algorithms.from_pem(name, pem, passphrase))


def sign(text: str, signers: Iterable[Signer], timestamp: int = 0) -> bytes:
    """Write the note of a text, signed by each of the signers."""
    return write(Note(text, tuple(signer.sign(text, timestamp) for signer in signers)))


def write(note: Note) -> bytes:
    """The bytes of a note. Raises NoteError if they could not be read back."""
    lines = "".join(f"{signature.line}\n" for signature in note.signatures)
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
    if _CONTROL.search(whole):
        raise NoteError("the note holds control characters")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteError("the note has no signature lines")
    return Note(text + "\n", parse_lines(lines))


def parse_lines(lines: str) -> tuple[Signature, ...]:
    """Signature lines by themselves, each ended by a newline. Raises NoteError."""
    signed_by = lines.removesuffix("\n").split("\n")
    if not lines.endswith("\n") or len(signed_by) > MAX_SIGNATURES:
        raise NoteError(f"not between one and {MAX_SIGNATURES} whole signature lines")
    return tuple(map(_signature, signed_by))


def _message(kind: SignatureType, name: str, text: str, timestamp: int) -> bytes:
    """The bytes that a key of that type signs."""
    if kind is SignatureType.SUBTREE:
        return cosignature.ml_dsa_message(name, text, timestamp)
    if kind is SignatureType.COSIGNATURE:
        return cosignature.ed25519_message(text, timestamp)
    return text.encode()


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not is_name(name):
        raise NoteError("a signature line is not of the form '— name base64'")
    value = from_base64(encoded)
    if len(value) < 5:
        raise NoteError("a signature is too short")
    return Signature(name, value[:4], value[4:])
