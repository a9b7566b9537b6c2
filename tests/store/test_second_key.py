"""The second signature: made with the case, added to older ones, and missed out loud."""

import json
import os
from pathlib import Path

import pytest

from mediaev.custody import algorithms, note
from mediaev.custody.algorithms import Algorithm
from mediaev.custody.checkpoint import signed_by
from mediaev.custody.note import Verifier
from mediaev.errors import RollbackError, UsageError
from mediaev.model.event import EventDraft
from mediaev.store import CaseStore, keyring, passphrase
from mediaev.store.pins import raise_pin, read_pin


def keys_folder():
    return Path(os.environ["XDG_CONFIG_HOME"]) / "mediaev" / "keys"


def kinds(folder):
    """The algorithms of the newest head's signatures by keys that the log announces."""
    keys = [Verifier.parse(vkey) for vkey in (folder / "log" / "vkey.txt").read_text().split()]
    _, found = signed_by((folder / "log" / "checkpoint").read_bytes(), keys)
    return [key.algorithm for key in found]


def run_once(case):
    with case.session("scan", ["mediaev", "scan"], {}):
        case.append([EventDraft("item.note")])


@pytest.fixture
def without(monkeypatch):
    """A machine whose library has no ML-DSA; call it to get one that has."""
    real = algorithms.available

    def only_ed25519(each):
        return each is Algorithm.ED25519

    def switch(available):
        for room in ("custody.algorithms", "store.keyring", "store.history"):
            monkeypatch.setattr(f"mediaev.{room}.available", available)

    switch(only_ed25519)
    return lambda: switch(real)


def test_a_new_case_has_two_keys_and_two_signatures(case):
    assert kinds(case.folder) == [Algorithm.ED25519, Algorithm.ML_DSA_44]
    assert case.key_warning == ""
    assert len(keyring.trusted_vkeys(case.vault)) == 2
    for algorithm in Algorithm:
        path = keyring.key_file(case.vault, algorithm)
        assert path.stat().st_mode & 0o777 == 0o600
    lines = (case.folder / "log" / "checkpoint").read_text().splitlines()
    assert [len(line) < 300 for line in lines[4:]] == [True, False]


