"""The log's key: handing on, losing, revoking; keys are encrypted and never in the case."""

import base64
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from mediaev.actions.case import Case
from mediaev.actions.identity import identity
from mediaev.custody.algorithms import Algorithm
from mediaev.custody.note import Verifier
from mediaev.errors import UsageError
from mediaev.store import CaseStore, history, passphrase
from mediaev.store.keyring import key_file, trusted_vkeys
from mediaev.store.operator_keys import operator_key_file
from mediaev.store.places import keys_folder


def verdict_of(folder):
    with CaseStore.open(folder) as case:
        return case.verify()


def whole(folder):
    """That the log is signed to its end, with nothing to tell."""
    verdict = verdict_of(folder)
    assert (verdict.faults, verdict.warnings) == ((), ())
    assert verdict.signed_size == verdict.events
    assert verdict.level.name == "SIGNED"


def vkeys(folder):
    return (folder / "log" / "vkey.txt").read_text().split()


def test_after_a_rotation_the_new_key_signs_and_the_old_one_is_gone(filled):
    old = vkeys(filled)
    with Case.open(filled, write=True) as case:
        files = [key_file(case.store.vault, each) for each in Algorithm]
        before = [path.read_bytes() for path in files]
        new = [key.public_key for key in case.rotate_key(reason="yearly, says Zoe")]
        assert all(path.read_bytes() != was for path, was in zip(files, before, strict=True))
        kept = sorted(path.suffix for path in keys_folder().iterdir())
        assert kept == [".pem", ".pem", ".vkey"]
        assert [key.public_key for key in identity(case.store).keys] == new
    assert vkeys(filled) == [*old, *new]
    assert [Verifier.parse(vkey).algorithm for vkey in new] == list(Algorithm)
    whole(filled)
    with CaseStore.open(filled, write=True) as store, store.session("scan", [], {}):
        assert store.key_warning == ""
    whole(filled)
    assert b"Zoe" not in b"".join(row.body for row in _events(filled))


def _events(folder):
    with CaseStore.open(folder) as store:
        return list(store.events())


def test_who_knows_only_the_old_key_follows_a_rotation(filled):
    first, second = vkeys(filled)
    with Case.open(filled, write=True) as case:
        case.rotate_key(reason="yearly")
        trusted = keys_folder() / f"{case.store.vault}.vkey"
    for known in (f"{first}\n{second}\n", f"{first}\n"):
        trusted.write_text(known)
        whole(filled)


@pytest.mark.parametrize("step", ["use_next_key", "the second one", "_use_keys"])
def test_a_rotation_that_was_killed_is_finished_when_the_case_is_opened(filled, monkeypatch, step):
    def killed(*_):
        raise KeyboardInterrupt

    with CaseStore.open(filled, write=True) as store, monkeypatch.context() as broken:
        if step == "use_next_key":
            broken.setattr("mediaev.store.history.use_next_key", killed)
        elif step == "the second one":
            use, moved = history.use_next_key, []
            once = lambda *key: killed() if moved else (moved.append(key), use(*key))  # noqa: E731
            broken.setattr("mediaev.store.history.use_next_key", once)
        else:
            broken.setattr(store, "_use_keys", killed)
        with pytest.raises(KeyboardInterrupt):
            store.rotate_key("yearly")
    with CaseStore.open(filled, write=True) as store:
        assert store.key_warning == ""
        store.sign()
    whole(filled)


def test_a_new_key_that_was_never_announced_disturbs_nothing(filled, monkeypatch):
    def full(*_, **__):
        raise UsageError("the disk is full")

    with CaseStore.open(filled, write=True) as store, monkeypatch.context() as broken:
        broken.setattr(store._log, "append_signed", full)
        with pytest.raises(UsageError):
            store.rotate_key("yearly")
    with CaseStore.open(filled, write=True) as store, store.session("scan", [], {}):
        assert store.key_warning == ""
    whole(filled)


def test_a_lost_key_is_replaced_and_its_history_still_counts(filled, tmp_path):
    old = vkeys(filled)
    signed = verdict_of(filled).signed_size
    with CaseStore.open(filled) as store:
        for algorithm in Algorithm:
            key_file(store.vault, algorithm).unlink()
        trusted = keys_folder() / f"{store.vault}.vkey"
    with Case.open(filled, write=True) as case:
        assert "key recover" in case.store.key_warning
        with pytest.raises(UsageError):
            case.store.rotate_key("yearly")
        new = [key.public_key for key in case.recover_key(reason="the disk died")]
        with pytest.raises(UsageError, match="not lost"):
            case.store.recover_key("again")
    assert vkeys(filled) == [*old, *new]
    whole(filled)  # here, where the new keys were made
    trusted.write_text("\n".join(old))  # elsewhere, where only the old one is known
    verdict = verdict_of(filled)
    assert verdict.faults == ()
    assert (verdict.level.name, verdict.signed_size) == ("SIGNED", signed)
    assert {each.kind for each in verdict.warnings} == {"recovered-key", "unsigned"}
    trusted.write_text("\n".join([*old, new[0]]))  # once the first of the new ones was learnt
    assert {each.kind for each in verdict_of(filled).warnings} == {"half-signed"}
    trusted.write_text("\n".join([*old, *new]))  # once both were
    whole(filled)


