"""What time stamps show of a log: levels, brackets, and the threats that only they meet."""

from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from mediaev.custody.bracket import Brackets
from mediaev.custody.verify import (
    LOG_FOLDER,
    Authority,
    FoundAnchor,
    FoundCheckpoint,
    Level,
)
from mediaev.errors import RollbackError, TamperedCaseError

HOUR = timedelta(hours=1)


def kinds(found):
    return {fault.kind for fault in found}


@pytest.fixture
def alpha(two_authorities):
    return two_authorities[0]


@pytest.fixture
def trusted(two_authorities):
    return [
        Authority(each.name, (each.root.public_bytes(Encoding.DER),)) for each in two_authorities
    ]


class Stamps:
    """Stamps checkpoints of a keeper's log, and records the stamps as the store does."""

    def __init__(self, keeper, trusted):
        self.keeper = keeper
        self.trusted = trusted
        self.found = []

    def stamp(self, authority, when, *, log=True, **odd):
        """A stamp over the newest checkpoint."""
        head = self.keeper.checkpoints[-1]
        response = authority.stamp(head.note, when=when, **odd)
        self.found.append(FoundAnchor(head.size, authority.name, response))
        if log:
            self.keeper.wall_jump = (when - self.keeper.start).total_seconds() + 0.5
            detail = {"size": head.size, "file": authority.name, "request": None}
            self.keeper.add("anchor.token", {**detail, "sha256": sha256(response).hexdigest()})
        return response

    def verify(self, **changes):
        given = {"anchors": self.found, "authorities": self.trusted}
        return self.keeper.verify(**{**given, **changes})


@pytest.fixture
def stamps(keeper, trusted):
    return Stamps(keeper, trusted)


def test_a_stamped_checkpoint_makes_it_anchored(keeper, stamps, alpha):
    covered = keeper.size
    stamps.stamp(alpha, keeper.start + HOUR)
    keeper.sign()
    verdict = stamps.verify()
    assert verdict.level is Level.ANCHORED
    assert verdict.faults == ()
    assert verdict.anchored_size == covered
    [anchor] = verdict.anchors
    assert (anchor.authority, anchor.event, anchor.sound) == ("alpha", covered, True)


@pytest.mark.parametrize("changes", [{"authorities": []}, {"anchors": []}])
def test_without_stamp_or_trust_it_stays_signed(keeper, stamps, alpha, changes):
    stamps.stamp(alpha, keeper.start + HOUR)
    verdict = stamps.verify(**changes)
    assert verdict.level is Level.SIGNED
    assert verdict.faults == ()
    assert kinds(verdict.warnings) >= {"lost-anchor" if "anchors" in changes else "time-stamp"}


def test_a_stamp_lifts_no_log_whose_key_nobody_trusts(keeper, stamps, alpha):
    stamps.stamp(alpha, keeper.start + HOUR)
    assert stamps.verify(trusted=[]).level is Level.CONSISTENT


def test_authorities_may_have_other_names_elsewhere(keeper, stamps, alpha, trusted):
    stamps.stamp(alpha, keeper.start + HOUR)
    renamed = Authority("tsa-one", trusted[0].roots)
    [anchor] = stamps.verify(authorities=[trusted[1], renamed]).anchors
    assert (anchor.name, anchor.authority, anchor.sound) == ("alpha", "tsa-one", True)


def test_a_log_rewritten_with_the_stolen_key_does_not_fit_its_stamp(stamps, new_keeper, alpha):
    """Threat T3 and T8: everything is signed anew, but nobody else's clock can be set back."""
    original = stamps.keeper
    stamps.stamp(alpha, original.start + HOUR, log=False)
    forged = new_keeper().begin()
    while forged.size < original.checkpoints[-1].size:
        forged.add("item.view", {})
    forged.sign()
    assert forged.verify().level is Level.SIGNED
    verdict = Stamps(forged, stamps.trusted).verify(anchors=stamps.found)
    assert kinds(verdict.faults) == {"other-history"}
    assert isinstance(verdict.error(), RollbackError)
    assert "good, but over another checkpoint" in verdict.first_fault.says


