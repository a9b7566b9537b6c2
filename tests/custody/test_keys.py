"""Who may sign what: people's keys, rotation, revocation and recovery."""

import pytest

from mediaev.custody import algorithms
from mediaev.custody.algorithms import Algorithm
from mediaev.custody.keys import SIGN_OFFS, actor_id
from mediaev.custody.note import new_signer
from mediaev.custody.verify import Level

NAME = "mediaev.invalid/operator"


def kinds(verdict):
    return {fault.kind for fault in verdict.faults}


def warned(verdict):
    return {warning.kind for warning in verdict.warnings}


@pytest.fixture
def log(new_keeper):
    """A log with its creation and its key."""
    keeper = new_keeper()
    keeper.add("vault.create", {})
    keeper.add("key.add", {"vkey": keeper.signer.vkey})
    return keeper


def announce(log, signer, role="reviewer"):
    detail = {"vkey": signer.vkey, "role": role}
    log.add("key.add", detail, signers=[signer], actor=(actor_id(signer.vkey), role))


def sign_off(log, signer, kind="review.approve", role="reviewer", **changes):
    log.add(kind, {}, signers=[signer], actor=(actor_id(signer.vkey), role), **changes)


@pytest.fixture
def person(log):
    signer = new_signer(NAME)
    announce(log, signer)
    return signer


@pytest.mark.parametrize("kind", sorted(SIGN_OFFS))
def test_what_a_person_signed_holds(log, person, kind):
    sign_off(log, person, kind)
    log.sign()
    verdict = log.verify()
    assert (verdict.faults, verdict.warnings, verdict.level) == ((), (), Level.SIGNED)


def test_a_sign_off_without_a_signature_is_told(log):
    log.add("legal_hold.set", {})
    log.sign()
    assert log.verify().faults == ()
    assert warned(log.verify()) == {"no-actor-signature"}


def test_who_was_never_announced_signs_nothing(log):
    sign_off(log, new_signer(NAME))
    log.sign()
    assert kinds(log.verify()) == {"actor-key"}


def test_another_role_or_another_actor_is_a_fault(log, person):
    sign_off(log, person, role="custodian")
    log.sign()
    assert kinds(log.verify()) == {"actor-key"}
    other = new_signer(NAME)
    announce(log, other)
    log.add("review.approve", {}, signers=[person], actor=(actor_id(other.vkey), "reviewer"))
    log.sign()
    assert kinds(log.verify()) == {"actor-key", "actor-signature"}


def test_nobody_announces_a_key_that_he_does_not_have(log, person):
    other = new_signer(NAME)
    log.add("key.add", {"vkey": other.vkey, "role": "reviewer"}, signers=[person])
    log.sign()
    assert kinds(log.verify()) == {"actor-signature"}


@pytest.mark.parametrize("field", ["time", "detail", "outcome", "case"])
def test_every_field_is_under_the_signature(log, person, field):
    sign_off(log, person)
    log.sign()
    last = log.size - 1
    values = {
        "time": "2026-11-23T11:08:59.123456Z",
        "detail": {"a": 1},
        "outcome": "x",
        "case": "y",
    }
    verdict = log.verify(rows=log.changed(last, **{field: values[field]}), checkpoints=[])
    assert "actor-signature" in kinds(verdict)


def test_a_revoked_key_signs_nothing_more_and_keeps_what_it_signed(log, person):
    sign_off(log, person)
    log.add("key.revoke", {"vkey": person.vkey})
    log.sign()
    assert log.verify().faults == ()
    sign_off(log, person)
    log.sign()
    assert [(fault.seq, fault.kind) for fault in log.verify().faults] == [(5, "actor-key")]


def test_a_persons_key_signs_no_head(log, person):
    log.sign([person])
    assert "signature" in kinds(log.verify())
    assert "key" in kinds(log.verify(trusted=[person.vkey]))


def rotate(log, old, new, signers=None):
    detail = {"vkey": new.vkey, "old": old.vkey}
    log.add("key.rotate", detail, signers=signers or [old, new])


def test_the_old_key_vouches_for_the_new_one(log):
    log.sign()
    first, second, third = log.signer, new_signer(log.signer.name), new_signer(log.signer.name)
    rotate(log, first, second)
    log.sign([second])
    rotate(log, second, third)
    log.sign([third])
    for trusted in ([first.vkey], [first.vkey, second.vkey, third.vkey]):
        verdict = log.verify(trusted=trusted)
        assert (verdict.faults, verdict.warnings) == ((), ())
        assert (verdict.level, verdict.signed_size) == (Level.SIGNED, log.size)


def test_after_a_rotation_the_old_key_signs_no_head(log):
    rotate(log, log.signer, new_signer(log.signer.name))
    log.sign()
    assert kinds(log.verify()) == {"key"}


@pytest.mark.parametrize("who", ["old", "new", "other"])
def test_a_rotation_needs_both_keys(log, who):
    log.sign()
    new, other = new_signer(log.signer.name), new_signer(log.signer.name)
    rotate(log, log.signer, new, {"old": [log.signer], "new": [new], "other": [other, new]}[who])
    log.sign([new])
    assert kinds(log.verify()) >= {"actor-signature", "signature"}


def test_no_key_is_handed_on_twice(log):
    one, other = new_signer(log.signer.name), new_signer(log.signer.name)
    rotate(log, log.signer, one)
    rotate(log, log.signer, other)
    assert kinds(log.verify()) == {"actor-key"}