def test_a_stolen_key_of_another_machine_is_revoked(filled, monkeypatch, tmp_path):
    here = str(keys_folder().parents[1])
    other = shutil.copytree(filled, tmp_path / "other")
    with CaseStore.open(filled) as store:
        vault = store.vault
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "elsewhere"))
    with CaseStore.open(other, write=True) as store:
        store.adopt_key()
        *stolen, first, second = vkeys(other)
        for adopted in (first, second):
            with pytest.raises(UsageError, match="signs with"):
                store.revoke_key(adopted, "mine")
        for vkey in stolen:
            store.revoke_key(vkey.split("+")[1], "laptop stolen")
            with pytest.raises(UsageError, match="in use"):
                store.revoke_key(vkey, "again")
        store.sign()
    assert trusted_vkeys(vault) == [first, second]
    monkeypatch.setenv("XDG_CONFIG_HOME", here)
    with CaseStore.open(other, write=True) as store:
        assert store.key_warning  # the stolen key no longer signs
        with pytest.raises(UsageError):
            store.rotate_key("by the thief")
    assert verdict_of(other).faults == ()


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setenv("MEDIAEV_KEY_PASSPHRASE", "words of the keeper")
    monkeypatch.setenv("MEDIAEV_OPERATOR_PASSPHRASE", "words of a person")


def test_keys_are_encrypted_by_scrypt_and_nothing_of_them_is_in_the_case(tmp_path, secret, samples):
    folder = tmp_path / "case"
    with Case.create(folder, operator="Anna") as case:
        samples.fill(case.store)
        person = case.add_operator("Zoe", role="reviewer")
        case.rotate_key(reason="yearly")
        case.hold([], ground="order")
        files = {
            **{key_file(case.store.vault, each): "words of the keeper" for each in Algorithm},
            operator_key_file(case.store.vault, person.id): "words of a person",
        }
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for path, words in files.items():
        assert path.stat().st_mode & 0o777 == 0o600
        pem = path.read_bytes()
        assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
        der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
        assert bytes.fromhex("2b06010401da47040b") in der  # id-scrypt, RFC 7914
        opened = load_pem_private_key(pem, words.encode()).private_bytes_raw()
        if "ml-dsa" not in path.name:  # which older builds of OpenSSL lack
            command = ["openssl", "pkey", "-in", path, "-passin", f"pass:{words}"]
            command += ["-outform", "DER"]
            by_others = subprocess.run(command, check=True, capture_output=True).stdout
            assert by_others.endswith(opened)
        for part in (opened[-32:], der[-48:], words.encode()):
            assert part not in content
            assert part.hex().encode() not in content
            assert base64.b64encode(part).rstrip(b"=")[:-2] not in content
    whole(folder)


def test_a_person_at_a_terminal_is_asked_and_told_what_for(tmp_path, monkeypatch):
    asked = []

    def answer(what, new):
        asked.append((what, new))
        return b"" if "operator" in what else b"words"

    monkeypatch.setattr(passphrase, "prompt", answer)
    folder = tmp_path / "case"
    with passphrase.asking_for_new(), Case.create(folder) as case:
        person = case.add_operator("Zoe")
    assert asked == [("the new signing key", True), ("the operator's new key", True)]
    asked.clear()
    with Case.open(folder, write=True) as case:
        case.hold([], ground="order")
    assert asked == [("the signing key", False)]  # the operator's has no passphrase
    monkeypatch.setattr(passphrase, "prompt", lambda *_: b"wrong")
    with pytest.raises(UsageError, match="cannot be opened"):
        Case.open(folder, write=True)
    monkeypatch.setattr(passphrase, "prompt", None)
    with pytest.raises(UsageError, match="cannot be opened"):
        Case.open(folder, write=True)
    monkeypatch.setenv("MEDIAEV_KEY_PASSPHRASE", "words")
    with Case.open(folder, write=True) as case:
        assert case.operators()[0].id == person.id