def test_a_stamp_that_was_over_other_bytes_when_it_came_is_no_sign_of_a_rewriting(
    keeper, stamps, alpha
):
    """As when somebody on the way replays an old answer of the authority."""
    old = alpha.stamp(b"something else")
    size = keeper.checkpoints[-1].size
    detail = {"size": size, "file": "alpha", "request": None, "sha256": sha256(old).hexdigest()}
    stamps.found.append(FoundAnchor(size, "alpha", old))
    assert kinds(stamps.verify().faults) == {"other-history"}
    keeper.add("anchor.token", {**detail, "found": "imprint"}, outcome="imprint")
    verdict = stamps.verify()
    assert (verdict.level, verdict.faults) == (Level.SIGNED, ())
    assert "time-stamp" in kinds(verdict.warnings)


def test_a_log_cut_off_before_its_stamp_is_older(keeper, stamps, alpha):
    """Threat T4: the copy, its pin and its log folder are gone; the stamp alone is left."""
    stamps.stamp(alpha, keeper.start + HOUR, log=False)
    first = keeper.checkpoints[0].size
    verdict = stamps.verify(
        rows=keeper.rows[:first],
        checkpoints=keeper.checkpoints[:1],
        disclosures=[each for each in keeper.disclosures if each.seq < first],
    )
    assert kinds(verdict.faults) == {"older"}
    assert verdict.error().exit_code == 6


def test_an_older_copy_with_a_stamped_newer_head_is_named_once(keeper, stamps, alpha):
    stamps.stamp(alpha, keeper.start + HOUR, log=False)
    first = keeper.checkpoints[0].size
    newest = FoundCheckpoint(keeper.checkpoints[1].note, LOG_FOLDER)
    verdict = stamps.verify(
        rows=keeper.rows[:first],
        checkpoints=[keeper.checkpoints[0], newest],
        disclosures=[each for each in keeper.disclosures if each.seq < first],
    )
    assert [fault.kind for fault in verdict.faults] == ["older"]
    assert not verdict.anchors[0].sound


def test_a_stored_answer_that_was_changed_is_tampering(keeper, stamps, alpha):
    stamps.stamp(alpha, keeper.start + HOUR)
    [found] = stamps.found
    for changed in (
        FoundAnchor(found.size, found.name, found.response[:-1] + b"\0"),
        FoundAnchor(found.size, found.name, alpha.stamp(keeper.checkpoints[-1].note, nonce=9)),
        FoundAnchor(found.size, found.name, found.response, b"another request"),
    ):
        verdict = stamps.verify(anchors=[changed])
        assert kinds(verdict.faults) == {"anchor"}
        assert verdict.first_fault.seq == keeper.size - 1
        assert isinstance(verdict.error(), TamperedCaseError)


def test_an_unrecorded_stamp_counts_and_is_told(keeper, stamps, alpha):
    stamps.stamp(alpha, keeper.start + HOUR, log=False)
    verdict = stamps.verify()
    assert verdict.level is Level.ANCHORED
    assert "unlogged-anchor" in kinds(verdict.warnings)


def test_a_checkpoint_that_is_bad_is_not_anchored(keeper, stamps, alpha):
    """A third party's time says nothing of what it stamps."""
    stamps.stamp(alpha, keeper.start + HOUR, log=False)
    rows = keeper.changed(keeper.size - 1, outcome="failed")
    verdict = stamps.verify(rows=rows)
    assert kinds(verdict.faults) == {"root"}
    assert (verdict.level, verdict.anchored_size) == (Level.READABLE, 0)


# Brackets (threat T6)


@pytest.fixture
def bracketed(keeper, stamps, two_authorities):
    """Two stamps, an hour apart, with events before, between and after."""
    alpha, beta = two_authorities
    first = keeper.size
    stamps.stamp(alpha, keeper.start + HOUR)
    keeper.open_session()
    keeper.take_in(b"the third video")
    keeper.close_session()
    keeper.sign()
    second = keeper.size
    stamps.stamp(beta, keeper.start + 2 * HOUR)
    keeper.open_session()
    keeper.close_session()
    keeper.sign()
    return first, second