def recover(log, new, lost, signers=None):
    log.add("vault.recover", {"vkey": new.vkey, "lost": [lost.vkey]}, signers=signers or [new])


def test_after_a_loss_the_history_holds_and_the_new_key_has_to_be_learnt(log):
    log.sign()
    signed = log.size
    new = new_signer(log.signer.name)
    recover(log, new, log.signer)
    log.sign([new])
    verdict = log.verify(trusted=[log.signer.vkey])
    assert verdict.faults == ()
    assert (verdict.level, verdict.signed_size) == (Level.SIGNED, signed)
    assert warned(verdict) == {"recovered-key", "unsigned"}
    verdict = log.verify(trusted=[log.signer.vkey, new.vkey])
    assert (verdict.faults, verdict.warnings, verdict.signed_size) == ((), (), log.size)


def test_a_log_made_anew_does_not_pass_as_recovered(log):
    new = new_signer(log.signer.name)
    recover(log, new, log.signer)
    log.sign([new])
    assert kinds(log.verify(trusted=[log.signer.vkey])) == {"signature"}


def test_heads_after_a_recovery_must_fit_too(log):
    log.sign()
    new = new_signer(log.signer.name)
    recover(log, new, log.signer)
    log.sign([new])
    last = log.size - 1
    rows = log.changed(last, detail={"vkey": new.vkey, "lost": []})
    assert "root" in kinds(log.verify(rows=rows)) or "actor-signature" in kinds(
        log.verify(rows=rows)
    )


@pytest.mark.parametrize(
    "detail",
    [
        {"vkey": "x", "role": "reviewer"},
        {"vkey": "a+b+c", "role": 7},
        {"vkey": "a+12345678+AAAA", "role": None},
        {"vkey": {}, "role": "x"},
        {"old": [], "vkey": "q", "lost": {"a": 1}},
        {"lost": [3, None, []], "vkey": ""},
    ],
)
@pytest.mark.parametrize("kind", ["key.add", "key.rotate", "key.revoke", "vault.recover"])
def test_malformed_announcements_are_judged_and_raise_nothing(log, person, kind, detail):
    log.add(kind, detail)
    log.add(kind, detail, signers=[person])
    log.sign()
    log.verify()


# Two algorithms


@pytest.fixture
def second(log):
    """The log's second key, and a head that both signed."""
    signer = new_signer(log.signer.name, Algorithm.ML_DSA_44)
    log.add("key.add", {"vkey": signer.vkey})
    log.sign([log.signer, signer])
    return signer


@pytest.fixture
def both(log, second):
    """What a verifier trusts who knows both keys."""
    return [log.signer.vkey, second.vkey]


@pytest.fixture
def next_keys(log):
    return [new_signer(log.signer.name, each) for each in Algorithm]


def test_each_key_vouches_for_the_one_of_its_own_algorithm(log, second, both, next_keys):
    for old, new in zip([log.signer, second], next_keys, strict=True):
        rotate(log, old, new)
    log.sign(next_keys)
    verdict = log.verify(trusted=both)
    assert (verdict.faults, verdict.warnings) == ((), ())
    assert (verdict.level, verdict.signed_size) == (Level.SIGNED, log.size)
    log.add("item.view", {})
    signed = verdict.signed_size
    log.sign(next_keys[:1])
    verdict = log.verify(trusted=both)
    assert (verdict.signed_size, warned(verdict)) == (signed, {"half-signed"})


def test_no_key_vouches_for_one_of_another_algorithm(log, second, both, next_keys):
    """Else whoever breaks Ed25519 alone would sign with both."""
    signed = log.size
    forged = next_keys[1]
    rotate(log, log.signer, forged)
    log.sign([log.signer, forged])
    verdict = log.verify(trusted=both)
    assert kinds(verdict) == {"actor-key"}
    assert verdict.signed_size == signed


def test_an_ended_second_key_signs_no_head_however_good_the_first_one_is(log, second, both):
    log.add("key.revoke", {"vkey": second.vkey})
    log.sign()
    verdict = log.verify(trusted=both)
    assert (verdict.faults, warned(verdict)) == ((), {"half-signed"})
    log.sign([log.signer, second])
    assert kinds(log.verify(trusted=both)) == {"key"}


def test_both_keys_are_recovered_and_told(log, second, both, next_keys):
    signed = log.size
    for lost, new in zip([log.signer, second], next_keys, strict=True):
        recover(log, new, lost)
    log.sign(next_keys)
    verdict = log.verify(trusted=both)
    assert (verdict.faults, verdict.signed_size) == ((), signed)
    assert warned(verdict) == {"recovered-key", "unsigned"}
    verdict = log.verify(trusted=[*both, *(new.vkey for new in next_keys)])
    assert (verdict.faults, verdict.warnings, verdict.signed_size) == ((), (), log.size)


def test_a_machine_without_ml_dsa_follows_what_it_can_check(
    log, second, both, next_keys, monkeypatch
):
    for old, new in zip([log.signer, second], next_keys, strict=True):
        rotate(log, old, new)
    log.sign(next_keys)
    monkeypatch.setattr(algorithms, "available", lambda each: each is Algorithm.ED25519)
    verdict = log.verify(trusted=both)
    assert (verdict.faults, verdict.signed_size) == ((), log.size)
    assert warned(verdict) == {"unchecked-signature"}
