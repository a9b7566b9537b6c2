"""The configuration of time-stamping authorities: what is refused is told by file and reason."""

import os
from pathlib import Path

import pytest

from mediaev.errors import MediaevError
from mediaev.store.authorities import read_authorities


@pytest.fixture
def folder(two_authorities):
    """The folder of authorities, with one that is fine."""
    settings = Path(os.environ["XDG_CONFIG_HOME"])
    two_authorities[0].configure(settings, "https://ana:secret@tsa.example.org:8443/tsr?a=b")
    return settings / "mediaev" / "authorities"


def test_a_file_names_an_address_and_roots(folder, two_authorities):
    [found], problems = read_authorities()
    assert problems == []
    assert (found.name, found.hash_name, found.policy) == ("alpha", "sha256", None)
    assert found.address == "https://tsa.example.org:8443/tsr?a=b"
    assert found.user == "ana"
    assert len(found.root_digests) == 1
    assert found.root_files == (folder / "alpha-root.pem",)


def test_no_folder_is_no_authority():
    assert read_authorities() == ([], [])


def test_certificates_that_are_no_roots_only_help(folder, two_authorities):
    certificate, _ = two_authorities[0].signer_pem()
    with (folder / "alpha-root.pem").open("ab") as file:
        file.write(certificate)
    [found], _ = read_authorities()
    assert len(found.trust.roots) == len(found.trust.between) == 1


ODD = {
    "no TOML": "url = ",
    "an unknown setting": 'url = "http://a"\nroots = "alpha-root.pem"\nroot = "x"',
    "another scheme": 'url = "ftp://a"\nroots = "alpha-root.pem"',
    "a file": 'url = "file:///etc/passwd"\nroots = "alpha-root.pem"',
    "no host": 'url = "http:///tsr"\nroots = "alpha-root.pem"',
    "no port": 'url = "http://a:99999/"\nroots = "alpha-root.pem"',
    "a line break": 'url = "http://a/\\r\\nX: y"\nroots = "alpha-root.pem"',
    "no address": 'roots = "alpha-root.pem"',
    "no roots": 'url = "http://a"',
    "roots that are not there": 'url = "http://a"\nroots = "none.pem"',
    "roots that are none": 'url = "http://a"\nroots = "odd.toml"',
    "roots that are numbers": 'url = "http://a"\nroots = [1]',
    "a name with a path": 'name = "../x"\nurl = "http://a"\nroots = "alpha-root.pem"',
    "a name twice": 'name = "alpha"\nurl = "http://a"\nroots = "alpha-root.pem"',
    "a weak hash": 'url = "http://a"\nroots = "alpha-root.pem"\nhash = "sha1"',
    "no policy": 'url = "http://a"\nroots = "alpha-root.pem"\npolicy = "mine"',
    "a number": 'url = 7\nroots = "alpha-root.pem"',
}


@pytest.mark.parametrize("odd", ODD)
def test_what_cannot_be_used_is_told_and_the_others_stay(folder, odd):
    (folder / "odd.toml").write_text(ODD[odd])
    found, problems = read_authorities()
    assert [each.name for each in found] == ["alpha"]
    assert len(problems) == 1
    assert problems[0].startswith(f"{folder / 'odd.toml'} cannot be used: ")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * (2 << 20), b"[" * 100_000])
def test_hostile_files_are_told_too(folder, content):
    (folder / "odd.toml").write_bytes(content)
    found, problems = read_authorities()
    assert (len(found), len(problems)) == (1, 1)


def test_a_signer_alone_is_no_root(folder, two_authorities):
    certificate, _ = two_authorities[0].signer_pem()
    (folder / "alpha-root.pem").write_bytes(certificate)
    found, [problem] = read_authorities()
    assert found == []
    assert "hold no root" in problem


def test_names_of_files_in_a_case_cannot_be_led_astray(case, two_authorities):
    for name in ("../x", "a/b", ".hidden", "A", ""):
        with pytest.raises((MediaevError, ValueError)):
            case.anchor_folder.keep_request(3, name, b"x")
