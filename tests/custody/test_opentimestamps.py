"""OpenTimestamps proofs: pending, attested, or checked against a header that the user brought."""

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody.opentimestamps import MAGIC, ProofError, judge_proof, read_proof

BITCOIN, PENDING = "0588960d73d71901", "83dfe30d2ef90c8e"
MESSAGE = b"a head"
NONCE = b"sixteen bytes ..."


def proof(operations, kind="08", digest=None):
    digest = digest or hashlib.sha256(MESSAGE).digest()
    return MAGIC + b"\x01" + bytes.fromhex(kind) + digest + operations


def attestation(kind, payload):
    return b"\0" + bytes.fromhex(kind) + bytes([len(payload)]) + payload


def appended(value):
    return b"\xf0" + bytes([len(value)]) + value


CALENDAR = attestation(PENDING, b"\x13https://cal.example")
BLOCK_7 = attestation(BITCOIN, b"\7")
SHA256 = b"\x08"


def header(root):
    """A header over a root, with the least of difficulty."""
    fields = b"\1\0\0\0" + bytes(32) + root + (1_800_000_000).to_bytes(4, "little")
    fields += (0x207FFFFF).to_bytes(4, "little")
    for number in range(1000):
        found = fields + number.to_bytes(4, "little")
        hashed = hashlib.sha256(hashlib.sha256(found).digest()).digest()
        if hashed[-1] < 0x7F:
            return found
    raise AssertionError


@pytest.fixture(scope="module")
def block():
    """A proof that leads to block 7 over a nonce, and the header of that block."""
    root = hashlib.sha256(hashlib.sha256(MESSAGE).digest() + NONCE).digest()
    return proof(appended(NONCE) + SHA256 + BLOCK_7), header(root)


def test_a_promise_of_a_calendar_is_pending():
    assert judge_proof(proof(appended(NONCE) + SHA256 + CALENDAR), MESSAGE, {}).kind == "pending"


def test_a_block_without_its_header_proves_nothing_yet(block):
    verdict = judge_proof(block[0], MESSAGE, {8: block[1]})
    assert (verdict.kind, verdict.height, verdict.time) == ("attested", 7, None)
    assert "nothing is proved yet" in verdict.says


def test_a_header_that_fits_gives_the_time(block):
    verdict = judge_proof(block[0], MESSAGE, {7: block[1]})
    assert verdict.kind == "checked"
    assert verdict.time == datetime.fromtimestamp(1_800_000_000, UTC)


def test_other_headers_do_not_fit(block):
    data, right = block
    idle = bytearray(right)
    idle[75] = 3  # claims the greatest difficulty, and did no such work
    for odd in (header(bytes(32)), right[:79], b"", bytes(80), bytes(idle)):
        assert judge_proof(data, MESSAGE, {7: odd}).kind == "mismatch"


def test_other_bytes_are_told(block):
    assert judge_proof(block[0], b"another head", {7: block[1]}).kind == "imprint"


def test_a_proof_over_sha1_is_weak():
    data = proof(BLOCK_7, "02", hashlib.sha1(MESSAGE).digest())
    assert judge_proof(data, MESSAGE, {}).kind == "weak"


def test_branches_are_all_followed():
    branches = b"\xff" + CALENDAR + b"\xff" + appended(b"x") + SHA256 + BLOCK_7 + CALENDAR
    kinds = [each.kind for each in read_proof(proof(branches)).attestations]
    assert kinds == ["pending", "bitcoin", "pending"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        MAGIC,
        proof(b""),
        proof(b"\xff" * 60_000),
        proof(SHA256 * 300 + CALENDAR),
        proof(b"\x55" + CALENDAR),
        proof(CALENDAR + b"x"),
        proof(b"\xf0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        bytes(2 << 20),
    ],
    ids=len,
)
def test_what_is_no_proof_is_refused(data):
    with pytest.raises(ProofError):
        read_proof(data)
    assert judge_proof(data, MESSAGE, {}).kind == "unreadable"


@given(st.binary(max_size=300))
def test_nothing_else_is_raised(junk):
    judge_proof(junk, MESSAGE, {})
    judge_proof(proof(junk), MESSAGE, {7: bytes(80)})


KINDS = {
    "bad-stamp.txt.ots": "attested",
    "bitcoin.pdf.ots": None,
    "different-blockchains.txt.ots": "attested",
    "empty.ots": "attested",
    "gdp2q25-2nd.pdf.ots": None,
    "hello-world.txt.ots": "attested",
    "incomplete.txt.ots": "pending",
    "known-and-unknown-notary.txt.ots": "pending",
    "merkle1.txt.ots": "pending",
    "merkle2.txt.ots": "pending",
    "merkle3.txt.ots": "pending",
    "sha1/a-or-b.ots": None,
    "two-calendars.txt.ots": "pending",
    "unknown-notary.txt.ots": "unknown",
    "invalid/bad-major-version.ots": "unreadable",
    "invalid/exceeds-max-msg-length.ots": "unreadable",
    "invalid/invalid-file-digest-type.ots": "unreadable",
}
"""What each proof of others is; None where what it is over did not come along."""


@pytest.mark.parametrize("name", KINDS)
def test_proofs_of_others_are_judged_rightly(vectors, name):
    path = vectors / "ots" / "examples" / name
    data, expected = path.read_bytes(), KINDS[name]
    if expected is None:
        assert any(each.kind == "bitcoin" for each in read_proof(data).attestations)
        return
    over = path.with_suffix("")
    message = over.read_bytes() if over.exists() else b""
    assert judge_proof(data, message, {}).kind == expected
    if expected != "unreadable":
        assert judge_proof(data, message + b"x", {}).kind == "imprint"


def test_two_files_of_one_sha1_are_not_told_apart_and_called_weak(vectors):
    folder = vectors / "ots" / "examples" / "sha1"
    for name in ("a", "b"):
        verdict = judge_proof(
            (folder / "a-or-b.ots").read_bytes(), (folder / name).read_bytes(), {}
        )
        assert verdict.kind == "weak"
