"""VERIFY.txt: its commands, run as they stand, by the programs that it names."""

import re
import shutil
import subprocess

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mediaev.store.notice import VERIFY_TXT


def commands(of):
    """The indented commands of one numbered step."""
    step = re.search(rf"^{of}\. .*?(?=^\d\. )", VERIFY_TXT, re.MULTILINE | re.DOTALL)[0]
    lines = re.findall(r"^     (.*)$", step, re.MULTILINE)
    return "\n".join(lines)


def run(script, folder):
    return subprocess.run(["sh", "-ec", script], cwd=folder, capture_output=True, check=False)


def needs(*programs):
    lacking = [name for name in programs if shutil.which(name) is None]
    return pytest.mark.skipif(bool(lacking), reason=f"not installed here: {lacking}")


@needs("sqlite3", "xxd", "sha256sum")
def test_the_leaf_hash_can_be_computed_by_hand(filled):
    computed, stored = run(commands(2), filled).stdout.split(b"\n")[:2]
    assert len(stored) == 64
    assert computed.split()[0] == stored


@needs("openssl", "sed", "base64")
def test_the_signature_can_be_checked_with_openssl(filled):
    done = run(commands(6), filled)
    assert (done.returncode, done.stdout) == (0, b"Signature Verified Successfully\n")
    head = filled / "log" / "checkpoint"
    head.write_text(head.read_text().replace("\n1", "\n2", 1))
    assert run(commands(6), filled).returncode != 0


@needs("xxd", "sed", "base64", "head", "tail")
def test_the_second_signature_can_be_checked_by_hand(filled):
    """The files that the commands make are checked here: OpenSSL knows ML-DSA from 3.5 on."""
    made, check = commands(7).split("openssl", 1)
    assert "-inkey key2.der" in check
    done = run(made, filled)
    assert (done.returncode, done.stderr) == (0, b"")
    key = load_der_public_key((filled / "key2.der").read_bytes())
    signature, statement = (filled / "signature2").read_bytes(), (filled / "statement").read_bytes()
    key.verify(signature, statement)
    with pytest.raises(InvalidSignature):
        key.verify(signature, statement[:-1] + bytes([statement[-1] ^ 1]))
