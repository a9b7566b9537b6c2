"""`mediaev anchor`: third parties' time, from authorities on this machine."""

import json
import shlex
import shutil
import subprocess
from hashlib import sha256, sha512

import pytest

from mediaev.custody.timestamp import read_request


def events(cli, case, *types):
    found = [json.loads(each) for each in cli("-C", case, "log", "--jsonl").out.splitlines()]
    return [each for each in found if each["type"] in types]


def verified(cli, case):
    return json.loads(cli("-C", case, "verify", "--json").out)


def test_two_authorities_vouch_for_the_head(cli, anchored, served):
    found = verified(cli, anchored)
    assert (found["level"], found["sound"], found["warnings"]) == ("anchored", True, [])
    assert [each["authority"] for each in found["time_stamps"]] == ["alpha", "beta"]
    assert all(each["sound"] and each["event"] for each in found["time_stamps"])
    assert cli("-C", anchored, "verify", "--level", "3").code == 0
    text = cli("-C", anchored, "verify").out
    assert text.startswith("anchored: ")
    assert "stamped the first 3" in text
    assert "2 time stamps:\n  the first 3 events: alpha, there by " in text


def test_only_a_digest_of_the_head_and_a_new_random_number_leave(cli, anchored, served):
    cli("-C", anchored, "anchor")
    asked = [read_request(body) for _, body in served]
    notes = [anchored / "log" / "checkpoints" / f"{size}.txt" for size in (3, 9)]
    for request, note in zip(asked, notes, strict=True):
        assert request.hash_name == "sha256"
        assert request.wants_certificate
        assert request.imprint == sha256(note.read_bytes()).digest()
    assert len({request.nonce for request in asked}) == 2
    assert min(request.nonce.bit_length() for request in asked) > 90


def test_only_the_newest_time_stamps_are_listed_unless_asked(cli, anchored):
    folder = anchored / "log" / "anchors" / "3"
    answer = (folder / "alpha.tsr").read_bytes()
    for authority in ("alpha", "beta"):
        for number in range(2, 8):
            (folder / f"{authority}~{number}.tsr").write_bytes(answer)
    done = cli("-C", anchored, "verify")
    assert "14 time stamps:\n  4 earlier ones, sound (-v lists all)\n" in done.out
    assert done.out.count("  the first 3 events: ") == 10
    assert cli("-C", anchored, "verify", "-v").out.count("  the first 3 events: ") == 14


def test_every_step_is_an_event_and_every_byte_is_kept(cli, anchored):
    requests = events(cli, anchored, "anchor.request")
    tokens = events(cli, anchored, "anchor.token")
    assert {each["intent"] for each in tokens} == {each["seq"] for each in requests}
    assert {each["outcome"] for each in (*requests, *tokens)} == {"ok"}
    folder = anchored / "log" / "anchors" / "3"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("alpha.tsq", "alpha.tsr"),
        *("beta.tsq", "beta.tsr"),
    ]
    log = cli("-C", anchored, "log").out
    assert "time stamp asked of alpha over the first 3 events" in log
    assert "answer of beta over the first 3 events: 20" in log


def test_the_lines_for_openssl_work(cli, anchored):
    """An outside program agrees, with the very line that people are told."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: it was not asked")
    told = [each for each in cli("-C", anchored, "anchor").out.splitlines() if "openssl" in each]
    lines = [shlex.split(each) for each in told if each.startswith("  ")]
    assert len(lines) == 2
    for line in lines:
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        assert "Verification: OK" in done.stdout, done.stderr
        other = [each.replace("checkpoints/9.txt", "checkpoints/3.txt") for each in line]
        done = subprocess.run(other, capture_output=True, text=True, check=False)
        assert "Verification: OK" not in done.stdout
        asked = line[line.index("-in") + 1].replace(".tsr", ".tsq")
        by_request = [*line[:3], "-queryfile", asked, *line[5:]]
        done = subprocess.run(by_request, capture_output=True, text=True, check=False)
        assert "Verification: OK" in done.stdout, done.stderr


def test_openssl_as_the_authority(cli, home, settings, authority_factory, tmp_path):
    """Tokens that this project's tests had no part in."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: it made no time stamps")
    authority = authority_factory.Authority("openssl")
    certificate, key = authority.signer_pem()
    (tmp_path / "tsa.pem").write_bytes(certificate)
    (tmp_path / "tsa.key").write_bytes(key)
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "tsa.cnf").write_text(
        f"[tsa]\nserial = {tmp_path}/serial\nsigner_cert = {tmp_path}/tsa.pem\n"
        f"signer_key = {tmp_path}/tsa.key\nsigner_digest = sha512\ndefault_policy = 1.2.3.4\n"
        "digests = sha256, sha512\naccuracy = secs:2\ness_cert_id_alg = sha256\n"
    )

    def reply(asked):
        (tmp_path / "asked.tsq").write_bytes(asked)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "tsa"]
        command += ["-queryfile", "asked.tsq", "-out", "answer.tsr"]
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
        return 200, authority_factory.REPLY, (tmp_path / "answer.tsr").read_bytes()

    with authority_factory.serving(reply) as (url, _):
        authority.configure(settings, url)
        cli("-C", home, "init")
        done = cli("-C", home, "anchor")
    assert done.code == 0
    assert "±2 s, by CN=openssl stamps" in done.out
    assert "one authority alone" in done.err
    assert verified(cli, home)["level"] == "anchored"