def test_both_keys_are_encrypted_alike(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDIAEV_KEY_PASSPHRASE", "correct horse")
    with CaseStore.create(tmp_path / "case"):
        assert [b"ENCRYPTED" in path.read_bytes() for path in keys_folder().glob("*.pem")] == [
            True,
            True,
        ]


def test_a_machine_without_ml_dsa_works_and_says_so(without, tmp_path):
    with CaseStore.create(tmp_path / "case") as case:
        run_once(case)
        assert kinds(case.folder) == [Algorithm.ED25519]
        assert "lacks ML-DSA-44" in case.key_warning
        verdict = case.verify()
        assert (verdict.level.name, verdict.warnings) == ("SIGNED", ())


def test_an_older_case_gets_its_second_key_at_the_next_session(without, tmp_path):
    with CaseStore.create(tmp_path / "case") as case:
        run_once(case)
        vault = case.vault
    without()
    with CaseStore.open(tmp_path / "case", write=True) as case:
        assert "next session" in case.key_warning
        case.append([EventDraft("item.note")])
        case.sign()
        assert kinds(case.folder) == [Algorithm.ED25519]
        run_once(case)
        assert case.key_warning == ""
        assert kinds(case.folder) == [Algorithm.ED25519, Algorithm.ML_DSA_44]
        added = [json.loads(row.body) for row in case.events() if row.type == "key.add"]
        assert [each["detail"]["reason"] for each in added] == [
            "made with the case",
            "added beside the Ed25519 key",
        ]
        verdict = case.verify()
        assert verdict.level.name == "SIGNED"
        assert (verdict.signed_size, verdict.faults, verdict.warnings) == (verdict.events, (), ())
        before = verdict.events
    with CaseStore.open(tmp_path / "case", write=True) as case:
        run_once(case)
        assert case.verify().events == before + 3  # no third key
    assert len(keyring.trusted_vkeys(vault)) == 2


def test_a_case_goes_on_where_no_second_key_can_be_written(without, tmp_path, monkeypatch):
    with CaseStore.create(tmp_path / "case"):
        pass
    without()

    def refuse(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("mediaev.store.keyring.write_whole", refuse)
    with CaseStore.open(tmp_path / "case", write=True) as case:
        run_once(case)
        assert kinds(case.folder) == [Algorithm.ED25519]
        assert "no ML-DSA-44 key" in case.key_warning
        assert case.verify().level.name == "SIGNED"


def test_a_second_key_that_did_not_come_along_is_missed_and_not_replaced(filled):
    with CaseStore.open(filled) as case:
        path = keyring.key_file(case.vault, Algorithm.ML_DSA_44)
    kept = path.read_bytes()
    path.unlink()
    with CaseStore.open(filled, write=True) as case:
        run_once(case)
        assert str(path) in case.key_warning
        assert not path.exists()
        verdict = case.verify()
        assert {warning.kind for warning in verdict.warnings} == {"half-signed"}
        assert 0 < verdict.signed_size < verdict.events
    path.write_bytes(kept)
    with CaseStore.open(filled, write=True) as case:
        run_once(case)
        assert case.verify().warnings == ()


def test_a_case_signed_with_both_goes_on_without_ml_dsa(filled, without):
    with CaseStore.open(filled, write=True) as case:
        run_once(case)
        assert kinds(filled) == [Algorithm.ED25519]
        verdict = case.verify()
        assert (verdict.level.name, verdict.faults) == ("SIGNED", ())
        assert {warning.kind for warning in verdict.warnings} == {"unchecked-signature"}


def test_a_key_file_of_the_wrong_kind_is_named(filled):
    with CaseStore.open(filled) as case:
        first, second = (keyring.key_file(case.vault, each) for each in Algorithm)
    second.write_bytes(first.read_bytes())
    with pytest.raises(UsageError, match=r"ml-dsa-44\.pem is not an ML-DSA-44 key"):
        CaseStore.open(filled, write=True)


@pytest.fixture
def signatures(monkeypatch):
    """Counts the signatures that are made, by algorithm."""
    made = []
    sign = note.Signer.sign

    def counted(self, *given):
        made.append(self.verifier.algorithm)
        return sign(self, *given)

    monkeypatch.setattr(note.Signer, "sign", counted)
    return made


def test_neither_key_signs_below_or_beside_a_pin(filled, signatures):
    with CaseStore.open(filled, write=True) as case:
        pin = read_pin(case.vault)
        raise_pin(case.vault, type(pin)(pin.size + 3, bytes(32)))
        with pytest.raises(RollbackError, match="ends after"):  # shorter than what was seen
            case.sign()
        case.append([EventDraft("item.note")] * 4)
        with pytest.raises(RollbackError, match="does not continue"):  # another history
            case.sign()
    assert signatures == []


def test_neither_key_signs_what_is_not_committed(case, signatures):
    def inside():
        with case.transaction():
            case.append([EventDraft("item.note")])
            case.sign()

    with pytest.raises(UsageError, match="transaction"):
        inside()
    assert signatures == []
    case.append([EventDraft("item.note")])
    case.sign()
    case.sign()
    assert signatures == [Algorithm.ED25519, Algorithm.ML_DSA_44]


def test_who_trusts_the_first_key_alone_reaches_the_same_level(filled):
    with CaseStore.open(filled) as case:
        path = keys_folder() / f"{case.vault}.vkey"
        first, second = path.read_text().splitlines()
        path.write_text(f"{first}\n")
        verdict = case.verify()
        assert (verdict.level.name, verdict.warnings) == ("SIGNED", ())
        assert verdict.signed_size == verdict.events
        path.write_text(f"{second}\n")
        assert case.verify().level.name == "CONSISTENT"


def test_the_second_key_never_signs_alone(filled):
    with CaseStore.open(filled) as case:
        keyring.key_file(case.vault).unlink()
    with CaseStore.open(filled, write=True) as case:
        run_once(case)
        assert case.sign() is None
        assert "no signing key" in case.key_warning
        case.adopt_key()  # a new first key, beside the second one that is there
        assert set(kinds(filled)) == {Algorithm.ED25519, Algorithm.ML_DSA_44}
        assert len((filled / "log" / "vkey.txt").read_text().split()) == 3
        assert case.verify().error() is None


def test_a_second_key_that_was_revoked_is_replaced_at_the_next_session(filled):
    with CaseStore.open(filled) as case:
        vault = case.vault
    path = keyring.key_file(vault, Algorithm.ML_DSA_44)
    kept = path.read_bytes()
    path.unlink()
    with CaseStore.open(filled, write=True) as case:
        case.revoke_key(case.announced_keys()[1], "the machine that had it is gone")
        case.sign()
    path.write_bytes(kept)  # and yet it comes back
    with CaseStore.open(filled, write=True) as case:
        run_once(case)
        assert case.key_warning == ""
        verdict = case.verify()
        assert (verdict.faults, verdict.warnings) == ((), ())
        assert verdict.signed_size == verdict.events
    assert path.read_bytes() != kept
    assert sorted(each.suffix for each in keys_folder().iterdir()) == [".pem", ".pem", ".vkey"]


def test_a_second_key_is_not_kept_in_the_open_beside_a_sealed_one(without, tmp_path, monkeypatch):
    answers = iter([b"words"] * 3)
    monkeypatch.setattr(passphrase, "prompt", lambda *_: next(answers))
    with passphrase.asking_for_new(), CaseStore.create(tmp_path / "case") as case:
        run_once(case)
    without()
    with CaseStore.open(tmp_path / "case", write=True) as case:
        run_once(case)
        assert kinds(case.folder) == [Algorithm.ED25519, Algorithm.ML_DSA_44]
        second = keyring.key_file(case.vault, Algorithm.ML_DSA_44)
    assert b"ENCRYPTED" in second.read_bytes()
    assert list(answers) == []
    monkeypatch.setattr(passphrase, "prompt", lambda *_: b"words")
    with CaseStore.open(tmp_path / "case", write=True) as case:
        assert case.key_warning == ""
