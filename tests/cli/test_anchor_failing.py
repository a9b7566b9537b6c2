"""`mediaev anchor` where authorities lie, files are odd, or the configuration is."""

import json

import pytest

from mediaev.custody import der


def events(cli, case, *types):
    found = [json.loads(each) for each in cli("-C", case, "log", "--jsonl").out.splitlines()]
    return [each for each in found if each["type"] in types]


def verified(cli, case):
    return json.loads(cli("-C", case, "verify", "--json").out)


def test_one_that_fails_is_told_and_the_other_counts(
    cli, home, settings, two_authorities, authority_factory
):
    alpha, beta = two_authorities
    cli("-C", home, "init")
    reply = authority_factory.REPLY
    with authority_factory.serving(lambda asked: (200, reply, alpha.answer(asked))) as (url, _):
        alpha.configure(settings, url)
        beta.configure(settings, "http://127.0.0.1:1/")
        done = cli("-C", home, "anchor", "--json")
    assert done.code == 3
    found = {each["authority"]: each for each in json.loads(done.out)["authorities"]}
    assert found["alpha"]["status"] == "good"
    assert found["beta"]["status"] == "unreachable"
    assert found["beta"]["response"] is None
    assert verified(cli, home)["level"] == "anchored"


def changed_nonce(authority, asked):
    imprint = der.read(asked).parts()[1]
    return authority.respond(imprint.whole, 99)


WORTHLESS = {
    "replayed": (lambda alpha, asked: alpha.stamp(b"an old head"), "imprint"),
    "another nonce": (changed_nonce, "nonce"),
    "rejected": (lambda alpha, asked: alpha.answer(asked, status=2), "rejected"),
    "weak": (lambda alpha, asked: alpha.answer(asked, digest="sha1"), "weak"),
    "spoilt": (lambda alpha, asked: alpha.answer(asked, spoil=True), "signature"),
    "junk": (lambda alpha, asked: b"\x30\x82\xff\xff" + bytes(999), "unreadable"),
    "too late": (
        lambda alpha, asked: alpha.answer(asked, when=alpha.root.not_valid_after_utc),
        "expired",
    ),
}


@pytest.mark.parametrize("lie", WORTHLESS)
def test_a_worthless_answer_is_kept_and_counts_for_nothing(
    cli, home, settings, authority_factory, lie
):
    """Threat T24."""
    alpha = authority_factory.Authority("alpha", curve=lie != "weak")
    answer, kind = WORTHLESS[lie]
    cli("-C", home, "init")

    def reply(asked):
        return 200, authority_factory.REPLY, answer(alpha, asked)

    with authority_factory.serving(reply) as (url, _):
        alpha.configure(settings, url)
        done = cli("-C", home, "anchor")
    assert done.code == 5
    assert f"the answer is kept, and counts for nothing ({kind})" in done.out
    assert (home / "log" / "anchors" / "3" / "alpha.tsr").exists()
    [token] = events(cli, home, "anchor.token")
    assert token["outcome"] == kind
    found = verified(cli, home)
    assert found["time_stamps"][0]["verdict"] == kind
    assert (found["level"], found["sound"]) == ("signed", True)


def test_a_file_that_is_no_answer_about_this_case_is_refused(
    cli, anchored, two_authorities, tmp_path
):
    alpha, _ = two_authorities
    (tmp_path / "foreign.tsr").write_bytes(alpha.stamp(b"another case"))
    (tmp_path / "junk.tsr").write_bytes(b"junk")
    (tmp_path / "large.tsr").write_bytes(bytes(300_000))
    for name, says in (
        ("foreign.tsr", "over none of this case's signed heads"),
        ("junk.tsr", "cannot be read as a time stamp"),
        ("large.tsr", "larger than"),
        ("none.tsr", "empty or not there"),
        (".", "not an ordinary file"),
    ):
        done = cli("-C", anchored, "anchor", "--add", tmp_path / name)
        assert done.code == 2, done.err
        assert says in done.err
    assert verified(cli, anchored)["sound"]


def test_what_cannot_be_read_is_kept_if_one_says_whose_it_is(cli, anchored, tmp_path):
    cli("-C", anchored, "anchor", "--offline")
    (tmp_path / "odd.tsr").write_bytes(b"\x30\x03odd")
    done = cli("-C", anchored, "anchor", "--add", tmp_path / "odd.tsr", "--authority", "beta")
    assert done.code == 5
    assert "beta: the answer is kept, and counts for nothing (unreadable)" in done.out
    found = verified(cli, anchored)
    assert found["sound"]
    assert "unreadable" in {each["verdict"] for each in found["time_stamps"]}


def test_without_an_authority_the_advice_is_where_to_find_some(cli, home):
    cli("-C", home, "init")
    done = cli("-C", home, "anchor")
    assert done.code == 2
    assert "docs/third-party-time.md" in done.err
    assert "Nobody is asked unless you name them" in done.err


def test_a_damaged_configuration_stops_anchor_and_is_a_warning_of_verify(cli, anchored, settings):
    (settings / "mediaev" / "authorities" / "odd.toml").write_text("url = 'ftp://x'\n")
    done = cli("-C", anchored, "anchor")
    assert done.code == 2
    assert "odd.toml cannot be used" in done.err
    found = verified(cli, anchored)
    assert found["level"] == "anchored"
    assert [each["kind"] for each in found["warnings"]] == ["authority"]


def test_contradictory_options(cli, anchored):
    for options in (
        ["--add", "x", "--offline"],
        ["--add", "x", "--renew"],
        ["--add", "x", "--authority", "a", "--authority", "b"],
        ["--authority", "nobody"],
    ):
        assert cli("-C", anchored, "anchor", *options).code == 2


def test_a_response_left_by_a_crash_is_recorded_by_the_next_run(cli, anchored, two_authorities):
    """Threat T26: it was on the disk, its event was not yet."""
    alpha, _ = two_authorities
    folder = anchored / "log" / "anchors" / "3"
    (folder / "alpha~2.tsr").write_bytes(alpha.answer((folder / "alpha.tsq").read_bytes()))
    kinds = {each["kind"] for each in verified(cli, anchored)["warnings"]}
    assert kinds == {"unlogged-anchor"}
    done = cli("-C", anchored, "anchor")
    assert "1 answer lay in log/anchors unrecorded" in done.err
    assert verified(cli, anchored)["warnings"] == []


def test_links_and_strays_in_the_folder(cli, anchored):
    folder = anchored / "log" / "anchors"
    for name in ("Holiday.JPG", "alpha.ots"):
        (folder / "3" / name).write_bytes(b"x")
    found = verified(cli, anchored)
    assert [each["kind"] for each in found["warnings"]] == ["stray", "stray"]
    (folder / "3" / "gamma.tsr").symlink_to("/etc/passwd")
    done = cli("-C", anchored, "verify")
    assert done.code == 4
    assert "is a link" in done.err
