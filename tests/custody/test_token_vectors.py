"""Other people's time-stamp responses, real ones among them, judged as they must be."""

import subprocess
from shutil import which

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mediaev.custody import chain
from mediaev.custody.token import Authority, judge

HELLO = b"hello"
FILEHASH = b"4b7b4e39f12b8c725e6e603e6d4422500316df94211070682ef10260ff5759ef"
FIXTURES = "rfc3161/test/fixtures"


@pytest.fixture
def made(vectors):
    """An authority from a file of certificates, PEM or DER; without one, an unknown one."""

    def trust(path):
        content = (vectors / FIXTURES / path).read_bytes()
        pem = content.startswith(b"-----")
        certificates = (
            x509.load_pem_x509_certificates(content)
            if pem
            else [x509.load_der_x509_certificate(content)]
        )
        encoded = [(chain.is_root(one), one.public_bytes(Encoding.DER)) for one in certificates]
        roots = tuple(each for is_root, each in encoded if is_root)
        return Authority("known", roots, tuple(each for is_root, each in encoded if not is_root))

    return trust


CASES = [
    ("test_tsa/response.tsr", "test_tsa", HELLO, "good"),
    ("test_tsa/response-injected-certs.tsr", "test_tsa", HELLO, "good"),
    ("test_tsa/other_response.tsr", "test_tsa", HELLO, "untrusted"),
    ("test_tsa/response.tsr", "test_tsa", b"other", "imprint"),
    ("test_tsa/response.tsr", "sigstage", HELLO, "untrusted"),
    ("sigstage/response-sha256.tsr", "sigstage", HELLO, "good"),
    ("sigstage/response-sha384.tsr", "sigstage", HELLO, "good"),
    ("sigstage/response-sha512.tsr", "sigstage", HELLO, "good"),
    ("sigstage/response-no-embedded-cert.tsr", "sigstage", HELLO, "good"),
    ("sigstage/response-no-embedded-cert.tsr", "test_tsa", HELLO, "signer"),
    ("sigstage/response-invalid-signature.tsr", "sigstage", HELLO, "signature"),
    ("sigstore.mock/response-expired.tsr", "sigstore.mock", None, "good"),
    ("identrust/issue-104.tsr", "identrust", HELLO, "good"),
    ("../../../timestamping-real/rfc3161-client-issue-104.tsr", "identrust", HELLO, "good"),
    ("../../../timestamping-real/valid_timestamp.tsr", "identrust", FILEHASH, "good"),
    (
        "../../../timestamping-real/timestamp_token_http-timestamp-identrust-com",
        "identrust",
        FILEHASH,
        "good",
    ),
    ("../../../timestamping-real/digicert.tsr", "identrust", FILEHASH, "untrusted"),
    ("../../../timestamping-real/self_signed.tsr", "identrust", FILEHASH, "untrusted"),
]


@pytest.mark.parametrize("given", CASES)
def test_it_is_judged_rightly(vectors, made, given):
    file, trusted, message, expected = given
    if message is None:
        message = (vectors / FIXTURES / "sigstore.mock/payload").read_bytes()
    response = (vectors / FIXTURES / file).read_bytes()
    verdict = judge(response, [message], [made(f"{trusted}/ts_chain.pem")])
    assert (verdict.kind, verdict.says) == (expected, verdict.says)
    assert verdict.is_good == bool(verdict.authority) or expected == "imprint"


def test_digicerts_token_is_read_and_leads_to_its_root(vectors, system_roots):
    """Its certificates and attributes are not in the order of DER; strict readers give up."""
    response = (vectors / "timestamping-real/digicert.tsr").read_bytes()
    for name in ("DigiCert Trusted Root G4", "DigiCert Assured ID Root CA"):
        verdict = judge(response, [FILEHASH], [Authority("digicert", (system_roots[name],))])
        assert verdict.is_good, verdict.says
        assert f"{verdict.token.time}" == "2025-03-24 11:17:47+00:00"


def test_a_token_whose_certificate_has_ended_since_counts(vectors, made):
    """IdenTrust's certificate ended on 2026-01-17; the token is of 2025-03-11."""
    response = (vectors / "timestamping-real/valid_timestamp.tsr").read_bytes()
    verdict = judge(response, [FILEHASH], [made("identrust/ts_chain.pem")])
    assert verdict.is_good
    assert f"{verdict.valid_until}" == "2026-01-17 19:48:39+00:00"


def test_the_signature_of_a_stranger_holds_all_the_same(vectors, made):
    """`self_signed.tsr` is sound; only its root is nobody's here."""
    response = (vectors / "timestamping-real/self_signed.tsr").read_bytes()
    verdict = judge(response, [FILEHASH], [made("identrust/ts_chain.pem")])
    assert "does not lead to a pinned root" in verdict.says
    spoilt = response[:-1] + bytes([response[-1] ^ 1])
    assert judge(spoilt, [FILEHASH], []).kind == "signature"


def test_added_certificates_are_counted_and_not_followed(vectors, made):
    response = (vectors / FIXTURES / "test_tsa/response-injected-certs.tsr").read_bytes()
    verdict = judge(response, [HELLO], [made("test_tsa/ts_chain.pem")])
    assert verdict.strangers == 2
    assert "Spoofed" not in verdict.signer


@pytest.mark.parametrize(
    ("request_", "response", "expected"),
    [
        ("test_tsa/request.der", "test_tsa/response.tsr", "good"),
        ("test_tsa/other_request.der", "test_tsa/response.tsr", "nonce"),
        ("sigstage/request.der", "sigstage/response-sha512.tsr", "nonce"),
    ],
)
def test_requests_and_their_answers(vectors, made, request_, response, expected):
    folder = vectors / FIXTURES
    trusted = [made("test_tsa/ts_chain.pem"), made("sigstage/ts_chain.pem")]
    asked = (folder / request_).read_bytes()
    verdict = judge((folder / response).read_bytes(), [HELLO], trusted, request=asked)
    assert verdict.kind == expected


@pytest.mark.parametrize("given", CASES)
def test_openssl_says_the_same(vectors, made, tmp_path, given):
    file, trusted, message, expected = given
    if not which("openssl"):
        pytest.skip("openssl is not installed: its verdicts were not compared")
    response = vectors / FIXTURES / file
    verdict = judge(response.read_bytes(), [], [made(f"{trusted}/ts_chain.pem")])
    if message is None:
        message = (vectors / FIXTURES / "sigstore.mock/payload").read_bytes()
    (tmp_path / "data").write_bytes(message)
    known = made(f"{trusted}/ts_chain.pem")
    pem = [
        x509.load_der_x509_certificate(each).public_bytes(Encoding.PEM)
        for each in (*known.roots, *known.between)
    ]
    (tmp_path / "roots.pem").write_bytes(b"".join(pem))
    command = ["openssl", "ts", "-verify", "-data", tmp_path / "data", "-in", response]
    command += ["-CAfile", tmp_path / "roots.pem", "-untrusted", tmp_path / "roots.pem"]
    command += ["-attime", str(int(verdict.token.time.timestamp()))]
    command += ["-token_in"] if "token_http" in file else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ("Verification: OK" in done.stdout) == (expected == "good"), done.stderr