def test_events_lie_between_the_stamps_around_them(keeper, stamps, bracketed):
    first, second = bracketed
    brackets = Brackets(stamps.verify().anchors)
    hour = keeper.start.replace(microsecond=0) + HOUR
    margin = timedelta(seconds=1)
    for seq in (0, first - 1):
        bracket = brackets.of(seq)
        assert bracket.not_before is None
        assert bracket.not_after == (hour + margin, "alpha")
    for seq in (first, second - 1):
        bracket = brackets.of(seq)
        assert bracket.not_before == (hour - margin, "alpha")
        assert bracket.not_after == (hour + HOUR + margin, "beta")
    last = brackets.of(keeper.size - 1)
    assert last.not_before == (hour + HOUR - margin, "beta")
    assert last.not_after is None


def test_honest_clocks_contradict_nothing(stamps, bracketed):
    assert "time" not in kinds(stamps.verify().warnings)


@pytest.mark.parametrize(("jump", "side"), [(-86_400, "before"), (86_400, "after")])
def test_a_clock_that_was_set_is_told_by_the_stamps(keeper, stamps, two_authorities, jump, side):
    """Threat T6: another boot, so that the monotonic clock of the machine says nothing."""
    alpha, beta = two_authorities
    stamps.stamp(alpha, keeper.start + HOUR)
    keeper.boot = "another"
    keeper.wall_jump = 3600.5 + jump
    backdated = keeper.size
    keeper.open_session()
    keeper.close_session()
    keeper.sign()
    keeper.boot = "a third"
    stamps.stamp(beta, keeper.start + 2 * HOUR)
    verdict = stamps.verify()
    assert verdict.faults == ()
    [told] = [each for each in verdict.warnings if each.kind == "time"]
    assert f"it was logged not {side} " in told.says
    assert backdated <= told.seq < keeper.checkpoints[-1].size


def test_authorities_that_contradict_each_other_are_told(keeper, stamps, two_authorities):
    """Threat T24: one of two lies about the time, before or after."""
    alpha, beta = two_authorities
    stamps.stamp(alpha, keeper.start + 3 * HOUR)
    keeper.sign()
    stamps.stamp(beta, keeper.start + HOUR)
    told = [each.says for each in stamps.verify().warnings if each.kind == "time"]
    assert any("beta and alpha contradict each other" in each for each in told)


# Ageing


def test_a_stamp_whose_certificate_ends_is_to_be_renewed(keeper, stamps, authority_factory):
    old = authority_factory.Authority("old", curve=True, signer_days=400)
    stamps.trusted = [Authority("old", (old.root.public_bytes(Encoding.DER),))]
    ends = old.certificate.not_valid_after_utc
    stamps.stamp(old, keeper.start + HOUR)
    keeper.sign()
    for now, told in (
        (ends - timedelta(days=90), False),
        (ends - timedelta(days=30), True),
        (ends + timedelta(days=30), True),
    ):
        verdict = stamps.verify(now=now)
        assert ("ageing" in kinds(verdict.warnings)) is told
        assert verdict.level is Level.ANCHORED
    new = authority_factory.Authority("new", curve=True)
    stamps.trusted.append(Authority("new", (new.root.public_bytes(Encoding.DER),)))
    stamps.stamp(new, keeper.start + 2 * HOUR)
    assert "ageing" not in kinds(stamps.verify(now=ends + timedelta(days=30)).warnings)


def test_a_stamp_beside_it_that_lasts_is_enough(keeper, stamps, authority_factory, alpha):
    old = authority_factory.Authority("old", curve=True, signer_days=400)
    stamps.trusted.append(Authority("old", (old.root.public_bytes(Encoding.DER),)))
    stamps.stamp(old, keeper.start + HOUR)
    stamps.stamp(alpha, keeper.start + HOUR)
    soon = old.certificate.not_valid_after_utc - timedelta(days=1)
    assert "ageing" not in kinds(stamps.verify(now=soon).warnings)


def test_hostile_records_of_stamps_are_passed_over(keeper, stamps):
    for detail in ({}, {"size": "3", "file": 4}, {"size": 3, "file": "a", "sha256": None}):
        keeper.add("anchor.token", detail)
    assert stamps.verify().faults == ()