def test_what_cannot_be_sent_waits_and_is_brought_later(cli, home, two_authorities, settings):
    alpha, beta = two_authorities
    for each in two_authorities:
        each.configure(settings, "http://127.0.0.1:1/")
    cli("-C", home, "init")
    done = cli("-C", home, "anchor")
    assert done.code == 5
    assert "nothing listens at its address; the request waits" in done.out
    assert done.out.count("curl --silent") == 2
    silences = [each for each in events(cli, home, "anchor.request") if "intent" in each]
    assert {each["outcome"] for each in silences} == {"ok", "unanswered"}
    answers = []
    for authority in (alpha, beta):
        request = home / "log" / "anchors" / "3" / f"{authority.name}.tsq"
        path = home.parent / f"fetched-{authority.name}.tsr"
        path.write_bytes(authority.answer(request.read_bytes()))
        answers += ["--add", path]
    done = cli("-C", home, "anchor", *answers)
    assert (done.code, done.err) == (0, "")
    assert "alpha: 20" in done.out
    found = verified(cli, home)
    assert (found["level"], found["anchored_events"]) == ("anchored", 3)
    assert found["warnings"] == []
    size = found["events"]
    again = cli("-C", home, "anchor", *answers)
    assert again.code == 0
    assert len(verified(cli, home)["time_stamps"]) == 2
    assert verified(cli, home)["events"] == size + 2  # the session alone


def test_offline_only_writes_requests(cli, home, served):
    cli("-C", home, "init")
    done = cli("-C", home, "anchor", "--offline")
    assert done.code == 0
    assert served == []
    assert "alpha: the request waits to be sent" in done.out
    assert "curl --silent" in done.out
    assert "anchor --add beta.tsr" in done.out
    assert (home / "log" / "anchors" / "3" / "alpha.tsq").exists()
    done = cli("-C", home, "anchor")
    assert done.code == 0
    assert "2 older requests need not be sent" in done.err


def test_a_dry_run_asks_nobody_and_writes_nothing(cli, home, served):
    cli("-C", home, "init")
    before = verified(cli, home)
    done = cli("-C", home, "anchor", "--dry-run")
    assert done.code == 0
    assert "would ask alpha at http://127.0.0.1" in done.out
    assert json.loads(cli("-C", home, "anchor", "--dry-run", "--json").out)["events"] == 2
    assert served == []
    assert verified(cli, home) == before


def test_renewal_lists_earlier_stamps_with_a_stronger_digest(cli, anchored, served):
    done = cli("-C", anchored, "anchor", "--renew")
    assert done.code == 0
    assert "Listed anew, with SHA-512: 2 earlier time stamps." in done.out
    [renewal] = events(cli, anchored, "anchor.renew")
    listed = {each["file"]: each["sha512"] for each in renewal["detail"]["stamps"]}
    for name, digest in listed.items():
        response = (anchored / "log" / "anchors" / "3" / f"{name}.tsr").read_bytes()
        assert digest == sha512(response).hexdigest()
    assert set(listed) == {"alpha", "beta"}
    assert read_request(served[-1][1]).hash_name == "sha512"
    stamped = max(each["events"] for each in verified(cli, anchored)["time_stamps"])
    assert stamped > renewal["seq"]


def test_brackets_stand_in_the_log(cli, anchored):
    done = cli("-C", anchored, "log", "--brackets")
    lines = done.out.splitlines()
    assert lines[0].startswith("        logged not after 20")
    assert any(each.startswith("        logged not before 20") for each in lines)
    [first, *_, last] = [
        json.loads(each)
        for each in cli("-C", anchored, "log", "--brackets", "--jsonl").out.splitlines()
    ]
    assert first["logged_not_before"] is None
    assert first["logged_not_after"]["authority"] in {"alpha", "beta"}
    assert last["logged_not_before"]["time"] <= last["time"]
    assert "logged_not_after" not in cli("-C", anchored, "log", "--jsonl").out


def test_an_exhibit_is_bracketed(cli, anchored, library):
    scanned = cli("-C", anchored, "scan", library.folder / "photo.png")
    assert scanned.code == 0
    cli("-C", anchored, "anchor")
    done = cli("-C", anchored, "show", library.folder / "photo.png")
    assert "  by third parties' time, logged not before 20" in done.out
    found = json.loads(cli("-C", anchored, "show", library.folder / "photo.png", "--json").out)
    assert found["logged_not_before"]["time"] < found["logged_not_after"]["time"]
