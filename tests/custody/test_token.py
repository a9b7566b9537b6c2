"""What a time-stamp token lacks is told apart (threat T24)."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody import chain, der
from mediaev.custody.timestamp import Request, read_request, read_response, write_request
from mediaev.custody.token import Authority, judge

NOW = datetime(2026, 11, 25, 22, 0, 7, tzinfo=UTC)
HEAD = b"mediaev.invalid/log\n3\nroot\n"


@pytest.fixture(scope="module")
def local(authority_factory):
    return authority_factory.Authority("local", curve=True)


@pytest.fixture(scope="module")
def stamped(local):
    """A good response about `HEAD`."""
    return local.stamp(HEAD, when=NOW)


def trusting(*authorities):
    return [Authority(each.name, (each.root.public_bytes(Encoding.DER),)) for each in authorities]


def kind(response, authority, **more):
    return judge(response, [HEAD], trusting(authority), **more).kind


@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
def test_a_good_token_tells_who_and_when(two_authorities, hash_name):
    for authority in two_authorities:
        response = authority.stamp(HEAD, hash_name=hash_name, when=NOW)
        verdict = judge(response, [b"another", HEAD], trusting(*two_authorities))
        assert verdict.is_good, verdict.says
        assert verdict.authority == authority.name
        assert verdict.signer == f"CN={authority.name} stamps"
        assert verdict.token.time == NOW
        assert verdict.token.accuracy == timedelta(seconds=1)
        assert verdict.token.serial == 7
        assert verdict.valid_until == authority.certificate.not_valid_after_utc


def test_a_bare_token_is_read_like_a_response(local):
    token = der.read(local.stamp(HEAD)).parts()[1].whole
    assert kind(token, local) == "good"


def test_other_bytes(local):
    assert kind(local.stamp(b"other"), local) == "imprint"


def test_another_nonce_is_a_replay(local):
    request = write_request("sha256", read_response(local.stamp(HEAD)).token.imprint, 5)
    assert kind(local.answer(request), local, request=request) == "good"
    assert kind(local.stamp(HEAD, nonce=6), local, request=request) == "nonce"
    assert kind(local.stamp(HEAD, nonce=None), local, request=request) == "nonce"
    assert kind(local.answer(request), local, request=b"junk") == "nonce"


def test_a_request_says_what_is_asked():
    request = write_request("sha512", bytes(64), 2**127, "1.2.3")
    assert read_request(request) == Request(
        "sha512", bytes(64), "1.2.3", 2**127, wants_certificate=True
    )


def test_a_weak_digest(local, authority_factory):
    assert kind(local.stamp(HEAD, hash_name="sha1"), local) == "weak"
    signs_weakly = authority_factory.Authority("weak")
    assert kind(signs_weakly.stamp(HEAD, digest="sha1"), signs_weakly) == "weak"


def test_a_spoilt_signature(local):
    assert kind(local.stamp(HEAD, spoil=True), local) == "signature"


def test_a_token_that_binds_another_certificate(local):
    assert kind(local.stamp(HEAD, binds=local.root), local) == "signer"


def test_without_its_certificate_only_a_configured_one_helps(local):
    response = local.stamp(HEAD, certificates=[])
    assert kind(response, local) == "signer"
    [trusted] = trusting(local)
    knowing = Authority("local", trusted.roots, (local.certificate.public_bytes(Encoding.DER),))
    assert judge(response, [HEAD], [knowing]).is_good


def test_certificates_that_anyone_added_change_nothing(local, authority_factory):
    """Neither a stranger's, nor one under the very name and number of the signer's."""
    stranger = authority_factory.Authority("local", curve=True)
    same_name = (
        x509.CertificateBuilder()
        .subject_name(local.certificate.subject)
        .issuer_name(local.certificate.issuer)
        .public_key(stranger.key.public_key())
        .serial_number(local.certificate.serial_number)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(stranger.root_key, authority_factory.CRYPTO["sha256"])
    )
    bag = [same_name, stranger.certificate, local.certificate]
    verdict = judge(local.stamp(HEAD, certificates=bag), [HEAD], trusting(local))
    assert verdict.is_good
    assert verdict.strangers == 2


def test_a_stranger_who_brings_a_trusted_chain_is_not_trusted(local, authority_factory):
    stranger = authority_factory.Authority("stranger", curve=True)
    bag = [local.certificate, local.root, stranger.certificate]
    assert kind(stranger.stamp(HEAD, certificates=bag), local) == "untrusted"


def test_another_root(local, authority_factory):
    other = authority_factory.Authority("local", curve=True)
    assert kind(local.stamp(HEAD), other) == "untrusted"
    assert judge(local.stamp(HEAD), [HEAD], []).kind == "untrusted"


@pytest.mark.parametrize(
    "odd", [{"usage": ("web",)}, {"usage": ("time", "web")}, {"usage": None}, {"critical": False}]
)
def test_a_certificate_for_other_purposes(authority_factory, odd):
    authority = authority_factory.Authority("web", curve=True, **odd)
    assert kind(authority.stamp(HEAD), authority) == "purpose"


def test_a_time_outside_its_certificates(local, authority_factory):
    late = local.certificate.not_valid_after_utc + timedelta(seconds=2)
    early = local.certificate.not_valid_before_utc - timedelta(seconds=2)
    for when in (late, early):
        assert kind(local.stamp(HEAD, when=when), local) == "expired"


def test_a_certificate_that_has_ended_since_still_counts(authority_factory):
    start = datetime(2015, 1, 1, tzinfo=UTC)
    old = authority_factory.Authority("old", curve=True, start=start, signer_days=30)
    response = old.stamp(HEAD, when=start + timedelta(days=10))
    verdict = judge(response, [HEAD], trusting(old))
    assert verdict.is_good
    assert verdict.valid_until == start + timedelta(days=30)


def test_a_root_that_ends_before_the_token(authority_factory):
    authority = authority_factory.Authority("short", curve=True, days=10, signer_days=1000)
    response = authority.stamp(HEAD, when=authority_factory.START + timedelta(days=20))
    assert kind(response, authority) == "expired"


def test_a_certificate_signed_over_a_weak_digest(authority_factory):
    authority = authority_factory.Authority("sha224", curve=True, algorithm="sha224")
    assert kind(authority.stamp(HEAD), authority) == "weak"


def test_a_policy_that_is_not_accepted(local):
    [trusted] = trusting(local)
    for policy, expected in (("1.2.3.4", "good"), ("1.2.3.5", "policy")):
        asking = Authority("local", trusted.roots, (), (policy,))
        assert judge(local.stamp(HEAD), [HEAD], [asking]).kind == expected


def test_an_extension_that_must_be_understood(local):
    assert kind(local.stamp(HEAD, critical=True), local) == "unreadable"


def test_an_authority_that_refuses_says_why(local):
    verdict = judge(local.stamp(HEAD, status=2), [HEAD], trusting(local))
    assert verdict.kind == "rejected"
    assert "not today" in verdict.says


@pytest.mark.parametrize("junk", [b"", b"<html>", b"\x30\x00", b"\x30\x80" * 9999, bytes(300_000)])
def test_what_is_no_response_is_called_unreadable(local, junk):
    assert kind(junk, local) == "unreadable"


def test_a_chain_that_leads_in_circles_ends(authority_factory):
    """Every certificate names the next as its issuer: the search is bounded."""
    authority = authority_factory.Authority("circle", curve=True)
    bag = [authority.certificate, *[authority.root] * 60]
    stranger = authority_factory.Authority("stranger", curve=True)
    assert kind(authority.stamp(HEAD, certificates=bag), stranger) == "untrusted"


@given(data=st.data())
def test_no_change_makes_a_token_say_something_else(local, stamped, data):
    """Any byte: the verdict is not good, or what the token says is what was signed."""
    response = bytearray(stamped)
    place = data.draw(st.integers(0, len(response) - 1))
    response[place] ^= data.draw(st.integers(1, 255))
    verdict = judge(bytes(response), [HEAD], trusting(local))
    if verdict.is_good:
        assert verdict.token.time == NOW
        assert verdict.token.is_over(HEAD)
        assert verdict.signer == "CN=local stamps"


@given(st.binary(max_size=400))
def test_nothing_raises(local, stamped, junk):
    judge(junk, [HEAD], trusting(local), request=junk)
    judge(stamped[: len(junk)] + junk, [HEAD], trusting(local))
    assert chain.load(junk) is None
